package web

import (
	"strings"
	"time"

	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/web/ui"
)

// taskList makes the rows: what, its status, whom it is with, and when.
func taskList(v visit, found []task.Task) ui.List {
	l := ui.List{ID: "tasks", Caption: "Tasks", More: ui.Pager{Shown: len(found), Noun: "tasks"}, Columns: []ui.Column{
		{Label: "Task", Slot: ui.Subject}, {Label: "Status", Slot: ui.Status}, {Label: "When"}, {Label: "With", Slot: ui.Third}}}
	if len(found) == 1 {
		l.More.Noun = "task"
	}
	for _, t := range found {
		l.Rows = append(l.Rows, ui.Row{Href: taskAt(t), About: t.Name, Cells: []ui.Cell{
			{Text: t.Name, Note: taskPlace(t)}, {Pill: taskPill(t, v.now)}, {Text: taskWhen(v, t)}, taskWith(t),
		}})
	}
	return l
}

func taskAt(t task.Task) string { return tasksPath + "/" + t.ID.String() }

// taskPlace is the second line of a task.
func taskPlace(t task.Task) string {
	parts := []string{t.SiteName}
	if t.AssetName != "" {
		parts = append(parts, t.AssetName)
	}
	if t.Kind != plan.Task {
		parts = append(parts, t.Kind.Label())
	}
	if t.Priority != plan.Medium {
		parts = append(parts, priorityWords(t.Priority)+" priority")
	}
	if t.Alerts > 0 {
		parts = append(parts, plural(int(t.Alerts), "alert"))
	}
	return strings.Join(parts, " · ")
}

func priorityWords(p plan.Priority) string {
	return map[plan.Priority]string{plan.Low: "Low", plan.Medium: "Medium", plan.High: "High"}[p]
}

// taskWhen is the time of a task on its site's clock: "Today, 08:00–09:00".
func taskWhen(v visit, t task.Task) string {
	zone := zoneOr(t.Zone, v.zone)
	return spanWords(t.Begins, t.Due, v.now, zone)
}

// spanWords writes a time with its ends, and the second day when it is another.
func spanWords(from, until, now time.Time, zone *time.Location) string {
	if dateOf(from.In(zone)) == dateOf(until.In(zone)) {
		return moment(from, now, zone) + "–" + until.In(zone).Format(clockForm)
	}
	return moment(from, now, zone) + " – " + amid(until, now, zone)
}

func taskWith(t task.Task) ui.Cell {
	switch {
	case t.Performer != nil:
		return ui.Cell{Who: t.PerformerName}
	case t.Person != nil:
		return ui.Cell{Who: t.PersonName}
	case t.Group != nil:
		return ui.Cell{Body: ui.Grouped(t.GroupName)}
	case t.Post != nil:
		return ui.Cell{Text: t.PostName}
	}
	return ui.Cell{Text: "Nobody"}
}

// taskPill is the state of a task: late wins over everything while something is to do.
func taskPill(t task.Task, now time.Time) ui.Pill {
	p := ui.Pill{Tone: taskTone(t.Status), Text: t.Status.Label()}
	switch {
	case t.Status.Open() && t.Due.Before(now):
		p.Tone, p.Text = ui.Late, p.Text+", late"
	case t.Status == task.Assigned && t.Begins.After(now):
		p.Tone, p.Text = ui.Wait, "To come"
	case t.Late:
		p.Text += ", told late"
	}
	return p
}

func taskTone(s task.Status) ui.Tone {
	return map[task.Status]ui.Tone{
		task.Assigned: ui.New, task.InProgress: ui.Open, task.Completed: ui.Done, task.Partial: ui.Wait, task.Autoclosed: ui.Late, task.Cancelled: ui.Shut,
	}[s]
}
