package hook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/outbound"
	"intelliwiz/internal/telemetry"
)

// spreadArgs is the job that makes the deliveries of one change.
type spreadArgs struct{ journal.Event }

// Kind names the job.
func (spreadArgs) Kind() string { return "hook.spread" }

// deliverArgs is the job that makes one attempt at a delivery.
type deliverArgs struct {
	Delivery id.Delivery `json:"delivery"`
	Attempt  int64       `json:"attempt"` // how many there were before
}

// Kind names the job.
func (deliverArgs) Kind() string { return "hook.deliver" }

// Queue keeps slow servers of others from holding up other work.
func (deliverArgs) Queue() string { return "hooks" }

// pauses are the waits after each attempt that failed: eight attempts in a day.
func pauses() []time.Duration {
	return []time.Duration{10 * time.Second, time.Minute, 10 * time.Minute, time.Hour, 3 * time.Hour, 8 * time.Hour, 12 * time.Hour}
}

const (
	patience = 5 * 24 * time.Hour // how long everything may fail before a webhook is stopped
	longest  = 12 * time.Hour     // what a server may ask to wait
	excerpt  = 500                // characters of an answer that are kept
	gone     = 410                // the status with which a server says: never again (Standard Webhooks)
	crowded  = 5 * time.Second    // until an attempt is made for which there was no room
)

// spread makes the deliveries of one change, one a webhook however often it runs: the entry of the journal is their key.
func (s *Service) spread(ctx context.Context, who actor.Actor, a spreadArgs) error {
	entry, err := s.c.Journal.Get(ctx, who, a.Entry)
	if err != nil {
		return err
	}
	body, err := bodyOf(entry)
	if err != nil {
		return fmt.Errorf("message of %s: %w", a.Entry, err)
	}
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("messages tell of what is journaled already")
		all, err := db.All(ctx, tx, scan, webhooksActive)
		if err != nil {
			return err
		}
		for _, w := range all {
			if !slices.Contains(w.Events, entry.Verb) || w.Created.After(entry.At) {
				continue
			}
			d := Delivery{ID: id.New[id.Delivery](), Webhook: w.ID, Message: "msg_" + entry.ID.String(), Event: entry.Verb, Body: body}
			if err := s.queue(ctx, tx, d, entry.ID.String()); err != nil {
				return err
			}
		}
		return nil
	})
}

// queue puts a delivery on its way, unless one with the key was before.
func (s *Service) queue(ctx context.Context, tx *db.Tx, d Delivery, key string) error {
	n, err := tx.Exec(ctx, deliveryInsert, d.ID, d.Webhook, key, d.Message, d.Event, d.Body, s.c.Now())
	if err != nil || n == 0 {
		return err
	}
	return job.Enqueue(ctx, tx, deliverArgs{Delivery: d.ID}, "")
}

// deliver makes one attempt. What was attempted already when a job comes again is left; a crash between the answer and our note of it sends
// the message again, and its id tells the receiver so.
func (s *Service) deliver(ctx context.Context, who actor.Actor, a deliverArgs) error {
	var d Delivery
	var w kept
	err := s.c.DB.Read(ctx, who, func(tx *db.Tx) (err error) {
		if d, err = db.One(ctx, tx, scanDelivery, deliveryGet, a.Delivery); err != nil {
			return fault.Named(err, "delivery")
		}
		w, err = db.One(ctx, tx, scanKept, webhookKept, d.Webhook)
		return err
	})
	switch {
	case err != nil:
		return err
	case d.State != Queued || d.Attempts != a.Attempt:
		return nil
	case !w.Active && d.Event != ping:
		return s.giveUp(ctx, who, d, "The webhook was turned off.")
	case !s.lanes.enter(w.ID):
		return s.write(ctx, who, func(tx *db.Tx) error { return job.EnqueueAt(ctx, tx, a, "", s.c.Now().Add(crowded)) })
	}
	defer s.lanes.leave(w.ID)
	secrets, err := s.secrets(who, w)
	if err != nil {
		return fmt.Errorf("secret of webhook %s: %w", w.ID, err)
	}
	headers, err := headersOf(d.Message, s.c.Now(), d.Body, secrets)
	if err != nil {
		return err
	}
	start := s.c.Now()
	answer, err := s.c.Out.Post(ctx, w.URL, headers, []byte(d.Body))
	if ctx.Err() != nil { // the process stops: not the receiver's fault
		return fmt.Errorf("deliver %s: %w", d.ID, context.Cause(ctx))
	}
	return s.note(ctx, who, w.Webhook, tried(d, answer, err, start, s.c.Now()))
}

