package ticket_test

import (
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// TestTheBoardIsTheListsSideBySide: each lane is the beginning of the list of its status, newest first, and its count is what the list holds
// in all; for who sees every site and who sees some, with and without a filter, however deep.
func TestTheBoardIsTheListsSideBySide(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		c := d.crowd()
		for _, who := range []actor.Actor{d.System, d.Actor(org.Technician), d.Actor(org.Guard)} {
			for _, f := range []ticket.Filter{{}, {Site: &d.Harbour.ID}, {Category: &c.water.ID, Kind: ticket.Request}, {Search: "leak"}, {Nobody: true}, {Person: &c.tech, Escalated: true}} {
				for _, depth := range []int{1, 3, page.Max + 1} {
					c.sideBySide(t, who, f, depth)
				}
			}
		}
		if n := must(d.Ticket.Board(t.Context(), d.System, ticket.Filter{}, 2))(t)[ticket.Fresh].Count; n < 3 {
			t.Fatalf("%d new tickets: no lane is longer than it shows", n)
		}
	})
}

// sideBySide compares a board with the lists and counts that it stands for.
func (c *crowd) sideBySide(t *testing.T, who actor.Actor, f ticket.Filter, depth int) {
	t.Helper()
	want, counts := map[ticket.Status]ticket.Lane{}, must(c.Ticket.Counts(t.Context(), who, f))(t)
	for _, s := range ticket.Statuses() {
		one := f
		one.Statuses = []ticket.Status{s}
		list := c.all(who, one)
		if int64(len(list)) != counts[s] {
			t.Errorf("%+v: %d %s tickets are listed, and %d counted", f, len(list), s, counts[s])
		}
		want[s] = ticket.Lane{Tickets: list[:min(depth, len(list))], Count: counts[s]}
		if len(list) == 0 {
			want[s] = ticket.Lane{}
		}
	}
	testworld.Same(t, want, must(c.Ticket.Board(t.Context(), who, f, depth))(t))
	// What a list asks for besides has no meaning on a board.
	f.Statuses, f.Order, f.ChangedAfter = []ticket.Status{ticket.Closed}, ticket.NextEscalation, c.Clock.Now().Add(time.Hour)
	testworld.Same(t, want, must(c.Ticket.Board(t.Context(), who, f, depth))(t))
}

func TestWhoSeesABoard(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		board := func(who actor.Actor, f ticket.Filter) (int64, error) {
			lanes, err := d.Ticket.Board(t.Context(), who, f, 10)
			return lanes[ticket.Fresh].Count, err
		}
		if n, err := board(d.Actor(org.Auditor), ticket.Filter{}); n != 1 || err != nil {
			t.Errorf("an auditor sees %d, %v", n, err)
		}
		for _, who := range []actor.Actor{d.Actor(org.Guard), d.SecondTenant().System} {
			if n, err := board(who, ticket.Filter{}); n != 0 || err != nil {
				t.Errorf("%s sees %d, %v", who.Name(), n, err)
			}
		}
		stranger := id.New[id.Site]()
		if n, err := board(d.System, ticket.Filter{Site: &stranger}); n != 0 || err != nil {
			t.Errorf("of a site that is not there: %d, %v", n, err)
		}
		_, err := board(d.As(d.Someone(nil, ticket.CanComment)), ticket.Filter{})
		testworld.Refused(t, err, ticket.CanRead)
		_, err = board(d.System, ticket.Filter{Priority: "URGENT"})
		testworld.Fault(t, err, fault.Invalid, "priority unknown")
	})
}
