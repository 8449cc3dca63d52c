package ui

import (
	"time"

	"github.com/a-h/templ"
)

// Log is the register: what happened or is to happen, the time on the left. Newest or most urgent first.
type Log struct {
	ID      string // of the entries, unique on the page
	Label   string // for screen readers: "Changes to this site"
	Entries []Entry
	Tight   bool // less space between the lines
	More    Pager
}

// Entry is a line of the register.
type Entry struct {
	Time  time.Time // for machines; zero leaves it out
	At    string    // as people read it, in the zone that the page names: "14:30"
	Ago   string    // distance or day: "in 4 min", "13 Oct"
	Late  bool
	Icon  string
	Tone  Tone // of the icon; "" = plain
	What  string
	Href  string   // what the entry is about
	Seen  string   // an address that gets a post when the link is followed, "" = none
	Meta  []string // short facts in the second line
	Code  string   // a plate in the second line
	Quote string   // what somebody wrote
	Body  templ.Component
	Acts  []Action
}

func (e Entry) stamp() string { return e.Time.UTC().Format(time.RFC3339) }

func (e Entry) iconClass() string {
	if e.Tone == "" {
		return "i"
	}
	return "i i-" + string(e.Tone)
}

// Why opens a computed value to its arithmetic.
type Why struct {
	Question string // "Why 14:30?"
	Lines    []WhyLine
	Total    WhyLine
}

// WhyLine is an input or a rule, and what it adds.
type WhyLine struct {
	Label string
	Note  string // the rule's version and author
	Value string
}
