package ticket

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

// Assign gives a ticket to a person, a group or nobody. Needs ticket.assign at its site; to take a ticket oneself, ticket.update there or
// being in the group that has it is enough. Invalid (nobody has two assignees, D-68); Conflict with the current record when version is not
// the stored one, and when the ticket is resolved, closed or cancelled.
func (s *Service) Assign(ctx context.Context, who actor.Actor, ticket id.Ticket, version int64, to Assignee) (Ticket, error) {
	if err := who.Require(CanRead); err != nil {
		return Ticket{}, err
	}
	var c fault.Check
	if to.check(&c); c.Err() != nil {
		return Ticket{}, c.Err()
	}
	t, err := s.change(ctx, who, ticket, version, step{verb: "ticket.assigned",
		may: func(old Ticket) error { return to.mayGet(who, old) },
		do: func(tx *db.Tx, t *Ticket) (string, error) {
			if !t.Status.Active() {
				return "", shut(*t)
			}
			if to.has(*t) {
				return "", nil
			}
			person, group, err := to.names(ctx, tx)
			t.Person, t.Group, t.PersonName, t.GroupName = to.Person, to.Group, person, group
			return "", err
		}})
	if err == nil {
		t.Mine = t.Mine && to.Person == nil || to.is(who.Person())
	}
	return t, err
}

// mayGet asks whether the actor may give a ticket to this assignee.
func (a Assignee) mayGet(who actor.Actor, t Ticket) error {
	if a.is(who.Person()) && (t.Mine || who.At(CanUpdate, t.Site)) {
		return nil
	}
	return who.RequireAt(CanAssign, t.Site)
}

// Seen names a ticket in the version that the actor has seen.
type Seen struct {
	ID      id.Ticket
	Version int64
}

// Outcome is what became of one ticket of many.
type Outcome struct {
	ID     id.Ticket
	Ticket Ticket // as it is now; zero when the actor does not see it
	Fault  error  // why it was not changed; nil = it was
}

