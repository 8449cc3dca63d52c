package fold

import "testing"

func TestForms(t *testing.T) {
	cases := []struct {
		name     string
		fn       func(string) string
		in, want string
	}{
		{"key folds case and accents", Key, "  José  ÁLVAREZ ", "jose alvarez"},
		{"key keeps other scripts", Key, "आशा कुलकर्णी", Key("आशा कुलकर्णी")},
		{"like escapes wildcards", Like, `50%_\x`, `%50\%\_\\x%`},
		{"code is upper case with underscores", Code, " pun tp1 ", "PUN_TP1"},
		{"line joins blanks", Line, " a \t b\n", "a b"},
		{"login folds case", Login, "Asha.K", "asha.k"},
		{"login with blanks is none", Login, "a b", ""},
		{"email folds case", Email, " Asha@Example.COM ", "asha@example.com"},
		{"email without domain is none", Email, "asha@", ""},
		{"email with two ats is none", Email, "a@b@c.de", ""},
		{"mobile gets its plus", Mobile, "91 98765-43210", "+919876543210"},
		{"mobile with 00", Mobile, "0044 20 7946 0000", "+442079460000"},
		{"mobile too short is none", Mobile, "+12345", ""},
		{"mobile with letters is none", Mobile, "+91CALLME12", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.fn(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestCodesKeepTheGrammar(t *testing.T) {
	for code, want := range map[string]bool{
		"PUN-TP1": true, "A": true, "A#(1)": true, "A.B": true,
		"": false, "A.": false, "A__B": false, "-A": false, "a": false, "A B": false, "É1": false,
		"ABCDEFGHIJABCDEFGHIJABCDEFGHIJ1": false,
	} {
		if got := ValidCode(code); got != want {
			t.Errorf("ValidCode(%q) = %v, want %v", code, got, want)
		}
	}
	for login, want := range map[string]bool{"asha": true, "a@b#c.d-e_f": true, "a": false, "a b": false, "-ab": false, "": false} {
		if got := ValidLogin(login); got != want {
			t.Errorf("ValidLogin(%q) = %v, want %v", login, got, want)
		}
	}
}
