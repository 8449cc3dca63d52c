package rest_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
)

// TestListsCostTheSameWhateverTheirLength: the statements of a GET at 10 and at 100 rows.
func TestListsCostTheSameWhateverTheirLength(t *testing.T) {
	var statements atomic.Int64
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		cost := func(path string) int64 {
			statements.Store(0)
			a := x.call(admin, "GET", path, nil).want(http.StatusOK)
			if n := len(a.items("id")); strings.Contains(path, "limit") && n < 10 {
				t.Fatalf("%s has %d rows", path, n)
			}
			return statements.Load()
		}
		var before map[string]int64
		for _, rows := range []int{10, 100} {
			grow(t, x, rows)
			now := map[string]int64{}
			for _, noun := range []string{"units", "sites", "people", "groups", "roles", "grants", "lookups", "locations", "assets", "tickets", "ticket-categories", "audit"} {
				now[noun] = cost(fmt.Sprintf("/api/v1/%s?limit=%d", noun, rows))
			}
			for noun, n := range now {
				if n == 0 || before != nil && n != before[noun] {
					t.Errorf("%s: %d statements at %d rows, %d before", noun, n, rows, before[noun])
				}
			}
			before = now
		}
	}, func(o *db.Options) { o.Observe = func(db.Stat) { statements.Add(1) } })
}

// grow adds rows of every noun until there are so many.
func grow(t *testing.T, x *api, rows int) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	for i := range rows {
		code := fmt.Sprintf("G%d-%d", rows, i)
		x.Unit(code, &x.North.ID)
		site := x.Site(code, &x.North.ID)
		p, err := x.People.CreatePerson(ctx, x.System, people.PersonInput{Code: code, Name: code, Login: code, HomeSite: &site.ID, Active: true})
		must(err)
		_, err = x.People.CreateGroup(ctx, x.System, people.GroupInput{Kind: people.OfPeople, Name: code, Active: true})
		must(err)
		_, err = x.Org.CreateLookup(ctx, x.System, org.LookupInput{List: org.UnitKind, Code: code, Name: code, Active: true})
		must(err)
		at := x.Location(site.ID, code, nil).ID
		x.NewAsset(site.ID, code, func(in *asset.AssetInput) { in.Location = &at })
		x.NewTicket(site.ID, x.Category(code).ID, code, func(in *ticket.Input) { in.Location = &at })
		x.Grant(p.ID, nil, nil, org.CanReadSite)
	}
}
