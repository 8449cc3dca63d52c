package ticket

import (
	"context"
	"fmt"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

// Comment is what somebody said of a ticket. It is never changed and never deleted.
type Comment struct {
	ID     id.Comment `json:"id"`
	Person *id.Person `json:"person_id,omitzero"` // nil for a visitor and the system
	Name   string     `json:"person_name"`        // "" for those
	Body   string     `json:"body"`
	Status Status     `json:"status,omitzero"` // the status that it was the reason for; "" = none
	At     time.Time  `json:"at"`
}

// Comment adds to what was said of a ticket; its version stays, so that nobody who is editing it is disturbed. Needs ticket.comment at its
// site. Invalid; Conflict when the ticket is closed or cancelled.
func (s *Service) Comment(ctx context.Context, who actor.Actor, ticket id.Ticket, body string) (Comment, error) {
	if err := who.Require(CanComment); err != nil {
		return Comment{}, err
	}
	var c fault.Check
	body = strings.TrimSpace(body)
	if c.Text("body", body, 1, maxComment); c.Err() != nil {
		return Comment{}, c.Err()
	}
	out := Comment{ID: id.New[id.Comment](), Person: personOf(who), Name: who.Name(), Body: body, At: s.now()}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		t, err := getTicket(ctx, tx, ticket)
		if err != nil {
			return err
		}
		if err := who.RequireAt(CanComment, t.Site); err != nil {
			return err
		}
		if t.Status.Terminal() {
			return shut(t)
		}
		t.Comments++
		t.Updated = out.At
		tx.Later(commentInsert, out.ID, ticket, out.Person, body, "", out.At)
		tx.Later(commentCount, ticket, out.At)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "ticket.commented", Subject: ticket, Site: t.Site, After: noted{t.brief(), body}})
	})
	if err != nil {
		return Comment{}, fmt.Errorf("comment on ticket %s: %w", ticket, err)
	}
	return out, nil
}

// ListComments gives what was said of a ticket, the oldest first. Needs ticket.read at its site; NotFound otherwise.
func (s *Service) ListComments(ctx context.Context, who actor.Actor, ticket id.Ticket, p page.Request) (page.Of[Comment], error) {
	if err := who.Require(CanRead); err != nil {
		return page.Of[Comment]{}, err
	}
	_, last, err := page.Last[id.Comment](p)
	if err != nil {
		return page.Of[Comment]{}, err
	}
	var rows []Comment
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		db.Soon(tx, &rows, scanComment, commentList, ticket, last, p.Size()+1)
		_, err := getTicket(ctx, tx, ticket)
		return err
	})
	if err != nil {
		return page.Of[Comment]{}, err
	}
	return page.Cut(rows, p, func(c Comment) (string, string) { return "", c.ID.String() }), nil
}

func scanComment(r db.Row) (c Comment, err error) {
	err = r.Scan(&c.ID, db.Null(&c.Person), &c.Name, &c.Body, &c.Status, &c.At)
	return c, err
}

const commentList db.SQL = `-- ticket.commentList
select c.id, c.person_id, coalesce(p.name, ''), c.body, c.status, c.at from ticket_comments c
left join persons p on p.tenant_id = c.tenant_id and p.id = c.person_id
where c.tenant_id = $1 and c.ticket_id = $2 and (c.id > $3 or $3 is null) order by c.id limit $4`
