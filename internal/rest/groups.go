package rest

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/people"
)

// Group is a group of people or of sites.
type Group struct {
	ID      id.Group         `json:"id" format:"uuid"`
	Kind    people.GroupKind `json:"kind" enum:"people,sites"`
	Name    string           `json:"name" doc:"Unique among the groups of its kind." example:"Night shift"`
	LeadID  *id.Person       `json:"lead_id" format:"uuid"`
	Active  bool             `json:"active"`
	Members []Member         `json:"members" nullable:"false" doc:"Those that the caller may see; empty in lists."`
	Count   int64            `json:"count" doc:"Members in all." example:"12"`
	Version int64            `json:"version" example:"1"`
}

// Member is a person or a site of a group.
type Member struct {
	PersonID *id.Person `json:"person_id" format:"uuid"`
	SiteID   *id.Site   `json:"site_id" format:"uuid"`
	Name     string     `json:"name" example:"Asha Rao"`
}

func groupOf(g people.Group) Group {
	out := Group{ID: g.ID, Kind: g.Kind, Name: g.Name, LeadID: g.Lead, Active: g.Active, Count: g.Count, Version: g.Version}
	out.Members = make([]Member, len(g.Members))
	for i, m := range g.Members {
		out.Members[i] = Member{PersonID: m.Person, SiteID: m.Site, Name: m.Name}
	}
	return out
}

// GroupNew is a group to be added.
type GroupNew struct {
	Kind   people.GroupKind `json:"kind" enum:"people,sites" example:"people"`
	Name   string           `json:"name" minLength:"1" maxLength:"120" doc:"Unique among the groups of its kind." example:"Night shift"`
	LeadID *id.Person       `json:"lead_id,omitzero" format:"uuid"`
	Active *bool            `json:"active,omitzero" nullable:"false" doc:"True unless told."`
	People []id.Person      `json:"people,omitzero" nullable:"false" format:"uuid" maxItems:"1000" doc:"The members of a group of people."`
	Sites  []id.Site        `json:"sites,omitzero" nullable:"false" format:"uuid" maxItems:"1000" doc:"The members of a group of sites."`
}

func (b GroupNew) input() people.GroupInput {
	return people.GroupInput{Kind: b.Kind, Name: b.Name, Lead: b.LeadID, Active: b.Active == nil || *b.Active, People: b.People, Sites: b.Sites}
}

// GroupChange replaces a group with all its members; its kind stays.
type GroupChange struct {
	Name    string      `json:"name" minLength:"1" maxLength:"120" doc:"Unique among the groups of its kind." example:"Night shift"`
	LeadID  *id.Person  `json:"lead_id,omitzero" format:"uuid"`
	Active  bool        `json:"active" example:"true"`
	People  []id.Person `json:"people,omitzero" nullable:"false" format:"uuid" maxItems:"1000" doc:"The members of a group of people, all of them."`
	Sites   []id.Site   `json:"sites,omitzero" nullable:"false" format:"uuid" maxItems:"1000" doc:"The members of a group of sites, all of them."`
	Version int64       `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b GroupChange) input() people.GroupInput {
	return people.GroupInput{Name: b.Name, Lead: b.LeadID, Active: b.Active, People: b.People, Sites: b.Sites}
}

type groupQuery struct {
	Paging
	GroupFilter
}

// GroupFilter narrows a list of groups. It is exported for huma, which looks into exported fields only.
type GroupFilter struct {
	Kind   people.GroupKind `query:"kind" enum:"people,sites" doc:"Only groups of this kind."`
	Search string           `query:"search" maxLength:"200" doc:"Part of the name."`
}

func (q GroupFilter) filter() people.GroupFilter {
	return people.GroupFilter{Kind: q.Kind, Search: q.Search}
}

func (a *api) groups() {
	s := a.c.People
	register(a, "group.list", func(ctx context.Context, in *groupQuery) (*many[Group], error) {
		p, err := s.ListGroups(ctx, actor.From(ctx), in.filter(), in.request())
		return listed(p, err, groupOf)
	})
	register(a, "group.create", func(ctx context.Context, in *struct{ Body GroupNew }) (*made[Group], error) {
		g, err := s.CreateGroup(ctx, actor.From(ctx), in.Body.input())
		return created(g, err, groupOf, "groups", func(g people.Group) string { return g.ID.String() })
	}, checks(func(b GroupNew) error { in := b.input(); return in.Check() }))
	register(a, "group.get", func(ctx context.Context, in *struct {
		ID id.Group `path:"id" format:"uuid"`
	}) (*one[Group], error) {
		g, err := s.GetGroup(ctx, actor.From(ctx), in.ID)
		return single(g, err, groupOf)
	})
	register(a, "group.update", func(ctx context.Context, in *struct {
		ID   id.Group `path:"id" format:"uuid"`
		Body GroupChange
	}) (*one[Group], error) {
		g, err := s.UpdateGroup(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(g, err, groupOf)
	}, checks(func(b GroupChange) error {
		in := b.input()
		if in.Kind = people.OfPeople; len(in.People) == 0 {
			in.Kind = people.OfSites // it is not asked for
		}
		return in.Check()
	}))
	register(a, "group.delete", func(ctx context.Context, in *struct {
		ID id.Group `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.DeleteGroup(ctx, actor.From(ctx), in.ID, in.Version))
	})
}
