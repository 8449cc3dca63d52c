package ticket

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
)

// climb looks at a ticket at the moment at which it should go to its next level.
type climb struct {
	Ticket id.Ticket `json:"ticket"`
}

// Kind names the job.
func (climb) Kind() string { return "ticket.climb" }

// sweep looks for tickets of all tenants that should have climbed, however long ago (D-56): a net under the jobs.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "ticket.sweep" }

func (s *Service) registerJobs(r *job.Runner, every time.Duration) {
	job.Register(r, s.climbJob)
	job.Watch(r, s.journal, []string{"category.updated", "ladder.updated", "ladder.deleted", "calendar.updated", "site.updated"}, s.recount)
	job.Every(r, every, sweep{}, s.sweep)
}

// climbJob takes a ticket up all levels that it should have reached. A ticket that moved on meanwhile is left alone.
func (s *Service) climbJob(ctx context.Context, who actor.Actor, c climb) error {
	for {
		climbed, err := s.Escalate(ctx, who, c.Ticket)
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
			return s.reset(ctx, tx, t)
		}
		rung, _ := way.climb(&t)
		t.Version, t.Updated = old.Version+1, now
		n, err := tx.Exec(ctx, ticketClimb, ticket, t.Level, t.Person, t.Group, t.Next, t.Due, t.Updated, old.Level, old.Next, old.Version)
		if err != nil || n == 0 {
			tx.Unjournaled("another node, or somebody who works on it, was faster")
			return err
		}
		climbed = true
		return s.settle(ctx, tx, old, t, journal.Change{
			Verb: "ticket.escalated", Before: old.brief(), After: climbedTo{t.brief(), rung.Mails},
		})
	})
	if err != nil {
		return false, fmt.Errorf("escalate ticket %s: %w", ticket, err)
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
func (s *Service) reset(ctx context.Context, tx *db.Tx, t Ticket) error {
	tx.Unjournaled("times that follow from a category, ladder or calendar, whose change has a row")
	tx.Later(ticketReset, t.ID, t.Due, t.Next, s.now(), t.Version)
	if s.jobless || t.Next == nil {
		return nil
	}
	return job.EnqueueAt(ctx, tx, climb{t.ID}, "", *t.Next)
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
		faults = append(faults, s.climbJob(ctx, who, climb{t}))
	}
	return errors.Join(faults...)
}
