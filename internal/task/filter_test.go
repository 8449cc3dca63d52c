package task_test

import (
	"testing"

	"intelliwiz/internal/task"
)

// TestWhatIsToBeDoneIsFoundByItsIndex: a list of open statuses alone says so, whoever asks for it.
func TestWhatIsToBeDoneIsFoundByItsIndex(t *testing.T) {
	for _, c := range []struct {
		statuses []task.Status
		want     bool
	}{
		{nil, false}, {[]task.Status{task.Assigned}, true}, {[]task.Status{task.InProgress, task.Assigned}, true}, {[]task.Status{task.Assigned, task.Completed}, false},
	} {
		if got := (task.Filter{}).Only(c.statuses...); got.Open != c.want || len(got.Statuses) != len(c.statuses) {
			t.Errorf("%v: %+v", c.statuses, got)
		}
	}
}
