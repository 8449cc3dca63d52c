package rest

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Role is a named set of permissions.
type Role struct {
	ID          id.Role            `json:"id" format:"uuid"`
	Code        string             `json:"code" doc:"Unique in the organisation." example:"SHIFT-LEAD"`
	Name        string             `json:"name" example:"Shift lead"`
	Description string             `json:"description" example:"Leads a shift at a site."`
	Builtin     bool               `json:"builtin" doc:"It came with the organisation and cannot be deleted."`
	Permissions []actor.Permission `json:"permissions" nullable:"false" example:"[\"site.read\"]"`
	Version     int64              `json:"version" example:"1"`
}

func roleOf(r org.Role) Role {
	out := Role(r)
	if out.Permissions == nil {
		out.Permissions = []actor.Permission{}
	}
	return out
}

// RoleNew is a role to be added.
type RoleNew struct {
	Code        string             `json:"code" minLength:"1" maxLength:"30" doc:"Unique in the organisation." example:"SHIFT-LEAD"`
	Name        string             `json:"name" minLength:"1" maxLength:"200" example:"Shift lead"`
	Description string             `json:"description,omitzero" maxLength:"500" example:"Leads a shift at a site."`
	Permissions []actor.Permission `json:"permissions" nullable:"false" minItems:"1" maxItems:"500" maxLength:"100" doc:"See /api/v1/permissions." example:"[\"site.read\"]"`
}

func (b RoleNew) input() org.RoleInput {
	return org.RoleInput{Code: b.Code, Name: b.Name, Description: b.Description, Permissions: b.Permissions}
}

// RoleChange replaces a role.
type RoleChange struct {
	RoleNew
	Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

// Permission is something that a role may allow.
type Permission struct {
	Name  actor.Permission `json:"name" example:"site.update"`
	Label string           `json:"label" example:"Change or move a site"`
	Area  string           `json:"area" doc:"The heading that it stands under." example:"Sites"`
	Whole bool             `json:"whole" doc:"It holds only where its role is given in the whole organisation." example:"false"`
}

func permissionOf(d actor.Declared) Permission {
	return Permission{Name: d.Name, Label: d.Label, Area: d.Area, Whole: d.Whole}
}

func (a *api) roles() {
	s := a.c.Org
	register(a, "role.list", func(ctx context.Context, in *Paging) (*many[Role], error) {
		p, err := s.ListRoles(ctx, actor.From(ctx), in.request())
		return listed(p, err, roleOf)
	})
	register(a, "role.create", func(ctx context.Context, in *struct{ Body RoleNew }) (*made[Role], error) {
		r, err := s.CreateRole(ctx, actor.From(ctx), in.Body.input())
		return created(r, err, roleOf, "roles", func(r org.Role) string { return r.ID.String() })
	}, checks(func(b RoleNew) error { return s.CheckRole(b.input()) }))
	register(a, "role.get", func(ctx context.Context, in *struct {
		ID id.Role `path:"id" format:"uuid"`
	}) (*one[Role], error) {
		r, err := s.GetRole(ctx, actor.From(ctx), in.ID)
		return single(r, err, roleOf)
	})
	register(a, "role.update", func(ctx context.Context, in *struct {
		ID   id.Role `path:"id" format:"uuid"`
		Body RoleChange
	}) (*one[Role], error) {
		r, err := s.UpdateRole(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(r, err, roleOf)
	}, checks(func(b RoleChange) error { return s.CheckRole(b.input()) }))
	register(a, "role.delete", func(ctx context.Context, in *struct {
		ID id.Role `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteRole(ctx, actor.From(ctx), in.ID, in.Version))
	})
	register(a, "permission.list", func(ctx context.Context, _ *struct{}) (*many[Permission], error) {
		err := actor.From(ctx).RequirePerson()
		return whole(s.Declared(), err, permissionOf)
	})
}
