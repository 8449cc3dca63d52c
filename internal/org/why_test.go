package org_test

import (
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// said is a reason as the tests compare it.
type said struct {
	Role, Place    string
	Holds, Reaches bool
}

func TestWhyExplains(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		samir, gopal := w.Staff[org.Supervisor], w.Staff[org.Guard]
		w.GrantIn(samir.ID, org.Guard, nil, &w.Mill.ID)
		for _, c := range []struct {
			name    string
			person  id.Person
			may     actor.Permission
			site    *id.Site
			want    bool
			reasons []said
		}{
			{"in the unit, two levels down", samir.ID, "ticket.update", &w.Tower.ID, true, []said{{"Supervisor", "North", true, true}, {"Guard", "Mill", false, false}}},
			{"at a site of the unit", samir.ID, "ticket.update", &w.Harbour.ID, true, []said{{"Supervisor", "North", true, true}, {"Guard", "Mill", false, false}}},
			{"elsewhere", samir.ID, "ticket.update", &w.Mill.ID, false, []said{{"Supervisor", "North", true, false}, {"Guard", "Mill", false, true}}},
			{"by the other role", samir.ID, "ticket.create", &w.Mill.ID, true, []said{{"Guard", "Mill", true, true}, {"Supervisor", "North", true, false}}},
			{"in the whole organisation", samir.ID, "ticket.update", nil, false, []said{{"Supervisor", "North", true, false}, {"Guard", "Mill", false, false}}},
			{"what no role of theirs allows", gopal.ID, "ticket.update", &w.Harbour.ID, false, []said{{"Guard", "Harbour", false, true}}},
			{"everywhere", who.Person(), org.CanCreateRole, &w.Mill.ID, true, []said{{"Administrator", "", true, true}}},
		} {
			got, err := w.Org.Why(ctx, who, c.person, org.Question{May: c.may, Site: c.site})
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			var reasons []said
			for _, r := range got.Reasons {
				reasons = append(reasons, said{r.RoleName, r.PlaceName, r.Holds, r.Reaches})
			}
			if got.May != c.want {
				t.Errorf("%s: may is %v", c.name, got.May)
			}
			testworld.Same(t, c.reasons, reasons)
			if is, err := w.Auth.BySession(ctx, w.SignIn(testworld.Member{Person: people.Person{Login: loginOf(w, c.person)}, Password: testworld.Password})); err != nil || c.site != nil && is.At(c.may, *c.site) != got.May {
				t.Errorf("%s: the explanation says %v, the door says otherwise (%v)", c.name, got.May, err)
			}
		}
	})
}

func loginOf(w *testworld.World, person id.Person) string {
	for _, m := range w.Staff {
		if m.ID == person {
			return m.Login
		}
	}
	return ""
}

// TestWhyOfWhatHoldsInTheWholeOnly: a role at a site does not give what holds in the whole organisation only.
func TestWhyOfWhatHoldsInTheWholeOnly(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		m := w.Someone(&w.Mill.ID)
		w.GrantIn(m.ID, org.Administrator, nil, &w.Mill.ID)
		got, err := w.Org.Why(ctx, who, m.ID, org.Question{May: org.CanCreateRole, Site: &w.Mill.ID})
		if err != nil || got.May || len(got.Reasons) != 1 || !got.Reasons[0].Holds || got.Reasons[0].Reaches {
			t.Errorf("%+v %v", got, err)
		}
		holders, err := w.Org.ListHolders(ctx, who, org.Question{May: org.CanCreateRole, Site: &w.Mill.ID}, page.Request{})
		if err != nil || len(holders.Items) != 1 || holders.Items[0].Person != who.Person() {
			t.Errorf("%+v %v", holders, err)
		}
	})
}

func TestWhyFaults(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, samir := t.Context(), w.Actor(org.Supervisor)
		other := w.SecondTenant()
		gopal := w.Staff[org.Guard].ID
		ask := func(who actor.Actor, person id.Person, q org.Question) error {
			_, err := w.Org.Why(ctx, who, person, q)
			return err
		}
		update := org.Question{May: "ticket.update", Site: &w.Harbour.ID}
		testworld.Refused(t, ask(w.Actor(org.Guard), gopal, update), org.CanReadGrant)
		testworld.Fault(t, ask(samir, gopal, org.Question{May: "ticket.fly"}), fault.Invalid, "permission unknown")
		testworld.Gone(t, ask(samir, w.Staff[org.Viewer].ID, update), "person") // at home elsewhere
		testworld.Gone(t, ask(samir, gopal, org.Question{May: "ticket.update", Site: &w.Mill.ID}), "site")
		testworld.Gone(t, ask(w.Actor(org.Administrator), gopal, org.Question{May: "ticket.update", Site: &other.Mill.ID}), "site")
		_, err := w.Org.ListHolders(ctx, samir, org.Question{May: "ticket.update", Site: &w.Mill.ID}, page.Request{})
		testworld.Gone(t, err, "site")
		_, err = w.Org.ListHolders(ctx, samir, org.Question{}, page.Request{})
		testworld.Fault(t, err, fault.Invalid, "permission unknown")
		_, err = w.Org.ListHolders(ctx, w.Actor(org.Guard), update, page.Request{})
		testworld.Refused(t, err, org.CanReadGrant)
		_, err = w.Org.ListHolders(ctx, samir, update, page.Request{After: "nonsense"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
	})
}

func TestHoldersAreListed(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		names := func(who actor.Actor, q org.Question) (out []string) {
			found, err := w.Org.ListHolders(ctx, who, q, page.Request{})
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range found.Items {
				out = append(out, g.PersonName+", "+g.RoleName)
			}
			return out
		}
		testworld.Same(t, []string{"Asha Alder, Administrator", "Samir Stone, Supervisor", "Tara Thorn, Technician"}, names(who, org.Question{May: "ticket.update", Site: &w.Tower.ID}))
		testworld.Same(t, []string{"Asha Alder, Administrator"}, names(who, org.Question{May: "ticket.update", Site: &w.Mill.ID}))
		testworld.Same(t, []string{"Asha Alder, Administrator"}, names(who, org.Question{May: "ticket.update"}))
		testworld.Same(t, []string{"Samir Stone, Supervisor", "Tara Thorn, Technician"}, names(w.Actor(org.Supervisor), org.Question{May: "ticket.update", Site: &w.Tower.ID}))
		tara := w.Staff[org.Technician]
		if _, err := w.People.UpdatePerson(ctx, w.System, tara.ID, tara.Version, people.PersonInput{Code: tara.Code, Name: tara.Name, Login: tara.Login}); err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []string{"Asha Alder, Administrator", "Samir Stone, Supervisor"}, names(who, org.Question{May: "ticket.update", Site: &w.Tower.ID}))
		if why, err := w.Org.Why(ctx, who, tara.ID, org.Question{May: "ticket.update", Site: &w.Tower.ID}); err != nil || why.May || why.Active || !why.Reasons[0].Gives() {
			t.Errorf("%+v %v", why, err)
		}
	})
}