// AssignAll is Assign for several tickets, at most page.Max, in one transaction: each is changed or says why not, in the order asked for.
// Needs ticket.assign; Invalid for an assignee who is not there, Unavailable while it is switched off.
func (s *Service) AssignAll(ctx context.Context, who actor.Actor, tickets []Seen, to Assignee) ([]Outcome, error) {
	if err := who.Require(CanAssign); err != nil {
		return nil, err
	}
	if s.bulk != nil && !s.bulk(ctx, who) {
		return nil, fault.Of(fault.Unavailable, "Assigning several tickets at once is switched off just now. Each can still be assigned by itself.")
	}
	var c fault.Check
	to.check(&c)
	c.That(len(tickets) > 0, "tickets", "required", "Choose at least one ticket.")
	c.That(len(tickets) <= page.Max, "tickets", "too_many", fmt.Sprintf("Choose at most %d tickets at once.", page.Max))
	if err := c.Err(); err != nil {
		return nil, err
	}
	var out []Outcome
	err := s.db.Write(ctx, who, func(tx *db.Tx) (err error) {
		tx.Unjournaled("every ticket that changes has a row of its own")
		out, err = s.assignAll(ctx, tx, tickets, to)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("assign tickets: %w", err)
	}
	return out, nil
}

func (s *Service) assignAll(ctx context.Context, tx *db.Tx, tickets []Seen, to Assignee) ([]Outcome, error) {
	old := map[id.Ticket]Ticket{}
	ids := make([]id.Ticket, len(tickets))
	for i, x := range tickets {
		ids[i] = x.ID
	}
	sites, all := tx.Who().Sites(CanRead)
	var rows []Ticket
	db.Soon(tx, &rows, scanTicket, ticketsByID, ids, all, sites)
	person, group, err := to.names(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, t := range rows {
		old[t.ID] = t
	}
	var fit []Seen
	out := make([]Outcome, len(tickets))
	for i, x := range tickets {
		t, there := old[x.ID]
		if out[i] = (Outcome{x.ID, t, to.unfit(tx.Who(), t, there, x.Version)}); out[i].Fault == nil && !to.has(t) {
			fit = append(fit, x)
		}
	}
	done, err := s.assignThese(ctx, tx, fit, to)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if t := out[i].Ticket; out[i].Fault == nil && !to.has(t) {
			if !done[t.ID] {
				out[i].Fault = staleTicket(ctx, tx, t.ID) // somebody was faster
				continue
			}
			delete(done, t.ID) // who asks for it twice asks on an old version
			out[i].Ticket = to.given(t, person, group, s.now())
			change := journal.Change{Verb: "ticket.assigned", Before: t.brief(), After: out[i].Ticket.brief()}
			if err := s.settle(ctx, tx, t, out[i].Ticket, change); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// unfit is why a ticket cannot be given to this assignee; nil = it can.
func (a Assignee) unfit(who actor.Actor, t Ticket, there bool, version int64) error {
	switch {
	case !there:
		return fault.Missing("ticket")
	case !who.At(CanAssign, t.Site):
		return fault.Denied(string(CanAssign))
	case t.Version != version:
		return fault.Stale("ticket", t)
	case !t.Status.Active():
		return shut(t)
	}
	return nil
}

// has says that a ticket is with this assignee already.
func (a Assignee) has(t Ticket) bool { return same(t.Person, a.Person) && same(t.Group, a.Group) }

// given is a ticket after it went to this assignee.
func (a Assignee) given(t Ticket, person, group string, now time.Time) Ticket {
	t.Person, t.Group, t.PersonName, t.GroupName = a.Person, a.Group, person, group
	t.Version, t.Updated = t.Version+1, now
	return t
}

// assignThese writes over those versions that are still there, and gives the ids of what it wrote.
func (s *Service) assignThese(ctx context.Context, tx *db.Tx, tickets []Seen, to Assignee) (map[id.Ticket]bool, error) {
	if len(tickets) == 0 {
		return nil, nil //nolint:nilnil // none was written
	}
	ids, versions := make([]id.Ticket, len(tickets)), make([]string, len(tickets))
	for i, x := range tickets {
		ids[i], versions[i] = x.ID, x.ID.String()+":"+strconv.FormatInt(x.Version, 10)
	}
	rows, err := db.All(ctx, tx, scanTicketID, ticketsAssign, to.Person, to.Group, s.now(), ids, versions)
	done := make(map[id.Ticket]bool, len(rows))
	for _, t := range rows {
		done[t] = true
	}
	return done, err
}

func scanTicketID(r db.Row) (t id.Ticket, err error) { err = r.Scan(&t); return t, err }

const ticketsAssign db.SQL = `-- ticket.ticketsAssign
update tickets set person_id = $2, group_id = $3, version = version + 1, updated_at = $4
where tenant_id = $1 and id in_list($5) and cast(id as text) || ':' || cast(version as text) in_list($6) returning id`

const assigneeNames db.SQL = `-- ticket.assigneeNames
select coalesce((select p.name from persons p where p.tenant_id = $1 and p.id = $2 and p.active), ''),
  coalesce((select g.name from member_groups g where g.tenant_id = $1 and g.id = $3 and g.kind = 'people' and g.active), '')`

func scanNames(r db.Row) (names [2]string, err error) {
	err = r.Scan(&names[0], &names[1])
	return names, err
}

// names gives what the assignee is called; Invalid when there is no such one.
func (a Assignee) names(ctx context.Context, tx *db.Tx) (person, group string, err error) {
	names, err := db.One(ctx, tx, scanNames, assigneeNames, a.Person, a.Group)
	if err != nil {
		return "", "", err
	}
	var c fault.Check
	c.That(a.Person == nil || names[0] != "", "person_id", "unknown", "There is no such active person.")
	c.That(a.Group == nil || names[1] != "", "group_id", "unknown", "There is no such active group of people.")
	return names[0], names[1], c.Err()
}
