package task

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// FileAccess says what an actor may do about the files of a task: who sees it sees them, and who may carry it out adds them as long as a report of
// it can come, a late one of work that was begun in time too. It is for package file.
func (s *Service) FileAccess(ctx context.Context, who actor.Actor, owner id.Any) (site *id.Site, see, change error) {
	t, err := s.Get(ctx, who, id.Of[id.Task](owner.Bytes()))
	if err != nil {
		return nil, err, err
	}
	if !t.Mine || !who.At(CanDo, t.Site) {
		change = who.RequireAt(CanUpdate, t.Site)
	}
	if change == nil && !t.Status.May(Completed) {
		change = fault.Of(fault.Forbidden, "This task is "+t.Status.words()+" already: what came with it stays as it is.")
	}
	return &t.Site, nil, change
}

// Attach says for which item of its form a file of a task was sent. Needs what adding the file needed. Invalid when the form has no such item
// or it takes no such file, NotFound when the task has no such file.
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
		if t.Form == nil {
			return refused("item_id", "This task asks for no such file.")
		}
		f, err := checklist.FormOf(ctx, tx, *t.Form)
		if err != nil {
			return err
		}
		all, err := db.All(ctx, tx, scanSent, filesOf, task)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(x sent) bool { return x.file == file })
		if at < 0 {
			return fault.Missing("file")
		}
		if why := all[at].unfit(f.Form, item); why != "" {
			return refused("item_id", why)
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

// sent is a file of a task, with the item that it was sent for.
type sent struct {
	file  id.File
	media string
	item  *id.Item
}

func scanSent(r db.Row) (x sent, err error) {
	err = r.Scan(&x.file, &x.media, db.Null(&x.item))
	return x, err
}

// unfit says why the file is none for an item of a form; "" when it is one.
func (x sent) unfit(f checklist.Form, item id.Item) string {
	all := f.Items()
	at := slices.IndexFunc(all, func(i checklist.Item) bool { return i.ID == item })
	if at < 0 || !all[at].Rule.TakesFile() {
		return "This task asks for no such file."
	}
	r := all[at].Rule
	sort := map[checklist.Attachment]string{checklist.Audio: "audio/", checklist.Video: "video/"}[r.Attachment]
	if sort == "" {
		sort = "image/"
	}
	if !strings.HasPrefix(x.media, sort) {
		return map[string]string{"audio/": "This file is no recording of a sound.", "video/": "This file is no video.", "image/": "This file is no picture."}[sort]
	}
	return ""
}

// claim ties the files that a report names to the items that it names them for, and gives the files of every item, counted here whatever a
// program claims: those that were tied before, too. Invalid at the answer for a file that is none of the task, that two answers name, or
// that the item does not take.
func (r Report) claim(ctx context.Context, tx *db.Tx, t Task, f checklist.Form, now time.Time) (map[id.Item][]id.File, error) {
	takes := slices.ContainsFunc(f.Items(), func(i checklist.Item) bool { return i.Rule.TakesFile() })
	if !takes && !slices.ContainsFunc(r.Answers, func(g checklist.Given) bool { return len(g.Files) > 0 }) {
		return nil, nil
	}
	all, err := db.All(ctx, tx, scanSent, filesOf, t.ID)
	if err != nil {
		return nil, err
	}
	known, named := map[id.File]*sent{}, map[id.File]bool{}
	for i := range all {
		known[all[i].file] = &all[i]
	}
	var c fault.Check
	for _, g := range r.Answers {
		for _, x := range g.Files {
			at := known[x]
			var why string
			switch {
			case at == nil:
				why = "The task has no such file. Add it to the task first."
			case named[x]:
				why = "A file goes with one answer."
			default:
				why = at.unfit(f, g.Item)
			}
			if why != "" {
				c.Add("answers["+g.Item.String()+"]", "file", why)
				continue
			}
			named[x], at.item = true, &g.Item
			tx.Later(fileAttach, x, t.ID, g.Item, now)
		}
	}
	return byItem(all), c.Err()
}

// byItem gathers files under the items that they were sent for.
func byItem(rows []sent) map[id.Item][]id.File {
	out := map[id.Item][]id.File{}
	for _, x := range rows {
		if x.item != nil {
			out[*x.item] = append(out[*x.item], x.file)
		}
	}
	return out
}

// withFiles puts the files that were sent for each item into what was answered, in the place of what somebody claims; a signature is answered
// by its file alone.
func withFiles(answers []checklist.Given, files map[id.Item][]id.File) []checklist.Given {
	out, said := make([]checklist.Given, len(answers)), map[id.Item]bool{}
	for i, g := range answers {
		g.Files = files[g.Item]
		out[i], said[g.Item] = g, true
	}
	for item, all := range files {
		if !said[item] {
			out = append(out, checklist.Given{Item: item, Files: all})
		}
	}
	return out
}

// filesOf gives a task's files; a record has at most a hundred.
const filesOf db.SQL = `-- task.filesOf
select f.id, f.media_type, a.item_id from files f left join answer_files a on a.tenant_id = f.tenant_id and a.id = f.id
where f.tenant_id = $1 and f.owner_id = $2 and f.owner = 'task' order by f.id limit 200`

const fileAttach db.SQL = `-- task.fileAttach
insert into answer_files (tenant_id, id, task_id, item_id, created_at) values ($1, $2, $3, $4, $5)
on conflict (tenant_id, id) do update set item_id = excluded.item_id`

// Given adds what was sent for items to what was answered so far, as a report counts it.
func (w Whole) Given(answers []checklist.Given) []checklist.Given { return withFiles(answers, w.Files) }
