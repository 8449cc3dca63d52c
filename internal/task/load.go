package task

import (
	"io"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/ical"
	"intelliwiz/internal/id"
	"intelliwiz/internal/sheet"
)

// Load is how much work one person has in an agenda.
type Load struct {
	Person id.Person
	Name   string
	Total  time.Duration
	Hours  map[time.Time]time.Duration // by the full hour, UTC, in which it falls; more than an hour where work collides
}

// Collision is a person who is to be at two things at once.
type Collision struct {
	Name string
	A, B Entry // B begins while A lasts
}

// Bounds of what is told of an agenda.
const (
	maxCollisions = 100
	longestWork   = 16 * time.Hour // what may be done within a longer time is no work of hours: it fills no one's day, nor collides
)

// works says that an entry fills its person's time.
func (e Entry) works() bool {
	return e.Person != nil && !e.Off() && e.Start.Before(e.End) && e.End.Sub(e.Start) <= longestWork
}

// Loads gives how much work each person has, the most first. It is pure.
func (a Agenda) Loads() []Load {
	at := map[id.Person]int{}
	var out []Load
	for _, e := range a.Entries {
		if !e.works() {
			continue
		}
		n, known := at[*e.Person]
		if !known {
			n = len(out)
			at[*e.Person], out = n, append(out, Load{Person: *e.Person, Name: e.Whose, Hours: map[time.Time]time.Duration{}})
		}
		out[n].Total += e.End.Sub(e.Start)
		for hour := e.Start.UTC().Truncate(time.Hour); hour.Before(e.End); hour = hour.Add(time.Hour) {
			from, until := later(hour, e.Start), hour.Add(time.Hour)
			if e.End.Before(until) {
				until = e.End
			}
			out[n].Hours[hour] += until.Sub(from)
		}
	}
	slices.SortStableFunc(out, func(x, y Load) int {
		if x.Total != y.Total {
			return int((y.Total - x.Total) / time.Second)
		}
		return strings.Compare(x.Name, y.Name)
	})
	return out
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Collisions gives where one person is to be at two things at once, in order of time; at most a hundred. It is pure.
func (a Agenda) Collisions() (out []Collision) {
	of := map[id.Person][]Entry{}
	var people []id.Person
	for _, e := range a.Entries {
		if e.works() {
			if of[*e.Person] == nil {
				people = append(people, *e.Person)
			}
			of[*e.Person] = append(of[*e.Person], e)
		}
	}
	for _, p := range people {
		all := of[p]
		slices.SortStableFunc(all, func(x, y Entry) int { return x.Start.Compare(y.Start) })
		last := 0 // of those before, the one that lasts longest
		for i := 1; i < len(all) && len(out) < maxCollisions; i++ {
			if all[i].Start.Before(all[last].End) {
				out = append(out, Collision{all[i].Whose, all[last], all[i]})
			}
			if all[i].End.After(all[last].End) {
				last = i
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Collision) int { return x.B.Start.Compare(y.B.Start) })
	return out
}

// State is how an entry stands, for people.
func (e Entry) State() string {
	switch {
	case e.Skipped:
		return "Does not come"
	case !e.Made:
		return "Planned"
	}
	return e.Status.Label()
}

// Table writes an agenda as a table; times are those of each site's clock. Nothing in it is taken for a formula.
func (a Agenda) Table(w io.Writer, f sheet.Format) error {
	out, err := sheet.NewWriter(w, f, "Planner")
	if err != nil {
		return err
	}
	if err := out.Write([]string{"Kind", "Name", "Site", "From", "Until", "Time zone", "Person or group", "State", "Remark", "Plan", "Task"}); err != nil {
		return err
	}
	for _, e := range a.Entries {
		zone, err := clock.Zone(e.Zone)
		if err != nil {
			return err
		}
		const form = "2006-01-02 15:04"
		row := []string{e.Kind.Label(), e.Name, e.Place, e.Begins.In(zone).Format(form), e.Due.In(zone).Format(form), e.Zone, e.Whose, e.State(), e.Why, "", ""}
		if e.Plan != nil {
			row[9] = e.Plan.String()
		}
		if e.Made {
			row[10] = e.ID.String()
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	return out.Close()
}

// Calendar writes an agenda as an iCalendar file. link gives the address of an entry's page. What does not come is left out.
func (a Agenda) Calendar(w io.Writer, stamp time.Time, link func(Entry) string) error {
	var events []ical.Event
	for _, e := range a.Entries {
		if e.Skipped {
			continue
		}
		text := e.State()
		if e.Why != "" {
			text += ". " + e.Why
		}
		events = append(events, ical.Event{
			UID: e.ID.String() + "@intelliwiz", Summary: e.Name, Text: strings.TrimSpace(text + "\n" + e.Whose), Place: e.Place, URL: link(e), From: e.Begins, Until: e.Due, Stamp: stamp,
			Category: e.Kind.Label(), Off: e.Status == Cancelled,
		})
	}
	return ical.Write(w, "Planner", events)
}
