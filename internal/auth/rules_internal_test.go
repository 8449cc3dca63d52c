package auth

import (
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/fault"
)

func codes(password string, admin bool, words ...string) string {
	var c fault.Check
	checkPassword(&c, "password", password, admin, words)
	if err := c.Err(); err != nil {
		var out []string
		for _, f := range fault.As(err).Fields {
			out = append(out, f.Code)
		}
		return strings.Join(out, " ")
	}
	return ""
}

// TestDefect013PasswordsAreHeldToRules: all validators were switched off. The rules are.
func TestDefect013PasswordsAreHeldToRules(t *testing.T) {
	around := []string{"Asha Alder", "E1", "asha.alder", "asha@lantern.example", "+919876543200", "Tin Lantern Estates", "HOUSE"}
	for _, c := range []struct {
		claim, password string
		admin           bool
		want            string
	}{
		{"four words", "tundra violin plinth mosaic", true, ""},
		{"twelve characters do", "v9#kQz!mR2xw", false, ""},
		{"not for who gives rights", "v9#kQz!mR2xw", true, "too_short"},
		{"fifteen do", "v9#kQz!mR2xwLp7", true, ""},
		{"eleven characters", "v9#kQz!mR2x", false, "too_short"},
		{"empty", "", false, "too_short"},
		{"characters are counted, not bytes", "ÄöÜßéèñ", false, "too_short"},
		{"any character is fine", "Жук 🐞 лезет на крышу", false, ""},
		{"blanks are characters", "  tundra  violin  plinth ", false, ""},
		{"no rule about kinds of characters", "tundraviolinplinthmosaic", true, ""},
		{"256 bytes", "tundra violin plinth " + strings.Repeat("mosaic ", 33) + "end.", true, ""},
		{"257 bytes", "tundra violin plinth " + strings.Repeat("mosaic ", 33) + "end.!", true, "too_long"},
		{"NUL", "tundra violin\x00plinth", false, "characters"},
		{"broken UTF-8", "tundra violin\xffplinth", false, "characters"},
		{"one's name", "asha violin plinth mosaic", false, "about_you"},
		{"one's surname, in other case and with accents", "violin ÀLDÉR plinth", false, "about_you"},
		{"the organisation's name", "violin plinth ESTATES mosaic", false, "about_you"},
		{"the organisation's code", "my house of violin plinths", false, "about_you"},
		{"the number", "violin +919876543200 plinth", false, "about_you"},
		{"the product", "intelliwiz violin plinth", false, "about_you"},
		{"the word itself", "my password is violin", false, "about_you"},
		{"a short word around is no reason", "violin e1 plinth mosaic", false, ""},
	} {
		if got := codes(c.password, c.admin, around...); got != c.want {
			t.Errorf("%s: %q gives %q, want %q", c.claim, c.password, got, c.want)
		}
	}
}

// TestCommonLongPasswordsAreRefused: long enough, and in every list of leaked ones.
func TestCommonLongPasswordsAreRefused(t *testing.T) {
	for _, p := range []string{
		"123456789012", "1234567890123456", "qwertyuiop12", "qwertyuiopasdf", "q1w2e3r4t5y6", "1q2w3e4r5t6y", "1qaz2wsx3edc", "zaq12wsxcde3",
		"zaq1zaq1zaq1", "aaaaaaaaaaaa", "abcdefghijkl", "abcabcabcabc", "iloveyou1234", "iloveyouiloveyou", "letmeinletmein", "christopher1",
		"unbelievable", "administrator", "Administrator1", "qwerty123456", "abc123abc123", "monkeymonkey1", "dragondragon", "superman12345",
		"trustno1trustno1", "welcome12345", "111111222222", "010203040506", "asdfghjkl123", "1111111111111111", "football1234", "princess1234",
		"sunshine1234", "!@#$%^&*()_+", "manchesterunited", "0987654321qwerty", "poiuytrewq12", "January12345", "chocolate123", "987654321098",
	} {
		if got := codes(p, false); got == "" {
			t.Errorf("%q is taken", p)
		}
	}
}

func TestAPasswordIsJudgedInBoundedTime(t *testing.T) {
	long := strings.Repeat("qwerty1234567890", 16)
	start := time.Now()
	for range 10 {
		codes(long, true, strings.Repeat("word ", 50))
	}
	if took := time.Since(start) / 10; took > time.Second {
		t.Errorf("judging 256 bytes takes %v", took)
	}
}
