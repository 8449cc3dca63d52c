package ticket_test

import (
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// desk is a world with a category whose ladder has two levels: the technician after an hour, the night shift after two.
type desk struct {
	*testworld.World
	t     *testing.T
	hvac  ticket.Category
	night people.Group // guard and viewer
}

func each(t *testing.T, test func(t *testing.T, w *desk)) {
	t.Helper()
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		d := &desk{World: w, t: t}
		d.night = d.group("Night shift", w.Staff[org.Guard].ID, w.Staff[org.Viewer].ID)
		d.hvac = w.Category("HVAC", func(in *ticket.CategoryInput) { in.Priority, in.Pause, in.Resolve = ticket.High, true, minutes(240) })
		tech := w.Staff[org.Technician].ID
		w.Ladder(d.hvac.ID, nil, ticket.RungInput{After: 60, Person: &tech}, ticket.RungInput{After: 120, Group: &d.night.ID, Mails: []string{"boss@lantern.example"}})
		test(t, d)
	})
}

func minutes(n int64) *int64 { return &n }

func (d *desk) group(name string, members ...id.Person) people.Group {
	d.t.Helper()
	g, err := d.People.CreateGroup(d.t.Context(), d.System, people.GroupInput{Kind: people.OfPeople, Name: name, Active: true, People: members})
	if err != nil {
		d.t.Fatal(err)
	}
	return g
}

// must gives what a use case gave, or ends the test.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (d *desk) get(x ticket.Ticket) ticket.Ticket {
	d.t.Helper()
	return must(d.Ticket.Get(d.t.Context(), d.System, x.ID))(d.t)
}

// move takes a ticket on with a comment, as the system.
func (d *desk) move(x ticket.Ticket, to ticket.Status) ticket.Ticket {
	d.t.Helper()
	return must(d.Ticket.Move(d.t.Context(), d.System, x.ID, d.get(x).Version, to, "because"))(d.t)
}

// after is the moment so long after the world's morning.
func after(d time.Duration) *time.Time {
	at := testworld.Morning.Add(d)
	return &at
}

func (d *desk) who(role string) (actor.Actor, id.Person) {
	d.t.Helper()
	return d.Actor(role), d.Staff[role].ID
}
