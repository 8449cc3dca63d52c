package ticket_test

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
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

// crowd is tickets of every sort, in the order in which they were made.
type crowd struct {
	*desk
	water       ticket.Category
	gate        id.Location
	pump        id.Asset
	guard, tech id.Person
	made        []ticket.Ticket
}

func (d *desk) crowd() *crowd {
	d.t.Helper()
	c := &crowd{desk: d, water: d.Category("WATER"), guard: d.Staff[org.Guard].ID, tech: d.Staff[org.Technician].ID}
	c.gate, c.pump = d.Location(d.Harbour.ID, "GATE", nil).ID, d.NewAsset(d.Harbour.ID, "P-1").ID
	r := rand.New(rand.NewPCG(1, 2))
	any := func(n int) bool { return r.IntN(n) == 0 }
	for i := range 40 {
		site := []id.Site{d.Harbour.ID, d.Harbour.ID, d.Tower.ID, d.Mill.ID}[r.IntN(4)]
		in := ticket.Input{Site: site, Title: []string{"Leak", "Ölfleck 100%", "Broken lamp"}[i%3], Category: []id.Category{d.hvac.ID, c.water.ID}[r.IntN(2)],
			Priority: []ticket.Priority{"", ticket.Low, ticket.Medium}[r.IntN(3)], Kind: []ticket.Kind{ticket.Incident, ticket.Request}[r.IntN(2)]}
		if site == d.Harbour.ID && any(2) {
			in.Location = &c.gate
		}
		if site == d.Harbour.ID && any(2) {
			in.Asset = &c.pump
		}
		in.Assignee = []ticket.Assignee{{}, {Person: &c.guard}, {Person: &c.tech}, {Group: &d.night.ID}}[r.IntN(4)]
		who := d.System
		if any(3) {
			who = d.Actor(org.Supervisor)
		}
		if who.Kind() == actor.Person && site == d.Mill.ID {
			in.Site, in.Location, in.Asset = d.Tower.ID, nil, nil
		}
		x := must(d.Ticket.Create(d.t.Context(), who, in))(d.t)
		for _, to := range [][]ticket.Status{{}, {ticket.Open}, {ticket.Open, ticket.OnHold}, {ticket.Open, ticket.Resolved}, {ticket.Cancelled}}[r.IntN(5)] {
			d.Clock.Advance(time.Minute)
			x = d.move(x, to)
		}
		if x.Status == ticket.Fresh && any(2) {
			d.climbTo(&x)
		}
		c.made = append(c.made, d.get(x))
	}
	return c
}

// climbTo lets a ticket climb once, by the clock of another node that is far ahead.
func (d *desk) climbTo(x *ticket.Ticket) {
	d.t.Helper()
	if x.Next == nil {
		return
	}
	ahead := x.Next.Sub(d.Clock.Now())
	d.Clock.Advance(ahead)
	if !must(d.Ticket.Escalate(d.t.Context(), d.System, x.ID))(d.t) {
		d.t.Fatal("it did not climb")
	}
	d.Clock.Advance(-ahead)
}

// all walks a list by pieces of two.
func (d *desk) all(who actor.Actor, f ticket.Filter) []ticket.Ticket {
	d.t.Helper()
	out := []ticket.Ticket{}
	for p := (page.Request{Limit: 2}); ; {
		list := must(d.Ticket.List(d.t.Context(), who, f, p))(d.t)
		out = append(out, list.Items...)
		if p.After = list.Next; p.After == "" {
			return out
		}
	}
}

