package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/ticket"
)

// View is a list with its filters that one keeps under a name.
type View struct {
	ID        id.View   `json:"id" format:"uuid"`
	Area      string    `json:"area" doc:"The page that it is of." example:"tickets"`
	Name      string    `json:"name" example:"Mine, open"`
	Query     string    `json:"query" doc:"What stands behind the question mark of the page's address." example:"status=OPEN&mine=true"`
	CreatedAt time.Time `json:"created_at"`
}

func viewOf(v ticket.View) View {
	return View{ID: v.ID, Area: v.Area, Name: v.Name, Query: v.Query, CreatedAt: v.Created}
}

// ViewNew is a view to be kept.
type ViewNew struct {
	Area  string `json:"area" minLength:"1" maxLength:"40" example:"tickets"`
	Name  string `json:"name" minLength:"1" maxLength:"60" doc:"One of the same name in this area is replaced." example:"Mine, open"`
	Query string `json:"query,omitzero" maxLength:"2000" example:"status=OPEN&mine=true"`
}

func viewRows() []Operation {
	return []Operation{
		{Name: "account.views", Method: get, Path: "/account/views", Permission: reply.SignedIn, Summary: "List one's own views of a page, by name"},
		{Name: "account.view.update", Method: put, Path: "/account/views", Permission: reply.SignedIn, Summary: "Keep a view under a name"},
		{Name: "account.view.delete", Method: del, Path: "/account/views/{id}", Permission: reply.SignedIn, Noun: "view",
			Summary: "Delete one of one's own views", status: 204},
	}
}

func (a *api) views() {
	s := a.c.Ticket
	register(a, "account.views", func(ctx context.Context, in *struct {
		Area string `query:"area" maxLength:"40" doc:"The page, tickets unless told." default:"tickets" example:"tickets"`
	}) (*many[View], error) {
		all, err := s.ListViews(ctx, actor.From(ctx), in.Area)
		return whole(all, err, viewOf)
	})
	register(a, "account.view.update", func(ctx context.Context, in *struct{ Body ViewNew }) (*one[View], error) {
		v, err := s.SaveView(ctx, actor.From(ctx), ticket.ViewInput{Area: in.Body.Area, Name: in.Body.Name, Query: in.Body.Query})
		return single(v, err, viewOf)
	})
	register(a, "account.view.delete", func(ctx context.Context, in *struct {
		ID id.View `path:"id" format:"uuid"`
	}) (*nothing, error) {
		return done(s.DeleteView(ctx, actor.From(ctx), in.ID))
	})
}
