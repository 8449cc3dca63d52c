// Package fold brings what people type into the one form that is stored, compared and searched: codes, names, e-mail addresses and
// mobile numbers. Both databases see only the folded form, so they cannot differ about case or accents.
package fold

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Key is the form under which names are searched and ordered: without case, accents and doubled blanks.
func Key(s string) string {
	if strings.ContainsFunc(s, notASCII) {
		t := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
		if out, _, err := transform.String(t, s); err == nil { // broken UTF-8 is refused by the input check before it is stored
			s = out
		}
	}
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

func notASCII(r rune) bool { return r >= utf8.RuneSelf }

// Like is a pattern that finds a folded text within a search key; `like` must escape with a backslash.
func Like(s string) string {
	if s == "" {
		return "%"
	}
	return "%" + wild.Replace(Key(s)) + "%"
}

//nolint:gochecknoglobals // a constant
var wild = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Line trims a text of one line and joins doubled blanks.
func Line(s string) string { return strings.Join(strings.Fields(s), " ") }

// Code is the form in which codes are stored: upper case, blanks as "_".
func Code(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "_")) }

var code = regexp.MustCompile(`^[A-Z0-9][A-Z0-9_#().-]{0,29}$`)

// ValidCode holds a folded code to the grammar of domain/core.md 0: letters, digits, - _ # ( ) and dots, at most 30, no dot at
// the end, no double underscore.
func ValidCode(s string) bool {
	return code.MatchString(s) && !strings.HasSuffix(s, ".") && !strings.Contains(s, "__")
}

// Login is the form in which login ids are compared: PRECIS UsernameCaseMapped (RFC 8265), or "" when it is not one.
func Login(s string) string {
	out, err := precis.UsernameCaseMapped.String(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	return out
}

var login = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@#-]+$`)

// ValidLogin holds a login id to letters, digits and . _ @ # -, 2 to 50 of them.
func ValidLogin(s string) bool {
	return utf8.RuneCountInString(s) <= 50 && login.MatchString(s) && Login(s) != "" // counted here: a repetition of such classes is slow to compile
}

var email = regexp.MustCompile(`^[^\s@<>()\[\]\\,;:"]+@([A-Za-z0-9\p{L}]([A-Za-z0-9\p{L}-]*[A-Za-z0-9\p{L}])?\.)+[A-Za-z\p{L}]{2,}$`)

// Email is the form in which addresses are stored and compared, or "" when it is not one.
func Email(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) > 254 || !email.MatchString(s) {
		return ""
	}
	return s
}

var mobile = regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`)

// Mobile is the E.164 form of an international number (+ and 8 to 15 digits; a missing + is added), or "" when it is not one.
func Mobile(s string) string {
	s = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "/", "").Replace(s)
	s = strings.TrimPrefix(s, "00")
	if !strings.HasPrefix(s, "+") {
		s = "+" + s
	}
	if !mobile.MatchString(s) {
		return ""
	}
	return s
}
