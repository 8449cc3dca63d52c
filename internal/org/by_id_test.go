package org_test

import (
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestSeveralAtOnceAreThoseThatOneWouldGet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		other := w.SecondTenant()
		supervisor, guard := w.Actor(org.Supervisor), w.Actor(org.Guard) // of North, and of Harbour

		units, err := w.Org.UnitsByID(t.Context(), supervisor, []id.Unit{w.North.ID, w.Hill.ID, w.South.ID, other.North.ID, id.New[id.Unit]()})
		if err != nil || len(units) != 2 || units[w.Hill.ID].Name != "Hill" {
			t.Errorf("units: %v, %v", units, err)
		}
		sites, err := w.Org.SitesByID(t.Context(), supervisor, []id.Site{w.Harbour.ID, w.Tower.ID, w.Mill.ID, other.Harbour.ID})
		if err != nil || len(sites) != 2 || sites[w.Harbour.ID].Name != "Harbour" || sites[w.Tower.ID].Point == nil {
			t.Errorf("sites: %v, %v", sites, err)
		}
		lookups, err := w.Org.LookupsByID(t.Context(), guard, []id.Lookup{w.Office.ID, other.Office.ID})
		if err != nil || len(lookups) != 1 || lookups[w.Office.ID] != w.Office {
			t.Errorf("lookups: %v, %v", lookups, err)
		}
		everybody := []id.Person{w.Staff[org.Supervisor].ID, w.Staff[org.Guard].ID, w.Staff[org.Viewer].ID, other.Staff[org.Guard].ID}
		grants, err := w.Org.GrantsOf(t.Context(), supervisor, everybody)
		if err != nil || len(grants) != 2 || len(grants[w.Staff[org.Guard].ID]) != 1 || grants[w.Staff[org.Guard].ID][0].PlaceName != "Harbour" {
			t.Errorf("grants: %v, %v", grants, err)
		}
		people, err := w.People.PeopleByID(t.Context(), supervisor, everybody)
		if err != nil || len(people) != 2 || people[w.Staff[org.Guard].ID].SiteName != "Harbour" {
			t.Errorf("people: %v, %v", people, err)
		}

		if _, err := w.Org.GrantsOf(t.Context(), guard, everybody); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("grants without grant.read: %v", err)
		}
		if _, err := w.Org.UnitsByID(t.Context(), guard, nil); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("units without unit.read: %v", err)
		}
		self := w.Staff[org.Guard].ID
		if people, err = w.People.PeopleByID(t.Context(), guard, everybody); err != nil || len(people) != 1 || people[self].ID != self {
			t.Errorf("a guard gets themselves alone: %v, %v", people, err)
		}
	})
}
