package checklist

import (
	"context"
	"fmt"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// settle finds out what only the database knows of a checklist: it fills the draft from the library, holds it to its rules, and asks whether
// the places and people that it names exist.
func (c *Checklist) settle(ctx context.Context, tx *db.Tx) error {
	var there []id.Any
	db.Soon(tx, &there, func(r db.Row) (x id.Any, err error) { err = r.Scan(&x); return x, err }, refs,
		c.Places.Sites, c.Places.Groups, c.Places.Types, c.Places.Assets, c.Draft.told())
	questions, err := questionsIn(ctx, tx, c.Draft.Questions())
	if err != nil {
		return err
	}
	var f fault.Check
	c.Draft.name()
	c.Draft.refresh(questions)
	c.Draft.check(&f)
	known := map[id.Any]bool{}
	for _, x := range there {
		known[x] = true
	}
	c.Draft.checkRefs(&f, questions, known)
	c.Places.checkRefs(&f, known)
	c.Items = int64(len(c.Draft.Items()))
	return f.Err()
}

// name gives an id to items that have none yet.
func (f *Form) name() {
	for i := range f.Sections {
		for j := range f.Sections[i].Items {
			if it := &f.Sections[i].Items[j]; it.ID.IsZero() {
				it.ID = id.New[id.Item]()
			}
		}
	}
}

// told are the people that the form's items tell of alerts.
func (f Form) told() []id.Person {
	var out []id.Person
	for _, i := range f.Items() {
		out = append(out, i.Tell...)
	}
	return out
}

func (f Form) checkRefs(c *fault.Check, questions map[id.Question]Question, known map[id.Any]bool) {
	for i, s := range f.Sections {
		for j, it := range s.Items {
			path := fmt.Sprintf("sections[%d].items[%d].", i, j)
			q, there := questions[it.Question]
			c.That(there || it.Question.IsZero(), path+"question_id", "unknown", "There is no such question.")
			c.That(!there || it.Rule.Type == q.Rule.Type, path+"rule.type", "fixed", "The question is answered in another way.")
			for k, p := range it.Tell {
				c.That(known[anyOf(p)], fmt.Sprintf("%stell[%d]", path, k), "unknown", "There is no such person.")
			}
		}
	}
}

func (p Places) checkRefs(c *fault.Check, known map[id.Any]bool) {
	for i, x := range p.Sites {
		c.That(known[anyOf(x)], fmt.Sprintf("places.site_ids[%d]", i), "unknown", "There is no such site.")
	}
	for i, x := range p.Groups {
		c.That(known[anyOf(x)], fmt.Sprintf("places.group_ids[%d]", i), "unknown", "There is no such group of sites.")
	}
	for i, x := range p.Types {
		c.That(known[anyOf(x)], fmt.Sprintf("places.type_ids[%d]", i), "unknown", "There is no such type of site.")
	}
	for i, x := range p.Assets {
		c.That(known[anyOf(x)], fmt.Sprintf("places.asset_ids[%d]", i), "unknown", "There is no such asset.")
	}
}

func anyOf(x interface{ Bytes() [16]byte }) id.Any { return id.Of[id.Any](x.Bytes()) }

// putParts writes the rows beside a checklist: where it applies, and which questions it asks or asked.
func (c Checklist) putParts(tx *db.Tx) {
	for _, p := range c.Places.rows() {
		tx.Later(placeInsert, id.New[id.Any](), c.ID, p.site, p.group, p.kind, p.asset)
	}
	for _, q := range c.Draft.Questions() {
		tx.Later(askInsert, id.New[id.Any](), c.ID, q)
	}
}
