package web

import (
	"net/http"
	"time"

	"intelliwiz/internal/reply"
	"intelliwiz/internal/task"
)

// tasksPath is where tasks are.
const tasksPath = "/tasks"

// taskRoutes are the pages of tasks. Whose a task is decides what may be done with it, too; the use cases ask that.
func (p *pages) taskRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/tasks", Permission: task.CanRead, Handler: p.listTasks, Name: "task.list"},
		{Method: get, Path: "/tasks/{id}", Permission: task.CanRead, Handler: p.getTask, Name: "task.get"},
		{Method: get, Path: "/tasks/{id}/do", Permission: task.CanDo, Handler: p.askTask, Name: "task.do"},
		{Method: post, Path: "/tasks/{id}/begin", Permission: task.CanDo, Handler: p.beginTask, Name: "task.begin", Changes: true},
		{Method: post, Path: "/tasks/{id}/report", Permission: task.CanDo, Handler: p.reportTask, Name: "task.report", Changes: true, MaxBody: uploadBody, Timeout: uploadTime},
		{Method: post, Path: "/tasks/{id}/assign", Permission: task.CanUpdate, Handler: p.assignTask, Name: "task.assign", Changes: true},
		{Method: get, Path: compliancePath, Permission: task.CanRead, Handler: p.compliance, Name: "task.compliance"},
		{Method: get, Path: livePath, Permission: task.CanRead, Handler: p.liveBoard, Name: "task.live"},
		{Method: get, Path: livePath + "/stream", Permission: task.CanRead, Handler: p.liveStream, Name: "task.live.stream", Stream: true, Timeout: time.Hour},
		{Method: post, Path: "/tasks/{id}/call-off", Permission: task.CanUpdate, Handler: p.callOffTask, Name: "task.call_off", Changes: true},

		{Method: get, Path: "/reports/new", Permission: task.CanDo, Handler: p.newReport, Name: "report.new"},
		{Method: post, Path: "/reports", Permission: task.CanDo, Handler: p.createReport, Name: "report.create", Changes: true},
	}
}
