package web

import (
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// assignTask gives a task to another.
func (p *pages) assignTask(w http.ResponseWriter, r *http.Request) error {
	return p.changeTask(w, r, "to_whom", "It is assigned", func(at id.Task, f *form) error {
		to, err := p.readAssignee(r.Context(), actor.From(r.Context()), f, "to_whom")
		if err != nil {
			return err
		}
		f.check.That(to.Person != nil || to.Group != nil || f.check.Err() != nil, "to_whom", "required", "Say whom it goes to.")
		version := f.version()
		if err := f.readable(nil); err != nil {
			return err
		}
		_, err = p.Tasks.Assign(r.Context(), actor.From(r.Context()), at, version, to.Person, to.Group)
		return err
	})
}

// callOffTask calls a task off.
func (p *pages) callOffTask(w http.ResponseWriter, r *http.Request) error {
	return p.changeTask(w, r, "remark", "It is called off", func(at id.Task, f *form) error {
		version := f.version()
		if err := f.readable(nil); err != nil {
			return err
		}
		_, err := p.Tasks.CallOff(r.Context(), actor.From(r.Context()), at, version, f.text("remark"))
		return err
	})
}

// changeTask does what a form of a task's page with one field asks; what was typed stays when it cannot.
func (p *pages) changeTask(w http.ResponseWriter, r *http.Request, field, line string, do func(at id.Task, f *form) error) error {
	at, err := pathID[id.Task](r, "task")
	if err != nil {
		return err
	}
	f, err := readForm(r, field)
	if err != nil {
		return err
	}
	if err := do(at, &f); err != nil {
		return again(err, func(status int, faults ui.Faults) error {
			return p.showTask(w, r, at, taskSaid{form: f, faults: faults, status: status})
		})
	}
	return p.seeOther(w, r, tasksPath+"/"+at.String(), line)
}
