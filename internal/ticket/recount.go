package ticket

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// recount sets the clocks of tickets anew after their course has changed: their category, their ladder, or the calendar or zone of their site.
type recount struct{ journal.Event }

// Kind names the job.
func (recount) Kind() string { return "ticket.recount" }

// batch is how many tickets are set anew in one transaction.
const batch = 200

// recount goes through the tickets that a change may concern, a batch in a transaction.
func (s *Service) recount(ctx context.Context, who actor.Actor, c recount) error {
	category, site, err := s.concerned(ctx, who, c.Event)
	if err != nil {
		return err
	}
	for last := (id.Ticket{}); ; {
		var rows []Ticket
		err := s.db.Write(ctx, who, func(tx *db.Tx) (err error) {
			tx.Unjournaled("every ticket that changes has a row of its own")
			if rows, err = db.All(ctx, tx, scanTicket, ticketsActive, category, site, last, batch); err != nil {
				return err
			}
			return s.recountThese(ctx, tx, rows)
		})
		if err != nil {
			return fmt.Errorf("recount tickets after %s: %w", c.Verb, err)
		}
		if len(rows) < batch {
			return nil
		}
		last = rows[len(rows)-1].ID
	}
}

// concerned says which tickets a change is about: those of a category, of a site, of both, or (both nil) all.
func (s *Service) concerned(ctx context.Context, who actor.Actor, e journal.Event) (category *id.Category, site *id.Site, err error) {
	row, err := s.journal.Get(ctx, who, e.Entry)
	if err != nil {
		return nil, nil, err
	}
	switch row.Noun {
	case "category":
		c := id.Of[id.Category](row.Subject.Bytes())
		return &c, nil, nil
	case "ladder":
		var l Ladder
		text := row.After
		if text == "" {
			text = row.Before
		}
		err = json.Unmarshal([]byte(text), &l)
		return &l.Category, row.Site, err
	}
	return nil, row.Site, nil
}

// recountThese sets the times of some tickets anew, with a row of the journal each. A ticket that runs another course meanwhile is left
// alone: its times are set by that change; so is one whose times another recount, of a second change, has set by then.
func (s *Service) recountThese(ctx context.Context, tx *db.Tx, tickets []Ticket) error {
	type key struct {
		category id.Category
		site     id.Site
	}
	ways, now := map[key]course{}, s.now()
	var changes [][2]Ticket
	for _, old := range tickets {
		k := key{old.Category, old.Site}
		way, known := ways[k]
		if !known {
			var err error
			if way, err = courseFor(ctx, tx, old); err != nil {
				return err
			}
			ways[k] = way
		}
		t := old
		if way.hold(&t, now); t.sameAs(old) {
			continue
		}
		t.Updated = now
		changes = append(changes, [2]Ticket{old, t})
	}
	done, err := recountAll(ctx, tx, changes)
	if err != nil {
		return err
	}
	for _, c := range changes {
		if old, t := c[0], c[1]; slices.Contains(done, t.ID) {
			if err := s.settle(ctx, tx, old, t, recounted(old, t)); err != nil {
				return err
			}
		}
	}
	return nil
}

// recountAll writes the times of tickets, in one trip, and gives those that were still as they were read.
func recountAll(ctx context.Context, tx *db.Tx, changes [][2]Ticket) (done []id.Ticket, err error) {
	for i, c := range changes {
		old, t := c[0], c[1]
		args := []any{t.ID, t.Due, t.Next, t.Held, t.HeldMicros, t.Updated, t.Status, t.Category, t.Level, t.Opened, old.HeldMicros, old.Due, old.Next}
		if i < len(changes)-1 {
			db.Soon(tx, &done, scanTicketID, ticketRecount, args...)
			continue
		}
		last, err := db.All(ctx, tx, scanTicketID, ticketRecount, args...)
		if err != nil {
			return nil, err
		}
		done = append(done, last...)
	}
	return done, nil
}

// recounted is the row of a ticket whose times were set anew.
func recounted(old, t Ticket) journal.Change {
	return journal.Change{Verb: "ticket.recounted", Before: old.brief(), After: t.brief()}
}

const ticketsActive db.SQL = `-- ticket.ticketsActive
select ` + ticketColumns + ticketFrom + `
where t.tenant_id = $1 and t.status in ('NEW', 'OPEN', 'ONHOLD') and (t.category_id = $2 or $2 is null) and (t.site_id = $3 or $3 is null)
  and (t.id > $4 or $4 is null)
order by t.id limit $5`

const ticketRecount db.SQL = `-- ticket.ticketRecount
update tickets set due_at = $3, next_escalation_at = $4, held_at = $5, held_micros = $6, updated_at = $7
where tenant_id = $1 and id = $2 and status = $8 and category_id = $9 and level = $10 and opened_at = $11 and held_micros = $12
  and (due_at = $13 or due_at is null and $13 is null) and (next_escalation_at = $14 or next_escalation_at is null and $14 is null)
returning id`