// secrets gives those that sign now: the newest, and the one before for a day.
func (s *Service) secrets(who actor.Actor, w kept) ([]telemetry.Secret, error) {
	newest, err := s.open(who.Tenant(), w.ID, w.secret)
	if err != nil {
		return nil, err
	}
	all := []telemetry.Secret{newest}
	if w.old != nil && w.oldUntil != nil && w.oldUntil.After(s.c.Now()) {
		old, err := s.open(who.Tenant(), w.ID, w.old)
		if err != nil {
			return nil, err
		}
		all = append(all, old)
	}
	return all, nil
}

// tried is a delivery after an attempt.
func tried(d Delivery, answer outbound.Answer, err error, start, end time.Time) Delivery {
	took := end.Sub(start).Milliseconds()
	d.Attempts++
	d.Tried, d.Took, d.Status, d.Problem, d.Answer, d.Next = &end, &took, nil, "", "", nil
	if f, ok := errors.AsType[*outbound.Failure](err); ok {
		d.Problem = f.Words
	} else {
		status := int64(answer.Status)
		d.Status, d.Answer = &status, readable(answer.Body)
	}
	switch {
	case err == nil && answer.OK():
		d.State = Delivered
		return d
	case err == nil && answer.Status >= 300 && answer.Status < 400:
		d.Problem = fmt.Sprintf("The server answered %d: redirects are not followed.", answer.Status)
	case err == nil:
		d.Problem = fmt.Sprintf("The server answered %d.", answer.Status)
	}
	if waits := pauses(); d.Event == ping || answer.Status == gone || int(d.Attempts) > len(waits) {
		d.State = Failed
	} else {
		next := end.Add(max(waits[d.Attempts-1], min(answer.RetryAfter, longest)))
		d.Next = &next
	}
	return d
}

// readable cuts an answer to a text that can be kept and shown.
func readable(body []byte) string {
	text := strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(string(body), ""))
	if r := []rune(text); len(r) > excerpt {
		return string(r[:excerpt]) + "…"
	}
	return text
}

// note keeps what became of an attempt, has the next one made, and stops a webhook at which nothing arrives.
func (s *Service) note(ctx context.Context, who actor.Actor, w Webhook, d Delivery) error {
	return s.write(ctx, who, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, deliveryTried, d.ID, d.State, d.Status, d.Took, d.Problem, d.Answer, d.Tried, d.Next, d.Attempts-1)
		if err != nil || n == 0 { // noted by another run
			return err
		}
		if d.Next != nil {
			if err := job.EnqueueAt(ctx, tx, deliverArgs{d.ID, d.Attempts}, "", *d.Next); err != nil {
				return err
			}
		}
		switch {
		case d.State == Delivered:
			tx.Later(webhookWell, w.ID)
			return nil
		case d.Event == ping:
			return nil
		case d.Status != nil && *d.Status == gone:
			return s.stop(ctx, tx, w, "The server answered 410: it wants no more messages.")
		case w.FailingSince != nil && !d.Tried.Before(w.FailingSince.Add(patience)):
			return s.stop(ctx, tx, w, fmt.Sprintf("Nothing has arrived for %d days.", patience/(24*time.Hour)))
		}
		tx.Later(webhookFailing, w.ID, d.Tried)
		return nil
	})
}

// stop turns a webhook off. Who looks after it is told by way of the journal.
func (s *Service) stop(ctx context.Context, tx *db.Tx, w Webhook, why string) error {
	n, err := tx.Exec(ctx, webhookStop, w.ID, s.c.Now(), w.Version)
	if err != nil || n == 0 {
		return err
	}
	after := w
	after.Active = false
	return s.c.Journal.Record(ctx, tx, journal.Change{Verb: stopped, Subject: w.ID, Before: w.told(), After: stoppedFor{after.told(), why}})
}

func (s *Service) giveUp(ctx context.Context, who actor.Actor, d Delivery, why string) error {
	return s.write(ctx, who, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, deliveryGiveUp, d.ID, why)
		return err
	})
}

// write changes what is known of deliveries.
func (s *Service) write(ctx context.Context, who actor.Actor, fn func(tx *db.Tx) error) error {
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("the log of deliveries is its own journal")
		return fn(tx)
	})
}
