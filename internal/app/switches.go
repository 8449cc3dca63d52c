package app

import (
	"context"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/hold"
	"intelliwiz/internal/id"
)

// openSwitches makes what is switched while the product runs, and reads how it stands.
func (s *services) openSwitches(ctx context.Context) (err error) {
	if s.flags, err = flag.New(ctx, flag.Config{DB: s.db, Journal: s.journal, Now: s.now, Log: s.log, Person: func(ctx context.Context, who actor.Actor, person id.Person) error {
		_, err := s.people.GetPerson(ctx, who, person)
		return err
	}}); err != nil {
		return err
	}
	s.holds = hold.New(hold.Config{DB: s.db, Journal: s.journal, Now: s.now, Log: s.log})
	s.flags.Refresh(ctx)
	s.holds.Refresh(ctx)
	return nil
}

// held has files wait that would be deleted because somebody deleted their record, while nothing may be changed: they are what is wanted back.
func (s *services) held(kind string) bool {
	_, on := s.holds.ReadOnly()
	return on && strings.HasPrefix(kind, "file.")
}

// operators are the command line in every organisation, for what concerns them all.
func (s *services) operators(ctx context.Context) (all []actor.Actor, err error) {
	tenants, err := s.org.Tenants(ctx)
	for _, t := range tenants {
		all = append(all, operator(t))
	}
	return all, err
}
