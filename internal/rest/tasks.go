package rest

import (
	"context"
	"net/http"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/task"
)

// Task is one thing to be done.
type Task struct {
	ID            id.Task       `json:"id" format:"uuid"`
	PlanID        *id.Plan      `json:"plan_id" format:"uuid" doc:"Null when nobody planned it."`
	ParentID      *id.Task      `json:"parent_id" format:"uuid" doc:"Of a visit: its run."`
	StopID        *id.Stop      `json:"stop_id" format:"uuid" doc:"Of a visit: the plan's stop."`
	Kind          plan.Kind     `json:"kind" enum:"TASK,TOUR,ROUTE,PPM"`
	Source        task.Source   `json:"source" enum:"PLAN,ADHOC"`
	SiteID        id.Site       `json:"site_id" format:"uuid"`
	SiteName      string        `json:"site_name"`
	Zone          string        `json:"zone" doc:"Of its site." example:"Asia/Kolkata"`
	Name          string        `json:"name"`
	AssetID       *id.Asset     `json:"asset_id" format:"uuid"`
	AssetName     string        `json:"asset_name"`
	FormID        *id.Form      `json:"form_id" format:"uuid" doc:"The published checklist that is asked; null for a run."`
	PersonID      *id.Person    `json:"person_id" format:"uuid" doc:"Whose it is, or null for a group."`
	PersonName    string        `json:"person_name"`
	GroupID       *id.Group     `json:"group_id" format:"uuid"`
	GroupName     string        `json:"group_name"`
	PostID        *id.Post      `json:"post_id" format:"uuid" doc:"Whoever holds this post does it."`
	PostName      string        `json:"post_name"`
	Priority      plan.Priority `json:"priority" enum:"LOW,MEDIUM,HIGH"`
	Proof         plan.Proof    `json:"proof" enum:"NONE,QR,NFC,GPS"`
	Ordered       bool          `json:"ordered"`
	Expiry        plan.Expiry   `json:"on_expiry" enum:"CLOSE,MAIL,TICKET"`
	Nominal       string        `json:"nominal" doc:"What the site's clock showed by the plan's rule." example:"2026-11-26T08:00"`
	Round         int64         `json:"round" doc:"Of a visit: from 1."`
	Seq           int64         `json:"seq" doc:"Of a visit: its place in the run, from 0."`
	BeginsAt      time.Time     `json:"begins_at" doc:"From when it may be done."`
	DueAt         time.Time     `json:"due_at" doc:"By when it is done."`
	Status        task.Status   `json:"status" enum:"ASSIGNED,INPROGRESS,COMPLETED,PARTIALLYCOMPLETED,AUTOCLOSED,CANCELLED"`
	StartedAt     *time.Time    `json:"started_at"`
	EndedAt       *time.Time    `json:"ended_at"`
	PerformerID   *id.Person    `json:"performer_id" format:"uuid"`
	PerformerName string        `json:"performer_name"`
	ReceivedAt    *time.Time    `json:"received_at" doc:"When its report came."`
	Late          bool          `json:"late" doc:"Its report came after it had been closed."`
	Deviation     bool          `json:"deviation" doc:"Of a visit: out of order; of a run: one of them was."`
	Alerts        int64         `json:"alerts"`
	Remark        string        `json:"remark"`
	TicketID      *id.Ticket    `json:"ticket_id" format:"uuid"`
	UpdatedAt     time.Time     `json:"updated_at"`
	Version       int64         `json:"version" example:"1"`
}

func taskOf(t task.Task) Task {
	return Task{
		ID: t.ID, PlanID: t.Plan, ParentID: t.Parent, StopID: t.Stop, Kind: t.Kind, Source: t.Source, SiteID: t.Site, SiteName: t.SiteName, Zone: t.Zone,
		Name: t.Name, AssetID: t.Asset, AssetName: t.AssetName, FormID: t.Form, PersonID: t.Person, PersonName: t.PersonName, GroupID: t.Group,
		GroupName: t.GroupName, PostID: t.Post, PostName: t.PostName, Priority: t.Priority, Proof: t.Proof, Ordered: t.Ordered, Expiry: t.Expiry, Nominal: t.Nominal, Round: t.Round, Seq: t.Seq,
		BeginsAt: t.Begins, DueAt: t.Due, Status: t.Status, StartedAt: t.Started, EndedAt: t.Ended, PerformerID: t.Performer, PerformerName: t.PerformerName,
		ReceivedAt: t.Received, Late: t.Late, Deviation: t.Deviation, Alerts: t.Alerts, Remark: t.Remark, TicketID: t.Ticket, UpdatedAt: t.Updated,
		Version: t.Version,
	}
}

