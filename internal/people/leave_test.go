package people_test

import (
	"sync"
	"testing"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

func TestTheLastAdministratorStaysActive(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		editor := w.System
		admin := w.Staff[org.Administrator]
		in := input(admin.Person)
		in.Active = false
		_, err := w.People.UpdatePerson(ctx, editor, admin.ID, 1, in)
		testworld.Fault(t, err, fault.Conflict, "active last")
		second := w.Someone(nil)
		w.GrantIn(second.ID, org.Administrator, nil, nil)
		if _, err = w.People.UpdatePerson(ctx, editor, admin.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		in = input(second.Person)
		in.Active = false
		_, err = w.People.UpdatePerson(ctx, editor, second.ID, 1, in) // the first does not count any more
		testworld.Fault(t, err, fault.Conflict, "active last")
		_, err = w.Org.GetGrant(ctx, w.System, w.Grants[org.Administrator].ID)
		testworld.Fault(t, err, "")
		testworld.Fault(t, w.Org.DeleteGrant(ctx, w.System, w.Grants[org.Administrator].ID), "") // nor does their grant
	})
}

func TestTwoAdministratorsDoNotLeaveTogether(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		a, b := w.Staff[org.Administrator].Person, w.Someone(nil).Person
		w.GrantIn(b.ID, org.Administrator, nil, nil)
		for range 8 {
			errs := make([]error, 2)
			var wg sync.WaitGroup
			for i, p := range []people.Person{a, b} {
				wg.Go(func() {
					in := input(p)
					in.Active = false
					_, errs[i] = w.People.UpdatePerson(ctx, w.System, p.ID, p.Version, in)
				})
			}
			wg.Wait()
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("%v, %v; want one to leave and one to stay", errs[0], errs[1])
			}
			gone := &a
			if errs[1] == nil {
				gone = &b
			}
			in := input(*gone)
			back, err := w.People.UpdatePerson(ctx, w.System, gone.ID, gone.Version+1, in)
			if err != nil {
				t.Fatal(err)
			}
			*gone = back
		}
	})
}

func TestWhoLeavesIsOutAtOnceAndStaysOutUntilTheySignInAgain(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		guard := w.Staff[org.Guard]
		secret := w.SignIn(guard)
		in := input(guard.Person)
		in.Active = false
		if _, err := w.People.UpdatePerson(ctx, who, guard.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		_, err := w.Auth.BySession(ctx, secret)
		testworld.Fault(t, err, fault.Unauthenticated)
		in.Active = true
		if _, err := w.People.UpdatePerson(ctx, who, guard.ID, 2, in); err != nil {
			t.Fatal(err)
		}
		_, err = w.Auth.BySession(ctx, secret)
		testworld.Fault(t, err, fault.Unauthenticated) // the old session does not come back
		w.SignIn(guard)
	})
}

// TestANewWayToSignInEndsOtherSessions is: a password, factor or e-mail change ends all others.
func TestANewWayToSignInEndsOtherSessions(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		for claim, c := range map[string]struct {
			change func(in *people.PersonInput)
			ends   bool
		}{
			"login":  {func(in *people.PersonInput) { in.Login += "x" }, true},
			"e-mail": {func(in *people.PersonInput) { in.Email = "new@lantern.example" }, true},
			"mobile": {func(in *people.PersonInput) { in.Mobile = "+919000000001" }, true},
			"name":   {func(in *people.PersonInput) { in.Name += "x" }, false},
		} {
			m := w.Someone(nil)
			secret := w.SignIn(m)
			in := input(m.Person)
			c.change(&in)
			if _, err := w.People.UpdatePerson(ctx, who, m.ID, 1, in); err != nil {
				t.Fatal(err)
			}
			_, err := w.Auth.BySession(ctx, secret)
			if ended := fault.KindOf(err) == fault.Unauthenticated; ended != c.ends {
				t.Errorf("%s: session ended %v, want %v (%v)", claim, ended, c.ends, err)
			}
		}
		// one's own session goes on
		in := input(w.Staff[org.Administrator].Person)
		in.Email = "asha@lantern.example"
		secret := w.SignIn(w.Staff[org.Administrator])
		self, err := w.Auth.BySession(ctx, secret)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.People.UpdatePerson(ctx, self, self.Person(), 1, in); err != nil {
			t.Fatal(err)
		}
		_, err = w.Auth.BySession(ctx, secret)
		testworld.Fault(t, err, "")
		_, err = w.People.GetPerson(ctx, who, who.Person()) // an actor is of one request; their other session is over
		testworld.Fault(t, err, "")
	})
}
