package ticket

import (
	"context"
	"encoding/json"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/news"
)

// Told are the verbs that people are told of.
func Told() []string {
	return []string{"ticket.created", "ticket.reported", "ticket.commented", "ticket.status_changed", "ticket.assigned", "ticket.escalated"}
}

// happened is what the journal keeps of any of them.
type happened struct {
	Ticket
	Comment string   `json:"comment"`
	Mails   []string `json:"mails"`
}

// Tellings says who is told of a change of a ticket, and why: who reported it, who it is assigned to, as a person or through a group, who had
// it before, and the addresses of the level that it climbed to. Each person stands there once, with the nearest reason; who did it does not.
// It is for package notice: who is the system.
func (s *Service) Tellings(ctx context.Context, who actor.Actor, e journal.Event) ([]news.Item, error) {
	row, err := s.journal.Get(ctx, who, e.Entry)
	if err != nil {
		return nil, err
	}
	before, after, err := sides[happened](row)
	if err != nil {
		return nil, err
	}
	l := letter{row: row, t: after, title: titleOf(row, after), seen: map[id.Person]bool{}}
	if row.WhoID != nil {
		l.seen[*row.WhoID] = true
	}
	if err := s.address(ctx, who, &l, before); err != nil {
		return nil, err
	}
	return l.all, nil
}

// concerned is of happened what names people; it is read of every row, and quicker.
type concerned struct {
	Creator  *id.Person `json:"creator_id"`
	Person   *id.Person `json:"person_id"`
	Group    *id.Group  `json:"group_id"`
	Reporter string     `json:"reporter"`
	Mails    []string   `json:"mails"`
}

// sides reads a row's record before the change, and after it.
func sides[T any](row journal.Entry) (before, after T, err error) {
	if row.Before != "" {
		err = json.Unmarshal([]byte(row.Before), &before)
	}
	if row.After != "" && err == nil {
		err = json.Unmarshal([]byte(row.After), &after)
	}
	if err != nil {
		err = fmt.Errorf("journal entry %s: %w", row.ID, err)
	}
	return before, after, err
}

// TellsNobody says of a row that Tellings would name nobody: who did it is the only one whom it concerns.
func TellsNobody(row journal.Entry) bool {
	before, after, err := sides[concerned](row)
	reporter := after.Reporter != "" && row.Verb == "ticket.status_changed"
	if err != nil || after.Group != nil || len(after.Mails) > 0 || reporter {
		return false
	}
	for _, p := range []*id.Person{after.Person, after.Creator, before.Person} {
		if p != nil && (row.WhoID == nil || *p != *row.WhoID) {
			return false
		}
	}
	return true
}

// letter gathers who is told of one change.
type letter struct {
	row   journal.Entry
	t     happened
	title string
	seen  map[id.Person]bool
	all   []news.Item
}

// to adds a person, who is told once.
func (l *letter) to(p *id.Person, reason string) {
	if p == nil || l.seen[*p] {
		return
	}
	l.seen[*p] = true
	t := l.tell()
	t.Person, t.Reason = *p, reason
	l.all = append(l.all, t)
}

func (l *letter) tell() news.Item {
	t := news.Item{Subject: "ticket", SubjectID: anyOf(l.t.ID), Title: l.title, Detail: l.t.Comment}
	if l.row.Verb == "ticket.created" || l.row.Verb == "ticket.reported" {
		t.Detail = l.t.Description
	}
	switch {
	case l.row.Verb == "ticket.escalated", l.t.Priority == High:
		t.Urgency = news.High
	case l.t.Priority == Low:
		t.Urgency = news.Low
	}
	if l.t.Next != nil {
		t.Times = append(t.Times, news.Moment{Label: "Escalates", At: *l.t.Next})
	}
	if l.t.Due != nil && l.t.Status.Active() {
		t.Times = append(t.Times, news.Moment{Label: "Due", At: *l.t.Due})
	}
	return t
}

// address adds everybody, the nearest reason first.
func (s *Service) address(ctx context.Context, who actor.Actor, l *letter, before happened) error {
	person, group := "it is assigned to you", "it is assigned to "+l.t.GroupName+", and you are in it"
	if l.row.Verb == "ticket.escalated" && (!same(before.Person, l.t.Person) || !same(before.Group, l.t.Group)) {
		person = fmt.Sprintf("it escalated to level %d and you are its level", l.t.Level)
		group = fmt.Sprintf("it escalated to level %d, which is %s, and you are in it", l.t.Level, l.t.GroupName)
	}
	l.to(l.t.Person, person)
	if err := s.members(ctx, who, l, l.t.Group, group); err != nil {
		return err
	}
	l.to(l.t.Creator, "you reported it")
	if !same(before.Person, l.t.Person) {
		l.to(before.Person, "it was assigned to you until now")
	}
	if len(l.t.Mails) > 0 {
		t := l.tell()
		t.Mails, t.Reason = l.t.Mails, fmt.Sprintf("it escalated to level %d, which tells this address", l.t.Level)
		l.all = append(l.all, t)
	}
	if to := fold.Email(l.t.Reporter); to != "" && l.row.Verb == "ticket.status_changed" && l.t.Source == FromPublic {
		l.all = append(l.all, news.Item{
			Subject: "ticket", SubjectID: anyOf(l.t.ID), Title: l.title, Mails: []string{to}, Reason: "you left this address with your report",
		})
	}
	return nil
}

// members adds the active people of a group.
func (s *Service) members(ctx context.Context, who actor.Actor, l *letter, group *id.Group, reason string) error {
	if group == nil {
		return nil
	}
	var people []id.Person
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		people, err = db.All(ctx, tx, scanPersonID, membersGet, *group)
		return err
	})
	for _, p := range people {
		l.to(&p, reason)
	}
	return err
}

// titleOf says in a sentence what happened.
func titleOf(row journal.Entry, t happened) string {
	what := map[string]string{
		"ticket.created":        "New ticket " + t.Ref(),
		"ticket.reported":       "A visitor reported " + t.Ref(),
		"ticket.commented":      row.WhoName + " commented on " + t.Ref(),
		"ticket.status_changed": t.Ref() + " is " + t.Status.words(),
		"ticket.assigned":       t.Ref() + " is assigned to " + t.AssigneeName(),
		"ticket.escalated":      fmt.Sprintf("%s escalated to level %d", t.Ref(), t.Level),
	}[row.Verb]
	if row.Verb == "ticket.assigned" && t.AssigneeName() == "" {
		what = t.Ref() + " is assigned to nobody"
	}
	return what + ": " + t.Title
}

func scanPersonID(r db.Row) (p id.Person, err error) { err = r.Scan(&p); return p, err }

const membersGet db.SQL = `-- ticket.membersGet
select p.id from members m join persons p on p.tenant_id = m.tenant_id and p.id = m.person_id
where m.tenant_id = $1 and m.group_id = $2 and p.active order by p.name_key, p.id limit 1000`
