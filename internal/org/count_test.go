package org_test

import (
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

func TestCountSitesCountsWhatIsListed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		w.SecondTenant()
		if _, err := w.Org.CreateSite(t.Context(), w.System, org.SiteInput{Unit: &w.North.ID, Code: "OLD", Name: "Old harbour"}); err != nil {
			t.Fatal(err)
		}
		for _, role := range []string{org.Administrator, org.Supervisor, org.Guard} {
			for _, f := range []org.SiteFilter{{}, {Inactive: true}, {Unit: &w.North.ID}, {Search: "HARB"}, {Search: "harb", Inactive: true}, {Search: "%"}} {
				who := w.Actor(role)
				l, err := w.Org.ListSites(t.Context(), who, f, page.Request{Limit: page.Max})
				if err != nil {
					t.Fatal(err)
				}
				if n, err := w.Org.CountSites(t.Context(), who, f); err != nil || n != int64(len(l.Items)) {
					t.Errorf("%s %+v: counted %d, listed %d, %v", role, f, n, len(l.Items), err)
				}
			}
		}
		if n, err := w.Org.CountSites(t.Context(), w.Actor(org.Administrator), org.SiteFilter{Inactive: true}); n != 5 {
			t.Errorf("%d sites, %v", n, err)
		}
		if _, err := w.Org.CountSites(t.Context(), w.As(w.Someone(nil)), org.SiteFilter{}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("without the permission: %v", err)
		}
	})
}
