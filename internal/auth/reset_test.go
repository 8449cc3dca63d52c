package auth_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

const linksAt = "https://iw.example/password/"

// mailedLink waits for the n-th mail with a link, and gives the mail and the link's secret.
func mailedLink(t *testing.T, w *testworld.World, n int) (mail testworld.Mail, secret string) {
	t.Helper()
	var mails []testworld.Mail
	testworld.Eventually(t, "a mail with a link", func() bool {
		mails = nil
		for _, m := range w.Sink.Sent() {
			if strings.Contains(m.Text, linksAt) {
				mails = append(mails, m)
			}
		}
		return len(mails) >= n
	})
	mail = mails[n-1]
	_, rest, _ := strings.Cut(mail.Text, linksAt)
	secret, _, _ = strings.Cut(rest, "\n")
	return mail, secret
}

func ask(w *testworld.World, tenant, login string) error {
	return w.Auth.AskLink(w.Ctx(), auth.LinkRequest{Tenant: tenant, Login: login, From: auth.Origin{Source: "192.0.2.9"}})
}

func TestDefect012AMailedLinkSetsAPasswordOnceAndNothingElse(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		app := w.SetUpApp(guard)
		w.Clock.Advance(time.Minute)
		half, err := try(w, w.Code, guard.Login, guard.Password)
		if err != nil {
			t.Fatal(err)
		}
		in, err := w.Auth.SecondStep(ctx, half.Step, app.At(w.Clock.Now()), auth.Origin{})
		if err != nil {
			t.Fatal(err)
		}
		before := in.Secret
		stop := w.Start()
		w.Limit.Asked()
		if err := ask(w, strings.ToLower(w.Code), " "+strings.ToUpper(guard.Login)); err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []string{"mailed | 192.0.2.9 | " + w.Code + " " + guard.Login}, w.Limit.Asked())
		mail, secret := mailedLink(t, w, 1)
		stop()
		if mail.To != guard.Email || !strings.Contains(mail.Text, "until 25 Nov 2026, 15:01 (Asia/Kolkata)") || !strings.Contains(mail.Text, "Organisation: "+w.Code) {
			t.Errorf("%s: %s", mail.To, mail.Text)
		}
		if stored := w.Text("select coalesce(max(body), '') from mails"); strings.Contains(stored, secret) {
			t.Error("the link lies in the database")
		}
		link, err := w.Auth.OpenLink(ctx, secret)
		if err != nil || link.First || link.Login != guard.Login || link.Tenant != w.Code {
			t.Errorf("%+v, %v", link, err)
		}
		testworld.Fault(t, w.Auth.SetByLink(ctx, secret, "short"), fault.Invalid, "password too_short")
		if state(w, before) != "" {
			t.Error("asking, looking and a fault end a session")
		}
		trail := w.During(func() {
			if err := w.Auth.SetByLink(ctx, secret, fresh); err != nil {
				t.Fatal(err)
			}
		})
		testworld.Same(t, []testworld.Change{{
			Kind: actor.Person, Who: "Gopal Gale", WhoID: guard.ID, Verb: "person.password_reset", Subject: testworld.Any(guard.ID), Site: w.Harbour.ID,
		}}, trail)
		if state(w, before) != fault.Unauthenticated {
			t.Error("the other sessions go on")
		}
		out, err := try(w, w.Code, guard.Login, fresh)
		if err != nil || out.Secret != "" || out.Step == "" || out.MustChange {
			t.Errorf("%+v, %v: the second step is to be asked", out, err)
		}
		testworld.Fault(t, w.Auth.SetByLink(ctx, secret, fresh), fault.NotFound)
		_, err = w.Auth.OpenLink(ctx, secret)
		testworld.Fault(t, err, fault.NotFound)
	})
}

// TestALinkIsUsedOnce: of many who use it at the same moment one does.
func TestALinkIsUsedOnce(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		stop := w.Start()
		if err := ask(w, w.Code, w.Staff[org.Guard].Login); err != nil {
			t.Fatal(err)
		}
		_, secret := mailedLink(t, w, 1)
		stop()
		var wait sync.WaitGroup
		var mu sync.Mutex
		used := 0
		for range 8 {
			wait.Go(func() {
				err := w.Auth.SetByLink(w.Ctx(), secret, fresh)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					used++
				} else if fault.KindOf(err) != fault.NotFound {
					t.Error(err)
				}
			})
		}
		if wait.Wait(); used != 1 {
			t.Errorf("used %d times", used)
		}
	})
}

