// Package plan says what comes again: tasks, tours inside a site, routes over sites, planned maintenance; when they come, in which order their
// stops are visited, and by when each is done. What happens when is a pure function of the plan, the zone and the calendar of its site: the
// generator, the preview, the calendar of a month and the tests run the same code. It does no work and knows no answers; see task.
package plan

import (
	"slices"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
)

// Kind is what comes again.
type Kind string

// The kinds of plan (domain/ops.md 1.7).
const (
	Task        Kind = "TASK"  // one thing to be done
	Tour        Kind = "TOUR"  // stops inside a site
	Route       Kind = "ROUTE" // stops that are sites
	Maintenance Kind = "PPM"   // of an asset, planned long ahead
)

// Kinds gives the kinds in the order of the form.
func Kinds() []Kind { return []Kind{Task, Tour, Route, Maintenance} }

// Valid says that there is such a kind.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Stops says that a plan of this kind is a round of stops.
func (k Kind) Stops() bool { return k == Tour || k == Route }

// Label is the kind for people.
func (k Kind) Label() string {
	return map[Kind]string{Task: "Task", Tour: "Tour", Route: "Route", Maintenance: "Maintenance"}[k]
}

// Holidays is what becomes of a firing on a holiday or in a blackout.
type Holidays string

// The policies.
const (
	Generate Holidays = "GENERATE" // it comes all the same
	Skip     Holidays = "SKIP"     // it does not come
	Shift    Holidays = "SHIFT"    // it comes at the same time of the next working day
)

// Valid says that there is such a policy.
func (h Holidays) Valid() bool { return h == Generate || h == Skip || h == Shift }

// Label is the policy for people.
func (h Holidays) Label() string {
	return map[Holidays]string{Generate: "Comes all the same", Skip: "Does not come", Shift: "Moves to the next working day"}[h]
}

// Stop is a point of a tour or route.
type Stop struct {
	ID        id.Stop       `json:"id"`
	Asset     *id.Asset     `json:"asset_id,omitzero"` // of a tour: the checkpoint
	Site      *id.Site      `json:"site_id,omitzero"`  // of a route: the site
	Checklist *id.Checklist `json:"checklist_id,omitzero"`
	Travel    int64         `json:"travel_minutes"` // from the stop before it
	Break     int64         `json:"break_minutes"`  // after it
	Metres    int64         `json:"metres"`         // from the stop before it
}

// Schedule is the part of a plan that says when.
type Schedule struct {
	Plan     id.Plan
	Kind     Kind
	Rule     string      // as recur.Parse reads it
	From     clock.Date  // the first day
	Until    *clock.Date // the last day; nil: none
	Holidays Holidays
	Duration int64 // minutes in which it is done, of a tour or route at each stop
	Before   int64 // minutes that one may begin early
	After    int64 // minutes that one may be late
	Stops    []Stop
	Rounds   int64 // how often the stops are visited in one run: there, back, there again
	Pause    int64 // minutes between two rounds
	Random   bool  // the order of the stops is drawn anew for each run
	Seed     int64 // what that order is drawn from; a secret of the plan, so that nobody foretells a guard's way
}

func minutes(n int64) time.Duration { return time.Duration(n) * time.Minute }
