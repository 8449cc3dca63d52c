package asset

import (
	"slices"
	"time"

	"intelliwiz/internal/id"
)

// Status says whether something works.
type Status string

// The states of locations and assets.
const (
	Working     Status = "WORKING"
	Standby     Status = "STANDBY"
	Maintenance Status = "MAINTENANCE"
	Scrapped    Status = "SCRAPPED" // the end of life: no longer offered anywhere
)

// Statuses gives every status, in the order of a life.
func Statuses() []Status { return []Status{Working, Standby, Maintenance, Scrapped} }

// Valid says that there is such a status.
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// Label is the status in the user's words.
func (s Status) Label() string {
	return map[Status]string{Working: "Working", Standby: "Standby", Maintenance: "Maintenance", Scrapped: "Scrapped"}[s]
}

// StatusChange is a row of an asset's status log: one a change, whatever the channel.
type StatusChange struct {
	ID     id.StatusChange `json:"id"`
	Asset  id.Asset        `json:"asset_id"`
	From   Status          `json:"from_status"` // "" = the first
	To     Status          `json:"to_status"`
	Person *id.Person      `json:"person_id,omitzero"` // nil for background work
	Note   string          `json:"note"`
	At     time.Time       `json:"at"`

	// PersonName is who changed it, read with the row; "" for background work.
	PersonName string `json:"person_name"`
}

// Before is the status that the change ended; nil for the first.
func (x StatusChange) Before() *Status {
	if x.From == "" {
		return nil
	}
	return &x.From
}

// Spell is an unbroken time in one status.
type Spell struct {
	Status Status
	From   time.Time
	To     time.Time // of the open spell: the moment that was asked for
	Open   bool      // it lasts
}

// Lasted is how long the spell took so far; never less than nothing, whatever the clocks of several nodes said.
func (s Spell) Lasted() time.Duration { return max(s.To.Sub(s.From), 0) }

// Spells cuts a status log, oldest row first, into spells: each row opens one that the next row ends, and the last is open until now.
func Spells(log []StatusChange, now time.Time) []Spell {
	spells := make([]Spell, len(log))
	for i, x := range log {
		spells[i] = Spell{Status: x.To, From: x.At, To: now, Open: true}
		if i+1 < len(log) {
			spells[i].To, spells[i].Open = log[i+1].At, false
		}
	}
	return spells
}

// Share is the time that was spent in one status.
type Share struct {
	Status Status
	Time   time.Duration
	Spells int // how often it was entered
}

// Spent is where an asset's time went.
type Spent struct {
	Since  time.Time // the log begins here, or what was read of it
	Until  time.Time // now
	Spells []Spell   // oldest first
	Shares []Share   // every status that was ever entered, in the order of a life; their times add up to the time since Since
}

// SpentOf adds up the spells of a status log, oldest row first, until now.
func SpentOf(log []StatusChange, now time.Time) Spent {
	out := Spent{Since: now, Until: now, Spells: Spells(log, now)}
	if len(log) > 0 {
		out.Since = log[0].At
	}
	out.Shares = sharesOf(out.Spells)
	return out
}

// Last is what was spent in the last d of it: spells that began before begin there.
func (s Spent) Last(d time.Duration) Spent {
	from := s.Until.Add(-d)
	if !s.Since.Before(from) {
		return s
	}
	out := Spent{Since: from, Until: s.Until}
	for _, x := range s.Spells {
		if x.To.After(from) || x.Open {
			if x.From.Before(from) {
				x.From = from
			}
			out.Spells = append(out.Spells, x)
		}
	}
	out.Shares = sharesOf(out.Spells)
	return out
}

func sharesOf(spells []Spell) (out []Share) {
	for _, status := range Statuses() {
		share := Share{Status: status}
		for _, x := range spells {
			if x.Status == status {
				share.Time += x.Lasted()
				share.Spells++
			}
		}
		if share.Spells > 0 {
			out = append(out, share)
		}
	}
	return out
}
