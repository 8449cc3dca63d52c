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

// newcomer adds a person without a password.
func newcomer(t *testing.T, w *testworld.World, login, email string) people.Person {
	t.Helper()
	p, err := w.People.CreatePerson(t.Context(), w.System, people.PersonInput{Code: strings.ToUpper(login), Name: "Nila Nair", Login: login, Email: email, HomeSite: &w.Harbour.ID, Active: true})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDefect014AnInvitedPersonChoosesTheirPassword(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin := t.Context(), w.Actor(org.Administrator)
		p := newcomer(t, w, "nila", "nila@example.com")
		is := func(want auth.Invitation) {
			t.Helper()
			if got, _, err := w.Auth.InvitationOf(ctx, admin, p.ID); got != want || err != nil {
				t.Errorf("got %s %v, want %s", got, err, want)
			}
		}
		invite := func() {
			t.Helper()
			trail := w.During(func() {
				if err := w.Auth.Invite(ctx, admin, p.ID); err != nil {
					t.Fatal(err)
				}
			})
			testworld.Same(t, []testworld.Change{{Kind: actor.Person, Who: "Asha Alder", WhoID: admin.Person(), Verb: "person.invited", Subject: testworld.Any(p.ID), Site: w.Harbour.ID}}, trail)
		}
		is(auth.NotInvited)
		invite()
		is(auth.Invited)
		w.Start()
		mail, older := mailedLink(t, w, 1)
		if mail.To != "nila@example.com" || !strings.Contains(mail.Text, "Tin Lantern Estates invites you to IntelliWiz.") || !strings.Contains(mail.Text, "Login: nila") {
			t.Errorf("%+v", mail)
		}
		w.Clock.Advance(31 * time.Minute)
		is(auth.RanOut)
		testworld.Fault(t, w.Auth.SetByLink(ctx, older, fresh), fault.NotFound)
		invite()
		_, secret := mailedLink(t, w, 2)
		is(auth.Invited)
		link, err := w.Auth.OpenLink(ctx, secret)
		if err != nil || !link.First || link.Name != "Nila Nair" {
			t.Errorf("%+v %v", link, err)
		}
		if err := w.Auth.SetByLink(ctx, secret, fresh); err != nil {
			t.Fatal(err)
		}
		is(auth.Joined)
		if out, err := try(w, w.Code, "nila", fresh); err != nil || out.Secret == "" || out.MustChange {
			t.Errorf("%+v %v", out, err)
		}
		testworld.Fault(t, w.Auth.Invite(ctx, admin, p.ID), fault.Conflict)
		if verbs := verbsOf(w); !slices.Contains(verbs, "person.joined") {
			t.Errorf("%v", verbs)
		}

		// Who lets the invitation run out helps themselves, and it counts as the invitation that it is.
		p = newcomer(t, w, "late", "late@example.com")
		if err := ask(w, w.Code, "late@example.com"); err != nil {
			t.Fatal(err)
		}
		if _, secret = mailedLink(t, w, 3); w.Auth.SetByLink(ctx, secret, fresh) != nil {
			t.Error("they cannot help themselves")
		}
		is(auth.Joined)
	})
}

func verbsOf(w *testworld.World) (out []string) {
	for _, x := range w.Trail() {
		out = append(out, x.Verb)
	}
	return out
}

func TestWhoMayInvite(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin := t.Context(), w.Actor(org.Administrator)
		p := newcomer(t, w, "nila", "nila@example.com")
		invite := func(who actor.Actor, person id.Person) error { return w.Auth.Invite(ctx, who, person) }
		testworld.Refused(t, invite(w.Actor(org.Supervisor), p.ID), auth.CanSetPassword)
		testworld.Fault(t, invite(w.SecondTenant().Actor(org.Administrator), p.ID), fault.NotFound)
		_, _, err := w.Auth.InvitationOf(ctx, w.Actor(org.Supervisor), p.ID)
		testworld.Refused(t, err, auth.CanSetPassword)
		testworld.Fault(t, invite(admin, newcomer(t, w, "silent", "").ID), fault.Conflict)
		testworld.Fault(t, invite(admin, w.Staff[org.Guard].ID), fault.Conflict)
		in := people.PersonInput{Code: p.Code, Name: p.Name, Login: p.Login, Email: p.Email, HomeSite: p.HomeSite}
		if _, err := w.People.UpdatePerson(ctx, w.System, p.ID, p.Version, in); err != nil {
			t.Fatal(err)
		}
		testworld.Fault(t, invite(admin, p.ID), fault.Conflict)
		// Somebody who may do less gives nobody who may do more a way in.
		chief := newcomer(t, w, "chief", "chief@example.com")
		w.GrantIn(chief.ID, org.Administrator, nil, nil)
		helper := w.Someone(nil)
		w.Grant(helper.ID, &w.North.ID, nil, people.CanReadPerson, auth.CanSetPassword)
		testworld.Refused(t, invite(w.As(helper), chief.ID), auth.CanSetPassword)
	})
}

// TestAMailThatFailsHasAnotherLinkNextTime: what a server did not take is lost with its link, and the next try makes another.
func TestAMailThatFailsHasAnotherLinkNextTime(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		p := newcomer(t, w, "nila", "nila@example.com")
		w.Sink.Fail(fault.Of(fault.Unavailable, "away"))
		if err := w.Auth.Invite(t.Context(), w.Actor(org.Administrator), p.ID); err != nil {
			t.Fatal(err)
		}
		w.Start()
		testworld.Eventually(t, "a try", func() bool { return strings.Contains(w.Log.String(), "auth.link") })
		w.Sink.Fail(nil)
		w.Exec("update river_job set scheduled_at = created_at, state = 'available' where kind = 'auth.link'")
		_, secret := mailedLink(t, w, 1)
		if _, err := w.Auth.OpenLink(t.Context(), secret); err != nil {
			t.Error(err)
		}
	})
}
