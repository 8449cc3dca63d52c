package auth_test

import (
	"slices"
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

const fresh = "walnut glider copper anthem"

func TestChangePassword(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		mine, others := w.SignIn(guard), w.SignIn(guard)
		stranger := w.SignIn(w.Staff[org.Viewer])
		who, err := w.Auth.BySession(ctx, mine)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			current, next string
			want          []string
		}{
			{"wrong", "short", []string{"current wrong", "password too_short"}}, // all at once
			{"wrong", fresh, []string{"current wrong"}},
			{testworld.Password, "gopal gopal violin plinth", []string{"password about_you"}},
			{testworld.Password, testworld.Password, []string{"password same"}},
			{"", "", []string{"current wrong", "password too_short"}},
		} {
			testworld.Fault(t, w.Auth.ChangePassword(ctx, who, c.current, c.next), fault.Invalid, c.want...)
		}
		if state(w, others) != "" {
			t.Error("a change that failed ended a session")
		}
		w.Clock.Advance(time.Minute)
		trail := w.During(func() {
			if err := w.Auth.ChangePassword(ctx, who, testworld.Password, fresh); err != nil {
				t.Fatal(err)
			}
		})
		testworld.Same(t, []testworld.Change{{
			Kind: actor.Person, Who: "Gopal Gale", WhoID: guard.ID, Verb: "person.password_changed", Subject: testworld.Any(guard.ID), Site: w.Harbour.ID,
		}}, trail)
		if state(w, mine) != "" || state(w, others) != fault.Unauthenticated || state(w, stranger) != "" {
			t.Errorf("own %q, other %q, somebody else's %q", state(w, mine), state(w, others), state(w, stranger))
		}
		_, err = try(w, w.Code, "guard", testworld.Password)
		testworld.Fault(t, err, fault.Unauthenticated, "login refused")
		if _, err = try(w, w.Code, "guard", fresh); err != nil {
			t.Error(err)
		}
		account, err := w.Auth.GetAccount(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, auth.Account{Person: guard.Person, PasswordChanged: testworld.Morning.Add(time.Minute)}, account)
	})
}

func TestChangePasswordNeedsASessionAndIsLimited(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		who := w.Actor(org.Guard)
		_, secret, err := w.Auth.CreateToken(ctx, who, auth.TokenInput{Name: "t", Expires: testworld.Morning.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		token, err := w.Auth.ByToken(ctx, secret, "")
		if err != nil {
			t.Fatal(err)
		}
		for claim, a := range map[string]actor.Actor{"a token": token, "nobody": {}, "the system": w.System} {
			t.Log(claim)
			testworld.Fault(t, w.Auth.ChangePassword(ctx, a, testworld.Password, fresh), fault.Unauthenticated)
		}
		_, err = w.Auth.GetAccount(ctx, actor.Actor{})
		testworld.Fault(t, err, fault.Unauthenticated)
		w.Exec("update credentials set hash = 'unreadable'") // whoever looks at it fails
		w.Limit.Asked()
		w.Limit.Refuse(fault.Of(fault.TooMany, "Wait."))
		testworld.Fault(t, w.Auth.ChangePassword(ctx, who, testworld.Password, fresh), fault.TooMany)
		testworld.Same(t, []string{"guess | " + guard.ID.String()}, w.Limit.Asked())
		w.Exec("delete from credentials")
		w.Limit.Refuse(nil)
		testworld.Fault(t, w.Auth.ChangePassword(ctx, who, testworld.Password, fresh), fault.Internal)
	})
}

func TestSetPasswordIsForOnceOnly(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, admin := t.Context(), w.Staff[org.Guard], w.Actor(org.Administrator)
		before := w.SignIn(guard)
		_, token, err := w.Auth.IssueToken(ctx, w.System, guard.ID, auth.TokenInput{Name: "t", Expires: testworld.Morning.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		trail := w.During(func() {
			if err := w.Auth.SetPassword(ctx, admin, guard.ID, fresh); err != nil {
				t.Fatal(err)
			}
		})
		testworld.Same(t, []testworld.Change{{
			Kind: actor.Person, Who: "Asha Alder", WhoID: admin.Person(), Verb: "person.password_set", Subject: testworld.Any(guard.ID), Site: w.Harbour.ID,
		}}, trail)
		if got := state(w, before); got != fault.Unauthenticated {
			t.Errorf("a session from before: %q", got)
		}
		out, err := try(w, w.Code, "guard", fresh)
		if err != nil || !out.MustChange {
			t.Fatalf("%+v %v, want a sign-in that must change its password", out, err)
		}
		who, err := w.Auth.BySession(ctx, out.Secret)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range testworld.Permissions() {
			if who.Can(d.Name) {
				t.Errorf("before the change they may %s", d.Name)
			}
		}
		_, err = w.Auth.ByToken(ctx, token, "")
		testworld.Fault(t, err, fault.Unauthenticated)
		_, _, err = w.Auth.CreateToken(ctx, who, auth.TokenInput{Name: "t", Expires: testworld.Morning.Add(time.Hour)})
		testworld.Fault(t, err, fault.Forbidden) // whoever gave the password would keep a way in
		if a, err := w.Auth.GetAccount(ctx, who); err != nil || !a.MustChange {
			t.Errorf("%+v %v", a, err)
		}
		if err := w.Auth.ChangePassword(ctx, who, fresh, "another "+fresh); err != nil {
			t.Fatal(err)
		}
		if who, err = w.Auth.BySession(ctx, out.Secret); err != nil || !who.Can(org.CanReadSite) {
			t.Errorf("after the change: %v %v", who.Can(org.CanReadSite), err)
		}
		if _, err = w.Auth.ByToken(ctx, token, ""); err != nil {
			t.Errorf("the token after the change: %v", err)
		}
	})
}

