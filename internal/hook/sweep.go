package hook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/news"
)

const (
	keep = 30 * 24 * time.Hour // how long a message stays in the log
	lost = 4 * 24 * time.Hour  // when a message that should have been tried has lost its job
)

// sweepArgs is the job that clears the logs.
type sweepArgs struct{}

// Kind names the job.
func (sweepArgs) Kind() string { return "hook.sweep" }

// sweep goes through all tenants; a fault in one does not keep it from the next.
func (s *Service) sweep(ctx context.Context, _ actor.Actor, _ sweepArgs) error {
	tenants, err := s.c.Org.Tenants(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for _, t := range tenants {
		faults = append(faults, s.write(ctx, job.Actor(t), func(tx *db.Tx) error { return s.clear(ctx, tx) }))
	}
	return errors.Join(faults...)
}

// clear removes what is old, and seals secrets anew whose key is on its way out.
func (s *Service) clear(ctx context.Context, tx *db.Tx) error {
	now := s.c.Now()
	tx.Later(deliveriesSweep, now.Add(-keep))
	tx.Later(deliveriesLost, now.Add(-lost), "It was lost on our side. Send it again.")
	all, err := db.All(ctx, tx, scanKept, webhooksKept)
	if err != nil {
		return err
	}
	for _, w := range all {
		if err := s.reseal(tx, w); err != nil {
			return fmt.Errorf("seal webhook %s anew: %w", w.ID, err)
		}
	}
	return nil
}

// reseal seals the secret of a webhook with the newest key, and forgets the one before when its day is over.
func (s *Service) reseal(tx *db.Tx, w kept) (err error) {
	over := w.old != nil && (w.oldUntil == nil || !w.oldUntil.After(s.c.Now()))
	if !over && !s.c.Box.Old(w.secret) && (w.old == nil || !s.c.Box.Old(w.old)) {
		return nil
	}
	if w.secret, err = s.anew(tx, w.ID, w.secret); err != nil {
		return err
	}
	if over {
		w.old, w.oldUntil = nil, nil
	}
	if w.old != nil {
		if w.old, err = s.anew(tx, w.ID, w.old); err != nil {
			return err
		}
	}
	tx.Later(webhookReseal, w.ID, w.secret, w.old, w.oldUntil, w.Version)
	return nil
}

func (s *Service) anew(tx *db.Tx, webhook id.Webhook, sealed []byte) ([]byte, error) {
	secret, err := s.open(tx.Who().Tenant(), webhook, sealed)
	if err != nil {
		return nil, err
	}
	return s.seal(tx, webhook, secret)
}

// stopped is the verb of a webhook that was turned off because nothing arrived.
const stopped = "webhook.stopped"

// stoppedFor is what the journal keeps of it.
type stoppedFor struct {
	told
	Why string `json:"why"`
}

// Told gives the verbs of the journal for which Tellings says who is told.
func Told() []string { return []string{stopped} }

// Tellings tells the one who looks after a webhook that it was stopped.
func (s *Service) Tellings(ctx context.Context, who actor.Actor, e journal.Event) ([]news.Item, error) {
	webhook := id.Of[id.Webhook](e.Subject.Bytes())
	w, err := s.Get(ctx, who, webhook)
	if err != nil || w.Person == nil {
		return nil, err
	}
	entry, err := s.c.Journal.Get(ctx, who, e.Entry)
	if err != nil {
		return nil, err
	}
	var after stoppedFor
	if err := json.Unmarshal([]byte(entry.After), &after); err != nil {
		return nil, fmt.Errorf("stopped webhook %s: %w", webhook, err)
	}
	return []news.Item{{
		Person: *w.Person, Subject: "webhook", SubjectID: e.Subject, Title: "The webhook " + w.Name + " was turned off",
		Detail: after.Why + " Mend what receives it, then turn it on again. What was not delivered stays in its log and can be sent again.",
		Reason: "you made or changed it last",
	}}, nil
}
