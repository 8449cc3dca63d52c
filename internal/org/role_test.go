package org_test

import (
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

func roleInput(r org.Role) org.RoleInput {
	return org.RoleInput{Code: r.Code, Name: r.Name, Description: r.Description, Permissions: r.Permissions}
}

func TestRoleLives(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		var made, changed org.Role
		asked := []actor.Permission{org.CanUpdateSite, org.CanReadSite, org.CanUpdateSite}
		trail := w.During(func() {
			var err error
			made, err = w.Org.CreateRole(ctx, who, org.RoleInput{Code: "desk", Name: " Front  desk", Description: "Answers.", Permissions: asked})
			if err != nil {
				t.Fatal(err)
			}
			want := org.Role{ID: made.ID, Code: "DESK", Name: "Front desk", Description: "Answers.", Permissions: []actor.Permission{org.CanReadSite, org.CanUpdateSite}, Version: 1}
			testworld.Same(t, want, made)
			testworld.Same(t, []actor.Permission{org.CanUpdateSite, org.CanReadSite, org.CanUpdateSite}, asked) // the caller's own is left alone
			changed, err = w.Org.UpdateRole(ctx, who, made.ID, 1, org.RoleInput{Code: "DESK2", Name: "Desk", Permissions: []actor.Permission{org.CanReadUnit}})
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, org.Role{ID: made.ID, Code: "DESK2", Name: "Desk", Permissions: []actor.Permission{org.CanReadUnit}, Version: 2}, changed)
			got, err := w.Org.GetRole(ctx, who, made.ID)
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, changed, got)
			if err := w.Org.DeleteRole(ctx, who, made.ID, 2); err != nil {
				t.Fatal(err)
			}
			_, err = w.Org.GetRole(ctx, who, made.ID)
			testworld.Gone(t, err, "role")
		})
		row := testworld.Change{Kind: actor.Person, Who: "Asha Alder", WhoID: who.Person(), Subject: testworld.Any(made.ID)}
		created, updated, deleted := row, row, row
		created.Verb, created.After = "role.created", testworld.JSON(t, made)
		updated.Verb, updated.Before, updated.After = "role.updated", created.After, testworld.JSON(t, changed)
		deleted.Verb, deleted.Before = "role.deleted", updated.After
		testworld.Same(t, []testworld.Change{created, updated, deleted}, trail)
	})
}

func TestRoleFaults(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		read := []actor.Permission{org.CanReadSite}
		own := w.Grant(w.Someone(nil).ID, nil, nil, org.CanReadSite).Role
		for _, c := range []struct {
			in   org.RoleInput
			kind fault.Kind
			want []string
		}{
			{org.RoleInput{Description: strings.Repeat("d", 501)}, fault.Invalid, []string{"code required", "name required", "description too_long", "permissions required"}},
			{org.RoleInput{Code: "A", Name: "A", Permissions: []actor.Permission{"site.reed", org.CanReadSite, "a b"}}, fault.Invalid, []string{"permissions[0] unknown", "permissions[2] unknown"}},
			{org.RoleInput{Code: "guard", Name: "A", Permissions: read}, fault.Conflict, []string{"code taken"}},
		} {
			_, err := w.Org.CreateRole(ctx, who, c.in)
			testworld.Fault(t, err, c.kind, c.want...)
			_, err = w.Org.UpdateRole(ctx, who, own, 1, c.in)
			testworld.Fault(t, err, c.kind, c.want...)
		}
		testworld.Fault(t, w.Org.DeleteRole(ctx, who, own, 1), fault.Conflict, "id referenced") // somebody has it
		// built-in roles keep their code, and the administrator's stays whole
		admin, guard := w.Roles[org.Administrator], w.Roles[org.Guard]
		in := roleInput(admin)
		in.Permissions = read
		_, err := w.Org.UpdateRole(ctx, who, admin.ID, 1, in)
		testworld.Fault(t, err, fault.Conflict, "code builtin")
		in = roleInput(guard)
		in.Code = "WATCH"
		_, err = w.Org.UpdateRole(ctx, who, guard.ID, 1, in)
		testworld.Fault(t, err, fault.Conflict, "code builtin")
		testworld.Fault(t, w.Org.DeleteRole(ctx, who, guard.ID, 1), fault.Conflict, "code builtin")
		in.Code, in.Permissions = org.Guard, read
		changed, err := w.Org.UpdateRole(ctx, who, guard.ID, 1, in)
		if err != nil {
			t.Fatal(err)
		}
		guard.Permissions, guard.Version = read, 2
		testworld.Same(t, guard, changed)
	})
}

func TestRoleListIsInOrderAndPaged(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Auditor)
		var codes []string
		for p := (page.Request{Limit: 4}); ; {
			got, err := w.Org.ListRoles(ctx, who, p)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range got.Items {
				codes = append(codes, r.Code)
				testworld.Same(t, w.Roles[r.Code], r)
			}
			if p.After = got.Next; p.After == "" {
				break
			}
		}
		testworld.Same(t, []string{"ADMINISTRATOR", "AUDITOR", "GUARD", "SUPERVISOR", "TECHNICIAN", "VIEWER"}, codes)
		_, err := w.Org.ListRoles(ctx, who, page.Request{After: "nonsense"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
	})
}

