package ticket

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
)

// climb takes up a tenant's tickets that should have gone to their next level by now. The version before put it off for each; nothing does any more, but
// what it has put off comes.
type climb struct{}

// Kind names the job.
func (climb) Kind() string { return "ticket.climb" }

// sweep looks for tickets of all tenants that should have climbed, however long ago (D-56): a net under ClimbDue.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "ticket.sweep" }

func (s *Service) registerJobs(r *job.Runner, every time.Duration) {
	job.Register(r, func(ctx context.Context, who actor.Actor, _ climb) error { return s.sweepTenant(ctx, who) })
	job.Watch(r, s.journal, []string{"category.updated", "ladder.updated", "ladder.deleted", "calendar.updated", "site.updated"}, s.recount)
	job.Every(r, every, sweep{}, s.sweep)
}

// ClimbDue takes up tickets of the tenant whose time has come, as many as one read gives, and says when the next ticket's comes; the zero time: no
// ticket's does. Any number of nodes may call it, each begins anywhere among them. One that does not climb, by a fault or because something else was faster,
// is tried again by the sweep, or when it has another moment. It is for background work: who is the system.
func (s *Service) ClimbDue(ctx context.Context, who actor.Actor) (next time.Time, err error) {
	if who.Kind() != actor.System {
		return next, fault.Denied("ticket.escalate")
	}
	var late []lateTicket
	var after []time.Time
	now := s.now()
	err = s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		db.Soon(tx, &after, func(r db.Row) (at time.Time, err error) { err = r.Scan(&at); return at, err }, ticketNext, now)
		late, err = db.All(ctx, tx, scanLate, ticketsLate, now, most)
		return err
	})
	if err != nil {
		return next, fmt.Errorf("look for tickets that climb: %w", err)
	}
	if len(after) > 0 {
		next = after[0]
	}
	late = s.stuck.without(who.Tenant(), late)
	if len(late) == 0 {
		return next, nil
	}
	var faults []error
	from := rand.IntN(len(late)) //nolint:gosec // where to begin is no secret
	for i := range late {
		t := late[(from+i)%len(late)]
		climbed, err := s.up(ctx, who, t.id)
		switch faults = append(faults, err); {
		case climbed:
			next = now // there may be more
		case fault.KindOf(err) != fault.Unavailable: // that is of the moment
			s.stuck.add(who.Tenant(), t)
		}
	}
	return next, errors.Join(faults...)
}

// lateTicket is a ticket whose time to climb has come.
type lateTicket struct {
	id id.Ticket
	at time.Time
}

func scanLate(r db.Row) (t lateTicket, err error) {
	err = r.Scan(&t.id, &t.at)
	return t, err
}

// stuck is what ClimbDue of this process has tried in vain, by tenant.
type stuck struct {
	mu  sync.Mutex
	all map[id.Tenant]map[lateTicket]bool
}

// without gives those of the late tickets of a tenant that were not tried in vain, and forgets what is late no more.
func (s *stuck) without(tenant id.Tenant, late []lateTicket) (left []lateTicket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	still := map[lateTicket]bool{}
	for _, t := range late {
		if s.all[tenant][t] {
			still[t] = true
			continue
		}
		left = append(left, t)
	}
	delete(s.all, tenant)
	if len(still) > 0 {
		s.all[tenant] = still
	}
	return left
}

func (s *stuck) add(tenant id.Tenant, t lateTicket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all[tenant] == nil {
		s.all[tenant] = map[lateTicket]bool{}
	}
	s.all[tenant][t] = true
}

// up takes a ticket up all levels that it should have reached, and says whether there was one. A ticket that moved on meanwhile is left alone.
func (s *Service) up(ctx context.Context, who actor.Actor, ticket id.Ticket) (climbed bool, err error) {
	for {
		more, err := s.Escalate(ctx, who, ticket)
		if err != nil || !more {
			return climbed, err
		}
		climbed = true
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

// most is how many tickets of a tenant are taken up at once; the next look takes up the rest.
const most = 500

const ticketsLate db.SQL = `-- ticket.ticketsLate
select t.id, t.next_escalation_at from tickets t where t.tenant_id = $1 and t.next_escalation_at <= $2 order by t.next_escalation_at limit $3`

const ticketNext db.SQL = `-- ticket.ticketNext
select t.next_escalation_at from tickets t where t.tenant_id = $1 and t.next_escalation_at > $2 order by t.next_escalation_at limit 1`

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
	var late []lateTicket
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		late, err = db.All(ctx, tx, scanLate, ticketsLate, s.now(), most)
		return err
	})
	if err != nil {
		return err
	}
	var faults []error
	for _, t := range late {
		_, err := s.up(ctx, who, t.id)
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}
