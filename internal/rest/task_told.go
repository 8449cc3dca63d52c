package rest

import (
	"context"
	"io"
	"mime/multipart"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/task"
)

// toldExample is a form whose boundary is edge.
const toldExample = "--edge\r\nContent-Disposition: form-data; name=\"report\"\r\n\r\n" +
	`{"id":"01920000-0000-7000-8000-000000000001","task_id":"01920000-0000-7000-8000-000000000002","done":true}` + "\r\n--edge--\r\n"

// maxReport is how long the report of a form may be, in bytes.
const maxReport = 1 << 20

// told applies a report that comes with its files in one form. What is kept of it when it is refused is kept for when it is sent again: the
// task that was begun for it, and the files, whose ids follow from the report's and from what is in them.
func (a *api) told(ctx context.Context) (task.Result, error) {
	who := actor.From(ctx)
	httpRequest, _ := humago.Unwrap(of(ctx).inner)
	form, err := reply.FormParts(httpRequest)
	if err != nil {
		return task.Result{}, err
	}
	r, err := a.toldReport(form)
	if err != nil {
		return task.Result{}, err
	}
	t, opened, err := a.c.Tasks.Open(ctx, who, r)
	if err != nil {
		return task.Result{}, err
	}
	for n := 0; ; n++ {
		part, more, err := form.Next()
		if err != nil {
			return task.Result{}, err
		}
		if !more {
			break
		}
		if opened == task.Duplicate {
			continue // it has them
		}
		if err := a.toldFile(ctx, r.ID, t.ID, n, part); err != nil {
			return task.Result{}, err
		}
	}
	if r.Task = t.ID; opened == task.Duplicate {
		return task.Result{ID: r.ID, Outcome: opened, Task: t}, nil
	}
	t, out, err := a.c.Tasks.Report(ctx, who, r)
	if out == task.Applied && opened == task.Merged {
		out = task.Merged
	}
	return task.Result{ID: r.ID, Outcome: out, Task: t}, err
}

// toldReport reads the first part of the form, and holds it against the document as a body of JSON is.
func (a *api) toldReport(form *reply.Parts) (r task.Report, err error) {
	part, more, err := form.Next()
	if err != nil {
		return r, err
	}
	if !more || part.FormName() != "report" {
		return r, toldFault("report", "required", "Send the report first, as the part report.")
	}
	raw, err := io.ReadAll(io.LimitReader(part, maxReport+1))
	if err != nil {
		return r, reply.Unreadable(err)
	}
	if len(raw) > maxReport {
		return r, toldFault("report", "too_long", "This report is longer than 1 MB.")
	}
	if err := reply.CheckJSON(raw, reply.MaxDepth); err != nil {
		return r, err
	}
	c := checker{registry: a.registry(), path: []string{"report"}}
	c.value(a.registry().Schema(reflect.TypeFor[TaskReport](), true, "TaskReport"), decode(raw))
	if err := c.err(); err != nil {
		return r, err
	}
	var b TaskReport
	if err := reply.DecodeJSON(raw, &b); err != nil {
		return r, err
	}
	if b.TaskID == nil && b.Work == nil {
		return r, toldFault("report.task_id", "required", "Say which task it is, or what work.")
	}
	return b.report(), nil
}

func toldFault(path, code, message string) error {
	var c fault.Check
	c.Add(path, code, message)
	return c.Err()
}

// toldFile keeps a file of the form for the item that its part is named after; what is none that the item takes is not kept.
func (a *api) toldFile(ctx context.Context, report id.Report, at id.Task, n int, part *multipart.Part) error {
	who, name := actor.From(ctx), part.FormName()
	item, err := id.Parse[id.Item](name)
	if err != nil || part.FileName() == "" {
		return toldFault("file", "unknown", "Name each file's part after the item that it answers, and give it a filename.")
	}
	under := func(hash string) id.File {
		return id.Derive[id.File](report.Time(), report.String(), name, strconv.Itoa(n), hash)
	}
	kept, err := a.c.Files.UploadOnce(ctx, who, under, "task", id.Of[id.Any](at.Bytes()), part.FileName(), part)
	if err == nil {
		if err = a.c.Tasks.Attach(ctx, who, at, item, kept.ID); fault.KindOf(err) == fault.Invalid {
			if gone := a.c.Files.Delete(ctx, who, kept.ID); gone != nil {
				return gone
			}
		}
	}
	if fault.KindOf(err) == fault.Invalid {
		f := *fault.As(err)
		return toldFault("answers["+name+"]", f.Fields[0].Code, f.Fields[0].Message)
	}
	return err
}