// TestBuiltinRolesHoldWhatTheyAreFor is the table of: who comes with which permission.
func TestBuiltinRolesHoldWhatTheyAreFor(t *testing.T) {
	const (
		reads = "asset.read calendar.read category.read checklist.read group.read location.read lookup.read person.read plan.read post.read session.read site.read task.read ticket.read unit.read"
		audit = "audit.read audit.verify grant.read role.read"
	)
	var all []string
	for _, d := range testworld.Permissions() {
		all = append(all, string(d.Name))
	}
	want := map[string]string{
		org.Administrator: strings.Join(all, " "),
		org.Supervisor: reads + " asset.create asset.delete asset.status asset.update location.create location.delete location.update grant.read person.create person.update plan.create plan.delete plan.update post.create post.delete post.hold post.update role.read site.update task.do task.update " +
			"ticket.assign ticket.cancel ticket.comment ticket.create ticket.reopen ticket.update",
		org.Technician: "asset.read asset.status category.read checklist.read location.read lookup.read person.read site.read task.do task.read ticket.comment ticket.create ticket.read ticket.update unit.read",
		org.Guard:      "asset.read category.read checklist.read location.read lookup.read post.hold post.read site.read task.do task.read ticket.comment ticket.create ticket.read",
		org.Viewer:     reads,
		org.Auditor:    reads + " " + audit,
	}
	got := map[string]string{}
	for _, r := range org.Builtin(testworld.Permissions()) {
		var words []string
		for _, p := range r.Permissions {
			words = append(words, string(p))
		}
		slices.Sort(words)
		got[r.Code] = strings.Join(words, " ")
	}
	for code, words := range want {
		sorted := strings.Fields(words)
		slices.Sort(sorted)
		want[code] = strings.Join(sorted, " ")
	}
	testworld.Same(t, want, got)
}

// TestDefect052NobodyHandsOutMoreThanTheyHold: the old form let whoever edits a person make them administrator.
func TestDefect052NobodyHandsOutMoreThanTheyHold(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		may := []actor.Permission{org.CanCreateRole, org.CanUpdateRole, org.CanReadRole, org.CanCreateGrant, org.CanDeleteGrant, org.CanReadGrant, org.CanReadSite}
		m := w.Someone(&w.Harbour.ID, may...)
		who := w.As(m)
		other := w.Someone(&w.Harbour.ID).ID

		more := org.RoleInput{Code: "MORE", Name: "More", Permissions: []actor.Permission{org.CanReadSite, auth.CanSetPassword}}
		_, err := w.Org.CreateRole(ctx, who, more)
		testworld.Refused(t, err, auth.CanSetPassword)
		own := w.Grant(m.ID, nil, nil, org.CanReadSite).Role
		_, err = w.Org.UpdateRole(ctx, who, own, 1, more)
		testworld.Refused(t, err, auth.CanSetPassword)
		for _, to := range []id.Person{m.ID, other} {
			_, err = w.Org.CreateGrant(ctx, who, org.GrantInput{Person: to, Role: w.Roles[org.Administrator].ID})
			testworld.Fault(t, err, fault.Forbidden, "permission tenant.update")
			_, err = w.Org.CreateGrant(ctx, who, org.GrantInput{Person: to, Role: w.Roles[org.Viewer].ID, Site: &w.Harbour.ID})
			testworld.Fault(t, err, fault.Forbidden, "permission unit.read")
		}
		made, err := w.Org.CreateRole(ctx, who, org.RoleInput{Code: "LESS", Name: "Less", Permissions: []actor.Permission{org.CanReadSite}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = w.Org.CreateGrant(ctx, who, org.GrantInput{Person: other, Role: made.ID, Unit: &w.North.ID}); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoGivesRolesInAUnitGivesThemThereAlone(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		m := w.Someone(nil)
		// what a guard may do, and to give it
		w.Grant(m.ID, &w.North.ID, nil, append(w.Roles[org.Guard].Permissions, org.CanCreateGrant, org.CanDeleteGrant, org.CanReadGrant)...)
		who := w.As(m)
		guard := w.Roles[org.Guard].ID
		inside, outside := w.Someone(&w.Tower.ID).ID, w.Someone(&w.Mill.ID).ID
		for _, place := range []org.GrantInput{{}, {Unit: &w.South.ID}, {Site: &w.Mill.ID}, {Site: &w.Depot.ID}} {
			place.Person, place.Role = inside, guard
			_, err := w.Org.CreateGrant(ctx, who, place)
			testworld.Refused(t, err, org.CanCreateGrant)
		}
		_, err := w.Org.CreateGrant(ctx, who, org.GrantInput{Person: outside, Role: guard, Site: &w.Harbour.ID})
		testworld.Fault(t, err, fault.Invalid, "person_id unknown")
		for _, place := range []org.GrantInput{{Unit: &w.Hill.ID}, {Unit: &w.North.ID}, {Site: &w.Tower.ID}} {
			place.Person, place.Role = inside, guard
			g, err := w.Org.CreateGrant(ctx, who, place)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Org.DeleteGrant(ctx, who, g.ID); err != nil {
				t.Error(err)
			}
		}
		wide, far := w.GrantIn(inside, org.Guard, nil, nil), w.GrantIn(outside, org.Guard, nil, &w.Harbour.ID)
		testworld.Refused(t, w.Org.DeleteGrant(ctx, who, wide.ID), org.CanDeleteGrant)
		testworld.Gone(t, w.Org.DeleteGrant(ctx, who, far.ID), "grant") // of somebody whom they do not see
	})
}
