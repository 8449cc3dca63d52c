package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Grant gives a person a role in the whole organisation, in a unit with all below it, or at a site.
type Grant struct {
	ID         id.Grant  `json:"id" format:"uuid"`
	PersonID   id.Person `json:"person_id" format:"uuid"`
	PersonName string    `json:"person_name" example:"Asha Rao"`
	RoleID     id.Role   `json:"role_id" format:"uuid"`
	RoleName   string    `json:"role_name" example:"Guard"`
	UnitID     *id.Unit  `json:"unit_id" format:"uuid" doc:"Where it holds; neither unit nor site: everywhere."`
	SiteID     *id.Site  `json:"site_id" format:"uuid"`
	PlaceName  string    `json:"place_name" doc:"The unit's or site's name; empty when it holds everywhere." example:"Delhi plant"`
	CreatedAt  time.Time `json:"created_at" example:"2026-11-23T08:00:00Z"`
}

func grantOf(g org.Grant) Grant {
	return Grant{
		ID: g.ID, PersonID: g.Person, PersonName: g.PersonName, RoleID: g.Role, RoleName: g.RoleName,
		UnitID: g.Unit, SiteID: g.Site, PlaceName: g.PlaceName, CreatedAt: g.Created,
	}
}

// GrantNew is a role to be given.
type GrantNew struct {
	PersonID id.Person `json:"person_id" format:"uuid" example:"0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f70"`
	RoleID   id.Role   `json:"role_id" format:"uuid" example:"0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f71"`
	UnitID   *id.Unit  `json:"unit_id,omitzero" format:"uuid" doc:"In this unit and all below it."`
	SiteID   *id.Site  `json:"site_id,omitzero" format:"uuid" doc:"At this site; neither unit nor site: everywhere."`
}

func (b GrantNew) input() org.GrantInput {
	return org.GrantInput{Person: b.PersonID, Role: b.RoleID, Unit: b.UnitID, Site: b.SiteID}
}

type grantQuery struct {
	Paging
	PersonID id.Person `query:"person_id" format:"uuid" doc:"Only what this person has."`
	RoleID   id.Role   `query:"role_id" format:"uuid" doc:"Only who has this role."`
}

func (a *api) grants() {
	s := a.c.Org
	register(a, "grant.list", func(ctx context.Context, in *grantQuery) (*many[Grant], error) {
		p, err := s.ListGrants(ctx, actor.From(ctx), org.GrantFilter{Person: given(in.PersonID), Role: given(in.RoleID)}, in.request())
		return listed(p, err, grantOf)
	})
	register(a, "grant.holders", func(ctx context.Context, in *struct {
		Paging
		question
	}) (*many[Grant], error) {
		p, err := s.ListHolders(ctx, actor.From(ctx), in.ask(), in.request())
		return listed(p, err, grantOf)
	})
	register(a, "person.why", func(ctx context.Context, in *struct {
		ID id.Person `path:"id" format:"uuid"`
		question
	}) (*one[Why], error) {
		w, err := s.Why(ctx, actor.From(ctx), in.ID, in.ask())
		return single(w, err, whyOf)
	})
	register(a, "grant.create", func(ctx context.Context, in *struct{ Body GrantNew }) (*made[Grant], error) {
		g, err := s.CreateGrant(ctx, actor.From(ctx), in.Body.input())
		return created(g, err, grantOf, "grants", func(g org.Grant) string { return g.ID.String() })
	}, checks(func(b GrantNew) error { in := b.input(); return in.Check() }))
	register(a, "grant.get", func(ctx context.Context, in *struct {
		ID id.Grant `path:"id" format:"uuid"`
	}) (*one[Grant], error) {
		g, err := s.GetGrant(ctx, actor.From(ctx), in.ID)
		return single(g, err, grantOf)
	})
	register(a, "grant.delete", func(ctx context.Context, in *struct {
		ID id.Grant `path:"id" format:"uuid"`
	}) (*nothing, error) {
		return done(s.DeleteGrant(ctx, actor.From(ctx), in.ID))
	})
}
