package plan

import (
	"slices"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
)

// Holidays is what becomes of a firing on a holiday or in a blackout.
type Holidays string

// The policies.
const (
	Generate Holidays = "GENERATE" // it comes all the same
	Skip     Holidays = "SKIP"     // it does not come
	Shift    Holidays = "SHIFT"    // it comes at the same time of the next working day
)

// AllHolidays gives the policies in the order of the form.
func AllHolidays() []Holidays { return []Holidays{Generate, Skip, Shift} }

// Valid says that there is such a policy.
func (h Holidays) Valid() bool { return slices.Contains(AllHolidays(), h) }

// Label is the policy for people.
func (h Holidays) Label() string {
	return map[Holidays]string{Generate: "Comes all the same", Skip: "Does not come", Shift: "Moves to the next working day"}[h]
}

// Stop is a point of a tour or route.
type Stop struct {
	ID        id.Stop       `json:"id"`                // stays when the plan changes, so that its visits can be compared
	Asset     *id.Asset     `json:"asset_id,omitzero"` // of a tour: the checkpoint, at the plan's site
	Site      *id.Site      `json:"site_id,omitzero"`  // of a route: the site
	Checklist *id.Checklist `json:"checklist_id,omitzero"`
	Travel    int64         `json:"travel_minutes"` // from the stop before it
	Pause     int64         `json:"pause_minutes"`  // after it
	Metres    int64         `json:"metres"`         // from the stop before it

	Name string `json:"-"` // of the asset or site, read with the stop
}

// Schedule is the part of a plan that says when.
type Schedule struct {
	Rule     string      `json:"rule"`                 // as recur.Parse reads it, on the clock of the plan's site; or an AFTER or METER, see Cause
	From     clock.Date  `json:"valid_from"`           // the first day
	Until    *clock.Date `json:"valid_until,omitzero"` // the last day; nil: none
	Holidays Holidays    `json:"holidays"`
	Duration int64       `json:"duration_minutes"`     // in which it is done, of a tour or route at each stop
	Before   int64       `json:"grace_before_minutes"` // that one may begin early
	After    int64       `json:"grace_after_minutes"`  // that one may be late
	Stops    []Stop      `json:"stops,omitempty"`
	Rounds   int64       `json:"rounds"`        // how often the stops are visited in one run: there, back, there again
	Pause    int64       `json:"pause_minutes"` // between two rounds
	Random   bool        `json:"random"`        // the order of the stops is drawn anew for each run

	Seed int64 `json:"-"` // what that order is drawn from; a secret of the plan, so that nobody foretells a guard's way
}

func minutes(n int64) time.Duration { return time.Duration(n) * time.Minute }
