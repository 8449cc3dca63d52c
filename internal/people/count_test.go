package people_test

import (
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

func TestCountPeopleCountsWhoIsListed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		w.SecondTenant()
		if _, err := w.People.CreatePerson(t.Context(), w.System, people.PersonInput{Code: "OLD", Name: "Olga Gale", Login: "olga", HomeSite: &w.Harbour.ID}); err != nil {
			t.Fatal(err)
		}
		for _, role := range []string{org.Administrator, org.Supervisor, org.Technician} {
			for _, f := range []people.PersonFilter{{}, {Inactive: true}, {Site: &w.Harbour.ID}, {Search: "GALE"}, {Search: "gale", Inactive: true}, {Search: "_"}} {
				who := w.Actor(role)
				l, err := w.People.ListPeople(t.Context(), who, f, page.Request{Limit: page.Max})
				if err != nil {
					t.Fatal(err)
				}
				if n, err := w.People.CountPeople(t.Context(), who, f); err != nil || n != int64(len(l.Items)) {
					t.Errorf("%s %+v: counted %d, listed %d, %v", role, f, n, len(l.Items), err)
				}
			}
		}
		if n, err := w.People.CountPeople(t.Context(), w.Actor(org.Administrator), people.PersonFilter{Inactive: true}); n != 7 {
			t.Errorf("%d people, %v", n, err)
		}
		if _, err := w.People.CountPeople(t.Context(), w.Actor(org.Guard), people.PersonFilter{}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("without the permission: %v", err)
		}
	})
}
