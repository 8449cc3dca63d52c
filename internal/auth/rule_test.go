package auth_test

import (
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

const day = 24 * time.Hour

func TestRulesOfTheSecondStep(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin, role := t.Context(), w.Actor(org.Administrator), w.Roles[org.Guard].ID
		if all, err := w.Auth.FactorRules(ctx, admin); err != nil || len(all) != 0 {
			t.Fatal(all, err)
		}
		theirs := w.SecondTenant().Roles[org.Guard].ID
		testworld.Fault(t, w.Auth.SetFactorRules(ctx, admin, []auth.FactorRule{{Days: 91}, {Role: &theirs}, {Role: &role, Days: -1}}), fault.Invalid,
			"rules[0].days range", "rules[1].role_id unknown", "rules[2].days range")
		trail := w.During(func() {
			if err := w.Auth.SetFactorRules(ctx, admin, []auth.FactorRule{{Days: 7}}); err != nil {
				t.Fatal(err)
			}
			w.Clock.Advance(day)
			admin = w.Actor(org.Administrator)
			if err := w.Auth.SetFactorRules(ctx, admin, []auth.FactorRule{{Days: 30}, {Role: &role}}); err != nil {
				t.Fatal(err)
			}
		})
		want := []auth.FactorRule{{Days: 30, Since: testworld.Morning}, {Role: &role, Since: testworld.Morning.Add(day)}}
		got, err := w.Auth.FactorRules(ctx, admin)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 2 && got[0].Role != nil {
			got[0], got[1] = got[1], got[0] // in the order of their ids
		}
		testworld.Same(t, want, got)
		last := trail[len(trail)-1]
		if last.Verb != "tenant.factors_asked" || last.Subject != testworld.Any(w.ID) || last.Before != testworld.JSON(t, []auth.FactorRule{{Days: 7, Since: testworld.Morning}}) || last.After != testworld.JSON(t, want) {
			t.Errorf("%+v", last)
		}
		for claim, x := range map[string]actor.Actor{"a supervisor": w.Actor(org.Supervisor), "an auditor": w.Actor(org.Auditor)} {
			t.Log(claim)
			_, err := w.Auth.FactorRules(ctx, x)
			testworld.Refused(t, err, org.CanUpdateTenant)
			testworld.Refused(t, w.Auth.SetFactorRules(ctx, x, nil), org.CanUpdateTenant)
		}
		if err := w.Auth.SetFactorRules(ctx, admin, nil); err != nil {
			t.Fatal(err)
		}
		if got, err = w.Auth.FactorRules(ctx, admin); err != nil || len(got) != 0 {
			t.Errorf("%+v %v", got, err)
		}
	})
}

// TestWhoPutsTheSecondStepOffMayDoNothingThen: nothing but set it up, in sessions that were there too.
func TestWhoPutsTheSecondStepOffMayDoNothingThen(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, viewer := t.Context(), w.Staff[org.Guard], w.Staff[org.Viewer]
		role := w.Roles[org.Guard].ID
		if err := w.Auth.SetFactorRules(ctx, w.Actor(org.Administrator), []auth.FactorRule{{Role: &role, Days: 7}}); err != nil {
			t.Fatal(err)
		}
		due := testworld.Morning.Add(7 * day)
		w.Clock.Advance(7*day - time.Minute)
		out, err := try(w, w.Code, guard.Login, guard.Password)
		if err != nil || !out.FactorDue.Equal(due) {
			t.Fatalf("%+v %v", out, err)
		}
		may := func() bool {
			t.Helper()
			who, err := w.Auth.BySession(ctx, out.Secret)
			if err != nil {
				t.Fatal(err)
			}
			return who.Can(org.CanReadSite)
		}
		if !may() {
			t.Error("before the time is over they may do nothing")
		}
		w.Clock.Advance(time.Minute)
		if may() {
			t.Error("they put it off for longer")
		}
		who, err := w.Auth.BySession(ctx, out.Secret)
		if err != nil {
			t.Fatal(err)
		}
		if a, err := w.Auth.GetAccount(ctx, who); err != nil || !a.MustSetUp || !a.FactorDue.Equal(due) {
			t.Errorf("%+v %v", a, err)
		}
		w.SetUpAppAs(who)
		if !may() {
			t.Error("with a second step they may do nothing")
		}
		f, err := w.Auth.ListFactors(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Fault(t, w.Auth.RemoveFactor(ctx, who, f.All[0].ID), fault.Conflict) // it would be asked again at once
		if f, err = w.Auth.ListFactors(ctx, who); err != nil || len(f.All) != 1 || f.Codes != 10 {
			t.Errorf("%+v %v", f, err)
		}
		if out, err = try(w, w.Code, viewer.Login, viewer.Password); err != nil || !out.FactorDue.IsZero() || !may() {
			t.Errorf("one without the role: %+v %v", out, err)
		}
	})
}

func TestFromWhenTheDaysCount(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		role := w.Roles[org.Guard].ID
		if err := w.Auth.SetFactorRules(ctx, w.Actor(org.Administrator), []auth.FactorRule{{Days: 10}, {Role: &role, Days: 3}}); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(5 * day)
		late := w.Someone(nil)
		dueOf := func(m testworld.Member) time.Duration {
			t.Helper()
			out, err := try(w, w.Code, m.Login, m.Password)
			if err != nil {
				t.Fatal(err)
			}
			return out.FactorDue.Sub(testworld.Morning)
		}
		for claim, x := range map[string]struct {
			who  testworld.Member
			want time.Duration
		}{
			"the sooner of two rules":              {guard, 3 * day},
			"everybody's, from the rule":           {w.Staff[org.Viewer], 10 * day},
			"everybody's, from when somebody came": {late, 15 * day},
		} {
			if got := dueOf(x.who); got != x.want {
				t.Errorf("%s: due after %v, want %v", claim, got, x.want)
			}
		}
		w.Clock.Advance(day)
		w.GrantIn(late.ID, org.Guard, nil, &w.Mill.ID)
		if got := dueOf(late); got != 9*day {
			t.Errorf("from when somebody got the role: due after %v", got)
		}
		other := w.SecondTenant()
		out, err := try(w, other.Code, other.Staff[org.Guard].Login, testworld.Password)
		if err != nil || !out.FactorDue.IsZero() {
			t.Errorf("another tenant's: %+v %v", out, err)
		}
		var none id.Role
		testworld.Fault(t, w.Auth.SetFactorRules(ctx, w.System, []auth.FactorRule{{Role: &none}}), fault.Invalid, "rules[0].role_id unknown")
	})
}
