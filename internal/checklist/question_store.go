package checklist

import (
	"context"
	"encoding/json"
	"fmt"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

const questionColumns = `q.id, q.text, q.rule, q.unit_id, q.category_id, q.active, q.version, q.updated_at, coalesce(u.name, ''), coalesce(k.name, ''),
  (select count(*) from checklist_questions n where n.tenant_id = q.tenant_id and n.question_id = q.id)`

const questionFrom = ` from questions q left join lookups u on u.tenant_id = q.tenant_id and u.id = q.unit_id
left join lookups k on k.tenant_id = q.tenant_id and k.id = q.category_id `

func scanQuestion(r db.Row) (q Question, err error) {
	var rule string
	err = r.Scan(&q.ID, &q.Text, &rule, db.Null(&q.Unit), db.Null(&q.Category), &q.Active, &q.Version, &q.Updated, &q.UnitName, &q.CategoryName, &q.Used)
	if err != nil {
		return q, err
	}
	return q, decode(rule, &q.Rule)
}

// decode reads what a column keeps as JSON.
func decode(text string, into any) error {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("read a rule or form: %w", err)
	}
	return nil
}

// encode writes what a column keeps as JSON: of plain values, which never fails.
func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}

// arguments gives what questionInsert and questionUpdate bind from $2 on.
func (q Question) arguments() []any {
	return []any{q.ID, q.Text, fold.Key(q.Text), q.Rule.Type, encode(q.Rule), q.Unit, q.Category, q.Active, q.Version, q.Updated}
}

const questionGet db.SQL = `-- checklist.questionGet
select ` + questionColumns + questionFrom + `where q.tenant_id = $1 and q.id = $2`

func getQuestion(ctx context.Context, tx *db.Tx, question id.Question) (Question, error) {
	q, err := db.One(ctx, tx, scanQuestion, questionGet, question)
	return q, fault.Named(err, "question")
}

const questionList db.SQL = `-- checklist.questionList
select ` + questionColumns + questionFrom + `
where q.tenant_id = $1 and ($2 = '' or q.type = $2) and (q.category_id = $3 or $3 is null) and ($4 = '' or q.text_key like $5 escape '\')
  and ($6 or q.active) and (q.updated_at >= $7 or $7 is null) and (q.text_key, q.id) > ($8, $9)
order by q.text_key, q.id limit $10`

const questionsByID db.SQL = `-- checklist.questionsByID
select ` + questionColumns + questionFrom + `where q.tenant_id = $1 and q.id in_list($2)`

const questionInsert db.SQL = `-- checklist.questionInsert
insert into questions (tenant_id, id, text, text_key, type, rule, unit_id, category_id, active, version, updated_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`

const questionUpdate db.SQL = `-- checklist.questionUpdate
update questions set text = $3, text_key = $4, type = $5, rule = $6, unit_id = $7, category_id = $8, active = $9, version = $10, updated_at = $11
where tenant_id = $1 and id = $2 and version = $12`

const questionDelete db.SQL = `-- checklist.questionDelete
delete from questions where tenant_id = $1 and id = $2 and version = $3`

// questionRefs answers about what a question points to in one statement, one row a thing that exists.
const questionRefs db.SQL = `-- checklist.questionRefs
select k.list, k.id, k.name from lookups k where k.tenant_id = $1 and k.id in_list($2)`

// checkQuestion finds out what only the database knows, and fills in the names.
func checkQuestion(ctx context.Context, tx *db.Tx, q *Question) error {
	var asked []id.Lookup
	for _, l := range []*id.Lookup{q.Unit, q.Category} {
		if l != nil {
			asked = append(asked, *l)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	type ref struct {
		list, name string
		id         id.Lookup
	}
	rows, err := db.All(ctx, tx, func(r db.Row) (x ref, err error) { err = r.Scan(&x.list, &x.id, &x.name); return x, err }, questionRefs, asked)
	if err != nil {
		return err
	}
	var c fault.Check
	name := func(field string, list string, want *id.Lookup) string {
		for _, r := range rows {
			if want != nil && r.id == *want && r.list == list {
				return r.name
			}
		}
		c.That(want == nil, field, "unknown", "There is no such value in this list.")
		return ""
	}
	q.UnitName, q.CategoryName = name("unit_id", listUnit, q.Unit), name("category_id", listCategory, q.Category)
	return c.Err()
}
