package rest

import (
	"context"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
)

// Service is a program that acts for the organisation and not for a person.
type Service struct {
	ID        id.Program `json:"id" format:"uuid"`
	Name      string     `json:"name" example:"Payroll export"`
	RoleID    id.Role    `json:"role_id" format:"uuid" doc:"What it may do."`
	RoleName  string     `json:"role_name" example:"Viewer"`
	SiteID    *id.Site   `json:"site_id" format:"uuid" doc:"Where it may do that; null: everywhere."`
	SiteName  string     `json:"site_name"`
	Hint      string     `json:"hint" doc:"The last characters of its token, to know it by." example:"9f3c"`
	Networks  []string   `json:"networks" nullable:"false" doc:"From where it may be used, as CIDR; empty: from anywhere." example:"[\"203.0.113.0/24\"]"`
	CreatedAt time.Time  `json:"created_at" example:"2026-11-23T08:00:00Z"`
	ExpiresAt time.Time  `json:"expires_at" example:"2027-11-23T08:00:00Z"`
	UsedAt    *time.Time `json:"used_at" doc:"To the minute; null: never."`
}

func serviceOf(p auth.Program) Service {
	return Service{ID: p.ID, Name: p.Name, RoleID: p.Role, RoleName: p.RoleName, SiteID: p.Site, SiteName: p.SiteName, Hint: p.Hint, Networks: p.Nets,
		CreatedAt: p.Created, ExpiresAt: p.Expires, UsedAt: p.Used}
}

func serviceRows() []Operation {
	return []Operation{
		{Name: "service.list", Method: get, Path: "/services", Permission: auth.CanReadProgram, Summary: "List the services, by name"},
		{Name: "service.delete", Method: del, Path: "/services/{id}", Permission: auth.CanDeleteProgram, Noun: "service",
			Summary: "Delete a service; its token ends", status: http.StatusNoContent},
	}
}

func (a *api) services() {
	s := a.c.Auth
	register(a, "service.list", func(ctx context.Context, _ *struct{}) (*many[Service], error) {
		rows, err := s.ListPrograms(ctx, actor.From(ctx))
		return whole(rows, err, serviceOf)
	})
	register(a, "service.delete", func(ctx context.Context, in *struct {
		ID id.Program `path:"id" format:"uuid"`
	}) (*nothing, error) {
		return done(s.DeleteProgram(ctx, actor.From(ctx), in.ID))
	})
}
