package checklist

import (
	"context"
	"fmt"
	"reflect"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// Publish makes a version of a checklist's draft, which never changes: tasks that are made from now on ask it. Needs checklist.update. Invalid
// when there is nothing to ask; Conflict when nothing is new, or version is not the stored one.
func (s *Service) Publish(ctx context.Context, who actor.Actor, checklist id.Checklist, version int64) (Checklist, error) {
	if err := who.RequireEverywhere(CanUpdate); err != nil {
		return Checklist{}, err
	}
	var out Checklist
	err := s.change(ctx, who, checklist, version, "checklist.published", func(tx *db.Tx, c Checklist) (Checklist, error) {
		if err := c.settle(ctx, tx); err != nil {
			return c, err
		}
		if c.Items == 0 {
			var f fault.Check
			f.Add("sections", "required", "Ask at least one question before you publish.")
			return c, f.Err()
		}
		if c.Form != nil {
			last, err := db.One(ctx, tx, scanForm, formGet, *c.Form)
			if err != nil {
				return c, err
			}
			if reflect.DeepEqual(last.Form, c.Draft) {
				return c, fault.Of(fault.Conflict, "Nothing has changed since it was published.")
			}
		}
		form := id.New[id.Form]()
		var person *id.Person
		if p := who.Person(); !p.IsZero() {
			person = &p
		}
		c.Form, c.Number = &form, c.Number+1
		tx.Later(formInsert, form, c.ID, c.Number, encode(c.Draft), person, s.now())
		return c, nil
	}, &out)
	if err != nil {
		return Checklist{}, fmt.Errorf("publish checklist %s: %w", checklist, err)
	}
	return out, nil
}

// Try gives the form that a draft makes, with the library's present texts and rules, and what of it must be mended; nothing is kept. Needs
// checklist.create or checklist.update. The form is there beside an Invalid fault, too.
func (s *Service) Try(ctx context.Context, who actor.Actor, in Input) (Form, error) {
	if err := who.RequireEverywhere(CanUpdate); err != nil && who.RequireEverywhere(CanCreate) != nil {
		return Form{}, err
	}
	c := Checklist{Draft: in.Draft, Places: in.Places}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error { return c.settle(ctx, tx) })
	return c.Draft, err
}

// GetForm gives a published version. Needs checklist.read; NotFound otherwise.
func (s *Service) GetForm(ctx context.Context, who actor.Actor, form id.Form) (Published, error) {
	if err := who.Require(CanRead); err != nil {
		return Published{}, err
	}
	return s.forms.Get(ctx, who.Tenant(), form.String(), nil, func(ctx context.Context) (f Published, err error) {
		err = s.db.Read(ctx, who, func(tx *db.Tx) error {
			f, err = FormOf(ctx, tx, form)
			return err
		})
		return f, err
	})
}

// ListForms gives the versions of a checklist, the newest first. Needs checklist.read; NotFound otherwise.
func (s *Service) ListForms(ctx context.Context, who actor.Actor, checklist id.Checklist) ([]Published, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	var rows []Published
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if rows, err = db.All(ctx, tx, scanForm, formList, checklist, page.Max); err == nil && len(rows) == 0 {
			_, err = get(ctx, tx, checklist)
		}
		return err
	})
	return rows, err
}

func scanForm(r db.Row) (f Published, err error) {
	var body string
	err = r.Scan(&f.ID, &f.Checklist, &f.Number, &f.At, db.Null(&f.Person), &body, &f.Name, &f.Kind, &f.PersonName)
	if err != nil {
		return f, err
	}
	return f, decode(body, &f.Form)
}

const formSelect = `select f.id, f.checklist_id, f.number, f.published_at, f.person_id, f.body, c.name, c.kind, coalesce(p.name, '')
from checklist_forms f join checklists c on c.tenant_id = f.tenant_id and c.id = f.checklist_id
left join persons p on p.tenant_id = f.tenant_id and p.id = f.person_id `

const formGet db.SQL = `-- checklist.formGet
` + formSelect + `where f.tenant_id = $1 and f.id = $2`

const formList db.SQL = `-- checklist.formList
` + formSelect + `where f.tenant_id = $1 and f.checklist_id = $2 order by f.number desc limit $3`

const formInsert db.SQL = `-- checklist.formInsert
insert into checklist_forms (tenant_id, id, checklist_id, number, body, person_id, published_at) values ($1, $2, $3, $4, $5, $6, $7)`

// FormOf reads a published version in the transaction of a domain whose records keep it. It asks for no permission. NotFound otherwise.
func FormOf(ctx context.Context, tx *db.Tx, form id.Form) (Published, error) {
	f, err := db.One(ctx, tx, scanForm, formGet, form)
	return f, fault.Named(err, "form")
}

// FormIn is FormOf from memory: a published version never changes.
func (s *Service) FormIn(ctx context.Context, tx *db.Tx, form id.Form) (Published, error) {
	tenant, name := tx.Who().Tenant(), form.String()
	if f, known := s.forms.Peek(tenant, name); known {
		return f, nil
	}
	keep := s.forms.Begin(tenant)
	f, err := FormOf(ctx, tx, form)
	if err == nil {
		tx.AfterCommit(func() { keep(name, f) })
	}
	return f, err
}

// PublishedOf gives what is published of some checklists now, in the transaction of a domain that makes tasks of them; what has nothing is
// absent. It asks for no permission.
func PublishedOf(ctx context.Context, tx *db.Tx, checklists []id.Checklist) (map[id.Checklist]id.Form, error) {
	type pair struct {
		list id.Checklist
		form id.Form
	}
	rows, err := db.All(ctx, tx, func(r db.Row) (p pair, err error) { err = r.Scan(&p.list, &p.form); return p, err }, publishedOfThese, checklists)
	out := make(map[id.Checklist]id.Form, len(rows))
	for _, p := range rows {
		out[p.list] = p.form
	}
	return out, err
}

const publishedOfThese db.SQL = `-- checklist.publishedOfThese
select c.id, c.form_id from checklists c where c.tenant_id = $1 and c.id in_list($2) and c.form_id is not null`