// TestEveryFilterAndItsCounts holds each filter to a model of it, for an actor who sees every site and one who sees some, walked by pieces;
// and the counts to what one sees after drilling down.
func TestEveryFilterAndItsCounts(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		c := d.crowd()
		half := c.made[20].Updated
		due := testworld.Morning.Add(4*time.Hour + 30*time.Minute)
		search := func(text string) func(x ticket.Ticket) bool {
			return func(x ticket.Ticket) bool {
				return strings.Contains(strings.ToLower(x.Ref()+" "+x.Title), strings.ToLower(text))
			}
		}
		is := func(p *id.Person, want id.Person) bool { return p != nil && *p == want }
		supervisor := d.Staff[org.Supervisor].ID
		for _, f := range []struct {
			ticket.Filter
			fits func(x ticket.Ticket) bool
		}{
			{ticket.Filter{}, func(ticket.Ticket) bool { return true }},
			{ticket.Filter{Statuses: []ticket.Status{ticket.Open, ticket.OnHold}}, func(x ticket.Ticket) bool { return x.Status == ticket.Open || x.Status == ticket.OnHold }},
			{ticket.Filter{Site: &d.Tower.ID}, func(x ticket.Ticket) bool { return x.Site == d.Tower.ID }},
			{ticket.Filter{Category: &c.water.ID}, func(x ticket.Ticket) bool { return x.Category == c.water.ID }},
			{ticket.Filter{Priority: ticket.Low}, func(x ticket.Ticket) bool { return x.Priority == ticket.Low }},
			{ticket.Filter{Kind: ticket.Request}, func(x ticket.Ticket) bool { return x.Kind == ticket.Request }},
			{ticket.Filter{Person: &c.tech}, func(x ticket.Ticket) bool { return is(x.Person, c.tech) }},
			{ticket.Filter{Group: &d.night.ID}, func(x ticket.Ticket) bool { return x.Group != nil }},
			{ticket.Filter{Nobody: true}, func(x ticket.Ticket) bool { return x.Person == nil && x.Group == nil }},
			{ticket.Filter{Creator: &supervisor}, func(x ticket.Ticket) bool { return is(x.Creator, supervisor) }},
			{ticket.Filter{Asset: &c.pump}, func(x ticket.Ticket) bool { return x.Asset != nil }},
			{ticket.Filter{Location: &c.gate}, func(x ticket.Ticket) bool { return x.Location != nil }},
			{ticket.Filter{Escalated: true}, func(x ticket.Ticket) bool { return x.Level > 0 }},
			{ticket.Filter{DueBefore: due}, func(x ticket.Ticket) bool { return x.Due != nil && x.Due.Before(due) }},
			{ticket.Filter{ChangedAfter: half}, func(x ticket.Ticket) bool { return !x.Updated.Before(half) }},
			{ticket.Filter{Order: ticket.NextEscalation}, func(x ticket.Ticket) bool { return x.Next != nil }},
			{ticket.Filter{Order: ticket.NextEscalation, ChangedAfter: half}, func(x ticket.Ticket) bool { return x.Next != nil && !x.Updated.Before(half) }},
			{ticket.Filter{Search: "ölfleck 100%"}, search("ölfleck")},
			{ticket.Filter{Search: "tower#1"}, search("tower#1")},
			{ticket.Filter{Search: "100_"}, func(ticket.Ticket) bool { return false }},
			{ticket.Filter{Site: &d.Harbour.ID, Kind: ticket.Incident, Search: "leak", Statuses: []ticket.Status{ticket.Fresh}},
				func(x ticket.Ticket) bool {
					return x.Site == d.Harbour.ID && x.Kind == ticket.Incident && x.Title == "Leak" && x.Status == ticket.Fresh
				}},
		} {
			c.holds(t, d.System, f.Filter, f.fits)
			c.holds(t, d.Actor(org.Technician), f.Filter, func(x ticket.Ticket) bool { return x.Site == d.Tower.ID && f.fits(x) })
		}
		c.holds(t, d.Actor(org.Viewer), ticket.Filter{Mine: true}, func(x ticket.Ticket) bool { return x.Group != nil })
		c.holds(t, d.Actor(org.Guard), ticket.Filter{Mine: true}, func(x ticket.Ticket) bool { return x.Site == d.Harbour.ID && (x.Group != nil || is(x.Person, c.guard)) })
	})
}

