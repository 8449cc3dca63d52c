package auth_test

import (
	"strings"
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

// begin has an administrator act as somebody, and gives the secret of the session.
func begin(t *testing.T, w *testworld.World, person id.Person) string {
	t.Helper()
	secret, err := w.Auth.Impersonate(t.Context(), w.Actor(org.Administrator), person, auth.ImpersonationInput{Reason: "To see why the list is empty", Minutes: 15})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func whoIs(t *testing.T, w *testworld.World, secret string) actor.Actor {
	t.Helper()
	who, err := w.Auth.BySession(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func TestSomebodyActsAsAnother(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, asha, samir := t.Context(), w.Staff[org.Administrator], w.Staff[org.Supervisor]
		w.Start()
		secret := begin(t, w, samir.ID)
		who := whoIs(t, w, secret)
		b := who.Behind()
		if who.Person() != samir.ID || who.Name() != samir.Name || b == nil || b.Person != asha.ID || b.Until != w.Clock.Now().Add(15*time.Minute) || w.Auth.Proven(who) {
			t.Fatalf("%+v behind %+v", who, b)
		}
		if !who.At("ticket.update", w.Harbour.ID) || who.At("ticket.update", w.Mill.ID) {
			t.Error("they may not do what the person may")
		}
		trail := w.During(func() {
			if _, err := w.Org.UpdateSite(ctx, who, w.Harbour.ID, w.Harbour.Version, org.SiteInput{Unit: w.Harbour.Unit, Type: w.Harbour.Type, Code: "HARBOUR", Name: "Harbour two", Active: true}); err != nil {
				t.Fatal(err)
			}
		})
		if len(trail) != 1 || trail[0].Who != "Asha Alder, as Samir Stone" || trail[0].WhoID != asha.ID || trail[0].As != samir.ID {
			t.Errorf("%+v", trail)
		}
		text := letterTo(t, w, samir, "acts as you for a while")
		if !strings.Contains(text, "Who: Asha Alder") || !strings.Contains(text, "Why: To see why the list is empty") {
			t.Errorf("%q", text)
		}
		told, err := w.Auth.ListTold(ctx, w.As(samir))
		if err != nil || len(told) == 0 || told[0].Verb != "session.started" || told[1].Verb != "person.impersonated" || told[1].By != asha.Name {
			t.Errorf("%+v %v", told, err)
		}
		if as, err := w.Auth.EndImpersonation(ctx, who); err != nil || as != samir.ID {
			t.Fatal(as, err)
		}
		if own := whoIs(t, w, secret); own.Person() != asha.ID || own.Behind() != nil || !own.Everywhere(org.CanCreateRole) {
			t.Errorf("afterwards: %+v", own)
		}
		all, err := w.Auth.ListImpersonations(ctx, w.As(samir))
		if err != nil || len(all) != 1 || all[0].ByName != asha.Name || all[0].Ended == nil || all[0].Over() != *all[0].Ended {
			t.Errorf("%+v %v", all, err)
		}
		w.Seal()
		if report, err := w.Journal.Verify(ctx, w.Actor(org.Administrator), nil); err != nil || !report.Whole() {
			t.Errorf("%+v %v", report, err)
		}
	})
}

func TestActingIsOverInTime(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		secret := begin(t, w, w.Staff[org.Guard].ID)
		w.Clock.Advance(14 * time.Minute)
		if whoIs(t, w, secret).Behind() == nil {
			t.Error("over too early")
		}
		w.Clock.Advance(time.Minute)
		if who := whoIs(t, w, secret); who.Behind() != nil || who.Person() != w.Staff[org.Administrator].ID {
			t.Error("it goes on")
		}
	})
}

// TestNobodyActsBeyondThemselves: not as who may do more, not of another tenant, not without the right, a proof, a reason, and for no longer.
func TestNobodyActsBeyondThemselves(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, other := t.Context(), w.SecondTenant()
		why := auth.ImpersonationInput{Reason: "To see what they see", Minutes: 30}
		try := func(who actor.Actor, person id.Person, in auth.ImpersonationInput) error {
			_, err := w.Auth.Impersonate(ctx, who, person, in)
			return err
		}
		admin, gopal, asha := w.Actor(org.Administrator), w.Staff[org.Guard], w.Staff[org.Administrator]
		testworld.Refused(t, try(w.Actor(org.Supervisor), gopal.ID, why), auth.CanImpersonate)
		testworld.Gone(t, try(admin, other.Staff[org.Guard].ID, why), "person")
		testworld.Fault(t, try(admin, asha.ID, why), fault.Conflict)
		less := w.As(w.Someone(nil, auth.CanImpersonate, people.CanReadPerson))
		testworld.Fault(t, try(less, asha.ID, why), fault.Forbidden)
		testworld.Fault(t, try(less, gopal.ID, why), fault.Forbidden)
		testworld.Fault(t, try(admin, gopal.ID, auth.ImpersonationInput{Reason: "  because ", Minutes: 31}), fault.Invalid, "reason too_short", "minutes range")
		testworld.Fault(t, try(admin, gopal.ID, auth.ImpersonationInput{}), fault.Invalid, "reason required", "minutes range")
		testworld.Fault(t, try(actor.Actor{}, gopal.ID, why), fault.Unauthenticated)
		w.Clock.Advance(10 * time.Minute)
		testworld.Fault(t, try(admin, gopal.ID, why), fault.Forbidden)

		acting := whoIs(t, w, begin(t, w, gopal.ID))
		testworld.Fault(t, try(acting, w.Staff[org.Viewer].ID, why), fault.Conflict)
		if _, err := w.Auth.EndImpersonation(ctx, w.Actor(org.Administrator)); fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
	})
}