// TaskWhole is a task with everything that belongs to it.
type TaskWhole struct {
	Task
	Form    *PublishedForm `json:"form" doc:"What is asked; null for a run."`
	Answers []TaskAnswer   `json:"answers" nullable:"false" doc:"In no order: the form has one."`
	Note    string         `json:"answers_note" doc:"Why there are no answers, where they are set aside by the retention of this installation; otherwise empty."`
	Visits  []Task         `json:"visits" nullable:"false" doc:"Of a run, in their order."`

	Expectations []Expectation `json:"expectations" nullable:"false" doc:"What was and is expected of it, by its time, and what followed when it was not met."`
}

// Expectation is something that is expected of a task or a post by a time.
type Expectation struct {
	Kind    deadline.Kind  `json:"kind" example:"task.done" doc:"task.done: that it is done; task.scan: that a stop is scanned; task.begin: that it is begun, else its people are reminded; post.cover: that enough people hold the post; post.leave: that nobody does when its hours are over."`
	DueAt   time.Time      `json:"due_at"`
	State   deadline.State `json:"state" enum:"OPEN,MET,BROKEN"`
	EndedAt *time.Time     `json:"ended_at" doc:"Since when it is met or broken."`
	Note    string         `json:"note" doc:"What followed."`
}

// TaskAnswer is what was answered to an item.
type TaskAnswer struct {
	ItemID  id.Item   `json:"item_id" format:"uuid"`
	Text    string    `json:"text"`
	Choices []string  `json:"choices" nullable:"false"`
	Files   int64     `json:"files" doc:"How many came with it."`
	FileIDs []id.File `json:"file_ids" format:"uuid" nullable:"false" doc:"Those that are there, the oldest first."`
	Alert   string    `json:"alert" doc:"Why it raises an alert, empty when it does not."`
	At      time.Time `json:"at"`
}

func taskWholeOf(w task.Whole) TaskWhole {
	out := TaskWhole{Task: taskOf(w.Task), Note: w.AnswersNote(), Answers: make([]TaskAnswer, len(w.Answers)), Visits: make([]Task, len(w.Visits)), Expectations: make([]Expectation, len(w.Expected))}
	if w.Form != nil {
		f := publishedOf(*w.Form)
		out.Form = &f
	}
	for i, a := range w.Answers {
		out.Answers[i] = TaskAnswer{a.Item, a.Text, append([]string{}, a.Choices...), a.Files, append([]id.File{}, a.Sent...), a.Alert, a.At}
	}
	for i, v := range w.Visits {
		out.Visits[i] = taskOf(v)
	}
	for i, d := range w.Expected {
		out.Expectations[i] = expectationOf(d)
	}
	return out
}

func expectationOf(d deadline.Deadline) Expectation {
	return Expectation{d.Kind, d.Due, d.State, d.Ended, d.Note}
}

// TaskFilter narrows a list of tasks. It is exported for huma, which looks into exported fields only.
type TaskFilter struct {
	Status       string      `query:"status" maxLength:"100" doc:"Only tasks of this status, or of several with commas between." example:"ASSIGNED,INPROGRESS"`
	SiteID       id.Site     `query:"site_id" format:"uuid"`
	PlanID       id.Plan     `query:"plan_id" format:"uuid"`
	ParentID     id.Task     `query:"parent_id" format:"uuid" doc:"Only the visits of this run."`
	Visits       bool        `query:"visits" doc:"Visits too, beside runs and single tasks."`
	Kind         plan.Kind   `query:"kind" enum:"TASK,TOUR,ROUTE,PPM"`
	AssetID      id.Asset    `query:"asset_id" format:"uuid"`
	PersonID     id.Person   `query:"person_id" format:"uuid" doc:"Only what is this person's."`
	GroupID      id.Group    `query:"group_id" format:"uuid" doc:"Only what is this group's."`
	PostID       id.Post     `query:"post_id" format:"uuid" doc:"Only what is this post's."`
	Mine         bool        `query:"mine" doc:"Only one's own, as a person, through a group or at a post that one holds."`
	From         time.Time   `query:"from" doc:"Only what may be begun from this time on."`
	Until        time.Time   `query:"until" doc:"Only what may be begun before this time."`
	DueBefore    time.Time   `query:"due_before" doc:"Only what is to be done before this time."`
	DueFrom      time.Time   `query:"due_from" doc:"Only what is to be done at this time or after it."`
	Timing       task.Timing `query:"outcome" enum:"ONTIME,LATE,MISSED,OPEN" doc:"Only what kept its time like this: done by it, done after it, not done, still to be done."`
	Alerts       bool        `query:"alerts" doc:"Only what raised an alert."`
	Search       string      `query:"search" maxLength:"200" doc:"Part of the name."`
	Newest       bool        `query:"newest" doc:"The last to begin first."`
	ChangedAfter time.Time   `query:"changed_after" doc:"Only what was changed at this time or after it, in the order of the changes: what changes while one reads comes again at the end."`
}

