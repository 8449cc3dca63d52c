package flag_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/open-feature/go-sdk/openfeature"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// TestNoFlagIsOverdue: a flag is decided by its day, and then taken out. The day is compared with that of the machine on which the test runs.
func TestNoFlagIsOverdue(t *testing.T) {
	today := clock.DateIn(clock.System()(), time.UTC)
	for _, fault := range overdue(flag.All(), today) {
		t.Error(fault)
	}
	late := []flag.Declared{{Key: "x.y", Type: flag.OfBool, Default: "true", Off: "false", Owner: "O", Reason: "R", Switches: "S", Expires: "2026-01-31"}}
	if got := overdue(late, "2026-01-31"); len(got) != 0 {
		t.Errorf("on its day: %v", got)
	}
	if got := overdue(late, "2026-02-01"); len(got) != 1 {
		t.Errorf("a day later: %v", got)
	}
}

// overdue says what is wrong with declarations on a day.
func overdue(all []flag.Declared, today clock.Date) (out []string) {
	for _, d := range all {
		switch {
		case d.Owner == "" || d.Reason == "" || d.Switches == "" || d.Default == "" || d.Off == "" || !d.Expires.Valid():
			out = append(out, "the flag "+d.Key+" is not declared whole")
		case d.Expires < today:
			out = append(out, "the flag "+d.Key+" was to be decided by "+string(d.Expires)+": "+d.Owner+" decides it, and its branches are taken out")
		}
	}
	return out
}

// TestEveryFlagSwitchesSomething: a flag that nobody asks is not declared.
func TestEveryFlagSwitchesSomething(t *testing.T) {
	var text strings.Builder
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		raw, err := os.ReadFile(path)
		text.Write(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, name := range map[string]string{string(flag.LivePosts): "flag.LivePosts", string(flag.BulkAssign): "flag.BulkAssign", string(flag.FoundMost): "flag.FoundMost", string(flag.WebPush): "flag.WebPush"} {
		if _, err := flag.Find(key); err != nil || !strings.Contains(text.String(), name) {
			t.Errorf("%s: nothing asks for it, or %v", key, err)
		}
	}
	if len(flag.All()) != 4 {
		t.Error("a flag is not in this test")
	}
}

func as(tenant id.Tenant, person id.Person) actor.Actor {
	return actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: person, Name: "Somebody"})
}

// TestWhatWasSaidHolds: the nearest says it, a kill says it last, and another node hears of it at its next turn.
func TestWhatWasSaidHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		ctx, admin, all := t.Context(), w.Actor(org.Administrator), []actor.Actor{w.System}
		other, err := flag.New(ctx, flag.Config{DB: d, Journal: w.Journal, Now: w.Clock.Now, Log: w.Logger()})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Close() }()
		guard, theirs := w.Actor(org.Guard), w.SecondTenant().Actor(org.Guard)
		guardID := guard.Person()
		said := func(step string, err error, here, there, elsewhere bool) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v", step, err)
			}
			other.Refresh(ctx)
			for _, s := range []*flag.Service{w.Flags, other} {
				got := []bool{s.Bool(ctx, guard, flag.LivePosts), s.Bool(ctx, admin, flag.LivePosts), s.Bool(ctx, theirs, flag.LivePosts)}
				if want := []bool{here, there, elsewhere}; got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
					t.Errorf("%s: the guard, the administrator and the other organisation have %v, want %v", step, got, want)
				}
			}
		}
		in := flag.Input{Flag: string(flag.LivePosts), Reason: "a trial", Percent: 100}
		say := func(scope flag.Scope, person *id.Person, value string) error {
			in := in
			in.Scope, in.Person, in.Value = scope, person, value
			if scope == flag.ForAll || scope == flag.Killed {
				return w.Flags.SetForAll(ctx, all, in)
			}
			_, err := w.Flags.Set(ctx, admin, in)
			return err
		}
		said("nothing was said", nil, true, true, true)
		said("off for all", say(flag.ForAll, nil, "false"), false, false, false)
		said("on for the organisation", say(flag.ForTenant, nil, "true"), true, true, false)
		said("off for the guard", say(flag.ForPerson, &guardID, "false"), false, true, false)
		said("on again for all", say(flag.ForAll, nil, "true"), false, true, true)
		said("killed", say(flag.Killed, nil, "off"), false, false, false)
		said("no longer killed", say(flag.Killed, nil, ""), false, true, true)
		said("taken back for the guard", say(flag.ForPerson, &guardID, ""), true, true, true)
		rows, err := w.Journal.List(ctx, admin, journal.Filter{Verb: "flag.updated"}, page.Request{Limit: 50})
		if err != nil || len(rows.Items) != 7 || !strings.Contains(rows.Items[0].After, `"reason":"a trial"`) {
			t.Errorf("the journal has %d rows, %v", len(rows.Items), err)
		}
		states, err := w.Flags.List(ctx, admin)
		if err != nil || len(states) != 4 || states[0].Why != "organisation" || len(states[0].Rules) != 2 {
			t.Errorf("got %+v, %v", states, err)
		}
	})
}

