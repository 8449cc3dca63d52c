package auth

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/people"
)

// SSOForced says since when people of the tenant may sign in by a provider only; zero: they need not. Needs sso.read.
func (s *Service) SSOForced(ctx context.Context, who actor.Actor) (since time.Time, err error) {
	if err := who.RequireEverywhere(CanReadSSO); err != nil {
		return time.Time{}, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		since, err = forcedSince(ctx, tx)
		return err
	})
	return since, err
}

func forcedSince(ctx context.Context, tx *db.Tx) (time.Time, error) {
	found, err := db.All(ctx, tx, scanTime, forcedGet)
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return found[0], nil
}

func scanTime(r db.Row) (t time.Time, err error) { err = r.Scan(&t); return t, err }

// ForceSSO says whether people may sign in by a provider only. Whoever may change single sign-on is never bound by it: they come in by
// their password as before, which is told to them each time, so that nobody is locked out of turning it off. Needs sso.update, and, to turn
// it on, to be a person with a password. Conflict without a provider that is on, and for who has no password.
func (s *Service) ForceSSO(ctx context.Context, who actor.Actor, on bool) error {
	if err := who.RequireEverywhere(CanUpdateSSO); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		before, err := forcedSince(ctx, tx)
		if err != nil {
			return err
		}
		if before.IsZero() != on { // it is so already
			tx.Unjournaled("nothing changes")
			return nil
		}
		if on {
			if err := s.mayForce(ctx, tx, who); err != nil {
				return err
			}
			tx.Later(forcedInsert, who.Tenant(), s.now())
		} else {
			tx.Later(forcedDelete)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "tenant.sso_forced", Subject: who.Tenant(), Before: onlySSO{!on}, After: onlySSO{on}})
	})
	if err != nil {
		return fmt.Errorf("force single sign-on: %w", err)
	}
	return nil
}

// onlySSO is what the journal keeps of the rule.
type onlySSO struct {
	On bool `json:"forced"`
}

// mayForce says why it cannot be turned on.
func (s *Service) mayForce(ctx context.Context, tx *db.Tx, who actor.Actor) error {
	all, err := providersOf(ctx, tx)
	if err != nil {
		return err
	}
	if !anyActive(all, id.Provider{}) {
		return fault.Of(fault.Conflict, "There is no provider that is on: nobody could sign in.")
	}
	if person := who.Person(); !person.IsZero() {
		has, err := db.All(ctx, tx, scanText, credentialGet, person)
		if err != nil || len(has) > 0 {
			return err
		}
	}
	return fault.Of(fault.Conflict, "Sign in with a password of your own first: with it you come in when the provider does not answer.")
}

// lastProvider is Conflict while people may sign in by a provider only, and would have none without this one.
func (s *Service) lastProvider(ctx context.Context, tx *db.Tx, all []sealedProvider, but id.Provider) error {
	if anyActive(all, but) {
		return nil
	}
	since, err := forcedSince(ctx, tx)
	if err == nil && !since.IsZero() {
		err = fault.Of(fault.Conflict, "People may sign in by a provider only, and this is the last. Let them sign in with a password first.")
	}
	return err
}

func anyActive(all []sealedProvider, but id.Provider) bool {
	for _, p := range all {
		if p.Active && p.ID != but {
			return true
		}
	}
	return false
}

// bound says whether a rule that is there binds a person: it does not whoever may turn it off.
func (s *Service) bound(ctx context.Context, tenant id.Tenant, person id.Person) (bool, error) {
	reach, err := s.reachNow(ctx, door(tenant), person)
	return !reach[CanUpdateSSO].All, err
}

// barred is Forbidden for who is bound to sign in by a provider; forced says whether there is such a rule.
func (s *Service) barred(ctx context.Context, forced bool, tenant id.Tenant, person id.Person) error {
	if !forced {
		return nil
	}
	is, err := s.bound(ctx, tenant, person)
	if err == nil && is {
		err = fault.Of(fault.Forbidden, "Your organisation has its own sign-in. Choose it where you sign in; a password or passkey of here opens nothing.")
	}
	return err
}

// barredNow is barred by the rule that is stored.
func (s *Service) barredNow(ctx context.Context, tenant id.Tenant, person id.Person) error {
	var since time.Time
	err := s.db.Read(ctx, door(tenant), func(tx *db.Tx) (err error) {
		since, err = forcedSince(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return s.barred(ctx, !since.IsZero(), tenant, person)
}

// passedBy notes that somebody whom the rule does not bind signed in without a provider, which they are told of.
func (s *Service) passedBy(ctx context.Context, tx *db.Tx, forced bool, person id.Person) error {
	if !forced {
		return nil
	}
	return s.journal.Record(ctx, tx, journal.Change{Verb: "person.sso_passed_by", Subject: person})
}

// tellBarred tells somebody who asked for a new password that there is none to be set.
func (s *Service) tellBarred(ctx context.Context, p people.Person) error {
	return s.mail.Now(ctx, mail.Message{
		Key: id.New[id.Any]().String(), To: p.Email, Subject: "Signing in to IntelliWiz",
		Text: fmt.Sprintf("Hello %s,\n\nSomebody, most likely you, asked for a new password. You need none: your organisation has its own sign-in. Open the page and choose it there:\n\n%s/login\n\n"+
			"If it was not you who asked, do nothing: nothing changes.\n", p.Name, s.origin),
	})
}

const forcedGet db.SQL = `-- auth.forcedGet
select r.since from sso_rules r where r.tenant_id = $1 limit 1`

const forcedInsert db.SQL = `-- auth.forcedInsert
insert into sso_rules (tenant_id, id, since) values ($1, $2, $3)`

const forcedDelete db.SQL = `-- auth.forcedDelete
delete from sso_rules where tenant_id = $1`
