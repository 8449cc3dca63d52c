package demo

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
)

// busy is how many tickets of the smallest world's first tenant are being worked on, about: with more, nothing new happens.
const busy = 60

// Live plans rounds where none are, and has something happen now and then until ctx ends: a ticket is reported, somebody comments, takes, holds, resolves
// or closes one, a guard scans the next stop.
// What cannot be done, because people were faster, is not done.
func Live(ctx context.Context, s Services, o Options) error {
	if o.Beat <= 0 {
		o.Beat = 40 * time.Second
	}
	var scenes []*teller
	for n := range tenants() {
		x, err := sceneOf(ctx, s, n, o)
		if err != nil {
			return err
		}
		x.rnd = rand.New(rand.NewPCG(uint64(s.Now().UnixNano()), uint64(n))) // another day, other things
		if err := x.readDesk(ctx); err != nil {
			return err
		}
		for _, site := range x.sites {
			if err := x.readThings(ctx, site.ID); err != nil {
				return err
			}
		}
		if err := x.planRounds(ctx); err != nil {
			return err
		}
		if len(x.sites) > 0 && len(x.categories) > 0 {
			scenes = append(scenes, newTeller(x, x.rnd))
		}
	}
	for len(scenes) > 0 {
		x := scenes[0]
		if x.rnd.IntN(6) == 0 {
			x = scenes[len(scenes)-1]
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(o.Beat/2 + rand.N(o.Beat)):
		}
		if err := errors.Join(x.happen(ctx), x.patrol(ctx)); err != nil && !elsewhere(err) && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "nothing happened in the demo", "tenant", x.t.code, "err", err)
		}
	}
	return nil
}

// happen does one thing.
func (t *teller) happen(ctx context.Context) error {
	open, err := t.Ticket.List(ctx, t.who, ticket.Filter{Statuses: []ticket.Status{ticket.Fresh, ticket.Open, ticket.OnHold}}, page.Request{Limit: page.Max})
	if err != nil {
		return err
	}
	if most := busy * len(t.sites) / 12; len(open.Items) == 0 || t.rnd.IntN(3) == 0 && len(open.Items) < most {
		return t.perform(ctx, t.tell(t.Now(), t.rnd.Uint64()).deeds[0], ticket.Ticket{})
	}
	on := pick(t.rnd, open.Items)
	if t.rnd.IntN(5) == 0 {
		done, err := t.Ticket.List(ctx, t.who, ticket.Filter{Statuses: []ticket.Status{ticket.Resolved}}, page.Request{Limit: page.Max})
		if err != nil {
			return err
		}
		if len(done.Items) > 0 {
			on = pick(t.rnd, done.Items)
		}
	}
	c, known := t.crews[on.Site]
	if !known {
		return nil
	}
	return t.perform(ctx, t.following(on, c), on)
}

func (t *teller) perform(ctx context.Context, d deed, on ticket.Ticket) error {
	who, err := t.as(ctx, d.by)
	if err == nil {
		_, err = t.act(ctx, t.Work, who, d, on)
	}
	return err
}

// following is what comes next for a ticket.
func (t *teller) following(on ticket.Ticket, c *crew) deed {
	d := deed{tale: &tale{id: on.ID}, verb: move, by: c.heads[0]}
	worker := pick(t.rnd, append([]people.Person{c.heads[0]}, c.technicians...))
	switch n := t.rnd.IntN(10); {
	case on.Status == ticket.Resolved:
		d.status = ticket.Closed
	case on.Status == ticket.Fresh && on.AssigneeName() == "":
		d.verb, d.to = give, ticket.Assignee{Person: &worker.ID}
	case on.Status == ticket.Fresh, on.Status == ticket.OnHold && n < 5:
		d.by, d.status = worker, ticket.Open
	case n < 5 || on.Status == ticket.OnHold:
		d.verb, d.text, d.by = say, pick(t.rnd, remarks()), pick(t.rnd, append(c.guards, worker))
	default:
		m := t.matterOf(on)
		if d.by, d.status, d.text = worker, ticket.Resolved, m.done; n < 7 && m.waits != "" {
			d.status, d.text = ticket.OnHold, m.waits
		}
	}
	return d
}

// matterOf is something that a ticket may be about, by its category and asset.
func (t *teller) matterOf(on ticket.Ticket) matter {
	kind := ""
	if on.Asset != nil {
		for _, a := range t.things[on.Site] {
			if a.ID == *on.Asset {
				kind = t.typeOf(a)
			}
		}
	}
	for _, m := range t.matters {
		if t.categories[m.subject].ID == on.Category && m.thing == kind {
			return m
		}
	}
	return matter{done: "Done and checked."}
}

// typeOf is the code of an asset's type.
func (t *teller) typeOf(a asset.Asset) string {
	if a.Type == nil {
		return ""
	}
	return t.kinds[*a.Type]
}
