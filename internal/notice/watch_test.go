package notice_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// watching is a browser that watches.
type watching struct {
	counts chan int64
	done   chan error
	leave  context.CancelFunc
}

func (o *office) watch(who actor.Actor, beat time.Duration) watching {
	ctx, leave := context.WithCancel(o.t.Context())
	w := watching{counts: make(chan int64, 100), done: make(chan error, 1), leave: leave}
	go func() {
		w.done <- o.Notices.Watch(ctx, who, beat, func(n int64) error { w.counts <- n; return nil })
	}()
	return w
}

// sees waits for a count; what is told twice is seen once.
func (w watching) sees(t *testing.T, want int64) {
	t.Helper()
	patience := time.After(5 * time.Second)
	for {
		select {
		case n := <-w.counts:
			if n == want {
				return
			}
		case <-patience:
			t.Fatalf("never saw %d", want)
		}
	}
}

func (w watching) ends(t *testing.T) error {
	t.Helper()
	select {
	case err := <-w.done:
		return err
	case <-time.After(5 * time.Second):
		t.Fatal("the watching does not end")
		return nil
	}
}

// run runs the service until the test, or the function that it gives, ends it.
func (o *office) run() (stop func()) {
	ctx, cancel := context.WithCancel(o.t.Context())
	done := make(chan error, 1)
	go func() { done <- o.Notices.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			o.t.Error(err)
		}
	}
}

func TestWhoWatchesSeesNewCounts(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		guard := o.Actor(org.Guard)
		stop := o.run()
		w, other := o.watch(guard, time.Hour), o.watch(o.Actor(org.Viewer), time.Hour)
		w.sees(t, 0)
		other.sees(t, 0)
		o.put(guard.Person(), "of another node", testworld.Any(o.Harbour.ID)) // past the service: the poll finds it
		w.sees(t, 1)
		if err := o.Notices.MarkAllRead(t.Context(), guard, nil); err != nil {
			t.Fatal(err)
		}
		w.sees(t, 0)
		w.leave()
		if err := w.ends(t); err != nil {
			t.Error(err)
		}
		stop()
		if err := other.ends(t); err != nil {
			t.Errorf("at the stop: %v", err)
		}
		if len(other.counts) > 1 {
			t.Errorf("told %d times of nothing new", len(other.counts))
		}
		if err := o.watch(guard, time.Hour).ends(t); err != nil {
			t.Errorf("after the stop: %v", err)
		}
	})
}

func TestAConnectionShowsThatItLives(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		defer o.run()()
		w := o.watch(o.Actor(org.Guard), 10*time.Millisecond)
		for range 3 {
			w.sees(t, 0)
		}
		w.leave()
		if err := w.ends(t); err != nil {
			t.Error(err)
		}
		gone := errors.New("the client has left")
		err := o.Notices.Watch(t.Context(), o.Actor(org.Guard), time.Hour, func(int64) error { return gone })
		if !errors.Is(err, gone) {
			t.Errorf("got %v", err)
		}
	})
}

func TestTheEndOfASessionEndsItsWatching(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		defer o.run()()
		guard, again := o.Actor(org.Guard), o.Actor(org.Guard)
		ended, idle := o.watch(guard, time.Hour), o.watch(again, time.Hour)
		ended.sees(t, 0)
		idle.sees(t, 0)
		if err := o.Auth.SignOut(t.Context(), guard); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := ended.ends(t); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("it took %s", took)
		}
		select {
		case err := <-idle.done:
			t.Fatalf("another session of the same person ended too: %v", err)
		case <-time.After(100 * time.Millisecond):
		}
		o.Clock.Advance(31 * time.Minute) // watching is no use of a session
		if err := idle.ends(t); err != nil {
			t.Error(err)
		}
	})
}

func TestOnePersonWatchesSixTimesAtMost(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		guard := o.Actor(org.Guard)
		var all []watching
		for range 6 {
			w := o.watch(guard, time.Hour)
			w.sees(t, 0)
			all = append(all, w)
		}
		err := o.Notices.Watch(t.Context(), guard, time.Hour, func(int64) error { return nil })
		if fault.KindOf(err) != fault.TooMany || fault.As(err).RetryAfter == 0 {
			t.Errorf("the seventh: %v", err)
		}
		o.watch(o.Actor(org.Viewer), time.Hour).sees(t, 0)
		all[0].leave()
		if err := all[0].ends(t); err != nil {
			t.Error(err)
		}
		o.watch(guard, time.Hour).sees(t, 0)
	})
}

func TestOldNoticesAreSwept(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		guard := o.Actor(org.Guard)
		o.put(guard.Person(), "old", testworld.Any(o.Harbour.ID))
		o.Exec(`insert into mails (tenant_id, id, key, recipient, subject, body, state, attempts, created_at)
			select n.tenant_id, n.id, 'k', 'a@lantern.example', 'S', '', 'sent', 1, n.at from notices n`)
		o.Clock.Advance(180 * 24 * time.Hour)
		o.put(guard.Person(), "new", testworld.Any(o.Harbour.ID))
		o.Start()
		testworld.Eventually(t, "one notice", func() bool { return len(o.notices(guard, notice.Filter{})) == 1 })
		testworld.Same(t, []string{"new"}, titles(o.notices(guard, notice.Filter{})))
		testworld.Eventually(t, "no mail of that time", func() bool { return o.Text("select cast(count(*) as text) from mails where key = 'k'") == "0" })
	})
}