// TestActingEndsWithItsGround: when the right is taken away, when the person may do more by now, when they are inactive, and when they stop it.
func TestActingEndsWithItsGround(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, gopal := t.Context(), w.Staff[org.Guard]
		helper := w.Someone(nil, auth.CanImpersonate, people.CanReadPerson, org.CanReadSite, org.CanReadLookup, "location.read", "asset.read", "category.read", "checklist.read", "task.read", "task.do", "post.read", "post.hold", "ticket.read", "ticket.create", "ticket.comment")
		start := func() string {
			t.Helper()
			secret, err := w.Auth.Impersonate(ctx, w.As(helper), gopal.ID, auth.ImpersonationInput{Reason: "To see what they see", Minutes: 30})
			if err != nil {
				t.Fatal(err)
			}
			return secret
		}
		secret := start()
		g := w.GrantIn(gopal.ID, org.Supervisor, nil, &w.Harbour.ID)
		if who := whoIs(t, w, secret); who.Behind() != nil || who.Person() != helper.ID {
			t.Error("it goes on as somebody who may do more")
		}
		if err := w.Org.DeleteGrant(ctx, w.System, g.ID); err != nil {
			t.Fatal(err)
		}
		running, err := w.Auth.ListImpersonations(ctx, w.As(gopal))
		if err != nil || len(running) != 1 {
			t.Fatal(running, err)
		}
		testworld.Gone(t, w.Auth.StopImpersonation(ctx, w.Actor(org.Viewer), running[0].ID), "impersonation")
		if err := w.Auth.StopImpersonation(ctx, w.As(gopal), running[0].ID); err != nil {
			t.Fatal(err)
		}
		testworld.Gone(t, w.Auth.StopImpersonation(ctx, w.As(gopal), running[0].ID), "impersonation")
		if whoIs(t, w, secret).Behind() != nil {
			t.Error("they stopped it, and it goes on")
		}
		secret = start()
		if _, err := w.People.UpdatePerson(ctx, w.System, gopal.ID, gopal.Version, people.PersonInput{Code: gopal.Code, Name: gopal.Name, Login: gopal.Login}); err != nil {
			t.Fatal(err)
		}
		if whoIs(t, w, secret).Behind() != nil {
			t.Error("they are inactive, and it goes on")
		}
	})
}

// TestWhoActsAsSomebodyReachesNoSecret: neither what opens the person's account, nor what hands out rights, whatever the person may do.
func TestWhoActsAsSomebodyReachesNoSecret(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		second := w.Someone(nil)
		w.GrantIn(second.ID, org.Administrator, nil, nil)
		who := whoIs(t, w, begin(t, w, second.ID))
		errOf := func(_ any, err error) error { return err }
		for name, err := range map[string]error{
			"tokens":    errOf(w.Auth.ListTokens(ctx, who)),
			"token":     w.Auth.DeleteToken(ctx, who, id.New[id.Token]()),
			"factors":   errOf(w.Auth.ListFactors(ctx, who)),
			"app":       w.Auth.BeginApp(ctx, who),
			"codes":     errOf(w.Auth.NewCodes(ctx, who)),
			"passkey":   errOf(w.Auth.BeginPasskey(ctx, who)),
			"factor":    w.Auth.RemoveFactor(ctx, who, id.New[id.Factor]()),
			"password":  w.Auth.ChangePassword(ctx, who, testworld.Password, "another violin plinth mosaic"),
			"proof":     errOf(w.Auth.Prove(ctx, who, testworld.Password)),
			"sessions":  errOf(w.Auth.ListSessions(ctx, who, second.ID)),
			"end":       w.Auth.EndSessions(ctx, who, second.ID),
			"devices":   errOf(w.Auth.ListDevices(ctx, who, second.ID)),
			"stop":      w.Auth.StopImpersonation(ctx, who, id.New[id.Impersonation]()),
			"another's": w.Auth.SetPassword(ctx, who, w.Staff[org.Guard].ID, "another violin plinth mosaic"),
			"role":      errOf(w.Org.CreateRole(ctx, who, org.RoleInput{Code: "X", Name: "X", Permissions: []actor.Permission{org.CanReadSite}})),
			"grant":     errOf(w.Org.CreateGrant(ctx, who, org.GrantInput{Person: second.ID, Role: w.Roles[org.Guard].ID})),
			"services":  errOf(w.Auth.ListPrograms(ctx, who)),
		} {
			if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := w.Auth.CreateToken(ctx, who, auth.TokenInput{Name: "Mine", Expires: w.Clock.Now().Add(time.Hour)}); fault.KindOf(err) != fault.Forbidden {
			t.Error(err)
		}
		gopal := w.Staff[org.Guard]
		_, err := w.People.UpdatePerson(ctx, who, gopal.ID, gopal.Version, people.PersonInput{Code: gopal.Code, Name: gopal.Name, Login: gopal.Login, Email: "mine@evil.example", Active: true, HomeSite: gopal.HomeSite})
		testworld.Refused(t, err, people.CanUpdatePerson)
		for _, d := range testworld.Permissions() {
			if d.Alone == who.Can(d.Name) {
				t.Errorf("%s: lent %v", d.Name, who.Can(d.Name))
			}
		}
		if err := w.Auth.SignOut(ctx, who); err != nil {
			t.Error("they cannot sign out:", err)
		}
	})
}
