package readiness

import (
	"strings"
	"testing"
)

// TestWhatOnlyTestsShow is met when they came with the build and passed, and a test that failed outweighs what was seen.
func TestWhatOnlyTestsShow(t *testing.T) {
	x := Item{ID: "R-X", Tests: []string{"auth.TestA", "auth.TestB"}}
	all := Shipped{Commit: "abc", Tests: map[string]string{"auth.TestA": "pass", "auth.TestB": "pass"}}
	if a := all.answer(x); a.Result != Met || !strings.Contains(a.Why, "abc") {
		t.Errorf("passed: %+v", a)
	}
	for _, came := range []string{"fail", "skip", ""} {
		one := Shipped{Tests: map[string]string{"auth.TestA": "pass", "auth.TestB": came}}
		if a := one.answer(x); a.Result != NotMet || !strings.Contains(a.Why, "auth.TestB") {
			t.Errorf("%q: %+v", came, a)
		}
	}
	none := Shipped{}
	if a := none.answer(x); a.Result != NotChecked {
		t.Errorf("no release: %+v", a)
	}
	seen, bad := Answer{Result: Met, Why: "seen"}, Answer{Result: NotMet, Why: "failed"}
	if got := both(seen, bad); got.Result != NotMet {
		t.Errorf("a test that failed: %+v", got)
	}
	if got := both(Answer{Result: NotChecked, Why: "nobody answers"}, Answer{Result: Met, Why: "tests"}); got.Result != Met || !strings.Contains(got.Why, "nobody answers") {
		t.Errorf("not seen, and shown by tests: %+v", got)
	}
	if got := both(Answer{Result: NotApplicable}, Answer{Result: Met}); got.Result != NotApplicable {
		t.Errorf("does not apply: %+v", got)
	}
}
