// Package notice tells people what concerns them: one notice for a person and a change, in the product and, where they want it, by mail and on their devices.
// Who is to be told is said by those who know: a domain registers a Teller for verbs of the journal. The package refuses to tell twice, to
// tell people what they did themselves, and to tell of records that they muted; mail and devices wait until a person's quiet hours are over.
package notice

import (
	"context"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/news"
)

// Teller says who is to be told of a change. who is the system in the change's tenant. It is asked again when telling failed, so it changes
// nothing; an empty answer tells nobody.
type Teller func(ctx context.Context, who actor.Actor, e journal.Event) ([]news.Item, error)

// Notice is what one person is told of a change.
type Notice struct {
	ID        id.Notice  `json:"id"`
	Verb      string     `json:"verb"`    // of the journal: "ticket.assigned"
	Subject   string     `json:"subject"` // the noun of the record: "ticket"
	SubjectID id.Any     `json:"subject_id"`
	Title     string     `json:"title"`
	Detail    string     `json:"detail"` // lines
	Reason    string     `json:"reason"` // after "You get this because"
	At        time.Time  `json:"at"`     // when the change was made
	Read      *time.Time `json:"read_at"`
	Pushed    *time.Time `json:"pushed_at"` // when it was sent to a device of the person; nil: to none
}

// Filter narrows a list of notices.
type Filter struct {
	Unread  bool    // only those that were not read
	Subject *id.Any // only those of this record
}

// Settings is how a person wants to be told. Notices in the product are always made.
type Settings struct {
	Mail       bool  `json:"mail"`        // by mail too, when the person has an address
	Push       bool  `json:"push"`        // on the devices too that the person turned on
	QuietFrom  int64 `json:"quiet_from"`  // minutes of the local day of the person's home site, 0 to 1439
	QuietUntil int64 `json:"quiet_until"` // the same; before QuietFrom: on the next day; equal: no quiet hours
	Version    int64 `json:"version"`     // 0: never changed
}

// SettingsInput is what a person says about being told.
type SettingsInput struct {
	Mail       bool
	Push       *bool // nil: as it was
	QuietFrom  int64 // minutes of the local day
	QuietUntil int64
}

// unsaid is what holds for a person who never said anything.
func unsaid() Settings { return Settings{Mail: true, Push: true} }

// Check gives every violation at its field.
func (in *SettingsInput) Check() error {
	var c fault.Check
	c.That(in.QuietFrom >= 0 && in.QuietFrom < day, "quiet_from", "range", "A time of the day is between 0 and 1439 minutes after midnight.")
	c.That(in.QuietUntil >= 0 && in.QuietUntil < day, "quiet_until", "range", "A time of the day is between 0 and 1439 minutes after midnight.")
	return c.Err()
}

// Mute is a record that a person does not want to hear of.
type Mute struct {
	Subject   string    `json:"subject"`
	SubjectID id.Any    `json:"subject_id"`
	Title     string    `json:"title"` // of the last notice about it
	Since     time.Time `json:"since"`
}

const day = 24 * 60 // minutes

// Quiet says whether a moment lies in the quiet hours of a person in a zone, and when these end. A night in which the clocks change
// ends when the wall clock says so.
func (s Settings) Quiet(now time.Time, zone *time.Location) (until time.Time, quiet bool) {
	local := now.In(zone)
	at := int64(local.Hour()*60 + local.Minute())
	from, to := s.QuietFrom, s.QuietUntil
	over := from > to // past midnight
	switch {
	case from == to, !over && (at < from || at >= to), over && at < from && at >= to:
		return time.Time{}, false
	}
	next := local.Day()
	if over && at >= from {
		next++
	}
	until = time.Date(local.Year(), local.Month(), next, int(to/60), int(to%60), 0, 0, zone)
	if !until.After(now) { // the hour came twice
		until = now.Add(time.Hour)
	}
	return until.UTC(), true
}

// tidied cuts an item to what is stored.
func tidied(t news.Item) news.Item {
	t.Title, t.Reason = cut(fold.Line(t.Title), 300), cut(fold.Line(t.Reason), 300)
	t.Detail = cut(strings.TrimSpace(t.Detail), 2000)
	t.Mails = slices.Clone(t.Mails)
	return t
}

// detail is what stands below the title, with the moments in a zone.
func detail(t news.Item, zone *time.Location) string {
	lines := []string{}
	if t.Detail != "" {
		lines = append(lines, t.Detail)
	}
	for _, m := range t.Times {
		lines = append(lines, m.Label+" "+moment(m.At, zone))
	}
	return strings.Join(lines, "\n")
}

// moment is a time as people read it, with its zone.
func moment(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2 Jan 2006, 15:04") + " (" + zone.String() + ")"
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
