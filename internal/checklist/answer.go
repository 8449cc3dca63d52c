package checklist

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// Given is what somebody says to an item, as it comes from a page, a program or a phone.
type Given struct {
	Item id.Item `json:"item_id"`
	// Value is the text, number, option, day (2026-11-26), time (08:30), address, id of a person or site, position (12.97,77.59) or scanned code;
	// "" is no answer.
	Value string `json:"value"`
	// Values are the chosen options of a MULTISELECT.
	Values []string `json:"values,omitempty"`
	// Files are those that came with the answer: how many there are counts, and whoever keeps the answer makes sure that they are there.
	Files []id.File `json:"file_ids,omitempty"`
}

// Answer is what somebody answered, in its stored form.
type Answer struct {
	Text    string   `json:"text,omitempty"`    // for people and comparison; of several choices, all with commas between
	Number  *Number  `json:"number,omitempty"`  // of a number
	Choices []string `json:"choices,omitempty"` // of several choices
	Files   int      `json:"files,omitempty"`
}

// texts are what a condition compares: each of several choices, or the one answer.
func (a *Answer) texts() []string {
	if len(a.Choices) > 0 {
		return a.Choices
	}
	return []string{a.Text}
}

// Bounds of an answer, in characters.
const (
	maxLine = 1000
	maxText = 20_000
)

// problem is what is wrong with an answer: a code for programs and a sentence for people. The zero problem is none.
type problem struct{ code, message string }

// read gives the answer in what was said, nil for none, and what of it breaks the rule.
func (r Rule) read(g Given) (*Answer, problem) {
	value := strings.TrimSpace(g.Value)
	switch {
	case r.Type == MultiSelect:
		return r.readChoices(g)
	case r.Type == Signature && len(g.Files) > 0:
		return &Answer{Files: len(g.Files)}, problem{}
	case r.Type == Signature || value == "":
		return nil, problem{}
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		return nil, problem{"characters", "This text has characters that cannot be kept."}
	case r.Type.Number():
		return r.readNumber(value, len(g.Files))
	}
	return r.readText(value, len(g.Files))
}

func (r Rule) readChoices(g Given) (*Answer, problem) {
	chosen := lines(g.Values)
	if value := fold.Line(g.Value); len(chosen) == 0 && value != "" {
		chosen = []string{value}
	}
	var out []string
	for _, o := range r.Options { // in the order of the options, each once
		if slices.Contains(chosen, o) {
			out = append(out, o)
		}
	}
	for _, c := range chosen {
		if !slices.Contains(r.Options, c) {
			return nil, problem{"unknown", "Choose of the options."}
		}
	}
	if len(out) == 0 {
		return nil, problem{}
	}
	return &Answer{Text: strings.Join(out, ", "), Choices: out, Files: len(g.Files)}, problem{}
}

func (r Rule) readNumber(value string, files int) (*Answer, problem) {
	n, err := ParseNumber(value)
	switch {
	case err != nil:
		return nil, problem{"number", "Write a number with at most four decimals, as 12.5."}
	case r.Type == Rating && !n.Whole():
		return nil, problem{"whole", "Choose a whole number."}
	case r.Min != nil && n < *r.Min:
		return nil, problem{"min", "The least is " + r.Min.String() + "."}
	case r.Max != nil && n > *r.Max:
		return nil, problem{"max", "The greatest is " + r.Max.String() + "."}
	}
	return &Answer{Text: n.String(), Number: &n, Files: files}, problem{}
}

func (r Rule) readText(value string, files int) (*Answer, problem) {
	limit := maxLine
	if r.Type == MultiLine {
		limit = maxText
	} else {
		value = fold.Line(value)
	}
	if utf8.RuneCountInString(value) > limit {
		return nil, problem{"long", "At most " + strconv.Itoa(limit) + " characters."}
	}
	if ok, message := r.formed(value); !ok {
		return nil, problem{"form", message}
	}
	return &Answer{Text: value, Files: files}, problem{}
}

// formed says whether a text has the form of the type, and else how it looks.
func (r Rule) formed(value string) (bool, string) {
	switch r.Type {
	case Checkbox, Dropdown:
		return slices.Contains(r.Options, value), "Choose one of the options."
	case Date:
		return clock.Date(value).Valid(), "A day looks like 2026-11-26."
	case Time:
		_, err := time.Parse("15:04", value)
		return err == nil && len(value) == len("15:04"), "A time looks like 08:30."
	case Email:
		return fold.Email(value) != "", "An address looks like asha@example.com."
	case Person:
		_, err := id.Parse[id.Person](value)
		return err == nil, "Choose a person."
	case Site:
		_, err := id.Parse[id.Site](value)
		return err == nil, "Choose a site."
	case GPS:
		return position(value), "A position looks like 12.97,77.59."
	}
	return true, ""
}

// position says that a text is a latitude and a longitude in degrees.
func position(text string) bool {
	a, b, found := strings.Cut(text, ",")
	lat, errLat := strconv.ParseFloat(strings.TrimSpace(a), 64)
	lng, errLng := strconv.ParseFloat(strings.TrimSpace(b), 64)
	return found && errLat == nil && errLng == nil && lat >= -90 && lat <= 90 && lng >= -180 && lng <= 180
}
