// Package ui draws the parts that pages are made of, in the visual language of iw.css: the frame, forms, lists, the register, maps.
// Every component takes one typed struct. It renders what it is given: it reads no database, decides no permission beyond
// hiding places, and writes no style attribute, inline script or raw HTML, so that every page runs under the content policy.
package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"intelliwiz/internal/web/static"
)

// Tone is the one meaning that a colour may have; each comes with its icon.
type Tone string

// The tones: alive and in time, waiting, late or refused, met, over.
const (
	New  Tone = "new"
	Open Tone = "open"
	Wait Tone = "wait"
	Late Tone = "late"
	Done Tone = "done"
	Shut Tone = "shut"
)

// icon is the symbol that goes with the tone.
func (t Tone) icon() string { return "s-" + string(t) }

// sprite is the address of a symbol of the icon sprite.
func sprite(name string) string { return static.Sprite.URL() + "#" + name }

// initials gives at most two letters for a face: the first of the first and of the last word.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' })
	if len(words) == 0 {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	if len(words) == 1 {
		return strings.ToUpper(string(first))
	}
	last, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return strings.ToUpper(string([]rune{first, last}))
}
