package demo

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/ticket"
)

// days is how far the past of the demo world goes back.
const days = 90

// Past says what the past of the demo world came to, of both tenants.
type Past struct {
	Locations, Assets, Tickets int
	Deeds                      int // that were done by this call; 0 when all was there
	Left                       int // of those meant, that somebody else's hand had made impossible
}

// Fill gives the demo world its past: what stands at the sites and the tickets of the last days, each thing done by somebody at its moment.
// It goes on where an earlier call was broken off, and does nothing twice. What people change meanwhile it leaves alone.
func Fill(ctx context.Context, s Services, o Options) (sum Past, err error) {
	if o.Tales == 0 {
		o.Tales = 1500
	}
	for n, t := range tenants() {
		x, err := sceneOf(ctx, s, n, o)
		if err != nil {
			return sum, err
		}
		p := &past{scene: x, number: o.Tales, clock: clock.At(x.made.AddDate(0, 0, -days-10)), live: map[id.Ticket]ticket.Ticket{}, sum: &sum}
		p.work = s.At(p.clock.Now)
		for _, step := range []func(context.Context) error{p.prepare, p.relive} {
			if err := step(ctx); err != nil {
				return sum, fmt.Errorf("past of %s: %w", t.code, err)
			}
		}
	}
	return sum, nil
}

// past relives what happened.
type past struct {
	*scene
	number int // of tickets, at scale 1
	clock  *clock.Hand
	work   Work
	tales  []*tale
	live   map[id.Ticket]ticket.Ticket // as they stand, of tales that go on
	next   climbs
	sum    *Past
}

func (p *past) prepare(ctx context.Context) error {
	if err := p.furnish(ctx, p.work); err != nil {
		return err
	}
	if err := p.equip(ctx, p.work); err != nil {
		return err
	}
	for _, s := range p.sites {
		p.sum.Locations += len(p.places[s.ID])
		p.sum.Assets += len(p.things[s.ID])
	}
	p.makeUp()
	p.sum.Tickets += len(p.tales)
	return nil
}

// makeUp makes up all tales, in the order in which they begin. More begin by day than by night, and some of the last hours are left lying.
func (p *past) makeUp() {
	r := rand.New(rand.NewPCG(p.seed, sum(p.t.code)))
	number := p.number * len(p.sites) / 12
	begins := make([]time.Time, number)
	for i := range begins {
		minutes := r.IntN(days * 24 * 60)
		if hour := (minutes/60 + 24*days - p.made.Hour() - 6) % 24; (hour < 2 || hour > 15) && r.IntN(3) > 0 {
			minutes = r.IntN(days * 24 * 60)
		}
		begins[i] = p.made.Add(-time.Duration(minutes)*time.Minute - time.Duration(r.IntN(60_000_000))*time.Microsecond)
	}
	slices.SortFunc(begins, time.Time.Compare)
	t := newTeller(p.scene, r)
	for i, at := range begins {
		p.tales = append(p.tales, t.tell(at, p.seed^uint64(i)*0x9e3779b97f4a7c15))
	}
}

// relive does every deed up to the moment at which the world was made, and in between what climbs by itself.
func (p *past) relive(ctx context.Context) error {
	from, err := p.begun(ctx)
	if err != nil {
		return err
	}
	var deeds []deed
	for _, t := range p.tales {
		for _, d := range t.deeds {
			if there := d.verb == report && !d.at.After(from); !there && !d.at.Before(from) && d.at.Before(p.made) {
				deeds = append(deeds, d)
				t.left++
			}
		}
	}
	slices.SortStableFunc(deeds, func(a, b deed) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.verb, b.verb)) })
	done := 0
	for some := range slices.Chunk(deeds, atOnce) {
		err := p.DB.Together(ctx, p.who, func(ctx context.Context) error { return p.doAll(ctx, some) })
		if err != nil {
			return err
		}
		if done += len(some); done%1000 == 0 {
			p.Log.InfoContext(ctx, "the demo's past is being written", "tenant", p.t.code, "done", done, "of", len(deeds))
		}
	}
	return p.climbUntil(ctx, p.made)
}

