package graph_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/graph"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/ticket"
)

// TestFieldsOfRecordsAreReadTogether: the statements of a query at 10 and at 100 rows, each row leading to records of its own.
func TestFieldsOfRecordsAreReadTogether(t *testing.T) {
	var statements atomic.Int64
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d, func(c *graph.Config) { c.Wait = 100 * time.Millisecond }) // a busy machine must not split a batch
		admin := x.Actor(org.Administrator)
		grow(t, x, 100)
		for _, c := range []struct {
			query string
			want  int64 // at most: the list, and one for each kind of record on each level
		}{
			{`units(first: $n, search: "g-") { edges { node { parent { parent { code } } kind { code } } } }`, 4},
			{`sites(first: $n, search: "g-") { edges { node { unit { code } type { code } manager { name homeSite { code } } } } }`, 5},
			{`people(first: $n, search: "g-") { edges { node { homeSite { unit { code } } manager { name } department { code } designation { code } } } }`, 5},
			{`groups(first: $n, search: "g-") { edges { node { lead { name } members(first: 2) { edges { node { person { name } } } } } } }`, 4},
			{`locations(first: $n, filter: {search: "g-"}) { edges { node { site { code } parent { code } type { code } } } }`, 4},
			{`assets(first: $n, filter: {search: "g-"}) { edges { node { site { code } location { code } parent { code } type { code } category { code } } } }`, 5},
			{`tickets(first: $n) { edges { node { siteName categoryName personName site { code } category { code } asset { code } creator { name } } } }`, 6},
			{`plans(first: $n) { edges { node { siteName checklistName site { code } checklist { name } asset { code } person { name } category { code } } } }`, 5},
			{`tasks(first: $n) { edges { node { siteName personName plan { checklist { name } } site { code } asset { code } person { name } performer { name } } } }`, 7}, // its list is two: what is found, and what that says
			{`checklists(first: $n) { edges { node { name sections { items { text } } } } }`, 1},
			{`questions(first: $n) { edges { node { unit { code } category { code } } } }`, 2},
			{`grants(first: $n) { edges { node { person { name } role { code } unit { code } site { code } } } }`, 5},
			{`entries(first: $n, filter: {noun: "site"}) { edges { node { who { name } site { code } } } }`, 2},
		} {
			for _, n := range []int{10, 100} {
				statements.Store(0)
				a := x.ask(admin, `query($n: Int!) { x: `+c.query+` }`, o{"n": n})
				data := a.data()
				if rows := len(nodes(data["x"], "x")); rows != n {
					t.Errorf("%s: %d rows, want %d", c.query, rows, n)
				}
				if got := statements.Load(); got > c.want { // fewer when records of two levels are read together
					t.Errorf("%s at %d: %d statements, want at most %d", c.query, n, got, c.want)
				}
			}
		}
	}, func(o *db.Options) { o.Observe = func(db.Stat) { statements.Add(1) } })
}

// grow adds rows of every noun, each pointing to others.
func grow(t *testing.T, x *api, rows int) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	guard := x.Staff[org.Guard].ID
	kind, err := x.Org.CreateLookup(ctx, x.System, org.LookupInput{List: org.UnitKind, Code: "K", Name: "K", Active: true})
	must(err)
	top, floor := x.NewAsset(x.Tower.ID, "TOP").ID, x.Location(x.Tower.ID, "FLOOR", nil).ID
	pump, room := x.Value(org.AssetType, "PUMP").ID, x.Value(org.LocationType, "ROOM").ID
	volt, power := x.Value(org.QuestionUnit, "VOLT").ID, x.Value(org.QuestionKind, "POWER").ID
	for i := range rows {
		code := fmt.Sprintf("G-%d", i)
		u, err := x.Org.CreateUnit(ctx, x.System, org.UnitInput{Parent: &x.Hill.ID, Kind: &kind.ID, Code: code, Name: code, Active: true})
		must(err)
		p, err := x.People.CreatePerson(ctx, x.System, people.PersonInput{Code: code, Name: code, Login: code, HomeSite: &x.Tower.ID, Manager: &guard,
			Department: &x.Security.ID, Designation: &x.Watchman.ID, Active: true})
		must(err)
		s, err := x.Org.CreateSite(ctx, x.System, org.SiteInput{Unit: &u.ID, Type: &x.Office.ID, Manager: &p.ID, Code: code, Name: code, Active: true})
		must(err)
		_, err = x.People.CreateGroup(ctx, x.System, people.GroupInput{Kind: people.OfPeople, Name: code, Lead: &p.ID, Active: true, People: []id.Person{p.ID, guard}})
		must(err)
		l, err := x.Asset.CreateLocation(ctx, x.System, asset.LocationInput{Site: x.Tower.ID, Parent: &floor, Type: &room, Code: code, Name: code, Active: true})
		must(err)
		a := x.NewAsset(x.Tower.ID, code, func(in *asset.AssetInput) { in.Location, in.Parent, in.Type = &l.ID, &top, &pump })
		x.NewTicket(x.Tower.ID, x.Category(code).ID, code, func(in *ticket.Input) { in.Asset, in.Assignee.Person = &a.ID, &p.ID })
		q := x.Question(code, func(in *checklist.QuestionInput) {
			in.Rule, in.Unit, in.Category = checklist.Rule{Type: checklist.Numeric}, &volt, &power
		})
		x.Plan(x.Tower.ID, code, x.Checklist(code, q), func(in *plan.Input) { in.Asset, in.Person = &a.ID, &p.ID })
		_, err = x.Org.CreateGrant(ctx, x.System, org.GrantInput{Person: p.ID, Role: x.Roles[org.Guard].ID, Site: &s.ID})
		must(err)
	}
	must(x.Tasks.GenerateAll(ctx, x.System))
}
