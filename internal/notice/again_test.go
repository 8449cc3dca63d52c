package notice_test

import (
	"strings"
	"testing"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestATellerThatFailsIsAskedAgain(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.say(o.about(org.Guard, "Late"))
		o.err = fault.Of(fault.Unavailable, "away")
		o.Start()
		o.change(o.System)
		o.told(1)
		o.mu.Lock()
		o.err = nil
		o.mu.Unlock()
		testworld.Eventually(t, "the notice", func() bool { return len(o.notices(o.Actor(org.Guard), notice.Filter{})) == 1 })
		if !strings.Contains(o.Log.String(), "who is told of site.updated") {
			t.Error("the fault is not logged")
		}
	})
}
