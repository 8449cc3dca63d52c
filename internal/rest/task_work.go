package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/task"
)

// TaskReports are what somebody says of tasks.
type TaskReports struct {
	Reports []TaskReport `json:"reports" nullable:"false" minItems:"1" maxItems:"100"`
}

// TaskReport is what somebody says of a task: that they began it, or what they did.
type TaskReport struct {
	ID        id.Report     `json:"id" format:"uuid" doc:"Its own, and the same when it is sent again."`
	TaskID    *id.Task      `json:"task_id,omitzero" format:"uuid" doc:"Left out for work that nobody planned, which is then told by work."`
	Work      *TaskUnplan   `json:"work,omitzero"`
	StartedAt time.Time     `json:"started_at,omitzero" doc:"Now unless told."`
	EndedAt   time.Time     `json:"ended_at,omitzero" doc:"Left out for what is only begun, unless done says that it ended now."`
	Done      bool          `json:"done,omitzero"`
	Answers   []AnswerGiven `json:"answers,omitzero" nullable:"false" maxItems:"200"`
	Scanned   string        `json:"scanned,omitzero" maxLength:"200" doc:"The code that was scanned or touched."`
	Latitude  *float64      `json:"latitude,omitzero" dependentRequired:"longitude" minimum:"-90" maximum:"90" doc:"Where the phone is, WGS 84."`
	Longitude *float64      `json:"longitude,omitzero" dependentRequired:"latitude" minimum:"-180" maximum:"180"`
	Remark    string        `json:"remark,omitzero" maxLength:"2000"`
}

// TaskUnplan is work that nobody planned.
type TaskUnplan struct {
	SiteID  id.Site   `json:"site_id" format:"uuid"`
	AssetID *id.Asset `json:"asset_id,omitzero" format:"uuid"`
	FormID  id.Form   `json:"form_id" format:"uuid" doc:"What was asked."`
	Name    string    `json:"name,omitzero" maxLength:"200" doc:"The checklist's unless told."`
}

func (b TaskReport) report() task.Report {
	r := task.Report{
		ID: b.ID, Task: value(b.TaskID, id.Task{}), Started: b.StartedAt, Ended: b.EndedAt, Done: b.Done, Scanned: b.Scanned, Remark: b.Remark,
		Answers: make([]checklist.Given, len(b.Answers)),
	}
	if w := b.Work; w != nil {
		r.Work = task.Work{Site: w.SiteID, Asset: w.AssetID, Form: w.FormID, Name: w.Name}
	}
	for i, x := range b.Answers {
		r.Answers[i] = x.given()
	}
	if b.Latitude != nil && b.Longitude != nil {
		r.Point = &org.Point{Latitude: *b.Latitude, Longitude: *b.Longitude}
	}
	return r
}

// TaskResult is what became of a report.
type TaskResult struct {
	ID      id.Report     `json:"id" format:"uuid"`
	Outcome task.Outcome  `json:"outcome" enum:"APPLIED,DUPLICATE,MERGED,CONFLICT,REJECTED" doc:"The first three are kept for good; a conflict came too late; what is rejected breaks a rule."`
	Task    *Task         `json:"task" doc:"As it is now; null for what was not applied."`
	Code    string        `json:"code" doc:"Why it was not applied, as a problem's code; empty when it was." example:"invalid"`
	Detail  string        `json:"detail" doc:"The same in a sentence."`
	Errors  []fault.Field `json:"errors" nullable:"false" doc:"Every fault of the report."`
}

func taskResultOf(r task.Result) TaskResult {
	out := TaskResult{ID: r.ID, Outcome: r.Outcome, Errors: []fault.Field{}}
	if r.Fault != nil {
		f := fault.As(r.Fault)
		out.Code, out.Detail, out.Errors = string(f.Kind), f.Message, append(out.Errors, f.Fields...)
		return out
	}
	t := taskOf(r.Task)
	out.Task = &t
	return out
}

// TaskAssignment is who a task goes to: a person or a group.
type TaskAssignment struct {
	PersonID *id.Person `json:"person_id,omitzero" format:"uuid"`
	GroupID  *id.Group  `json:"group_id,omitzero" format:"uuid"`
	Version  int64      `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

// TaskCallOff is why a task is called off.
type TaskCallOff struct {
	Remark  string `json:"remark" minLength:"1" maxLength:"2000" example:"The gate is shut."`
	Version int64  `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (a *api) taskWork() {
	s := a.c.Tasks
	register(a, "task.reports", func(ctx context.Context, in *struct{ Body TaskReports }) (*many[TaskResult], error) {
		reports := make([]task.Report, len(in.Body.Reports))
		for i, r := range in.Body.Reports {
			reports[i] = r.report()
		}
		all, err := s.Submit(ctx, actor.From(ctx), reports)
		return whole(all, err, taskResultOf)
	})
	register(a, "task.report", func(ctx context.Context, _ *struct{}) (*one[TaskResult], error) {
		r, err := a.told(ctx)
		return single(r, err, taskResultOf)
	})
	register(a, "task.assign", func(ctx context.Context, in *struct {
		ID   id.Task `path:"id" format:"uuid"`
		Body TaskAssignment
	}) (*one[Task], error) {
		t, err := s.Assign(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.PersonID, in.Body.GroupID)
		return single(t, err, taskOf)
	})
	register(a, "task.call_off", func(ctx context.Context, in *struct {
		ID   id.Task `path:"id" format:"uuid"`
		Body TaskCallOff
	}) (*one[Task], error) {
		t, err := s.CallOff(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.Remark)
		return single(t, err, taskOf)
	})
}
