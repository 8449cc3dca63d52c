package auth

import (
	"strings"
	"testing"
	"time"
)

// TestCodesAreThoseOfTheStandard: RFC 6238, appendix B, its SHA-1 rows cut to six digits.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	seed := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := codeAt(seed, at/stepSeconds); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

func TestAStepCountsOnceAndClocksMayDifferByOne(t *testing.T) {
	seed, now := newSeed(), time.Unix(1_800_000_010, 0)
	here := now.Unix() / stepSeconds
	for _, c := range []struct {
		claim      string
		step, last int64
		ok         bool
	}{
		{"now", here, 0, true},
		{"the one before", here - 1, 0, true},
		{"the one after", here + 1, 0, true},
		{"two before", here - 2, 0, false},
		{"two after", here + 2, 0, false},
		{"again", here, here, false},
		{"before one that was taken", here - 1, here, false},
		{"after one that was taken", here + 1, here, true},
	} {
		if got, ok := stepOf(seed, codeAt(seed, c.step), now, c.last); ok != c.ok || ok && got != c.step {
			t.Errorf("%s: %d %v", c.claim, got, ok)
		}
	}
	if _, ok := stepOf(seed, "", now, 0); ok {
		t.Error("nothing is a code")
	}
}

func TestASeedIsWrittenForPhonesAndForPeople(t *testing.T) {
	seed := []byte("12345678901234567890")
	if got := seedText(seed); got != "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ" {
		t.Errorf("key %q", got)
	}
	want := "otpauth://totp/IntelliWiz:guard@HOUSE?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=IntelliWiz"
	if got := seedAddress(seed, "guard@HOUSE"); got != want {
		t.Errorf("address %q", got)
	}
}

func TestCodesAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string][2]string{
		"123 456":       {"123456", ""},
		" 123456\t":     {"123456", ""},
		"12345":         {"", ""},
		"12345a":        {"", ""},
		"ABCDE-FGH0K":   {"", "abcdefgh0k"},
		"abcde fgh ok":  {"", "abcdefgh0k"},
		"ilILo-00000":   {"", "1111000000"},
		"abcde-fgh0k-2": {"", ""},
		"":              {"", ""},
	} {
		if got := [2]string{digits(typed), bareCode(typed)}; got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
	seen := map[rune]bool{}
	for range 200 {
		for _, c := range newCode() {
			seen[c] = true
		}
	}
	if len(seen) != 32 || strings.ContainsAny(codeAlphabet, "ilou") {
		t.Errorf("%d signs are used", len(seen))
	}
}