// TestALinkThatIsOverOpensNothing: after half an hour, after a newer one, after the password was changed otherwise, after the address
// changed, for who is not active, and for what is no link.
func TestALinkThatIsOverOpensNothing(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard, admin := t.Context(), w.Staff[org.Guard], w.Actor(org.Administrator)
		w.Start()
		n := 0
		link := func() string {
			t.Helper()
			if err := ask(w, w.Code, guard.Login); err != nil {
				t.Fatal(err)
			}
			n++
			_, secret := mailedLink(t, w, n)
			if _, err := w.Auth.OpenLink(ctx, secret); err != nil {
				t.Fatal(err)
			}
			return secret
		}
		dead := func(name, secret string) {
			t.Helper()
			if _, err := w.Auth.OpenLink(ctx, secret); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: opened, %v", name, err)
			}
			if err := w.Auth.SetByLink(ctx, secret, fresh); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: used, %v", name, err)
			}
		}
		older := link()
		newer := link()
		dead("an older one", older)
		w.Clock.Advance(30 * time.Minute)
		dead("after half an hour", newer)
		other := link()
		if err := w.Auth.SetPassword(ctx, admin, guard.ID, "marble cabinet thicket oboe"); err != nil {
			t.Fatal(err)
		}
		dead("after the password was changed otherwise", other)
		moved := link()
		change := func(edit func(*people.PersonInput)) {
			t.Helper()
			p, err := w.People.GetPerson(ctx, w.System, guard.ID)
			if err != nil {
				t.Fatal(err)
			}
			in := people.PersonInput{Code: p.Code, Name: p.Name, Login: p.Login, Email: p.Email, Mobile: p.Mobile, HomeSite: p.HomeSite, Active: p.Active}
			edit(&in)
			if _, err := w.People.UpdatePerson(ctx, w.System, guard.ID, p.Version, in); err != nil {
				t.Fatal(err)
			}
		}
		change(func(in *people.PersonInput) { in.Email = "elsewhere@example.com" })
		dead("after the address changed", moved)
		gone := link()
		change(func(in *people.PersonInput) { in.Active = false })
		dead("of who is not active", gone)
		for _, secret := range []string{"", "x", strings.Repeat("A", 64), newer[:63] + "A"} {
			dead("no link", secret)
		}
	})
}

// TestDefect010AskingForALinkTellsNothing: who is not there, inactive or without an address gets nothing, and whoever asks hears and waits the same.
func TestDefect010AskingForALinkTellsNothing(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		idle := w.Someone(&w.Harbour.ID)
		p, err := w.People.GetPerson(t.Context(), w.System, idle.ID)
		if err != nil {
			t.Fatal(err)
		}
		in := people.PersonInput{Code: p.Code, Name: p.Name, Login: p.Login, Email: "idle@example.com", HomeSite: p.HomeSite}
		if _, err := w.People.UpdatePerson(t.Context(), w.System, p.ID, p.Version, in); err != nil {
			t.Fatal(err)
		}
		silent := w.Someone(&w.Harbour.ID)
		w.Exec("update persons set email = '' where id = '" + silent.ID.String() + "'")
		stop := w.Start()
		before := len(w.Trail())
		for _, c := range [][2]string{{"NOWHERE", "guard"}, {w.Code, "nobody"}, {w.Code, idle.Login}, {w.Code, silent.Login}} {
			began := time.Now()
			if err := ask(w, c[0], c[1]); err != nil {
				t.Errorf("%v: %v", c, err)
			}
			if took := time.Since(began); took < 290*time.Millisecond {
				t.Errorf("%v is answered in %s", c, took)
			}
		}
		if err := ask(w, w.Code, w.Staff[org.Guard].Login); err != nil {
			t.Fatal(err)
		}
		mailedLink(t, w, 1) // the jobs before it have run
		stop()
		links := 0
		for _, m := range w.Sink.Sent() {
			if strings.Contains(m.Text, linksAt) {
				links++
			}
		}
		if links != 1 {
			t.Errorf("%d links went out, want one", links)
		}
		if after := len(w.Trail()); after != before+1 {
			t.Errorf("%d rows, want one", after-before)
		}
		testworld.Fault(t, ask(w, "", ""), fault.Invalid, "tenant required", "login required")
		w.Limit.Refuse(fault.Of(fault.TooMany, "Slowly."))
		testworld.Fault(t, ask(w, w.Code, "guard"), fault.TooMany)
		testworld.Fault(t, ask(w, "NOWHERE", "nobody"), fault.TooMany)
		if bytes.Contains([]byte(w.Log.String()), []byte(linksAt)) {
			t.Error("the log has a link")
		}
	})
}
