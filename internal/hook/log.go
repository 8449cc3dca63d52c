package hook

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// GetDelivery gives one message to a webhook. Needs webhook.read in the whole tenant; NotFound when there is none.
func (s *Service) GetDelivery(ctx context.Context, who actor.Actor, delivery id.Delivery) (d Delivery, err error) {
	if err := who.RequireEverywhere(CanRead); err != nil {
		return Delivery{}, err
	}
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		d, err = db.One(ctx, tx, scanDelivery, deliveryGet, delivery)
		return fault.Named(err, "delivery")
	})
	return d, err
}

// ListDeliveries gives the log of a webhook, newest first: the last thirty days. Needs webhook.read in the whole tenant; NotFound when there
// is no such webhook.
func (s *Service) ListDeliveries(ctx context.Context, who actor.Actor, webhook id.Webhook, f Filter, p page.Request) (page.Of[Delivery], error) {
	if err := who.RequireEverywhere(CanRead); err != nil {
		return page.Of[Delivery]{}, err
	}
	if err := f.check(); err != nil {
		return page.Of[Delivery]{}, err
	}
	_, before, err := page.Last[id.Delivery](p)
	if err != nil {
		return page.Of[Delivery]{}, err
	}
	var rows []Delivery
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		if _, err := get(ctx, tx, webhook); err != nil {
			return err
		}
		rows, err = db.All(ctx, tx, scanDelivery, deliveryList, webhook, f.State, before, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(d Delivery) (string, string) { return "", d.ID.String() }), err
}

// Day is what became of the messages of one day.
type Day struct {
	Date      clock.Date
	Delivered int64
	Failed    int64
	Queued    int64
}

// Days counts the newest 5,000 messages to a webhook by the days of a zone on which they were made, oldest first, today last. Needs
// webhook.read in the whole tenant.
func (s *Service) Days(ctx context.Context, who actor.Actor, webhook id.Webhook, days int, zone *time.Location) ([]Day, error) {
	if err := who.RequireEverywhere(CanRead); err != nil {
		return nil, err
	}
	now := s.c.Now().In(zone)
	out, place := make([]Day, days), map[clock.Date]int{}
	first := time.Date(now.Year(), now.Month(), now.Day()-days+1, 0, 0, 0, 0, zone)
	for i := range out {
		out[i].Date = clock.DateIn(time.Date(first.Year(), first.Month(), first.Day()+i, 12, 0, 0, 0, zone), zone)
		place[out[i].Date] = i
	}
	var all []outcome
	err := s.c.DB.Read(ctx, who, func(tx *db.Tx) (err error) {
		all, err = db.All(ctx, tx, scanOutcome, deliveryOutcomes, webhook, first)
		return err
	})
	for _, o := range all {
		i, known := place[clock.DateIn(o.at, zone)]
		if !known {
			continue
		}
		switch o.state {
		case Delivered:
			out[i].Delivered++
		case Failed:
			out[i].Failed++
		case Queued:
			out[i].Queued++
		}
	}
	return out, err
}

// Replay sends a message again, as it was, under the id that it had. Needs webhook.update in the whole tenant.
func (s *Service) Replay(ctx context.Context, who actor.Actor, delivery id.Delivery) (d Delivery, err error) {
	if err := who.RequireEverywhere(CanUpdate); err != nil {
		return Delivery{}, err
	}
	err = s.write(ctx, who, func(tx *db.Tx) error {
		old, err := db.One(ctx, tx, scanDelivery, deliveryGet, delivery)
		if err != nil {
			return fault.Named(err, "delivery")
		}
		d, err = s.again(ctx, tx, Delivery{Webhook: old.Webhook, Message: old.Message, Event: old.Event, Body: old.Body})
		return err
	})
	return d, err
}

// Ping sends a message that tells of nothing, once, also when the webhook is turned off. Needs webhook.update in the whole tenant.
func (s *Service) Ping(ctx context.Context, who actor.Actor, webhook id.Webhook) (d Delivery, err error) {
	if err := who.RequireEverywhere(CanUpdate); err != nil {
		return Delivery{}, err
	}
	err = s.write(ctx, who, func(tx *db.Tx) error {
		w, err := get(ctx, tx, webhook)
		if err != nil {
			return err
		}
		body, err := encode(message{Type: ping, At: s.c.Now(), Data: map[string]any{"webhook_id": w.ID, "name": w.Name}})
		if err != nil {
			return fmt.Errorf("ping %s: %w", webhook, err)
		}
		d, err = s.again(ctx, tx, Delivery{Webhook: w.ID, Message: "msg_" + id.New[id.Any]().String(), Event: ping, Body: body})
		return err
	})
	return d, err
}

// again queues a delivery that somebody asked for.
func (s *Service) again(ctx context.Context, tx *db.Tx, d Delivery) (Delivery, error) {
	now := s.c.Now()
	d.ID, d.State, d.Created, d.Next = id.New[id.Delivery](), Queued, now, &now
	return d, s.queue(ctx, tx, d, "asked:"+d.ID.String())
}
