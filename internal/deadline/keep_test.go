package deadline_test

import (
	"testing"
	"time"

	"intelliwiz/internal/deadline"
	"intelliwiz/internal/org"
)

// TestWhatIsOverIsForgotten after its time, and what is open never.
func TestWhatIsOverIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.expect(time.Minute)
		b.expect(2 * deadline.Keep)
		forget := func(want int64) {
			t.Helper()
			if n, err := b.Deadlines.Forget(t.Context(), b.System); err != nil || n != want {
				t.Errorf("%d are gone, want %d: %v", n, want, err)
			}
		}
		b.Clock.Advance(time.Hour)
		if err := b.fire(); err != nil {
			t.Fatal(err)
		}
		b.Clock.Advance(deadline.Keep - time.Minute)
		forget(0)
		b.Clock.Advance(2 * time.Minute)
		forget(1)
		forget(0)
		if _, err := b.Deadlines.Forget(t.Context(), b.Actor(org.Administrator)); err == nil {
			t.Error("a person may have it forgotten")
		}
	})
}
