// Package readiness runs the readiness plan against one installation: every item of the plan is looked at as the installation is, and the
// report says what was met, what was not, why, and what to do. A report is signed and dated, so that it can be shown to somebody else.
package readiness

import "time"

// Result is what came of an item.
type Result string

// The results. What cannot be shown here is never called met.
const (
	Met           Result = "MET"
	NotMet        Result = "NOT_MET"
	NotApplicable Result = "NOT_APPLICABLE"
	NotChecked    Result = "NOT_CHECKED"
)

// Item is one item of the plan.
type Item struct {
	ID    string // R-…; stable
	Phase string
	Title string
	Holds string   // what is promised
	Here  string   // what is looked at in this installation; "" = only tests show it
	Tests []string // PACKAGE.TestName, the tests that show it
}

// Answer is what a probe saw.
type Answer struct {
	Result   Result
	Why      string
	Evidence []string // what was seen, without secrets
	Todo     string   // what to do when it is not met
}

// Finding is an item of the plan with what came of it.
type Finding struct {
	ID       string   `json:"id"`
	Phase    string   `json:"phase"`
	Title    string   `json:"title"`
	Result   Result   `json:"result"`
	Why      string   `json:"why"`
	Evidence []string `json:"evidence,omitempty"`
	Todo     string   `json:"todo,omitempty"`
}

// Report is a run of the whole plan.
type Report struct {
	Version  string        `json:"version"`
	Address  string        `json:"address"` // that people type
	Profile  string        `json:"profile"`
	Engine   string        `json:"engine"` // sqlite or postgres
	At       time.Time     `json:"at"`
	Took     time.Duration `json:"took_ns"`
	Findings []Finding     `json:"findings"`

	Key       []byte `json:"key,omitempty"`       // Ed25519, of the installation
	Signature []byte `json:"signature,omitempty"` // over everything above
}

// Count tells how many items came to a result.
func (r Report) Count(x Result) (n int) {
	for _, f := range r.Findings {
		if f.Result == x {
			n++
		}
	}
	return n
}

// Phases gives the findings in the order of the plan, phase by phase.
func (r Report) Phases() [][]Finding {
	var out [][]Finding
	for _, f := range r.Findings {
		if n := len(out); n > 0 && out[n-1][0].Phase == f.Phase {
			out[n-1] = append(out[n-1], f)
			continue
		}
		out = append(out, []Finding{f})
	}
	return out
}
