package task

import (
	"context"
	"encoding/json"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/id"
)

// Whole is a task with everything that belongs to it.
type Whole struct {
	Task
	Form     *checklist.Published // what is asked; nil for a run, whose visits are asked
	Answers  []Answer             // in no order; the form has one
	Visits   []Task               // of a run, in their order
	Readings map[id.Item]checklist.Number
	Files    map[id.Item][]id.File // what was sent for each item of the form, the oldest first
	Expected []deadline.Deadline   // what was and is expected of it, by its time
	Aside    time.Time             // its answers are set aside, and so are all before this moment; zero = they are where they belong
}

// AnswersNote says why there are no answers, "" where that needs no word: "Answers before May 2025 are set aside by the retention of this installation."
func (w Whole) AnswersNote() string {
	if w.Aside.IsZero() || w.Form == nil {
		return ""
	}
	return "Answers before " + w.Aside.Format("January 2006") + " are set aside by the retention of this installation."
}

// GetWhole is Get with what is asked, what was answered, the visits of a run, and the last readings of the meters that are asked for.
func (s *Service) GetWhole(ctx context.Context, who actor.Actor, task id.Task) (w Whole, err error) {
	see, err := sightOf(who)
	if err != nil {
		return Whole{}, err
	}
	var files []sent
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		db.Soon(tx, &files, scanSent, filesOf, task)
		db.Soon(tx, &w.Answers, scanAnswer, answersOf, task)
		deadline.Of(tx, &w.Expected, id.Of[id.Any](task.Bytes()))
		db.Soon(tx, &w.Visits, scanTask, visitsOf, see.person, task)
		if w.Task, err = get(ctx, tx, see, task); err != nil || w.Task.Form == nil {
			return err
		}
		f, err := checklist.FormOf(ctx, tx, *w.Task.Form)
		if err != nil {
			return err
		}
		w.Form = &f
		if w.Status.Open() {
			w.Readings, err = readings(ctx, tx, w.Task, f.Form)
		}
		return err
	})
	if err != nil {
		return w, err
	}
	if w.Aside, err = s.db.AsideUntil(ctx, "answers", w.ID.Time()); err != nil {
		return w, err
	}
	w.Files = byItem(files)
	for i, a := range w.Answers {
		w.Answers[i].Sent = w.Files[a.Item]
	}
	return w, nil
}

func scanAnswer(r db.Row) (a Answer, err error) {
	var number *int64
	var choices string
	if err = r.Scan(&a.Item, &a.Question, &a.Text, db.Null(&number), &choices, &a.Files, &a.Alert, &a.At); err != nil {
		return a, err
	}
	if number != nil {
		a.Number = new(checklist.Number(*number))
	}
	if choices != "" {
		err = json.Unmarshal([]byte(choices), &a.Choices)
	}
	return a, err
}

const answersOf db.SQL = `-- task.answersOf
select a.item_id, a.question_id, a.text, a.number, a.choices, a.files, a.alert, a.at from answers a where a.tenant_id = $1 and a.task_id = $2`

const visitsOf db.SQL = `-- task.visitsOf
select ` + columns + from + `where t.tenant_id = $1 and t.parent_id = $3 order by t.seq`
