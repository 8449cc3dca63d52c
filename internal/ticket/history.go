package ticket

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

// Line is one thing that happened to a ticket.
type Line struct {
	ID       id.Entry
	At       time.Time
	Who      string
	Person   *id.Person // nil for a visitor and the system
	Verb     string     // "ticket.assigned"
	What     []string   // what changed, a sentence each, without times: "Assigned to Asha Rao, before to Night shift"
	Comment  string     // what was said
	From, To Status     // of a change of status, else ""
}

// History gives what happened to a ticket, the newest first, from the journal. Needs ticket.read at its site; NotFound otherwise.
func (s *Service) History(ctx context.Context, who actor.Actor, ticket id.Ticket, p page.Request) (page.Of[Line], error) {
	_, lines, err := s.GetWithHistory(ctx, who, ticket, p)
	return lines, err
}

// GetWithHistory is Get and History at once, from memory until a ticket changes or a name that stands in it.
func (s *Service) GetWithHistory(ctx context.Context, who actor.Actor, ticket id.Ticket, p page.Request) (Ticket, page.Of[Line], error) {
	if err := who.Require(CanRead); err != nil {
		return Ticket{}, page.Of[Line]{}, err
	}
	return s.told(ctx, who, ticket, p)
}

// readWithHistory is GetWithHistory from the database.
func (s *Service) readWithHistory(ctx context.Context, who actor.Actor, ticket id.Ticket, p page.Request) (t Ticket, lines page.Of[Line], err error) {
	var ids []id.Entry
	var found page.Of[id.Entry]
	known := map[id.Entry]Line{}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := s.journal.History(tx, &ids, ticket, p); err != nil {
			return err
		}
		if t, err = getBare(ctx, tx, ticket); err != nil {
			return err
		}
		found = journal.HistoryPage(ids, p)
		return s.readLines(ctx, tx, ticket, found.Items, known)
	})
	if err != nil {
		return Ticket{}, page.Of[Line]{}, err
	}
	lines = page.Of[Line]{Items: make([]Line, len(found.Items)), Next: found.Next}
	for i, e := range found.Items {
		lines.Items[i] = known[e]
	}
	one := []Ticket{t}
	err = s.name(ctx, who, one)
	return one[0], lines, err
}

// readLines gives the lines of rows of the journal. They are kept, for a row never changes but for who is erased, and reading one is dear.
func (s *Service) readLines(ctx context.Context, tx *db.Tx, ticket id.Ticket, entries []id.Entry, into map[id.Entry]Line) error {
	tenant := tx.Who().Tenant()
	var missing []id.Entry
	for _, e := range entries {
		if l, ok := s.lines.Peek(tenant, e.String()); ok {
			into[e] = l
		} else {
			missing = append(missing, e)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	keep := s.lines.Begin(tenant, "person")
	rows, err := s.journal.HistoryRows(ctx, tx, ticket, missing)
	if err != nil {
		return err
	}
	for _, e := range rows {
		l, err := lineOf(e)
		if err != nil {
			return err
		}
		into[e.ID] = l
		if !db.Joined(ctx) { // what may yet be taken back is nobody else's
			keep(e.ID.String(), l)
		}
	}
	return nil
}

// lineOf reads a row of the journal.
func lineOf(e journal.Entry) (Line, error) {
	var before, after noted
	for text, into := range map[string]*noted{e.Before: &before, e.After: &after} {
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return Line{}, fmt.Errorf("journal entry %s: %w", e.ID, err)
		}
	}
	l := Line{ID: e.ID, At: e.At, Who: e.WhoName, Person: e.WhoID, Verb: e.Verb, Comment: after.Comment}
	switch {
	case e.Verb == "ticket.recounted":
		l.What = []string{"Times set anew: its category, ladder or calendar changed"}
	case e.Before != "":
		l.What = differences(before.Ticket, after.Ticket)
		if before.Status != after.Status {
			l.From, l.To = before.Status, after.Status
		}
	case e.Verb == "ticket.commented":
		l.What = []string{"Commented"}
	case e.Verb == "ticket.reported":
		l.What = []string{"Reported by a visitor"}
	default:
		l.What = []string{"Reported"}
		if name := after.AssigneeName(); name != "" {
			l.What = append(l.What, "Assigned to "+name)
		}
	}
	return l, nil
}

// differences says what is different about a ticket, a sentence for each thing.
func differences(a, b Ticket) []string {
	var out []string
	say := func(label, before, after string) {
		switch {
		case before == after:
		case before == "":
			out = append(out, label+": "+after)
		case after == "":
			out = append(out, label+" removed, before "+before)
		default:
			out = append(out, label+": "+after+", before "+before)
		}
	}
	if b.Level > a.Level {
		out = append(out, fmt.Sprintf("Escalated to level %d", b.Level))
	}
	say("Status", a.Status.Label(), b.Status.Label())
	switch was, is := a.AssigneeName(), b.AssigneeName(); {
	case same(a.Person, b.Person) && same(a.Group, b.Group):
	case is == "":
		out = append(out, "Assigned to nobody, before to "+was)
	case was == "":
		out = append(out, "Assigned to "+is)
	default:
		out = append(out, "Assigned to "+is+", before to "+was)
	}
	say("Title", a.Title, b.Title)
	say("Priority", a.Priority.Label(), b.Priority.Label())
	say("Kind", a.Kind.Label(), b.Kind.Label())
	say("Category", a.CategoryName, b.CategoryName)
	say("Location", a.LocationName, b.LocationName)
	say("Asset", a.AssetName, b.AssetName)
	if a.Description != b.Description {
		out = append(out, "Description changed")
	}
	return out
}
