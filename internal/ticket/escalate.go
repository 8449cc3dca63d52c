package ticket

import (
	"context"
	"errors"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
)

// climb takes up a tenant's tickets that should have gone to their next level by now.
type climb struct{}

// Kind names the job.
func (climb) Kind() string { return "ticket.climb" }

// sweep looks for tickets of all tenants that should have climbed, however long ago (D-56): a net under the jobs.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "ticket.sweep" }

func (s *Service) registerJobs(r *job.Runner, every time.Duration) {
	job.Register(r, func(ctx context.Context, who actor.Actor, _ climb) error { return s.sweepTenant(ctx, who) })
	job.Watch(r, s.journal, []string{"category.updated", "ladder.updated", "ladder.deleted", "calendar.updated", "site.updated"}, s.recount)
	job.Every(r, every, sweep{}, s.sweep)
}

// climbStep is how exactly tickets climb: those of a tenant that climb within it are one job, which most new tickets find there already.
const climbStep = 10 * time.Second

// keptClimbs are the moments for which this process has put off work.
func keptClimbs(store *cache.Store) *cache.Of[bool] {
	return cache.Named[bool](store, "ticket.climbs", cache.Options{Local: true})
}

// climbAt puts off the work for a ticket that climbs at a moment, unless it is there already; the sweep finds what commits only after it.
func (s *Service) climbAt(ctx context.Context, tx *db.Tx, next *time.Time) error {
	if s.jobless || next == nil {
		return nil
	}
	now, tenant := s.now(), tx.Who().Tenant()
	at := *next
	if at.Before(now) {
		at = now
	}
	at = at.Add(climbStep - time.Microsecond).Truncate(climbStep)
	key := at.UTC().Format(time.RFC3339)
	if _, known := s.climbs.Peek(tenant, key); known && at.Sub(now) > time.Second { // else it may have begun
		return nil
	}
	keep := s.climbs.Begin(tenant)
	tx.AfterCommit(func() { keep(key, true) })
	return job.EnqueueAt(ctx, tx, climb{}, key, at)
}

// up takes a ticket up all levels that it should have reached. A ticket that moved on meanwhile is left alone.
func (s *Service) up(ctx context.Context, who actor.Actor, ticket id.Ticket) error {
	for {
		climbed, err := s.Escalate(ctx, who, ticket)
		if err != nil || !climbed {
			return err
		}
	}
}

// Escalate takes a ticket to its next level when the time for it has come, and says whether it did: exactly once a level, on whatever number
// of nodes, for the row is claimed by the level and moment that were read. The ticket goes to whom the level names, else it stays. It is for
// background work: who is the system. NotFound without such a ticket.
func (s *Service) Escalate(ctx context.Context, who actor.Actor, ticket id.Ticket) (climbed bool, err error) {
	if who.Kind() != actor.System {
		return false, fault.Denied("ticket.escalate")
	}
	level := 0
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		climbed = false
		old, err := getTicket(ctx, tx, ticket)
		if err != nil {
			return err
		}
		now := s.now()
		if old.Next == nil || old.Next.After(now) || !old.Status.Active() {
			return nil
		}
		way, err := courseFor(ctx, tx, old)
		if err != nil {
			return err
		}
		t := old
		if way.set(&t); t.Next == nil || t.Next.After(now) { // its course has changed since
			return s.reset(ctx, tx, old, t)
		}
		rung, _ := way.climb(&t)
		t.Version, t.Updated = old.Version+1, now
		n, err := tx.Exec(ctx, ticketClimb, ticket, t.Level, t.Person, t.Group, t.Next, t.Due, t.Updated, old.Level, old.Next, old.Version)
		if err != nil || n == 0 {
			tx.Unjournaled("another node, or somebody who works on it, was faster")
			return err
		}
		climbed, level = true, int(t.Level)
		return s.settle(ctx, tx, old, t, journal.Change{
			Verb: "ticket.escalated", Before: old.brief(), After: climbedTo{t.brief(), rung.Mails},
		})
	})
	if err != nil {
		return false, fmt.Errorf("escalate ticket %s: %w", ticket, err)
	}
	if climbed && s.climbed != nil {
		s.climbed(level)
	}
	return climbed, nil
}

// climbedTo is a ticket on its new level, with the addresses that the level tells as well.
type climbedTo struct {
	Ticket
	Mails []string `json:"mails,omitzero"`
}

// ticketClimb is the claim: nobody has taken the ticket up, held it, moved or changed it since it was read.
const ticketClimb db.SQL = `-- ticket.ticketClimb
update tickets set level = $3, person_id = $4, group_id = $5, next_escalation_at = $6, due_at = $7, updated_at = $8, version = version + 1
where tenant_id = $1 and id = $2 and level = $9 and next_escalation_at = $10 and version = $11 and status in ('NEW', 'OPEN', 'ONHOLD')`

const ticketReset db.SQL = `-- ticket.ticketReset
update tickets set due_at = $3, next_escalation_at = $4, updated_at = $5 where tenant_id = $1 and id = $2 and version = $6`

// reset writes the times of a ticket whose course has changed under it. Its version stays: nothing that people say of it has changed.
func (s *Service) reset(ctx context.Context, tx *db.Tx, old, t Ticket) error {
	t.Updated = s.now()
	n, err := tx.Exec(ctx, ticketReset, t.ID, t.Due, t.Next, t.Updated, t.Version)
	if err != nil || n == 0 {
		tx.Unjournaled("somebody who works on it was faster")
		return err
	}
	return s.settle(ctx, tx, old, t, recounted(old, t))
}

// late is how many tickets of a tenant one sweep takes up; the next takes up the rest.
const late = 500

const ticketsLate db.SQL = `-- ticket.ticketsLate
select t.id from tickets t where t.tenant_id = $1 and t.next_escalation_at <= $2 order by t.next_escalation_at limit $3`

// sweep goes through all tenants; a fault in one does not keep it from the next.
func (s *Service) sweep(ctx context.Context, _ actor.Actor, _ sweep) error {
	tenants, err := s.tenants(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for _, t := range tenants {
		faults = append(faults, s.sweepTenant(ctx, job.Actor(t)))
	}
	return errors.Join(faults...)
}

func (s *Service) sweepTenant(ctx context.Context, who actor.Actor) error {
	var tickets []id.Ticket
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		tickets, err = db.All(ctx, tx, scanTicketID, ticketsLate, s.now(), late)
		return err
	})
	if err != nil {
		return err
	}
	var faults []error
	for _, t := range tickets {
		faults = append(faults, s.up(ctx, who, t))
	}
	return errors.Join(faults...)
}
