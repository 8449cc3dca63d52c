package auth_test

import (
	"testing"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// TestWaysAreShownAsFarAsOneMaySeeThem: each part by its own permission at the person's home site; another tenant's person is like none.
func TestWaysAreShownAsFarAsOneMaySeeThem(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		w.SetUpApp(guard)
		all, err := w.Auth.WaysOf(ctx, w.Actor(org.Administrator), guard.ID)
		if err != nil || len(all.Factors) != 1 || all.Plea != nil || len(all.Sessions) == 0 || len(all.Devices) != 0 {
			t.Errorf("%v %+v", err, all)
		}
		some := w.Someone(nil)
		w.Grant(some.ID, nil, guard.HomeSite, people.CanReadPerson, auth.CanReadSession)
		got, err := w.Auth.WaysOf(ctx, w.As(some), guard.ID)
		if err != nil || got.Factors != nil || len(got.Sessions) != len(all.Sessions) {
			t.Errorf("by session.read alone: %v %+v", err, got)
		}
		few := w.Someone(nil)
		w.Grant(few.ID, nil, guard.HomeSite, people.CanReadPerson)
		got, err = w.Auth.WaysOf(ctx, w.As(few), guard.ID)
		if err != nil || got.Factors != nil || got.Sessions != nil || got.Devices != nil {
			t.Errorf("by person.read alone: %v %+v", err, got)
		}
		_, err = w.Auth.WaysOf(ctx, w.As(w.Someone(nil)), guard.ID)
		if fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Forbidden {
			t.Errorf("by nobody: %v", err)
		}
		_, err = w.Auth.WaysOf(ctx, w.SecondTenant().Actor(org.Administrator), guard.ID)
		testworld.Fault(t, err, fault.NotFound)
	})
}
