package auth_test

import (
	"slices"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

func TestAnAdministratorTakesALostSecondStepAway(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, admin := t.Context(), w.Staff[org.Guard], w.Actor(org.Administrator)
		testworld.Fault(t, w.Auth.ResetFactors(ctx, admin, guard.ID), fault.Conflict)
		who := w.As(guard)
		w.SetUpAppAs(who)
		waiting := halfway(t, w, guard)
		f, err := w.Auth.FactorsOf(ctx, admin, guard.ID)
		if err != nil || len(f.All) != 1 || f.Codes != 10 {
			t.Fatalf("%+v %v", f, err)
		}
		trail := w.During(func() {
			if err := w.Auth.ResetFactors(ctx, admin, guard.ID); err != nil {
				t.Fatal(err)
			}
		})
		testworld.Same(t, []testworld.Change{{
			Kind: actor.Person, Who: "Asha Alder", WhoID: admin.Person(), Verb: "person.factors_reset", Subject: testworld.Any(guard.ID), Site: w.Harbour.ID, Before: testworld.JSON(t, f.All),
		}}, trail)
		over(t, w.Auth.CheckStep(ctx, waiting))
		if live, err := w.Auth.Live(ctx, w.System, []id.Session{who.Session()}); err != nil || len(live) != 0 {
			t.Errorf("their session goes on: %v %v", live, err)
		}
		if out, err := try(w, w.Code, guard.Login, guard.Password); err != nil || out.Secret == "" {
			t.Errorf("%+v %v, want a sign-in by the password alone", out, err)
		}
		if f, err = w.Auth.FactorsOf(ctx, admin, guard.ID); err != nil || len(f.All) != 0 || f.Codes != 0 {
			t.Errorf("%+v %v", f, err)
		}
	})
}

func TestNobodyTakesTheSecondStepOfWhoMayDoMore(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, other := t.Context(), w.SecondTenant()
		guard, chief := w.Staff[org.Guard], w.Staff[org.Administrator]
		w.SetUpApp(guard)
		w.SetUpApp(chief)
		helper := w.Someone(nil)
		w.Grant(helper.ID, &w.North.ID, nil, append(slices.Clone(w.Roles[org.Guard].Permissions), people.CanReadPerson, auth.CanResetFactor)...)
		w.Grant(chief.ID, nil, &w.Harbour.ID, org.CanReadSite)
		desk := w.As(helper)
		reset := func(who actor.Actor, p id.Person) error { return w.Auth.ResetFactors(ctx, who, p) }

		testworld.Refused(t, reset(w.Actor(org.Supervisor), guard.ID), auth.CanResetFactor)
		testworld.Fault(t, reset(actor.Actor{}, guard.ID), fault.Unauthenticated)
		testworld.Fault(t, reset(desk, helper.ID), fault.Conflict)
		testworld.Gone(t, reset(desk, chief.ID), "person") // at home elsewhere
		testworld.Gone(t, reset(other.Actor(org.Administrator), guard.ID), "person")
		w.SetUpApp(w.Staff[org.Supervisor])
		testworld.Refused(t, reset(desk, w.Staff[org.Supervisor].ID), auth.CanResetFactor)
		if err := reset(desk, guard.ID); err != nil {
			t.Errorf("one who may do less: %v", err)
		}
		if out, err := try(w, w.Code, chief.Login, chief.Password); err != nil || out.Step == "" {
			t.Errorf("the administrator's second step is gone: %+v %v", out, err)
		}
	})
}