func (q TaskFilter) filter() task.Filter {
	f := task.Filter{
		Site: given(q.SiteID), Plan: given(q.PlanID), Parent: given(q.ParentID), Visits: q.Visits, Kind: q.Kind, Asset: given(q.AssetID), Person: given(q.PersonID),
		Group: given(q.GroupID), Post: given(q.PostID), Mine: q.Mine, From: q.From, Until: q.Until, DueBefore: q.DueBefore, DueFrom: q.DueFrom, Timing: q.Timing, Alerts: q.Alerts, Search: q.Search, Newest: q.Newest,
		ChangedAfter: q.ChangedAfter,
	}
	var only []task.Status
	if q.Status != "" {
		for s := range strings.SplitSeq(q.Status, ",") {
			only = append(only, task.Status(s))
		}
	}
	return f.Only(only...)
}

// TaskCount is how many tasks have a status.
type TaskCount struct {
	Status task.Status `json:"status" enum:"ASSIGNED,INPROGRESS,COMPLETED,PARTIALLYCOMPLETED,AUTOCLOSED,CANCELLED"`
	Count  int64       `json:"count" example:"3"`
}

func taskRows() []Operation {
	const path = "/tasks"
	rows := restless(crud("task", path, "a task with its answers", "the tasks that one sees, by the time from which they may be done", task.CanRead, "", "", ""))
	return append(rows,
		Operation{Name: "task.counts", Method: get, Path: path + "/counts", Permission: task.CanRead, Summary: "Count the tasks of each status"},
		Operation{Name: "task.live", Method: get, Path: path + "/live", Permission: task.CanRead, Summary: "Get the day as it stands: by site, the runs on their way, what was missed and what is expected next"},
		Operation{Name: "task.compliance", Method: get, Path: path + "/compliance", Permission: task.CanRead, Summary: "Get how maintenance kept its time, by month and site"},
		Operation{Name: "agenda.list", Method: get, Path: "/agenda", Permission: plan.CanRead, Summary: "Get what is to be done in a time: tasks that are made, and beyond them what plans will bring"},
		Operation{Name: "task.reports", Method: post, Path: path + "/reports", Permission: task.CanDo, status: http.StatusOK,
			Summary: "Report what was begun and done; each report counts once, however often it is sent"},
		Operation{Name: "task.report", Method: post, Path: path + "/report", Permission: task.CanDo, status: http.StatusOK, told: true,
			Takes: []string{reply.FormType}, Body: toldExample, timeout: uploadTime,
			Summary: "Report what was done, planned or not, with the files of its answers in one form; it counts once, however often it is sent"},
		Operation{Name: "task.assign", Method: post, Path: path + "/{id}/assignee", Permission: task.CanUpdate, Noun: "task",
			Summary: "Give a task that nobody has begun to a person or a group"},
		Operation{Name: "task.call_off", Method: post, Path: path + "/{id}/call-off", Permission: task.CanUpdate, Noun: "task",
			Summary: "Call a task off that nobody has begun"})
}

func (a *api) tasks() {
	s := a.c.Tasks
	register(a, "task.list", func(ctx context.Context, in *struct {
		Paging
		TaskFilter
	}) (*many[Task], error) {
		p, err := s.List(ctx, actor.From(ctx), in.filter(), in.changes(in.ChangedAfter))
		return listed(p, err, taskOf)
	})
	register(a, "task.counts", func(ctx context.Context, in *TaskFilter) (*many[TaskCount], error) {
		f := in.filter()
		f.Open = false // each status is counted, whichever the list has
		counts, err := s.Counts(ctx, actor.From(ctx), f)
		return listed(page.Of[task.Status]{Items: task.Statuses()}, err, func(x task.Status) TaskCount { return TaskCount{x, counts[x]} })
	})
	register(a, "task.get", func(ctx context.Context, in *struct {
		ID id.Task `path:"id" format:"uuid"`
	}) (*one[TaskWhole], error) {
		w, err := s.GetWhole(ctx, actor.From(ctx), in.ID)
		return single(w, err, taskWholeOf)
	})
	a.live()
	a.compliance()
	a.agenda()
	a.taskWork()
}
