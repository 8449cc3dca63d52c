package people

import (
	"context"
	"fmt"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

var groupTaken = map[string]fault.Field{"member_groups_name": {Path: "name", Code: "taken", Message: "Another group has this name."}}

// GetGroup gives a group with those of its members whose (home) site group.read reaches. Needs group.read.
func (s *Service) GetGroup(ctx context.Context, who actor.Actor, group id.Group) (g Group, err error) {
	if err := who.Require(CanReadGroup); err != nil {
		return Group{}, err
	}
	sites, all := who.Sites(CanReadGroup)
	err = s.db.ReadAll(ctx, who, func(tx *db.Tx) error {
		g, err = getGroup(ctx, tx, group, all, sites)
		return err
	})
	return g, err
}

// ListGroups gives the groups by name, without their members. Needs group.read.
func (s *Service) ListGroups(ctx context.Context, who actor.Actor, f GroupFilter, p page.Request) (page.Of[Group], error) {
	if err := who.Require(CanReadGroup); err != nil {
		return page.Of[Group]{}, err
	}
	name, kind, err := p.Key()
	if err != nil {
		return page.Of[Group]{}, err
	}
	var rows []Group
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanGroup, groupList, f.Kind, fold.Like(f.Search), name, kind, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(g Group) (string, string) { return fold.Key(g.Name), string(g.Kind) }), err
}

// CreateGroup adds a group with its members. Needs group.create everywhere. Invalid, or Conflict when the name is taken.
func (s *Service) CreateGroup(ctx context.Context, who actor.Actor, in GroupInput) (g Group, err error) {
	if err := who.RequireEverywhere(CanCreateGroup); err != nil {
		return Group{}, err
	}
	if err := in.Check(); err != nil {
		return Group{}, err
	}
	group := id.New[id.Group]()
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := checkMembers(ctx, tx, in); err != nil {
			return err
		}
		tx.Later(groupInsert, group, in.Kind, in.Name, fold.Key(in.Name), in.Lead, in.Active, int64(1), s.now())
		in.putMembers(tx, group, Group{})
		if g, err = getGroup(ctx, tx, group, true, nil); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "group.created", Subject: group, After: g})
	})
	if err != nil {
		return Group{}, fault.Place(fmt.Errorf("create group %s: %w", in.Name, err), groupTaken)
	}
	return g, nil
}

// UpdateGroup changes a group and replaces its members. Needs group.update everywhere. Conflict with the current record when version is not the
// stored one.
func (s *Service) UpdateGroup(ctx context.Context, who actor.Actor, group id.Group, version int64, in GroupInput) (g Group, err error) {
	if err := who.RequireEverywhere(CanUpdateGroup); err != nil {
		return Group{}, err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getGroup(ctx, tx, group, true, nil)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("group", old)
		}
		in.Kind = old.Kind
		if err := in.Check(); err != nil {
			return err
		}
		if err := checkMembers(ctx, tx, in); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, groupUpdate, group, in.Name, fold.Key(in.Name), in.Lead, in.Active, version+1, s.now(), version)
		if err != nil {
			return err
		}
		if n == 0 {
			return staleGroup(ctx, tx, group)
		}
		in.putMembers(tx, group, old)
		if g, err = getGroup(ctx, tx, group, true, nil); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "group.updated", Subject: group, Before: old, After: g})
	})
	if err != nil {
		return Group{}, fault.Place(fmt.Errorf("update group %s: %w", group, err), groupTaken)
	}
	return g, nil
}

// DeleteGroup removes a group; its members stay. Needs group.delete; Conflict while it is in use or version is not the stored one.
func (s *Service) DeleteGroup(ctx context.Context, who actor.Actor, group id.Group, version int64) error {
	if err := who.RequireEverywhere(CanDeleteGroup); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getGroup(ctx, tx, group, true, nil)
		if err != nil {
			return err
		}
		if old.Version != version {
			return fault.Stale("group", old)
		}
		tx.Later(membersClear, group)
		n, err := tx.Exec(ctx, groupDelete, group, version)
		if err != nil {
			return err
		}
		if n == 0 {
			return staleGroup(ctx, tx, group)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "group.deleted", Subject: group, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete group %s: %w", group, err)
	}
	return nil
}

// staleGroup answers a change that came too late with the group as it is now.
func staleGroup(ctx context.Context, tx *db.Tx, group id.Group) error {
	now, err := getGroup(ctx, tx, group, true, nil)
	if err != nil {
		return err
	}
	return fault.Stale("group", now)
}

// putMembers puts off the statements that turn the members of old into those of the input.
func (in GroupInput) putMembers(tx *db.Tx, group id.Group, old Group) {
	var people, gonePeople []id.Person
	var sites, goneSites []id.Site
	for _, m := range old.Members {
		switch {
		case m.Person != nil:
			people = append(people, *m.Person)
		case m.Site != nil:
			sites = append(sites, *m.Site)
		}
	}
	for _, p := range people {
		if !slices.Contains(in.People, p) {
			gonePeople = append(gonePeople, p)
		}
	}
	for _, x := range sites {
		if !slices.Contains(in.Sites, x) {
			goneSites = append(goneSites, x)
		}
	}
	if len(gonePeople)+len(goneSites) > 0 {
		tx.Later(membersDelete, group, gonePeople, goneSites)
	}
	for _, p := range in.People {
		if !slices.Contains(people, p) {
			people = append(people, p)
			tx.Later(memberInsert, id.New[id.Any](), group, &p, (*id.Site)(nil))
		}
	}
	for _, x := range in.Sites {
		if !slices.Contains(sites, x) {
			sites = append(sites, x)
			tx.Later(memberInsert, id.New[id.Any](), group, (*id.Person)(nil), &x)
		}
	}
}
