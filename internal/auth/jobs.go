package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
)

// sweep removes sessions and tokens that are over.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "auth.sweep" }

func (s *Service) registerJobs(r *job.Runner, j *journal.Journal) {
	var verbs []string
	for _, n := range noticed {
		if n.verb != arrival {
			verbs = append(verbs, n.verb)
		}
	}
	job.Watch(r, j, verbs, s.notify)
	job.FollowUnless[notice](j, 0, []string{arrival}, func(e journal.Entry) bool { return !strings.Contains(e.After, `"new_device":true`) })
	job.Register(r, s.mailLink)
	job.Register(r, s.forgot)
	job.Register(r, s.sendLink)
	job.Every(r, time.Hour, sweep{}, s.sweep)
	job.Every(r, 10*time.Minute, tend{}, s.tendPleas)
}

// sweep goes through all tenants; a fault in one does not keep it from the next.
func (s *Service) sweep(ctx context.Context, _ actor.Actor, _ sweep) error {
	tenants, err := s.org.Tenants(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for _, t := range tenants {
		now := s.now()
		faults = append(faults, s.db.Write(ctx, job.Actor(t), func(tx *db.Tx) error {
			tx.Unjournaled("what is removed is over already")
			tx.Later(sessionsSweep, now, now.Add(-s.idle))
			tx.Later(tokensSweep, now)
			tx.Later(stepsSweep, now)
			tx.Later(appsSweep, now.Add(-setupLife))
			tx.Later(challengesSweep, now)
			tx.Later(linksSweep, now)
			tx.Later(formsSweep, now)
			tx.Later(pleasLapse, now)
			return s.reseal(ctx, tx)
		}))
	}
	return errors.Join(faults...)
}

// reseal seals seeds anew whose key is on its way out.
func (s *Service) reseal(ctx context.Context, tx *db.Tx) error {
	all, err := db.All(ctx, tx, scanApp, factorsSealed)
	if err != nil {
		return err
	}
	tenant := tx.Who().Tenant()
	for _, a := range all {
		if !s.box.Old(a.sealed) {
			continue
		}
		seed, err := s.openSeed(tenant, a.id, a.sealed)
		if err != nil { // it opens nothing any more, and is no reason to keep the rest of the work from being done
			s.log.ErrorContext(ctx, "seed not sealed anew", "err", err)
			continue
		}
		sealed, err := s.sealSeed(tenant, a.id, seed)
		if err != nil {
			return err
		}
		tx.Later(factorReseal, a.id, sealed)
	}
	return s.resealProviders(ctx, tx)
}
