package task

import (
	"encoding/json"
	"time"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// answers are those of a report, column by column, so that they are written in one statement however many they are.
type answers struct {
	ids       []id.Answer
	items     []id.Item
	questions []id.Question
	texts     []string
	counted   []int64 // 1 where there is a number
	numbers   []int64
	choices   []string
	files     []int64
	alerts    []string
}

// add takes what was judged of a question, and gives the answer's id: the same whenever the task is reported.
func (all *answers) add(t Task, j checklist.Judged) (id.Answer, error) {
	choices, err := json.Marshal(j.Answer.Choices)
	if err != nil {
		return id.Answer{}, err
	}
	answer, counted, number := id.Derive[id.Answer](t.ID.Time(), t.ID.String(), j.ID.String()), int64(0), int64(0)
	if j.Answer.Number != nil {
		counted, number = 1, int64(*j.Answer.Number)
	}
	all.ids, all.items, all.questions = append(all.ids, answer), append(all.items, j.ID), append(all.questions, j.Question)
	all.texts, all.counted, all.numbers = append(all.texts, j.Answer.Text), append(all.counted, counted), append(all.numbers, number)
	all.choices, all.files, all.alerts = append(all.choices, string(choices)), append(all.files, int64(j.Answer.Files)), append(all.alerts, j.Alert)
	return answer, nil
}

// write sends them, as given at a moment.
func (all *answers) write(tx *db.Tx, task id.Task, at time.Time) {
	if len(all.ids) > 0 {
		tx.Later(answersInsert, task, at, all.ids, all.items, all.questions, all.texts, all.counted, all.numbers, all.choices, all.files, all.alerts)
	}
}

const answersInsert db.SQL = `-- task.answersInsert
insert into answers (tenant_id, id, task_id, item_id, question_id, text, number, choices, files, alert, at)
select $1, v.id, $2, v.item, v.question, v.text, case when v.counted = 1 then v.number end, v.choices, v.files, v.alert, $3
from (lists_of($4 id uuid, $5 item uuid, $6 question uuid, $7 text text, $8 counted bigint, $9 number bigint, $10 choices text, $11 files bigint,
  $12 alert text)) v`
