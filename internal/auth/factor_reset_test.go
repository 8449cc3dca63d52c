package auth_test

import (
	"slices"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

func TestTwoAdministratorsTakeALostSecondStepAway(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, admin := t.Context(), w.Staff[org.Guard], w.Actor(org.Administrator)
		second := w.Someone(nil)
		w.GrantIn(second.ID, org.Administrator, nil, nil)
		other := w.As(second)
		_, err := w.Auth.ResetFactors(ctx, admin, guard.ID)
		testworld.Fault(t, err, fault.Conflict) // there is none
		who := w.As(guard)
		w.SetUpAppAs(who)
		waiting := halfway(t, w, guard)
		f, err := w.Auth.FactorsOf(ctx, admin, guard.ID)
		if err != nil || len(f.All) != 1 || f.Codes != 10 {
			t.Fatalf("%+v %v", f, err)
		}
		change := testworld.Change{Kind: actor.Person, Who: "Asha Alder", WhoID: admin.Person(), Verb: "person.factors_agreed", Subject: testworld.Any(guard.ID), Site: w.Harbour.ID}
		trail := w.During(func() {
			if done, err := w.Auth.ResetFactors(ctx, admin, guard.ID); err != nil || done {
				t.Fatal(done, err)
			}
		})
		testworld.Same(t, []testworld.Change{change}, trail)
		_, err = w.Auth.ResetFactors(ctx, admin, guard.ID)
		testworld.Fault(t, err, fault.Conflict) // one's own word is one word
		if p, err := w.Auth.PleaOf(ctx, other, guard.ID); err != nil || p.Helper != "Asha Alder" || p.Waits {
			t.Errorf("%+v %v", p, err)
		}
		if _, err := w.Auth.CheckStep(ctx, waiting); err != nil {
			t.Errorf("one administrator ends what is under way: %v", err)
		}
		trail = w.During(func() {
			if done, err := w.Auth.ResetFactors(ctx, other, guard.ID); err != nil || !done {
				t.Fatal(done, err)
			}
		})
		change.Who, change.WhoID, change.Verb, change.Before = second.Name, second.ID, "person.factors_reset", testworld.JSON(t, f.All)
		testworld.Same(t, []testworld.Change{change}, trail)
		ended(t, w, waiting)
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

func TestTheWordOfAnAdministratorLapses(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, admin := t.Context(), w.Staff[org.Guard], w.Staff[org.Administrator]
		second := w.Someone(nil)
		w.GrantIn(second.ID, org.Administrator, nil, nil)
		w.SetUpApp(guard)
		agree := func(m testworld.Member) {
			t.Helper()
			if done, err := w.Auth.ResetFactors(ctx, w.As(m), guard.ID); err != nil || done {
				t.Fatal(done, err)
			}
		}
		agree(admin)
		w.Clock.Advance(72 * time.Hour)
		agree(second) // three days later it is the first word
		if p := pleads(t, w, guard); !p.Waits || *p.Agreed != second.ID {
			t.Errorf("%+v, want the plea of the person beside the word that was given", p)
		}
		in := people.PersonInput{Code: second.Code, Name: second.Name, Login: second.Login}
		if _, err := w.People.UpdatePerson(ctx, w.System, second.ID, second.Version, in); err != nil {
			t.Fatal(err)
		}
		_, err := w.Auth.ResetFactors(ctx, w.As(admin), guard.ID)
		testworld.Fault(t, err, fault.Conflict) // who gave the first word may not come in any more
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
		reset := func(who actor.Actor, p id.Person) error {
			_, err := w.Auth.ResetFactors(ctx, who, p)
			return err
		}

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
