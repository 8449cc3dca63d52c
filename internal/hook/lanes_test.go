package hook_test

import (
	"net/http"
	"testing"

	"intelliwiz/internal/hook"
	"intelliwiz/internal/testworld"
)

// TestASlowReceiverLeavesRoom: a receiver that does not answer holds two of the places, and another's messages arrive.
func TestASlowReceiverLeavesRoom(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		slow, quick := y.Receiver(), y.Receiver()
		release := make(chan struct{})
		slow.Say(func(http.ResponseWriter, *http.Request) { <-release })
		blocked, m := y.hook("Slow", slow.URL, "site.updated"), y.hook("Quick", quick.URL, "unit.created")
		y.Start()
		for range 10 {
			y.change()
		}
		testworld.Eventually(t, "the slow one is called", func() bool { return len(slow.Calls()) == 2 })
		y.Unit("NEW", nil)
		y.settled(m.ID, 1)
		if n := len(slow.Calls()); n != 2 {
			t.Errorf("%d messages at once", n)
		}
		close(release)
		if log := y.settled(blocked.ID, 10); log[0].State != hook.Delivered {
			t.Errorf("the slow one's messages arrive afterwards: %+v", log[0])
		}
	})
}
