package post

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/news"
)

// Told are the verbs that people are told of.
func Told() []string { return []string{"post.uncovered", "post.rostered"} }

// telling is somebody who is told, and why.
type telling struct {
	person id.Person
	name   string
	reason string
}

// Tellings says who is told of a post: of an uncovered one those in charge of its site (who may change its posts, the nearest to it) and who is
// rostered there, of a roster who is on it. It is for package notice: who is the system.
func (s *Service) Tellings(ctx context.Context, who actor.Actor, e journal.Event) ([]news.Item, error) {
	row, err := s.journal.Get(ctx, who, e.Entry)
	if err != nil {
		return nil, err
	}
	if row.Verb == "post.rostered" {
		return rosteredNews(row)
	}
	var b Bare
	if err := json.Unmarshal([]byte(row.After), &b); err != nil {
		return nil, fmt.Errorf("journal entry %s: %w", row.ID, err)
	}
	told, err := s.toldOf(ctx, who, b)
	var out []news.Item
	for _, t := range told {
		out = append(out, news.Item{
			Person: t.person, Subject: "post", SubjectID: id.Of[id.Any](b.Post.Bytes()), Reason: t.reason, Times: []news.Moment{{Label: "Since", At: b.Since}},
			Urgency: news.High,
			Title:   "Uncovered: " + b.Name + " at " + b.SiteName, Detail: fmt.Sprintf("%d of %d people hold it.", b.Held, b.Needed),
		})
	}
	return out, err
}

// rosteredNews tells a person that they are rostered.
func rosteredNews(row journal.Entry) ([]news.Item, error) {
	var a Assignment
	if err := json.Unmarshal([]byte(row.After), &a); err != nil {
		return nil, fmt.Errorf("journal entry %s: %w", row.ID, err)
	}
	return []news.Item{{
		Person: a.Person, Subject: "post", SubjectID: id.Of[id.Any](a.Post.Bytes()), Title: "For you: " + a.PostName, Reason: "you are rostered there",
		Times: []news.Moment{{Label: "From", At: a.From}, {Label: "Until", At: a.Until}},
	}}, nil
}

// toldOf gives who is told of an uncovered post, each once.
func (s *Service) toldOf(ctx context.Context, who actor.Actor, b Bare) (out []telling, err error) {
	charge, err := s.inCharge(ctx, who, CanUpdate, b.Site)
	if err != nil {
		return nil, err
	}
	var names []telling
	err = s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		people := slices.Clone(charge)
		for _, r := range b.Rostered {
			people = append(people, r.Person)
		}
		names, err = db.All(ctx, tx, func(r db.Row) (t telling, err error) { err = r.Scan(&t.person, &t.name); return t, err }, namesOf, people)
		return err
	})
	for _, t := range names {
		t.reason = "you are rostered there"
		if slices.Contains(charge, t.person) {
			t.reason = "you are in charge of " + b.SiteName
		}
		out = append(out, t)
	}
	return out, err
}

const namesOf db.SQL = `-- post.namesOf
select n.id, n.name from persons n where n.tenant_id = $1 and n.id in_list($2) and n.active order by n.name_key, n.id`
