package journal_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"testing"
	"time"

	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/testworld"
)

func TestAnchorsAreSigned(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		var got []journal.Anchor
		fail := errors.New("the store is away")
		b.config.Anchored = func(_ context.Context, a journal.Anchor) error {
			if fail != nil {
				return fail
			}
			got = append(got, a)
			return nil
		}
		j := journal.New(b.config)
		turn := func() {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_ = j.Run(ctx) // seals and anchors once, as it does at stop
		}
		b.must(b.write(t.Context(), b.who, 3))
		turn()
		if len(got) != 0 {
			t.Fatalf("%v", got)
		}
		fail = nil
		turn() // tried again
		turn() // and not twice
		b.clock.Advance(time.Second)
		b.must(b.write(t.Context(), b.who, 2))
		turn()
		if len(got) != 2 || got[0].Seq != 3 || got[1].Seq != 5 || got[0].Tenant != b.tenant || !got[1].At.Equal(morning.Add(time.Second)) {
			t.Fatalf("%+v", got)
		}
		public := testworld.AnchorKey().Public().(ed25519.PublicKey)
		for _, a := range got {
			if !a.Verify(public) {
				t.Errorf("%+v is not signed", a)
			}
		}
		stranger := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32)).Public().(ed25519.PublicKey)
		other := got[0]
		for claim, a := range map[string]journal.Anchor{
			"seq":    {Tenant: other.Tenant, Seq: 4, Hash: other.Hash, At: other.At, Signature: other.Signature},
			"time":   {Tenant: other.Tenant, Seq: 3, Hash: other.Hash, At: other.At.Add(time.Second), Signature: other.Signature},
			"hash":   {Tenant: other.Tenant, Seq: 3, Hash: got[1].Hash, At: other.At, Signature: other.Signature},
			"tenant": {Tenant: id.New[id.Tenant](), Seq: 3, Hash: other.Hash, At: other.At, Signature: other.Signature},
			"none":   {Tenant: other.Tenant, Seq: 3, Hash: other.Hash, At: other.At},
		} {
			if a.Verify(public) {
				t.Errorf("another %s goes with the signature", claim)
			}
		}
		if other.Verify(stranger) {
			t.Error("somebody else's key goes with the signature")
		}
	})
}

func TestAnchorsGoOutOnceAMinuteAndAtStop(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		anchors := make(chan journal.Anchor, 100)
		b.config.Anchored = func(_ context.Context, a journal.Anchor) error { anchors <- a; return nil }
		j := journal.New(b.config)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- j.Run(ctx) }()
		sealed := func(n int) {
			t.Helper()
			testworld.Eventually(t, fmt.Sprint(n, " sealed"), func() bool {
				rows, err := b.Feed(ctx, b.who, int64(n-1), 1)
				return err == nil && len(rows) == 1
			})
		}
		b.must(b.write(ctx, b.who, 1))
		if a := <-anchors; a.Seq != 1 {
			t.Errorf("first %+v", a)
		}
		for range 3 {
			b.must(b.write(ctx, b.who, 1))
		}
		sealed(4)
		b.clock.Advance(59 * time.Second)
		b.must(b.write(ctx, b.who, 1))
		sealed(5)
		time.Sleep(30 * time.Millisecond) // some turns
		if len(anchors) != 0 {
			t.Errorf("within the minute: %+v", <-anchors)
		}
		b.clock.Advance(time.Second)
		if a := <-anchors; a.Seq != 5 {
			t.Errorf("after a minute %+v", a)
		}
		b.must(b.write(ctx, b.who, 1))
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if a := <-anchors; a.Seq != 6 {
			t.Errorf("at stop %+v", a)
		}
	})
}