// TestDefect036NobodyTakesOverWhoMayDoMore: any signed-in user set anyone's password.
func TestDefect036NobodyTakesOverWhoMayDoMore(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, other := t.Context(), w.SecondTenant()
		guard := w.Staff[org.Guard]
		set := func(who actor.Actor, p id.Person) error { return w.Auth.SetPassword(ctx, who, p, fresh) }
		helper := w.Someone(nil)
		w.Grant(helper.ID, &w.North.ID, nil, append(slices.Clone(w.Roles[org.Guard].Permissions), people.CanReadPerson, auth.CanSetPassword)...)
		desk := w.As(helper)

		testworld.Refused(t, set(w.Actor(org.Supervisor), guard.ID), auth.CanSetPassword)
		testworld.Fault(t, set(actor.Actor{}, guard.ID), fault.Unauthenticated)
		testworld.Gone(t, set(desk, w.Staff[org.Viewer].ID), "person") // at home in Mill
		testworld.Gone(t, set(other.Actor(org.Administrator), guard.ID), "person")
		for _, unknown := range []id.Person{id.New[id.Person](), {}, other.Staff[org.Guard].ID} {
			testworld.Gone(t, set(w.Actor(org.Administrator), unknown), "person")
		}
		testworld.Fault(t, set(desk, helper.ID), fault.Conflict) // one's own is changed with the current one
		// of the same place, and able to do more there, elsewhere, or everywhere
		testworld.Refused(t, set(desk, w.Staff[org.Supervisor].ID), auth.CanSetPassword)
		for claim, g := range map[string]struct {
			unit *id.Unit
			site *id.Site
			may  actor.Permission
		}{
			"more":       {&w.North.ID, nil, org.CanUpdateSite},
			"elsewhere":  {nil, &w.Mill.ID, org.CanReadSite},
			"everywhere": {nil, nil, org.CanReadSite},
			"above":      {&w.South.ID, nil, org.CanReadSite},
		} {
			p := w.Someone(&w.Harbour.ID)
			w.Grant(p.ID, g.unit, g.site, g.may)
			t.Log(claim)
			testworld.Refused(t, set(desk, p.ID), auth.CanSetPassword)
		}
		if err := set(desk, guard.ID); err != nil {
			t.Errorf("one who may do less: %v", err)
		}
		if err := set(desk, w.Someone(&w.Tower.ID).ID); err != nil {
			t.Errorf("one who may do nothing: %v", err)
		}
		if _, err := try(w, w.Code, w.Staff[org.Administrator].Login, testworld.Password); err != nil {
			t.Errorf("the administrator's password was changed: %v", err)
		}
	})
}

func TestWhoGivesRightsNeedsALongerPassword(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		const twelve = "v9#kQz!mR2xw"
		testworld.Fault(t, w.Auth.SetPassword(t.Context(), w.System, w.Staff[org.Administrator].ID, twelve), fault.Invalid, "password too_short")
		testworld.Fault(t, w.Auth.SetPassword(t.Context(), w.System, w.Staff[org.Guard].ID, twelve), "")
		if out, err := try(w, w.Code, "guard", twelve); err != nil || out.MustChange {
			t.Errorf("%+v %v: what the operator sets stays", out, err)
		}
	})
}

// passwordMails are those about passwords; the sign-ins of the world are told as well.
func passwordMails(w *testworld.World) []testworld.Mail {
	return slices.DeleteFunc(w.Sink.Sent(), func(m testworld.Mail) bool { return m.Subject != "Your IntelliWiz password" })
}

func TestAPasswordThatChangesIsToldByMailOnce(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		nobody := w.Someone(nil) // without an address
		for _, p := range []id.Person{guard.ID, nobody.ID} {
			if err := w.Auth.SetPassword(ctx, w.Actor(org.Administrator), p, fresh); err != nil {
				t.Fatal(err)
			}
		}
		who := w.As(testworld.Member{Person: guard.Person, Password: fresh})
		if err := w.Auth.ChangePassword(ctx, who, fresh, "another "+fresh); err != nil {
			t.Fatal(err)
		}
		w.Start()
		told := func() (lines []string) {
			for _, m := range passwordMails(w) {
				lines = append(lines, m.To+": "+strings.Split(m.Text, "\n\n")[1])
			}
			return lines
		}
		// the world's own people got passwords too, from the operator
		const to = "guard@lantern.example: "
		want := map[string]int{to + "Your password was changed.": 2, to + "Your administrator gave you a new password. Change it when you sign in.": 1}
		testworld.Eventually(t, "eight mails", func() bool { return len(told()) >= 8 })
		w.Seal()
		got := map[string]int{}
		for _, line := range told() {
			if strings.HasPrefix(line, to) {
				got[line]++
			}
		}
		testworld.Same(t, want, got)
		for _, m := range passwordMails(w) {
			if strings.Contains(m.Text, fresh) || !strings.HasPrefix(m.Text, "Hello ") {
				t.Errorf("%+v", m)
			}
		}
	})
}
