package rest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	posts "intelliwiz/internal/post" // post is a method
	"intelliwiz/internal/reply"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
)

// Problem is how the document describes what reply answers when something is wrong.
type Problem struct {
	Type       string         `json:"type" doc:"Where this kind of problem is explained." example:"/problems#invalid"`
	Title      string         `json:"title" doc:"The same for every problem of the type."`
	Status     int            `json:"status" example:"422"`
	Code       string         `json:"code" doc:"A stable word for programs." example:"invalid"`
	Detail     string         `json:"detail" doc:"What went wrong this time."`
	RequestID  string         `json:"request_id" doc:"Leads to what happened in logs and in the audit trail."`
	Errors     []ProblemField `json:"errors,omitzero" nullable:"false" doc:"Every fault of the input."`
	RetryAfter int            `json:"retry_after,omitzero" doc:"Seconds until another try makes sense."`
	Current    any            `json:"current,omitzero" doc:"The record as it is now, when the version was stale."`
}

// ProblemField is a fault at one field of the input.
type ProblemField struct {
	Path    string `json:"path" doc:"The field as the request has it." example:"members[2]"`
	Code    string `json:"code" doc:"A stable word for programs." example:"required"`
	Message string `json:"message" doc:"A sentence for people."`
}

// list is a piece of a list.
type list[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitzero" doc:"The cursor of the next piece, for the parameter after; absent at the end."`
}

// What operations answer.
type (
	one[T any]  struct{ Body T }
	many[T any] struct{ Body list[T] }
	made[T any] struct {
		Location string `header:"Location" doc:"The address of what was made."`
		Body     T
	}
	nothing struct{}
)

// Paging asks for a piece of a list. It is exported for huma, which looks into exported fields only.
type Paging struct {
	Limit int    `query:"limit" minimum:"1" doc:"Rows wanted, 50 unless told; more than 200 is read as 200, with changed_after more than 500 as 500."`
	After string `query:"after" maxLength:"2000" doc:"The next of the piece before."`
}

func (p Paging) request() page.Request { return page.Request{Limit: p.Limit, After: p.After} }

// changes is request for who follows changes: more rows at once.
func (p Paging) changes(after time.Time) page.Request {
	r := p.request()
	r.Long = !after.IsZero()
	return r
}

// Deletion is the version of a record that is to be deleted.
type Deletion struct {
	Version int64 `query:"version" required:"true" minimum:"1" doc:"The version that was read; another one now is a conflict."`
}

// listed turns a piece of a list of a domain into one of this API.
func listed[D, W any](p page.Of[D], err error, as func(D) W) (*many[W], error) {
	if err != nil {
		return nil, err
	}
	out := &many[W]{Body: list[W]{Items: make([]W, len(p.Items)), Next: p.Next}}
	for i, x := range p.Items {
		out.Body.Items[i] = as(x)
	}
	return out, nil
}

// whole is listed for lists that are answered at once.
func whole[D, W any](rows []D, err error, as func(D) W) (*many[W], error) {
	return listed(page.Of[D]{Items: rows}, err, as)
}

// single turns a record of a domain into one of this API.
func single[D, W any](x D, err error, as func(D) W) (*one[W], error) {
	if err != nil {
		return nil, err
	}
	return &one[W]{Body: as(x)}, nil
}

// created is single for a record that was made, with its address.
func created[D, W any](x D, err error, as func(D) W, path string, id func(D) string) (*made[W], error) {
	if err != nil {
		return nil, err
	}
	return &made[W]{Location: "/api/v1/" + path + "/" + id(x), Body: as(x)}, nil
}

// done answers with nothing.
func done(err error) (*nothing, error) { return nil, err }

// given is a pointer to an id that a parameter gives, nil when it does not.
func given[T interface {
	comparable
	IsZero() bool
}](x T) *T {
	if x.IsZero() {
		return nil
	}
	return &x
}

// wire gives a record of a domain in the form of this API.
func wire(record any) any {
	switch x := record.(type) {
	case org.Tenant:
		return tenantOf(x)
	case org.Unit:
		return unitOf(x)
	case org.Site:
		return siteOf(x)
	case org.Lookup:
		return lookupOf(x)
	case org.Role:
		return roleOf(x)
	case people.Person:
		return personOf(x)
	case people.Group:
		return groupOf(x)
	case asset.Location:
		return locationOf(x)
	case asset.Asset:
		return assetOf(x)
	case ticket.Ticket:
		return ticketOf(x)
	case ticket.Category:
		return categoryOf(x)
	case ticket.Ladder:
		return ladderOf(x)
	case checklist.Question:
		return questionOf(x)
	case checklist.Checklist:
		return checklistOf(x)
	case plan.Plan:
		return planOf(x)
	case plan.Blackout:
		return blackoutOf(x)
	case posts.Post:
		return postOf(x)
	case task.Task:
		return taskOf(x)
	case calendar.Calendar:
		return calendarOf(x)
	case auth.Account:
		return accountOf(x)
	case exchange.Import:
		return importCountedOf(x)
	case hook.Webhook:
		return webhookOf(x)
	case notice.Settings:
		return wishesOf(x)
	}
	return record
}

// encode writes an answer in one piece; a client that left is nobody's fault.
func encode(w io.Writer, v any) error {
	raw, err := json.Marshal(v)
	if err == nil {
		_, _ = w.Write(raw)
	}
	return err
}

// document serves the OpenAPI document, which is made when it is first asked for: a start does not wait for it.
func (a *api) document() reply.Route {
	made := sync.OnceValues(func() ([]byte, error) { return json.Marshal(a.huma.OpenAPI()) })
	return reply.Route{Method: http.MethodGet, Path: "/api/openapi.json", Permission: reply.Public, Name: "openapi", Cookie: true,
		Handler: func(w http.ResponseWriter, _ *http.Request) error { return written(w, "application/json", made) }}
}

// written answers with what is made once.
func written(w http.ResponseWriter, kind string, made func() ([]byte, error)) error {
	raw, err := made()
	if err != nil {
		return fmt.Errorf("make the description of the API: %w", err)
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(raw) // a client that left is nobody's fault
	return nil
}
