package hold_test

import (
	"net/netip"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/hold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// TestWhatIsStoppedIsStoppedOnEveryNode: until it is let go on; the journal says both.
func TestWhatIsStoppedIsStoppedOnEveryNode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		ctx, all, guard := t.Context(), []actor.Actor{w.System}, w.Actor(org.Guard)
		admin, viewer := w.Actor(org.Administrator), w.Actor(org.Viewer)
		other := hold.New(hold.Config{DB: d, Journal: w.Journal, Now: w.Clock.Now, Log: w.Logger()})
		tenant, person := w.ID, guard.Person()
		for _, c := range []struct {
			name    string
			h       hold.Hold
			stopped func(s *hold.Service) bool
		}{
			{"changes", hold.Hold{Kind: hold.ReadOnly, Reason: "a backup comes back"}, func(s *hold.Service) bool {
				why, on := s.ReadOnly()
				return on && why == "a backup comes back"
			}},
			{"a network", hold.Hold{Kind: hold.Source, Source: "192.0.2.77/24", Reason: "r"}, func(s *hold.Service) bool {
				return s.From(netip.MustParseAddr("::ffff:192.0.2.9")) && !s.From(netip.MustParseAddr("192.0.3.9"))
			}},
			{"an address", hold.Hold{Kind: hold.Source, Source: "2001:db8::7", Reason: "r"}, func(s *hold.Service) bool { return s.From(netip.MustParseAddr("2001:db8::7")) }},
			{"the organisation", hold.Hold{Kind: hold.Tenant, Tenant: &tenant, Reason: "r"}, func(s *hold.Service) bool {
				return fault.KindOf(s.Caller(admin)) == fault.Forbidden && s.Stopped(id.New[id.Tenant](), person) == nil
			}},
			{"the person", hold.Hold{Kind: hold.Person, Tenant: &tenant, Person: &person, Reason: "r"}, func(s *hold.Service) bool {
				behind := actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: viewer.Person(), Behind: &actor.Behind{Person: person}})
				return s.Caller(guard) != nil && s.Caller(behind) != nil && s.Caller(admin) == nil
			}},
		} {
			for step, change := range []func() error{
				func() error { return w.Holds.Begin(ctx, all, c.h) }, func() error { return w.Holds.End(ctx, all, c.h) },
			} {
				if err := change(); err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				other.Refresh(ctx)
				if want := step == 0; c.stopped(w.Holds) != want || c.stopped(other) != want {
					t.Errorf("%s: stopped here %v and there %v, want %v", c.name, c.stopped(w.Holds), c.stopped(other), want)
				}
			}
			if err := w.Holds.End(ctx, all, c.h); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: ended twice: %v", c.name, err)
			}
		}
		begun, err := w.Journal.List(ctx, w.System, journal.Filter{Noun: "hold"}, page.Request{Limit: 50})
		if err != nil || len(begun.Items) != 10 {
			t.Errorf("the journal has %d rows, %v", len(begun.Items), err)
		}
	})
}

func TestOnlyTheSystemStops(t *testing.T) {
	w := testworld.New(t, dbtest.Open(t, "sqlite"))
	ctx, admin := t.Context(), w.Actor(org.Administrator)
	if err := w.Holds.Begin(ctx, []actor.Actor{admin}, hold.Hold{Kind: hold.ReadOnly, Reason: "r"}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an administrator stops: %v", err)
	}
	if _, err := w.Holds.List(ctx, admin); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an administrator reads: %v", err)
	}
	for _, wrong := range []hold.Hold{
		{Kind: "ELSE", Reason: "r"}, {Kind: hold.Source, Source: "here", Reason: "r"}, {Kind: hold.Source, Source: "0.0.0.0/0", Reason: "r"}, {Kind: hold.Tenant, Reason: "r"},
		{Kind: hold.Person, Reason: "r"}, {Kind: hold.ReadOnly},
	} {
		if err := w.Holds.Begin(ctx, []actor.Actor{w.System}, wrong); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}

// TestWhoIsStoppedDoesNotSignIn: with the right password too, in words; and afterwards again.
func TestWhoIsStoppedDoesNotSignIn(t *testing.T) {
	w := testworld.New(t, dbtest.Open(t, "sqlite"))
	ctx, tenant := t.Context(), w.ID
	in := auth.SignIn{Tenant: "HOUSE", Login: "guard", Password: testworld.Password}
	person, err := w.Auth.FindPerson(ctx, w.System, "guard")
	if err != nil {
		t.Fatal(err)
	}
	stop := hold.Hold{Kind: hold.Person, Tenant: &tenant, Person: &person, Reason: "r"}
	if err := w.Holds.Begin(ctx, []actor.Actor{w.System}, stop); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Auth.SignIn(ctx, in); fault.KindOf(err) != fault.Forbidden || !strings.Contains(fault.As(err).Message, "stopped while an incident") {
		t.Errorf("while stopped: %v", err)
	}
	if err := w.Holds.End(ctx, []actor.Actor{w.System}, stop); err != nil {
		t.Fatal(err)
	}
	out, err := w.Auth.SignIn(ctx, in)
	if err != nil || out.Secret == "" {
		t.Fatalf("afterwards: %v", err)
	}
	if n, err := w.Auth.EndEverySession(ctx, w.System); err != nil || n != 1 {
		t.Errorf("%d sessions ended, %v", n, err)
	}
	if _, err := w.Auth.BySession(ctx, out.Secret); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("a session that was ended: %v", err)
	}
	if _, err := w.Auth.EndEverySession(ctx, w.Actor(org.Supervisor)); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a supervisor ends all: %v", err)
	}
	if _, err := w.Auth.FindPerson(ctx, w.Actor(org.Administrator), "guard"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an administrator looks by login: %v", err)
	}
}
