package web

import (
	"time"

	"intelliwiz/internal/page"
	"intelliwiz/internal/task"
	"intelliwiz/internal/web/ui"
)

const (
	homeTasks = 6              // that Today shows
	homeBack  = 12 * time.Hour // that a task may have begun and still be somebody's today: a night's duty has two days
)

// tasks shows what the person has to do until the end of the day, the first first. Nothing is said to who has nothing.
func (h *homeMaker) tasks() error {
	if !h.who.Can(task.CanRead) || h.who.Person().IsZero() {
		return nil
	}
	_, until := task.Day(h.now, h.zone)
	f := task.Filter{Mine: true, Open: true, From: h.now.Truncate(time.Hour).Add(-homeBack), Until: until}
	listed, err := h.p.Tasks.List(h.r.Context(), h.who, f, page.Request{Limit: homeTasks})
	if err != nil {
		return err
	}
	h.view.MyTasks = ui.Log{ID: "tasks", Label: "What you have to do, the first first"}
	for _, t := range listed.Items {
		h.view.MyTasks.Entries = append(h.view.MyTasks.Entries, h.taskLine(t))
	}
	return nil
}

// taskLine is a task, with the way to begin it or to go on with it once its time has come.
func (h *homeMaker) taskLine(t task.Task) ui.Entry {
	pill := taskPill(t, h.now)
	e := ui.Entry{
		Time: t.Begins, At: t.Begins.In(h.zone).Format(clockForm), Icon: "s-" + string(pill.Tone), Tone: pill.Tone, Late: pill.Tone == ui.Late, What: t.Name, Href: taskAt(t),
		Meta: []string{t.SiteName, pill.Text, "until " + amid(t.Due, h.now, h.zone)},
	}
	switch {
	case h.now.Before(t.Begins) || !mayDo(h.who, t):
	case t.Status == task.Assigned:
		e.Acts = []ui.Action{{Text: "Begin", Icon: "task", Post: taskAt(t) + "/begin", About: t.Name}}
	case t.Status == task.InProgress:
		e.Acts = []ui.Action{{Text: "Carry on", Icon: "task", Href: taskAt(t) + "/do", About: t.Name}}
	}
	return e
}
