package task

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Result is what became of one report of several.
type Result struct {
	ID      id.Report
	Outcome Outcome
	Task    Task  // zero unless the report was applied, now or before
	Fault   error // why it was not
}

// MaxReports is how many reports are taken at once.
const MaxReports = 100

// Submit applies several reports in their order, each in a transaction of its own: what it answers as applied, duplicate or merged is kept,
// and one that is refused keeps none of the others from being applied. Needs task.do, and for each what
// Report needs. Invalid for more than 100, and for one without an id; a fault that is no report's own ends it, and what came before is kept:
// sent again, it is a duplicate.
func (s *Service) Submit(ctx context.Context, who actor.Actor, reports []Report) ([]Result, error) {
	if err := who.Require(CanDo); err != nil {
		return nil, err
	}
	var c fault.Check
	c.That(len(reports) <= MaxReports, "reports", "too_many", fmt.Sprintf("Send at most %d reports at once.", MaxReports))
	for i, r := range reports {
		c.That(!r.ID.IsZero(), fmt.Sprintf("reports[%d].id", i), "required", "Give each report an id, and the same one when it is sent again.")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	out := make([]Result, len(reports))
	for i, r := range reports {
		t, outcome, err := s.Report(ctx, who, r)
		switch k := fault.KindOf(err); {
		case k == fault.Conflict:
			outcome = Conflicts
		case rejects(k):
			outcome = Rejected
		case err != nil:
			return nil, err
		}
		out[i] = Result{ID: r.ID, Outcome: outcome, Task: t, Fault: err}
	}
	return out, nil
}