// holds compares a list and its counts with those tickets of the crowd that fit.
func (c *crowd) holds(t *testing.T, who actor.Actor, f ticket.Filter, fits func(x ticket.Ticket) bool) {
	t.Helper()
	want := slices.DeleteFunc(slices.Clone(c.made), func(x ticket.Ticket) bool { return !fits(x) })
	slices.SortFunc(want, func(a, b ticket.Ticket) int {
		switch {
		case f.Order == ticket.NextEscalation:
			return cmp.Or(a.Next.Compare(*b.Next), cmp.Compare(a.ID.String(), b.ID.String()))
		case !f.ChangedAfter.IsZero():
			return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.ID.String(), b.ID.String()))
		}
		return cmp.Compare(b.ID.String(), a.ID.String())
	})
	for i := range want {
		want[i].Mine = false
	}
	testworld.Same(t, want, c.all(who, f))
	counts := must(c.Ticket.Counts(t.Context(), who, f))(t)
	drilled := map[ticket.Status]int64{}
	for _, s := range ticket.Statuses() {
		one := f
		one.Statuses = []ticket.Status{s}
		if n := int64(len(c.all(who, one))); n > 0 {
			drilled[s] = n
		}
	}
	if !maps.Equal(counts, drilled) {
		t.Errorf("%+v: counts %v, but one sees %v", f, counts, drilled)
	}
	before := c.Clock.Now().Add(48 * time.Hour).Truncate(time.Minute)
	todo, late := f, f
	todo.Statuses, late.Statuses, late.DueBefore = ticket.ActiveStatuses(), ticket.ActiveStatuses(), before
	for range 2 { // the second comes from memory
		if n, seen := must(c.Ticket.Active(t.Context(), who, f))(t), len(c.all(who, todo)); n != int64(seen) {
			t.Errorf("%+v: %d are to be worked on, but one sees %d", f, n, seen)
		}
		if n, seen := must(c.Ticket.Late(t.Context(), who, f, before))(t), len(c.all(who, late)); n != int64(seen) {
			t.Errorf("%+v: %d are late, but one sees %d", f, n, seen)
		}
	}
}

// TestDefect095ADeltaLosesNothing: a strict comparison lost what changed in the same instant. A reader who goes on from the last moment that
// it saw gets every change, even of what moves in the list while it reads.
func TestDefect095ADeltaLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first := d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		second := d.NewTicket(d.Mill.ID, d.hvac.ID, "B") // in the same instant
		f := ticket.Filter{ChangedAfter: first.Updated}
		list := must(d.Ticket.List(t.Context(), d.System, f, page.Request{Limit: 1}))(t)
		d.Clock.Advance(time.Second)
		moved := d.move(first, ticket.Open) // was seen already
		rest := must(d.Ticket.List(t.Context(), d.System, f, page.Request{After: list.Next}))(t)
		moved.Mine = false
		testworld.Same(t, []ticket.Ticket{first}, list.Items)
		testworld.Same(t, []ticket.Ticket{second, moved}, rest.Items)
	})
}

func TestFaultsOfLists(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		f := ticket.Filter{Statuses: []ticket.Status{ticket.Open, "LOST"}, Priority: "X", Kind: "Y", Order: "changes", Search: strings.Repeat("x", 201)}
		want := []string{"status[1] unknown", "priority unknown", "kind unknown", "order unknown", "search too_long"}
		_, err := d.Ticket.List(ctx, d.System, f, page.Request{})
		testworld.Fault(t, err, fault.Invalid, want...)
		_, err = d.Ticket.Counts(ctx, d.System, f)
		testworld.Fault(t, err, fault.Invalid, want...)
		_, err = d.Ticket.List(ctx, d.System, ticket.Filter{}, page.Request{After: "x"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
		d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		d.NewTicket(d.Mill.ID, d.hvac.ID, "B")
		list := must(d.Ticket.List(ctx, d.System, ticket.Filter{}, page.Request{Limit: 1}))(t)
		_, err = d.Ticket.List(ctx, d.System, ticket.Filter{Order: ticket.NextEscalation}, page.Request{After: strings.Repeat(list.Next, 2)})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
		stranger := d.As(d.Someone(nil))
		_, err = d.Ticket.List(ctx, stranger, ticket.Filter{}, page.Request{})
		testworld.Refused(t, err, ticket.CanRead)
		_, err = d.Ticket.Counts(ctx, stranger, ticket.Filter{})
		testworld.Refused(t, err, ticket.CanRead)
		_, err = d.Ticket.Late(ctx, stranger, ticket.Filter{}, d.Clock.Now())
		testworld.Refused(t, err, ticket.CanRead)
		_, err = d.Ticket.Get(ctx, stranger, list.Items[0].ID)
		testworld.Refused(t, err, ticket.CanRead)
		_, err = d.Ticket.ByID(ctx, stranger, nil)
		testworld.Refused(t, err, ticket.CanRead)
		found := must(d.Ticket.ByID(ctx, d.System, []id.Ticket{list.Items[0].ID, id.New[id.Ticket]()}))(t)
		testworld.Same(t, map[id.Ticket]ticket.Ticket{list.Items[0].ID: list.Items[0]}, found)
	})
}
