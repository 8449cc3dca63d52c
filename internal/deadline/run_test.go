package deadline_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/id"
	"intelliwiz/internal/testworld"
)

// TestALookThatPanicsEndsNothing: not the process, not the expectation, and none of the others.
func TestALookThatPanicsEndsNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		bad, good := b.expect(time.Minute), b.expect(time.Minute)
		b.answer = func(d deadline.Deadline) (deadline.Answer, error) {
			if d.Subject == bad {
				panic("no kettle")
			}
			return deadline.Answer{State: deadline.Broken}, nil
		}
		b.Clock.Advance(time.Minute)
		if err := b.fire(); err == nil {
			t.Error("a panic is no fault")
		}
		b.same(b.states(bad, good), "OPEN 0", "BROKEN 1")
		if !strings.Contains(b.Log.String(), "no kettle") {
			t.Error("the log does not name the panic")
		}
	})
}

// TestRunFindsWhatItWasToldAndWhatOthersWrote, of every tenant.
func TestRunFindsWhatItWasToldAndWhatOthersWrote(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		other := b.SecondTenant()
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- b.Deadlines.Run(ctx) }()
		own := b.expect(0)
		elsewhere := deadline.New(deadline.Config{DB: b.DB, Now: b.Clock.Now, Log: b.Logger(), Tenants: b.Org.Tenants})
		theirs := id.New[id.Any]()
		err := b.DB.Write(t.Context(), other.System, func(tx *db.Tx) error {
			tx.Unjournaled("a test")
			elsewhere.Expect(tx, deadline.Expected{Kind: tea, Subject: theirs, Due: testworld.Morning})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 500 {
			b.mu.Lock()
			over := b.looked[own] == 1 && b.looked[theirs] == 1
			b.mu.Unlock()
			if over {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if b.looked[own] != 1 || b.looked[theirs] != 1 {
			t.Errorf("looked at %d and %d times", b.looked[own], b.looked[theirs])
		}
	})
}
