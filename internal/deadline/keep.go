package deadline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/job"
)

// Keep is how long what is over is kept, so that a record's page can say what was expected of it and what followed.
const Keep = 180 * 24 * time.Hour

// swept is how many expectations one transaction deletes.
const swept = 5000

// sweep deletes what has been over for long, of all tenants.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "deadline.sweep" }

// sweep goes through all tenants; a fault in one does not keep it from the next.
func (s *Service) sweep(ctx context.Context, _ actor.Actor, _ sweep) error {
	tenants, err := s.c.Tenants(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for _, t := range tenants {
		_, err := s.Forget(ctx, job.Actor(t))
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// Forget deletes what of the tenant has been over for longer than Keep, piece by piece, and says how much that was. What is open stays,
// whatever its age. It is for background work: who is the system.
func (s *Service) Forget(ctx context.Context, who actor.Actor) (gone int64, err error) {
	if who.Kind() != actor.System {
		return 0, fault.Denied("deadline.forget")
	}
	for {
		var n int64
		err := s.c.DB.Write(ctx, who, func(tx *db.Tx) (err error) {
			tx.Unjournaled("what followed has rows of its own")
			n, err = tx.Exec(ctx, forget, s.c.Now().Add(-Keep), swept)
			return err
		})
		if err != nil {
			return gone, fmt.Errorf("delete what is over: %w", err)
		}
		if gone += n; n < swept {
			return gone, nil
		}
	}
}

const forget db.SQL = `-- deadline.forget
delete from deadlines where tenant_id = $1 and id in (
  select d.id from deadlines d where d.tenant_id = $1 and d.state <> 'OPEN' and d.ended_at < $2 order by d.ended_at limit $3)`
