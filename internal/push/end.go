package push

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
)

// ended is the job that ends browsers whose sign-in is over.
type ended struct{ journal.Event }

// Kind names the job.
func (ended) Kind() string { return "push.end" }

// ends says which statement ends whose browsers, by the verb of the journal.
func ends() map[string]db.SQL {
	return map[string]db.SQL{
		"session.ended":           endOfSession,
		"person.sessions_ended":   endOfPerson,
		"person.password_set":     endOfPerson,
		"person.password_reset":   endOfPerson,
		"person.factors_reset":    endOfPerson,
		"person.factors_lapsed":   endOfPerson,
		"person.password_changed": endOfPerson,
		"person.updated":          endOfInactive,
		"person.forgotten":        endForgotten,
		"tenant.sessions_ended":   endOfAll,
	}
}

func ending() (all []string) {
	for verb := range ends() {
		all = append(all, verb)
	}
	return all
}

// wanted spares tenants in which nobody is told by push. It remembers nothing: people sign out and change passwords seldom.
func (s *Service) wanted(ctx context.Context, tenant id.Tenant, _ bool) ([]string, error) {
	var any []id.Subscription
	err := s.c.DB.Read(ctx, job.Actor(tenant), func(tx *db.Tx) (err error) {
		any, err = db.All(ctx, tx, scanID, subscriptionsAny)
		return err
	})
	if len(any) == 0 {
		return nil, err
	}
	return ending(), err
}

// end turns browsers off: that of a sign-in that ended, those of a person who was signed out or may not sign in any more, or all.
func (s *Service) end(ctx context.Context, who actor.Actor, a ended) error {
	entry, err := s.c.Journal.Get(ctx, who, a.Entry)
	if err != nil {
		return err
	}
	return s.write(ctx, who, func(tx *db.Tx) error {
		switch q := ends()[entry.Verb]; q {
		case "": // of another version
		case endOfAll:
			tx.Later(q)
		default:
			tx.Later(q, entry.Subject)
		}
		return nil
	})
}
