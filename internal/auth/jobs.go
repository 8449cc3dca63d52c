package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/mail"
)

// notice tells a person by mail that something about how they sign in changed.
type notice struct{ journal.Event }

// Kind names the job.
func (notice) Kind() string { return "auth.notice" }

// sweep removes sessions and tokens that are over.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "auth.sweep" }

func (s *Service) registerJobs(r *job.Runner, j *journal.Journal) {
	var verbs []string
	for _, n := range noticed {
		verbs = append(verbs, n.verb)
	}
	job.Watch(r, j, verbs, s.notify)
	job.Every(r, time.Hour, sweep{}, s.sweep)
	job.Every(r, 10*time.Minute, tend{}, s.tendPleas)
}

// noticed are the changes that a person is told of, whoever made them, and the words.
//
//nolint:gochecknoglobals // a constant
var noticed = []struct{ verb, subject, words string }{
	{"person.password_changed", "password", "Your password was changed."},
	{"person.password_set", "password", "Your administrator gave you a new password. Change it when you sign in."},
	{"person.factor_added", "sign-in", "A second step was added to your sign-in. You were signed out everywhere else."},
	{"person.factor_removed", "sign-in", "A second step was removed from your sign-in. You were signed out everywhere else."},
	{"person.factors_reset", "sign-in", "Two administrators removed the second step from your sign-in. You were signed out everywhere. Set a new one up."},
	{"person.factors_agreed", "sign-in", "An administrator agreed that the second step be removed from your sign-in, because you lost it. A second one has to. If you did not, sign in: that stops it."},
	{"person.factors_lapsed", "sign-in", "Three days ago somebody who knows your password said that they lost every second step of your sign-in. It is removed now. Set a new one up."},
	{"person.plea_stopped", "sign-in", "Your second step stays: it was stopped that it be removed."},
	{"person.factor_copied", "sign-in", "One of your passkeys was refused, because it seems to be in two devices. Remove it on your account page, and add a new one."},
	{"person.codes_made", "sign-in", "You have new recovery codes. Those from before open nothing any more."},
	{"person.phone_reused", "sign-in", "A phone on which you were signed in was signed out: what it goes on with was used twice, as if somebody had copied it. Sign in there again, and tell your administrator if you did nothing unusual."},
	{"person.code_used", "sign-in", "Somebody signed in to your account with one of your recovery codes. A code opens once."},
}

// notify writes the mail. The journal entry is its key, so that it is one however often the job runs.
func (s *Service) notify(ctx context.Context, who actor.Actor, n notice) error {
	p, err := s.people.GetPerson(ctx, who, id.Of[id.Person](n.Subject.Bytes()))
	if err != nil || p.Email == "" {
		return err
	}
	var subject, words string
	for _, x := range noticed {
		if x.verb == n.Verb {
			subject, words = x.subject, x.words
		}
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		return s.mail.Queue(ctx, tx, mail.Message{
			Key: "notice:" + n.Entry.String(), To: p.Email, Subject: "Your IntelliWiz " + subject,
			Text: fmt.Sprintf("Hello %s,\n\n%s\n\nIf this was not to be expected, tell your administrator now.\n", p.Name, words),
		})
	})
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
	return nil
}
