package auth

import (
	"fmt"
	"strings"
	"unicode/utf8"

	zxcvbn "github.com/ccojocar/zxcvbn-go"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
)

// Lengths of passwords.
const (
	minLength      = 12 // characters
	minLengthAdmin = 15 // characters, for who may give others rights
	maxBytes       = 256
	minScore       = 3 // of zxcvbn, 0 to 4
)

// checkPassword holds a new password to: long enough, not guessable, not made of words that stand around its owner. There is no
// rule about kinds of characters, and no expiry. field is the input field that it came from.
func checkPassword(c *fault.Check, field, password string, admin bool, words []string) {
	need := minLength
	if admin {
		need = minLengthAdmin
	}
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		c.Add(field, "characters", "This contains characters that cannot be used.")
	case n < need:
		c.Add(field, "too_short", fmt.Sprintf("Use at least %d characters. Four or five words that do not belong together are easy to remember.", need))
	case len(password) > maxBytes:
		c.Add(field, "too_long", fmt.Sprintf("Use at most %d bytes.", maxBytes))
	default:
		guessable(c, field, password, words)
	}
}

func guessable(c *fault.Check, field, password string, words []string) {
	around := []string{"intelliwiz", "password"}
	folded := fold.Key(password)
	for _, w := range words {
		for _, part := range strings.FieldsFunc(fold.Key(w), func(r rune) bool { return strings.ContainsRune(" @.-_", r) }) {
			if utf8.RuneCountInString(part) >= 4 {
				around = append(around, part)
			}
		}
	}
	for _, w := range around {
		if strings.Contains(folded, w) {
			c.Add(field, "about_you", "Leave out your name, your organisation's and ours: they are tried first.")
			return
		}
	}
	// zxcvbn's time grows with the length; what its first hundred characters do not make strong, the rest will not.
	head := once(password)
	if r := []rune(head); len(r) > 100 {
		head = string(r[:100])
	}
	if zxcvbn.PasswordStrength(head, around).Score < minScore {
		c.Add(field, "guessable", "This is easy to guess. Use more words, or words that do not belong together.")
	}
}

// once cuts a text that says the same over and over down to saying it once: that is all there is to guess.
func once(s string) string {
	for n := 1; n <= len(s)/2; n++ {
		if len(s)%n == 0 && strings.Repeat(s[:n], len(s)/n) == s {
			return s[:n]
		}
	}
	return s
}

// Judge holds a password of nobody to the rules that hold for everybody. Invalid with every violation.
func Judge(password string) error {
	var c fault.Check
	checkPassword(&c, "password", password, false, nil)
	return c.Err()
}

// checkStolen adds a violation when the installation's list of stolen passwords has the password.
func (s *Service) checkStolen(c *fault.Check, password string) {
	c.That(s.breached == nil || !s.breached(password), "password", "stolen", "This password stands in a list of stolen ones. Choose another.")
}