// atOnce is how many deeds one transaction holds: others wait for a writer no longer than these take.
const atOnce = 25

// doAll does some deeds, and in between what climbs by itself.
func (p *past) doAll(ctx context.Context, deeds []deed) error {
	for _, d := range deeds {
		if err := p.climbUntil(ctx, d.at); err != nil {
			return err
		}
		p.clock.Advance(d.at.Sub(p.clock.Now()))
		if err := p.do(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// begun finds where an earlier call was broken off: everything before the last ticket that is there was done. Zero: nothing was.
func (p *past) begun(ctx context.Context) (time.Time, error) {
	var fault error
	n := sort.Search(len(p.tales), func(i int) bool {
		there, err := p.Ticket.ByID(ctx, p.who, []id.Ticket{p.tales[i].id})
		fault = cmp.Or(fault, err)
		return len(there) == 0
	})
	if fault != nil || n == 0 {
		return time.Time{}, fault
	}
	waiting, err := all(func(r page.Request) (page.Of[ticket.Ticket], error) {
		return p.Ticket.List(ctx, p.who, ticket.Filter{Order: ticket.NextEscalation}, r)
	})
	for _, t := range waiting {
		p.next.push(t)
	}
	return p.tales[n-1].begun, err
}

// climbUntil takes up the tickets that climb before a moment, each at its own.
func (p *past) climbUntil(ctx context.Context, until time.Time) error {
	for {
		ticket, at, ok := p.next.pop(until)
		if !ok {
			return nil
		}
		if d := at.Sub(p.clock.Now()); d > 0 {
			p.clock.Advance(d)
		}
		climbed, err := p.work.Ticket.Escalate(ctx, p.who, ticket)
		if err != nil {
			return err
		}
		if !climbed {
			continue // it has moved on meanwhile
		}
		t, err := p.work.Ticket.Get(ctx, p.who, ticket)
		if err != nil {
			return err
		}
		p.next.push(t)
		if _, on := p.live[t.ID]; on {
			p.live[t.ID] = t
		}
	}
}

// do does one deed, unless the ticket shows that it was done, or that somebody else has a hand in it.
func (p *past) do(ctx context.Context, d deed) error {
	d.tale.left--
	t, ready, err := p.ready(ctx, d)
	if err != nil || !ready {
		return err
	}
	who, err := p.as(ctx, d.by)
	if err != nil {
		return err
	}
	after, err := p.act(ctx, p.work, who, d, t)
	if elsewhere(err) {
		p.Log.DebugContext(ctx, "somebody else has a hand in it", "ticket", d.tale.id, "err", err)
		p.sum.Left++
		return nil
	}
	if err != nil {
		return err
	}
	p.sum.Deeds++
	if delete(p.live, after.ID); d.tale.left > 0 {
		p.live[after.ID] = after
	}
	if after.Next != nil && (t.Next == nil || !t.Next.Equal(*after.Next)) {
		p.next.push(after)
	}
	return nil
}

// ready gives the ticket that a deed is about, and whether the deed is still to be done: a ticket that changed since its moment shows that it
// was done, or that it is in other hands.
func (p *past) ready(ctx context.Context, d deed) (t ticket.Ticket, ready bool, err error) {
	if d.verb == report {
		return t, true, nil
	}
	t, known := p.live[d.tale.id]
	if !known {
		t, err = p.Ticket.Get(ctx, p.who, d.tale.id)
		if fault.KindOf(err) == fault.NotFound {
			return t, false, nil
		}
	}
	return t, err == nil && (d.verb == turn || t.Updated.Before(d.at)), err
}

// elsewhere says that a deed is not possible, because the world is not as its tale has it.
func elsewhere(err error) bool {
	switch fault.KindOf(err) {
	case fault.Conflict, fault.NotFound, fault.Invalid, fault.Forbidden:
		return true
	}
	return false
}
