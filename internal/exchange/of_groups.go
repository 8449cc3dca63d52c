package exchange

import (
	"context"
	"slices"
	"strings"

	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
)

func groupsTable() kind[people.Group, people.GroupInput] {
	return kind[people.Group, people.GroupInput]{
		heading: heading{kind: Groups, title: "Groups", key: []string{"kind", "name"}, columns: []Column{
			{Key: "kind", Title: "Kind", Required: true, Example: "people", Choices: []string{"people", "sites"}}, nameColumn("Night shift"),
			{Key: "lead_id", Title: "Lead", Help: "Code of a person.", Example: "E0001"},
			{Key: "members", Title: "Members", Help: "Codes of people or sites, with commas between them: all of them.", Example: "E0002, E0003"}, activeColumn,
		}},
		fetch: fetchGroups, point: pointGroups, learn: func(_ *run, g people.Group) string { return fold.Code(string(g.Kind)) + "/" + fold.Code(g.Name) },
		build: buildGroup, check: (*people.GroupInput).Check, save: saveGroup, show: showGroup,
	}
}

func fetchGroups(ctx context.Context, r *run, keys []string) ([]people.Group, error) {
	members := r.column("members")
	if _, err := r.knowPeople(ctx, slices.Concat(members, r.column("lead_id"))); err != nil {
		return nil, err
	}
	if _, err := r.knowSites(ctx, members); err != nil {
		return nil, err
	}
	all, err := pages(func(p page.Request) (page.Of[people.Group], error) {
		return r.s.People.ListGroups(ctx, r.who, people.GroupFilter{}, p)
	})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(g people.Group) bool {
		return !slices.Contains(keys, fold.Code(string(g.Kind))+"/"+fold.Code(g.Name))
	})
	return all, nil
}

// pointGroups reads the members of groups that came from a list, and the codes of all.
func pointGroups(ctx context.Context, r *run, all []people.Group) error {
	var persons []*id.Person
	var sites []*id.Site
	for part := range slices.Chunk(all, page.Max) {
		if err := r.readMembers(ctx, part); err != nil {
			return err
		}
		for _, g := range part {
			persons = append(persons, g.Lead)
			for _, m := range g.Members {
				persons, sites = append(persons, m.Person), append(sites, m.Site)
			}
		}
	}
	if err := r.nameSites(ctx, sites); err != nil {
		return err
	}
	return r.namePeople(ctx, persons)
}

func (r *run) readMembers(ctx context.Context, groups []people.Group) error {
	ids := make([]id.Group, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	got, err := r.s.People.MembersOf(ctx, r.who, ids, page.Request{Limit: page.Max})
	if err != nil {
		return err
	}
	for i, g := range groups {
		first := got[g.ID]
		groups[i].Members = membersIn(first)
		if first.Next == "" {
			continue
		}
		whole, err := r.s.People.GetGroup(ctx, r.who, g.ID) // a group of more than page.Max members
		if err != nil {
			return err
		}
		groups[i].Members = whole.Members
	}
	return nil
}

func membersIn(p page.Of[people.Membership]) []people.Member {
	out := make([]people.Member, len(p.Items))
	for i, m := range p.Items {
		out[i] = m.Member
	}
	return out
}

func buildGroup(r *run, c *cells, old *people.Group) people.GroupInput {
	if old == nil {
		old = &people.Group{Active: true}
	}
	in := people.GroupInput{
		Kind: people.GroupKind(strings.ToLower(c.text("kind", string(old.Kind)))), Name: c.text("name", old.Name),
		Lead: ref(c, "lead_id", old.Lead, r.people, "person"), Active: c.yes("active", old.Active),
	}
	members := c.list("members")
	for _, m := range old.Members {
		switch {
		case len(members) > 0:
		case m.Person != nil:
			in.People = append(in.People, *m.Person)
		case m.Site != nil:
			in.Sites = append(in.Sites, *m.Site)
		}
	}
	for _, m := range members {
		person, isPerson := r.people[fold.Code(m)]
		site, isSite := r.sites[fold.Code(m)]
		switch {
		case in.Kind == people.OfPeople && isPerson:
			in.People = append(in.People, person)
		case in.Kind == people.OfSites && isSite:
			in.Sites = append(in.Sites, site)
		default:
			c.check.Add("members", "unknown", "There is no member with the code "+fold.Code(m)+".")
		}
	}
	return in
}

func saveGroup(ctx context.Context, r *run, in people.GroupInput, old *people.Group) (people.Group, error) {
	if old == nil {
		return r.s.People.CreateGroup(ctx, r.who, in)
	}
	return r.s.People.UpdateGroup(ctx, r.who, old.ID, old.Version, in)
}

func showGroup(r *run, g people.Group) map[string]string {
	var members []string
	for _, m := range g.Members {
		members = append(members, code(r, m.Person)+code(r, m.Site))
	}
	slices.Sort(members)
	return map[string]string{
		"kind": string(g.Kind), "name": g.Name, "lead_id": code(r, g.Lead), "members": strings.Join(members, ", "), "active": yesNo(g.Active),
	}
}
