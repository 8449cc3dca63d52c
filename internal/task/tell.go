package task

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/news"
	"intelliwiz/internal/plan"
)

// Told are the verbs that people are told of.
func Told() []string {
	return []string{"task.assigned", "task.completed", "task.expired", "task.reminded", "task.silent"}
}

// TellsNobody says of a row that Tellings would name nobody: a task that was done and raised no alert, or that is closed and no more.
func TellsNobody(row journal.Entry) bool {
	t, err := happened(row)
	if err != nil {
		return false
	}
	switch row.Verb {
	case "task.completed":
		return t.Alerts == 0
	case "task.expired":
		return t.Expiry == plan.CloseIt
	case "task.silent":
		return false
	}
	return t.Person == nil && t.Group == nil && t.Post == nil
}

// happened is the task after a change.
func happened(row journal.Entry) (t Task, err error) {
	if err := json.Unmarshal([]byte(row.After), &t); err != nil {
		return Task{}, fmt.Errorf("journal entry %s: %w", row.ID, err)
	}
	return t, nil
}

// Tellings says who is told of a change of a task, and why: of one that was missed or raised an alert, those in charge of its site (who may update
// its tasks, the nearest to it) and whose it was; of one that was assigned, whose it is now. It is for package notice: who is the system.
func (s *Service) Tellings(ctx context.Context, who actor.Actor, e journal.Event) ([]news.Item, error) {
	row, err := s.journal.Get(ctx, who, e.Entry)
	if err != nil {
		return nil, err
	}
	t, err := happened(row)
	if err != nil || TellsNobody(row) {
		return nil, err
	}
	item := news.Item{Subject: "task", SubjectID: id.Of[id.Any](t.ID.Bytes())}
	hands, reason := true, "it is to be done by you"
	switch row.Verb {
	case "task.assigned":
		item.Title, item.Times = "For you: "+t.at(), []news.Moment{{Label: "From", At: t.Begins}, {Label: "Until", At: t.Due}}
	case "task.expired":
		reason = "it was to be done by you"
		item.Title, item.Times = t.Status.Label()+": "+t.at(), []news.Moment{{Label: "Was due", At: t.Due}}
	case "task.reminded":
		item.Title, item.Times = "Soon: "+t.at(), []news.Moment{{Label: "From", At: t.Begins}, {Label: "Until", At: t.Due}}
	case "task.silent":
		hands = false
		item.Urgency = news.High
		item.Title, item.Times = fmt.Sprintf("No scan for %d minutes: %s", t.Silence, t.at()), []news.Moment{{Label: "Due", At: t.Due}}
	case "task.completed":
		hands = false
		item.Urgency = news.High
		item.Title, item.Times = "Alert: "+t.at(), []news.Moment{{Label: "Done", At: *t.Ended}}
		if item.Detail, err = s.alertsOf(ctx, who, t); err != nil {
			return nil, err
		}
	}
	out, err := s.toHands(ctx, who, t, item, reason, hands)
	if err != nil || row.Verb == "task.assigned" || row.Verb == "task.reminded" {
		return out, err
	}
	charge, err := s.inCharge(ctx, who, CanUpdate, t.Site)
	for _, p := range charge {
		item.Person, item.Reason = p, "you are in charge of "+t.SiteName
		out = append(out, item)
	}
	if err != nil || row.Verb != "task.completed" {
		return out, err
	}
	told, err := s.toldOf(ctx, who, t)
	for _, p := range told {
		if !slices.Contains(charge, p) { // who hears of every alert hears of this one once
			item.Person, item.Reason = p, "the checklist has you told of this alert"
			out = append(out, item)
		}
	}
	return out, err
}

// toldOf gives the active people whom the form of a task has told of the alerts that it raised, each once (domain/ops.md 1.6 and 2.8).
func (s *Service) toldOf(ctx context.Context, who actor.Actor, t Task) (out []id.Person, err error) {
	if t.Form == nil {
		return nil, nil
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		var raised []id.Item
		db.Soon(tx, &raised, func(r db.Row) (i id.Item, err error) { err = r.Scan(&i); return i, err }, alertItems, t.ID)
		f, err := checklist.FormOf(ctx, tx, *t.Form)
		if err != nil {
			return err
		}
		tell := []id.Person{}
		for _, i := range f.Form.Items() {
			if slices.Contains(raised, i.ID) {
				tell = append(tell, i.Tell...)
			}
		}
		if len(tell) > 0 {
			out, err = db.All(ctx, tx, func(r db.Row) (p id.Person, err error) { err = r.Scan(&p); return p, err }, activeOf, tell)
		}
		return err
	})
	return out, err
}

// at is what a title calls a task.
func (t Task) at() string {
	name := t.Name
	if t.AssetName != "" && t.AssetName != t.Name {
		name += ", " + t.AssetName
	}
	return name + " at " + t.SiteName
}

// toHands makes the item for whose task it is: a person, the active people of a group, or who holds the post.
func (s *Service) toHands(ctx context.Context, who actor.Actor, t Task, item news.Item, reason string, wanted bool) (out []news.Item, err error) {
	if !wanted {
		return nil, nil
	}
	if item.Reason = reason; t.Person != nil {
		item.Person = *t.Person
		return []news.Item{item}, nil
	}
	var people []id.Person
	err = s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		people, err = db.All(ctx, tx, func(r db.Row) (p id.Person, err error) { err = r.Scan(&p); return p, err }, handsOf, t.Group, t.Post)
		return err
	})
	for _, p := range people {
		item.Person, item.Reason = p, reason+", as one of "+t.GroupName+t.PostName
		out = append(out, item)
	}
	return out, err
}

// maxAlerts is how many alerts of a task a notice names.
const maxAlerts = 20

// alertsOf says in words what raised the alerts of a task, a line each.
func (s *Service) alertsOf(ctx context.Context, who actor.Actor, t Task) (string, error) {
	var lines []string
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		lines, err = db.All(ctx, tx, func(r db.Row) (l string, err error) {
			var question, alert string
			err = r.Scan(&question, &alert)
			return question + ": " + alert, err
		}, alertsGet, t.ID, maxAlerts)
		return err
	})
	return strings.Join(lines, "\n"), err
}

const alertsGet db.SQL = `-- task.alertsGet
select q.text, a.alert from answers a join questions q on q.tenant_id = a.tenant_id and q.id = a.question_id
where a.tenant_id = $1 and a.task_id = $2 and a.alert <> '' order by a.id limit $3`

const alertItems db.SQL = `-- task.alertItems
select a.item_id from answers a where a.tenant_id = $1 and a.task_id = $2 and a.alert <> ''`

const activeOf db.SQL = `-- task.activeOf
select p.id from persons p where p.tenant_id = $1 and p.id in_list($2) and p.active order by p.name_key, p.id`

const handsOf db.SQL = `-- task.handsOf
select p.id from members m join persons p on p.tenant_id = m.tenant_id and p.id = m.person_id
where m.tenant_id = $1 and m.group_id = $2 and p.active
union all select p.id from post_duties h join persons p on p.tenant_id = h.tenant_id and p.id = h.person_id
where h.tenant_id = $1 and h.post_id = $3 and h.ended_at is null and p.active limit 1000`
