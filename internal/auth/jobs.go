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

// notice tells a person by mail that their password was changed or given.
type notice struct{ journal.Event }

// Kind names the job.
func (notice) Kind() string { return "auth.notice" }

// sweep removes sessions and tokens that are over.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "auth.sweep" }

func (s *Service) registerJobs(r *job.Runner, j *journal.Journal) {
	job.Watch(r, j, []string{"person.password_changed", "person.password_set"}, s.notify)
	job.Every(r, time.Hour, sweep{}, s.sweep)
}

// notify writes the mail. The journal entry is its key, so that it is one however often the job runs.
func (s *Service) notify(ctx context.Context, who actor.Actor, n notice) error {
	p, err := s.people.GetPerson(ctx, who, id.Of[id.Person](n.Subject.Bytes()))
	if err != nil || p.Email == "" {
		return err
	}
	words := "Your password was changed."
	if n.Verb == "person.password_set" {
		words = "Your administrator gave you a new password. Change it when you sign in."
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		return s.mail.Queue(ctx, tx, mail.Message{
			Key: "notice:" + n.Entry.String(), To: p.Email, Subject: "Your IntelliWiz password",
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
			return nil
		}))
	}
	return errors.Join(faults...)
}
