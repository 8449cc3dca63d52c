package demo

import (
	"container/heap"
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
)

// act does a deed as somebody, about a ticket as it stands, and gives the ticket after it.
func (x *scene) act(ctx context.Context, work Work, who actor.Actor, d deed, t ticket.Ticket) (ticket.Ticket, error) {
	switch d.verb {
	case report:
		return work.Ticket.Create(ctx, who, d.tale.in)
	case give:
		return work.Ticket.Assign(ctx, who, t.ID, t.Version, d.to)
	case move:
		return work.Ticket.Move(ctx, who, t.ID, t.Version, d.status, d.text)
	case say:
		c, err := work.Ticket.Comment(ctx, who, t.ID, d.text)
		after := t
		after.Updated = c.At
		return after, err
	}
	return t, x.turn(ctx, work, who, d, t)
}

// turn changes the status of the ticket's asset; one that has it already is left alone.
func (x *scene) turn(ctx context.Context, work Work, who actor.Actor, d deed, t ticket.Ticket) error {
	a, err := work.Asset.GetAsset(ctx, who, *d.tale.in.Asset)
	if err != nil || a.Status == d.asset || a.Status == asset.Scrapped {
		return err
	}
	_, err = work.Asset.SetStatus(ctx, who, a.ID, a.Version, d.asset, d.text+" "+t.Ref())
	return err
}

// climbs are the moments at which tickets climb, the next first; what has moved on since is found out when its moment comes.
type climbs []climb

type climb struct {
	at     time.Time
	ticket id.Ticket
}

func (c *climbs) push(t ticket.Ticket) {
	if t.Next != nil {
		heap.Push((*byTime)(c), climb{*t.Next, t.ID})
	}
}

// pop takes the next that is before a moment.
func (c *climbs) pop(until time.Time) (ticket id.Ticket, at time.Time, ok bool) {
	if len(*c) == 0 || !(*c)[0].at.Before(until) {
		return ticket, at, false
	}
	first := heap.Pop((*byTime)(c)).(climb) //nolint:forcetypeassert // nothing else is in it
	return first.ticket, first.at, true
}

// byTime is climbs as a heap.
type byTime []climb

// Len is how many there are.
func (h byTime) Len() int { return len(h) }

// Less says which is earlier.
func (h byTime) Less(i, j int) bool { return h[i].at.Before(h[j].at) }

// Swap changes places.
func (h byTime) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push adds one at the end.
func (h *byTime) Push(x any) { *h = append(*h, x.(climb)) } //nolint:forcetypeassert // nothing else is pushed

// Pop takes the one at the end.
func (h *byTime) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
