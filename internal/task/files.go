package task

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// FileAccess says what an actor may do about the files of a task: who sees it sees them, and who may carry it out adds them while it is to be
// done. It is for package file.
func (s *Service) FileAccess(ctx context.Context, who actor.Actor, owner id.Any) (site *id.Site, see, change error) {
	t, err := s.Get(ctx, who, id.Of[id.Task](owner.Bytes()))
	if err != nil {
		return nil, err, err
	}
	if !t.Mine || !who.At(CanDo, t.Site) {
		change = who.RequireAt(CanUpdate, t.Site)
	}
	if change == nil && !t.Status.Open() {
		change = fault.Of(fault.Forbidden, "This task is "+t.Status.words()+" already: what came with it stays as it is.")
	}
	return &t.Site, nil, change
}

// Attach says for which item of its form a file of a task was sent. Needs what adding the file needed. Invalid when the form has no such item
// or it takes no file, NotFound when the task has no such file.
func (s *Service) Attach(ctx context.Context, who actor.Actor, task id.Task, item id.Item, file id.File) error {
	if _, see, change := s.FileAccess(ctx, who, id.Of[id.Any](task.Bytes())); see != nil || change != nil {
		if see != nil {
			return see
		}
		return change
	}
	see, err := sightOf(who)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		t, err := get(ctx, tx, see, task)
		if err != nil {
			return err
		}
		takes := false
		if t.Form != nil {
			f, err := checklist.FormOf(ctx, tx, *t.Form)
			if err != nil {
				return err
			}
			for _, i := range f.Form.Items() {
				takes = takes || i.ID == item && i.Rule.TakesFile()
			}
		}
		if !takes {
			return refused("item_id", "This task asks for no such file.")
		}
		there, err := db.One(ctx, tx, scanCount, taskFile, task, file)
		if err != nil {
			return err
		}
		if there == 0 {
			return fault.Missing("file")
		}
		tx.Unjournaled("that the file was added says it")
		tx.Later(fileAttach, file, task, item, s.now())
		return nil
	})
	if err != nil {
		return fmt.Errorf("attach a file to task %s: %w", task, err)
	}
	return nil
}

// sent is a file that was sent for an item.
type sent struct {
	file id.File
	item id.Item
}

func scanSent(r db.Row) (x sent, err error) {
	err = r.Scan(&x.file, &x.item)
	return x, err
}

// byItem gathers files under the items that they were sent for.
func byItem(rows []sent) map[id.Item][]id.File {
	out := map[id.Item][]id.File{}
	for _, x := range rows {
		out[x.item] = append(out[x.item], x.file)
	}
	return out
}

// withFiles counts the files that were sent for each item into what was answered; a signature is answered by its file alone.
func withFiles(answers []checklist.Given, files map[id.Item][]id.File) []checklist.Given {
	out, said := make([]checklist.Given, len(answers)), map[id.Item]bool{}
	for i, g := range answers {
		g.Files = max(g.Files, len(files[g.Item]))
		out[i], said[g.Item] = g, true
	}
	for item, all := range files {
		if !said[item] {
			out = append(out, checklist.Given{Item: item, Files: len(all)})
		}
	}
	return out
}

const taskFile db.SQL = `-- task.taskFile
select count(*) from files f where f.tenant_id = $1 and f.owner_id = $2 and f.owner = 'task' and f.id = $3`

const fileAttach db.SQL = `-- task.fileAttach
insert into answer_files (tenant_id, id, task_id, item_id, created_at) values ($1, $2, $3, $4, $5)
on conflict (tenant_id, id) do update set item_id = excluded.item_id`

const filesSent db.SQL = `-- task.filesSent
select f.id, f.item_id from answer_files f where f.tenant_id = $1 and f.task_id = $2 order by f.id`

// Given adds what was sent for items to what was answered so far, as a report counts it.
func (w Whole) Given(answers []checklist.Given) []checklist.Given { return withFiles(answers, w.Files) }
