package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/people"
)

// tend warns of pleas and ends those that waited long enough.
type tend struct{}

// Kind names the job.
func (tend) Kind() string { return "auth.pleas" }

// warnings are when a plea warns, counted from its start: at once, each day, and an hour before the end.
func warnings() []time.Duration {
	return []time.Duration{0, 24 * time.Hour, 48 * time.Hour, pleaLife - time.Hour}
}

// tendPleas goes through all tenants; a fault in one, or of one plea, does not keep it from the next.
func (s *Service) tendPleas(ctx context.Context, _ actor.Actor, _ tend) error {
	tenants, err := s.org.Tenants(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for _, t := range tenants {
		var all []waiting
		faults = append(faults, s.db.Read(ctx, job.Actor(t), func(tx *db.Tx) (err error) {
			all, err = db.All(ctx, tx, scanWaiting, pleasWaiting)
			return err
		}))
		for _, w := range all {
			faults = append(faults, s.tendPlea(ctx, job.Actor(t), w))
		}
	}
	return errors.Join(faults...)
}

func (s *Service) tendPlea(ctx context.Context, who actor.Actor, w waiting) error {
	now, due := s.now(), int64(0)
	if !now.Before(w.Ends) {
		return s.endPlea(ctx, who, w.Plea)
	}
	for _, at := range warnings() {
		if !now.Before(w.Asked.Add(at)) {
			due++
		}
	}
	if due <= w.mails {
		return nil
	}
	p, err := s.people.GetPerson(ctx, who, w.Person)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a warning")
		n, err := tx.Exec(ctx, pleaWarned, w.ID, due)
		if err != nil || n == 0 { // another node did
			return err
		}
		return s.warn(ctx, tx, w.Plea, p, due-1)
	})
}

// endPlea takes the second steps away of who waited for three days.
func (s *Service) endPlea(ctx context.Context, who actor.Actor, p Plea) error {
	err := s.changeFactors(ctx, who, p.Person, func(tx *db.Tx) (journal.Change, error) {
		n, err := tx.Exec(ctx, pleaOver, p.ID, s.now())
		if err == nil && n == 0 {
			err = fault.Missing("plea") // stopped, or ended by another node
		}
		tx.Later(factorsDelete, p.Person)
		tx.Later(codesDelete, p.Person)
		return journal.Change{Verb: "person.factors_lapsed", After: p}, err
	})
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// warn queues the nth warning, which stops the plea.
func (s *Service) warn(ctx context.Context, tx *db.Tx, plea Plea, p people.Person, n int64) error {
	if !plea.Waits {
		return nil
	}
	link, err := s.pleaLink(tx.Who().Tenant(), plea.ID)
	if err != nil {
		return err
	}
	left := "three days"
	switch hours := plea.Ends.Sub(s.now()).Round(time.Hour) / time.Hour; {
	case hours <= 1:
		left = "one hour"
	case hours < 48:
		left = fmt.Sprintf("%d hours", hours)
	case hours < 72:
		left = "two days"
	}
	return s.mail.Queue(ctx, tx, mail.Message{
		Key: fmt.Sprintf("plea:%s:%d", plea.ID, n), To: p.Email, Subject: "Your IntelliWiz sign-in: is it you?",
		Text: fmt.Sprintf("Hello %s,\n\nsomebody who knows your password says that they lost every second step of your sign-in. In %s it is removed, and the password alone "+
			"opens your account.\n\nIf it is you, there is nothing to do. Two administrators can let you in before.\n\nIf it is not you, stop it here, and change your password:\n%s\n", p.Name, left, link),
	})
}

// agree notes that an administrator wants the second steps of a person taken away. A second one has to agree.
func (s *Service) agree(ctx context.Context, who actor.Actor, person id.Person) error {
	home, err := s.homeOf(ctx, who, person)
	if err != nil {
		return err
	}
	now := s.now()
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(pleaLapse, person, now)
		n, err := tx.Exec(ctx, pleaAgree, id.New[id.Plea](), person, now, now.Add(pleaLife), who.Person())
		if err == nil && n == 0 {
			err = fault.Of(fault.Conflict, "Another administrator agreed in this moment. Look at it again.")
		}
		if err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "person.factors_agreed", Subject: person, Site: home})
	})
}
