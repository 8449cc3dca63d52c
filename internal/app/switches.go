package app

import (
	"context"
	"path/filepath"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/hold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/incident"
)

// openSwitches makes what is switched while the product runs, and begins to read how it stands, once the database can be asked.
func (s *services) openSwitches(ctx context.Context) (err error) {
	if s.flags, err = flag.New(ctx, flag.Config{DB: s.db, Journal: s.journal, Now: s.now, Log: s.log, Person: func(ctx context.Context, who actor.Actor, person id.Person) error {
		_, err := s.people.GetPerson(ctx, who, person)
		return err
	}}); err != nil {
		return err
	}
	s.holds = hold.New(hold.Config{DB: s.db, Journal: s.journal, Now: s.now, Log: s.log})
	s.reading.Go(func() {
		if s.opening.Wait() == nil {
			s.flags.Refresh(ctx)
			s.holds.Refresh(ctx)
		}
	})
	return nil
}

// newIncident makes what takes evidence and records out, and erases.
func (s *services) newIncident() *incident.Service {
	return incident.New(incident.Config{
		DB: s.db, Journal: s.journal, Auth: s.auth, People: s.people, Mail: s.mail, Push: s.push, Open: s.blobs.Open, Seeds: s.live.anchor().All, Now: s.now,
		Scratch: filepath.Join(s.cfg.Data, "uploads"), Version: Version,
	})
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