func TestWhoMaySayWhat(t *testing.T) {
	w := testworld.New(t, dbtest.Open(t, "sqlite"))
	ctx, admin := t.Context(), w.Actor(org.Administrator)
	in := flag.Input{Flag: string(flag.FoundMost), Scope: flag.ForTenant, Value: "7", Reason: "r"}
	if _, err := w.Flags.Set(ctx, w.Actor(org.Supervisor), in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a supervisor: %v", err)
	}
	if _, err := w.Flags.List(ctx, w.Actor(org.Guard)); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a guard reads: %v", err)
	}
	in.Scope = flag.ForAll
	if _, err := w.Flags.Set(ctx, admin, in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an administrator for all: %v", err)
	}
	if err := w.Flags.SetForAll(ctx, []actor.Actor{admin}, in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an administrator for the installation: %v", err)
	}
	for field, wrong := range map[string]flag.Input{
		"value": {Flag: string(flag.FoundMost), Scope: flag.ForTenant, Value: "many", Reason: "r"}, "person": {Flag: string(flag.LivePosts), Scope: flag.ForPerson, Value: "true", Reason: "r"},
		"reason": {Flag: string(flag.LivePosts), Scope: flag.ForTenant, Value: "true"},
	} {
		if _, err := w.Flags.Set(ctx, admin, wrong); fault.KindOf(err) != fault.Invalid || fault.As(err).Fields[0].Path != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := w.Flags.Set(ctx, admin, flag.Input{Flag: "no.such", Scope: flag.ForTenant}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown flag: %v", err)
	}
}

// TestAShareIsTheSameEachTime: a third of people, by their ids alone; or of organisations, whose people have it together.
func TestAShareIsTheSameEachTime(t *testing.T) {
	w := testworld.New(t, dbtest.Open(t, "sqlite"))
	ctx := t.Context()
	say := func(sticks flag.Sticks, percent int64) {
		t.Helper()
		err := w.Flags.SetForAll(ctx, []actor.Actor{w.System}, flag.Input{Flag: string(flag.LivePosts), Scope: flag.ForAll, Value: "false", Percent: percent, Sticks: sticks, Reason: "r"})
		if err != nil {
			t.Fatal(err)
		}
	}
	say(flag.ToPerson, 30)
	tenant, in := id.New[id.Tenant](), map[id.Person]bool{}
	for range 2000 {
		p := id.New[id.Person]()
		if !w.Flags.Bool(ctx, as(tenant, p), flag.LivePosts) {
			in[p] = true
		}
	}
	if len(in) < 500 || len(in) > 700 {
		t.Errorf("%d of 2000 are in a share of 30 percent", len(in))
	}
	say(flag.ToPerson, 60)
	for p := range in {
		if w.Flags.Bool(ctx, as(tenant, p), flag.LivePosts) {
			t.Fatal("who was in a share of 30 percent is not in one of 60")
		}
	}
	say(flag.ToTenant, 50)
	first := w.Flags.Bool(ctx, as(tenant, id.New[id.Person]()), flag.LivePosts)
	for range 50 {
		if w.Flags.Bool(ctx, as(tenant, id.New[id.Person]()), flag.LivePosts) != first {
			t.Fatal("people of one organisation differ")
		}
	}
}

// TestWithoutTheStoreTheLastHolds: asking neither fails nor waits when the database is gone, and before anything was read the default holds.
func TestWithoutTheStoreTheLastHolds(t *testing.T) {
	d := dbtest.Open(t, "sqlite")
	w := testworld.New(t, d)
	ctx, admin := t.Context(), w.Actor(org.Administrator)
	if got := w.Flags.Int(ctx, admin, flag.FoundMost); got != 5 {
		t.Errorf("before anything was read: %d", got)
	}
	if _, err := w.Flags.Set(ctx, admin, flag.Input{Flag: string(flag.FoundMost), Scope: flag.ForTenant, Value: "8", Reason: "r"}); err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancelCause(ctx)
	cancel(errors.New("the store is gone"))
	w.Flags.Refresh(gone)
	d.Close()
	w.Flags.Refresh(ctx)
	w.Flags.Refresh(ctx)
	start := time.Now()
	for range 100 {
		if got := w.Flags.Int(ctx, admin, flag.FoundMost); got != 8 {
			t.Fatalf("without the store: %d", got)
		}
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("asking 100 times took %s", took)
	}
	if n := strings.Count(w.Log.String(), "flags not read"); n != 1 {
		t.Errorf("said %d times that flags were not read, want once", n)
	}
}

// TestOpenFeatureIsAnsweredAsItAsks: the client asks by type, and gets its own fallback for what is not there.
func TestOpenFeatureIsAnsweredAsItAsks(t *testing.T) {
	w := testworld.New(t, dbtest.Open(t, "sqlite"))
	c, ctx, of := w.Flags.Client(), t.Context(), openfeature.NewEvaluationContext("somebody", nil)
	if d, err := c.IntValueDetails(ctx, string(flag.FoundMost), 1, of); err != nil || d.Value != 5 || d.Reason != openfeature.DefaultReason {
		t.Errorf("a number: %+v, %v", d, err)
	}
	if v, err := c.StringValue(ctx, string(flag.LivePosts), "mine", of); err == nil || v != "mine" {
		t.Errorf("a bool asked as text: %q, %v", v, err)
	}
	if v, err := c.BooleanValue(ctx, "no.such", true, of); err == nil || !v {
		t.Errorf("an unknown flag: %v, %v", v, err)
	}
	if v, err := c.FloatValue(ctx, string(flag.FoundMost), 2.5, of); err == nil || v != 2.5 {
		t.Errorf("a fraction: %v, %v", v, err)
	}
	if v, err := c.ObjectValue(ctx, string(flag.FoundMost), "mine", of); err == nil || v != "mine" {
		t.Errorf("an object: %v, %v", v, err)
	}
}
