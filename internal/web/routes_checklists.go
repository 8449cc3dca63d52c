package web

import (
	"net/http"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/reply"
)

// Where checklists, their published versions and the library of questions are.
const (
	checklistsPath = "/checklists"
	formsPath      = "/checklist-forms"
	questionsPath  = "/questions"
)

// checklistRoutes are the pages of checklists and of the library of questions.
func (p *pages) checklistRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/checklists", Permission: checklist.CanRead, Handler: p.listChecklists, Name: "checklist.list"},
		{Method: post, Path: "/checklists", Permission: checklist.CanCreate, Handler: p.createChecklist, Name: "checklist.create", Changes: true},
		{Method: get, Path: "/checklists/new", Permission: checklist.CanCreate, Handler: p.newChecklist, Name: "checklist.new"},
		{Method: get, Path: "/checklists/{id}", Permission: checklist.CanRead, Handler: p.getChecklist, Name: "checklist.get"},
		{Method: post, Path: "/checklists/{id}", Permission: checklist.CanUpdate, Handler: p.updateChecklist, Name: "checklist.update", Changes: true},
		{Method: get, Path: "/checklists/{id}/edit", Permission: checklist.CanUpdate, Handler: p.editChecklist, Name: "checklist.edit"},
		{Method: post, Path: "/checklists/{id}/publish", Permission: checklist.CanUpdate, Handler: p.publishChecklist, Name: "checklist.publish", Changes: true},
		{Method: post, Path: "/checklists/{id}/delete", Permission: checklist.CanDelete, Handler: p.deleteChecklist, Name: "checklist.delete", Changes: true},
		{Method: get, Path: "/checklist-forms/{id}", Permission: checklist.CanRead, Handler: p.getForm, Name: "form.get"},

		{Method: get, Path: "/questions", Permission: checklist.CanRead, Handler: p.listQuestions, Name: "question.list"},
		{Method: post, Path: "/questions", Permission: checklist.CanCreate, Handler: p.createQuestion, Name: "question.create", Changes: true},
		{Method: get, Path: "/questions/new", Permission: checklist.CanCreate, Handler: p.newQuestion, Name: "question.new"},
		{Method: get, Path: "/questions/{id}", Permission: checklist.CanRead, Handler: p.getQuestion, Name: "question.get"},
		{Method: post, Path: "/questions/{id}", Permission: checklist.CanUpdate, Handler: p.updateQuestion, Name: "question.update", Changes: true},
		{Method: get, Path: "/questions/{id}/edit", Permission: checklist.CanUpdate, Handler: p.editQuestion, Name: "question.edit"},
		{Method: post, Path: "/questions/{id}/archive", Permission: checklist.CanUpdate, Handler: p.archiveQuestion, Name: "question.archive", Changes: true},
		{Method: post, Path: "/questions/{id}/delete", Permission: checklist.CanDelete, Handler: p.deleteQuestion, Name: "question.delete", Changes: true},
	}
}
