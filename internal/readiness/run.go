package readiness

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// Probe looks at one thing of the installation as it is.
type Probe func(ctx context.Context) Answer

// probeTime is how long a probe may take: the trail of a large installation is long.
const probeTime = 10 * time.Minute

// findings runs the plan. An item is met when nothing that was looked at says otherwise; what only tests can show is met when they came
// with the build and passed.
func findings(ctx context.Context, probes map[string]Probe, s Shipped) []Finding {
	plan := Plan()
	out := make([]Finding, 0, len(plan))
	for _, x := range plan {
		a := s.answer(x)
		if probe, ok := probes[x.ID]; ok {
			a = both(ask(ctx, probe), a)
		}
		out = append(out, Finding{ID: x.ID, Phase: x.Phase, Title: x.Title, Result: a.Result, Why: a.Why, Evidence: a.Evidence, Todo: a.Todo})
	}
	return out
}

// ask runs a probe within its time; one that panics has checked nothing.
func ask(ctx context.Context, probe Probe) (a Answer) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			a = Answer{Result: NotChecked, Why: "The check itself failed; this is a fault of ours.", Evidence: []string{fmt.Sprint(p), firstOwn(debug.Stack())}}
		}
	}()
	return probe(ctx)
}

// both joins what a probe saw with what the tests came to: what is wrong counts first, and tests that are not in the build take nothing
// from what was seen.
func both(seen, tested Answer) Answer {
	if tested.Result == NotMet && seen.Result != NotMet {
		return tested
	}
	if seen.Result == Met || seen.Result == NotMet {
		if tested.Result == Met {
			seen.Evidence = append(seen.Evidence, tested.Why)
		}
		return seen
	}
	if seen.Result == NotChecked && tested.Result == Met {
		tested.Why += " Not seen here: " + seen.Why
		return tested
	}
	return seen
}
