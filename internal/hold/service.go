package hold

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Config is what the service is built from.
type Config struct {
	DB      *db.DB
	Journal *journal.Journal
	Now     clock.Now
	Log     *slog.Logger
	Every   time.Duration // how often a process looks whether something changed; 0 = 2 s
}

// Service keeps what is stopped.
type Service struct {
	kept    *db.Follower[state]
	db      *db.DB
	journal *journal.Journal
	clock   clock.Now
}

// New makes the service. Until Refresh or Run has read something, nothing is stopped.
func New(c Config) *Service {
	return &Service{db: c.DB, journal: c.Journal, clock: c.Now, kept: db.NewFollower(db.Follow[state]{
		DB: c.DB, Log: c.Log, Every: c.Every, Epoch: epochGet, Lost: "what is stopped was not read: the last that was holds",
		Load: func(ctx context.Context, tx *db.Tx) (*state, error) {
			all, err := db.All(ctx, tx, scanHold, holdsAll)
			return newState(all), err
		},
	})}
}

// Run reads what is stopped until ctx ends, so that a change on another node is heard of within the interval.
func (s *Service) Run(ctx context.Context) error { return s.kept.Run(ctx) }

// Refresh reads what is stopped, if it changed. When that fails what was read before holds, and the log says so once.
func (s *Service) Refresh(ctx context.Context) { s.kept.Refresh(ctx) }

// List gives what is stopped, the oldest first. who must be the system.
func (s *Service) List(ctx context.Context, who actor.Actor) ([]Hold, error) {
	if who.Kind() != actor.System {
		return nil, fault.Denied("hold.read")
	}
	s.Refresh(ctx)
	if x := s.kept.Now(); x != nil {
		return slices.Clone(x.all), nil
	}
	return nil, fault.Of(fault.Unavailable, "What is stopped could not be read.")
}

// Begin stops something, or says anew why. concerned are the system in each organisation whose journal is to say so: all of them for addresses and for
// changes, the one for an organisation and a person. The journals say so before it holds; other nodes hear of it within the interval of Run.
func (s *Service) Begin(ctx context.Context, concerned []actor.Actor, h Hold) error {
	return s.change(ctx, concerned, h, "hold.begun")
}

// End lets something go on that Begin stopped; NotFound when it is not stopped.
func (s *Service) End(ctx context.Context, concerned []actor.Actor, h Hold) error {
	if err := h.Check(); err != nil {
		return err
	}
	s.Refresh(ctx)
	if x := s.kept.Now(); x == nil || !slices.ContainsFunc(x.all, h.same) {
		return fault.Of(fault.NotFound, "That is not stopped.")
	}
	return s.change(ctx, concerned, h, "hold.ended")
}

// same says that two holds stop the same.
func (h Hold) same(x Hold) bool {
	return h.Kind == x.Kind && h.Source == x.Source && equal(h.Tenant, x.Tenant) && equal(h.Person, x.Person)
}

func equal[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func (s *Service) change(ctx context.Context, concerned []actor.Actor, h Hold, verb string) error {
	for _, who := range concerned {
		if who.Kind() != actor.System {
			return fault.Denied("hold.change")
		}
	}
	if err := h.Check(); err != nil {
		return err
	}
	h.ID, h.Since = id.New[id.Hold](), s.clock()
	for _, who := range concerned {
		h.Who = who.Name()
		err := s.db.Write(ctx, who, func(tx *db.Tx) error {
			return s.journal.Record(ctx, tx, journal.Change{Verb: verb, Subject: h.ID, After: h})
		})
		if err != nil {
			return fmt.Errorf("%s: %w", verb, err)
		}
	}
	err := s.db.System(ctx, func(tx *db.Tx) error {
		tx.Later(holdDelete, h.Kind, h.Source, h.Tenant, h.Person)
		if verb == "hold.begun" {
			tx.Later(holdInsert, h.ID, h.Kind, h.Source, h.Tenant, h.Person, h.Reason, h.Who, h.Since)
		}
		tx.Later(epochSet, h.ID.String())
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	s.Refresh(ctx)
	return nil
}
