package ticket

import (
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// Clock says which minutes count.
type Clock string

// The clocks.
const (
	Elapsed  Clock = "ELAPSED"  // every minute
	Business Clock = "BUSINESS" // those in which the site's calendar is open
)

// Valid says that there is such a clock.
func (c Clock) Valid() bool { return c == Elapsed || c == Business }

// Label is the clock in people's words.
func (c Clock) Label() string {
	return map[Clock]string{Elapsed: "Every minute", Business: "Business hours"}[c]
}

// maxMinutes is the most that a deadline or a level may lie ahead: a year of minutes.
const maxMinutes = 366 * 24 * 60

// Category is what a ticket is about, and by which rules it climbs.
type Category struct {
	ID       id.Category `json:"id"`
	Code     string      `json:"code"` // unique in the tenant
	Name     string      `json:"name"`
	Priority Priority    `json:"priority"` // of a new ticket that says none
	Clock    Clock       `json:"clock"`
	Pause    bool        `json:"pause_on_hold"`            // a ticket that is on hold stands still
	Resolve  *int64      `json:"resolve_minutes,omitzero"` // by the clock, from opening to the deadline; nil = no deadline
	Active   bool        `json:"active"`                   // an inactive one stays where it is used and is no longer offered
	Version  int64       `json:"version"`
	Updated  time.Time   `json:"-"` // when it was last changed
}

// CategoryInput is what one says about a category, new or changed.
type CategoryInput struct {
	Code     string
	Name     string
	Priority Priority // "" = MEDIUM
	Clock    Clock    // "" = ELAPSED
	Pause    bool
	Resolve  *int64 // minutes
	Active   bool
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *CategoryInput) Check() error {
	var c fault.Check
	code := in.Code
	in.Code = fold.Code(code)
	if c.Text("code", fold.Line(code), 1, 30) {
		c.That(fold.ValidCode(in.Code), "code", "grammar", "Use letters, digits and - _ # ( ), starting with a letter or digit, at most 30.")
	}
	in.Name = fold.Line(in.Name)
	c.Text("name", in.Name, 1, 120)
	if in.Priority == "" {
		in.Priority = Medium
	}
	c.That(in.Priority.Valid(), "priority", "unknown", "A priority is LOW, MEDIUM or HIGH.")
	if in.Clock == "" {
		in.Clock = Elapsed
	}
	c.That(in.Clock.Valid(), "clock", "unknown", "A clock is ELAPSED or BUSINESS.")
	c.That(in.Resolve == nil || *in.Resolve > 0 && *in.Resolve <= maxMinutes, "resolve_minutes", "range", "A deadline is 1 minute to 366 days ahead.")
	return c.Err()
}

func (in CategoryInput) category(category id.Category, version int64, now time.Time) Category {
	return Category{
		ID: category, Code: in.Code, Name: in.Name, Priority: in.Priority, Clock: in.Clock, Pause: in.Pause, Resolve: in.Resolve,
		Active: in.Active, Version: version, Updated: now,
	}
}

// CategoryFilter narrows a list of categories.
type CategoryFilter struct {
	Search       string    // part of the code or name
	Inactive     bool      // inactive ones too
	ChangedAfter time.Time // only what was changed at this moment or after it; zero = all
}
