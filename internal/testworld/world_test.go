package testworld_test

import (
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestWorldHasTwoTenantsWithCollidingCodes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		other := w.SecondTenant()
		for role := range w.Roles {
			if a := w.Actor(role); a.Tenant() != w.ID || a.Person() != w.Staff[role].ID {
				t.Errorf("%s is %s of %s", role, a.Person(), a.Tenant())
			}
			if a := other.Actor(role); a.Tenant() != other.ID {
				t.Errorf("the second tenant's %s belongs to %s", role, a.Tenant())
			}
		}
		supervisor := w.Actor(org.Supervisor)
		for site, want := range map[id.Site]bool{w.Harbour.ID: true, w.Tower.ID: true, w.Mill.ID: false, w.Depot.ID: false} {
			if got := supervisor.At(org.CanUpdateSite, site); got != want {
				t.Errorf("supervisor of North at %s: %v, want %v", site, got, want)
			}
		}
	})
}
