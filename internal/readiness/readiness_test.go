package readiness_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ops"
	"intelliwiz/internal/readiness"
)

var at = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)

func key() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte("a seed of exactly thirty-two by.")[:ed25519.SeedSize])
}

// service makes one whose probes are given.
func service(t *testing.T, probes map[string]readiness.Probe) *readiness.Service {
	return readiness.New(readiness.Config{
		Probes: probes, Sign: key, Folder: t.TempDir(), Version: "1.2.3", Profile: "production", Engine: "sqlite",
		Address: func() string { return "https://iw.example.com" }, Now: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler),
	})
}

func answering(a readiness.Answer) readiness.Probe {
	return func(context.Context) readiness.Answer { return a }
}

// find gives the finding of an item.
func find(t *testing.T, r readiness.Report, id string) readiness.Finding {
	t.Helper()
	for _, f := range r.Findings {
		if f.ID == id {
			return f
		}
	}
	t.Fatalf("there is no finding for %s", id)
	return readiness.Finding{}
}

// TestThePlanIsWhole: every item says what it promises and how that is shown, and none stands twice.
func TestThePlanIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, x := range readiness.Plan() {
		if seen[x.ID] {
			t.Errorf("%s stands twice", x.ID)
		}
		seen[x.ID] = true
		if x.Phase == "" || x.Title == "" || x.Holds == "" || x.Here == "" && len(x.Tests) == 0 {
			t.Errorf("%s is not whole: %+v", x.ID, x)
		}
	}
	for _, id := range []string{"R-C1", "R-C6", "R-1.1.1", "R-1.3.4", "R-2.2.4", "R-3.2.4", "R-4.2.4", "R-5.1.5", "R-6.2.5", "R-S5"} {
		if !seen[id] {
			t.Errorf("%s is not in the plan", id)
		}
	}
	if x, ok := readiness.Find("r-1.2.2"); !ok || x.ID != "R-1.2.2" {
		t.Errorf("an item is not found by its id: %v %+v", ok, x)
	}
	if _, ok := readiness.Find("R-9"); ok {
		t.Error("an item that is none was found")
	}
}

// TestAnItemIsMetWhenNothingSaysOtherwise: what is seen counts, what only tests show is not called met by a build that carries none, and a
// probe that panics has shown nothing.
func TestAnItemIsMetWhenNothingSaysOtherwise(t *testing.T) {
	s := service(t, map[string]readiness.Probe{
		"R-C1": answering(readiness.Answer{Result: readiness.Met, Why: "seen"}), "R-C2": answering(readiness.Answer{Result: readiness.NotMet, Why: "no", Todo: "this"}),
		"R-C3": func(context.Context) readiness.Answer { panic("a canary") }, "R-4.2.1": answering(readiness.Answer{Result: readiness.NotApplicable, Why: "no Redis"}),
	})
	r, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]readiness.Result{"R-C1": readiness.Met, "R-C2": readiness.NotMet, "R-C3": readiness.NotChecked, "R-4.2.1": readiness.NotApplicable, "R-1.2.5": readiness.NotChecked} {
		if f := find(t, r, id); f.Result != want {
			t.Errorf("%s is %s, want %s: %s", id, f.Result, want, f.Why)
		}
	}
	if f := find(t, r, "R-C3"); !strings.Contains(strings.Join(f.Evidence, " "), "a canary") {
		t.Errorf("the panic is not told: %+v", f)
	}
	if n := len(readiness.Plan()); r.Count(readiness.Met) != 1 || r.Count(readiness.NotMet) != 1 || len(r.Findings) != n {
		t.Errorf("the counts are wrong: %s", r.Sum())
	}
	var text strings.Builder
	if err := r.WriteText(&text); err != nil || !strings.Contains(text.String(), "NOT MET") || !strings.Contains(text.String(), "to do: this") || !strings.Contains(text.String(), r.Sum()) {
		t.Errorf("%v, the report in words: %s", err, text.String())
	}
}

// TestAReportIsAsItWasSigned: whatever is changed in it is found.
func TestAReportIsAsItWasSigned(t *testing.T) {
	r, err := service(t, nil).Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	back, err := readiness.Verify(text)
	if err != nil || back.Sum() != r.Sum() {
		t.Fatalf("%v, %s", err, back.Sum())
	}
	for _, change := range [][2]string{{"NOT_CHECKED", "MET"}, {"production", "development"}, {"2026-11-26", "2027-11-26"}, {"1.2.3", "1.2.4"}} {
		if _, err := readiness.Verify([]byte(strings.Replace(string(text), change[0], change[1], 1))); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s made of %s is not found: %v", change[1], change[0], err)
		}
	}
	for _, none := range []string{"", "{}", `{"version":"1"}`, `{"more":1}`} {
		if _, err := readiness.Verify([]byte(none)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q is taken for a report: %v", none, err)
		}
	}
}

// TestTheLastReportIsKept for who may see how the installation does.
func TestTheLastReportIsKept(t *testing.T) {
	s := service(t, nil)
	may := actor.New(actor.Facts{Kind: actor.System, Tenant: id.New[id.Tenant](), Name: "test"})
	if _, there, err := s.Last(t.Context(), may); there || err != nil {
		t.Errorf("there is a report before the first: %v", err)
	}
	r, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last, there, err := s.Last(t.Context(), may)
	if err != nil || !there || last.Sum() != r.Sum() || len(last.Phases()) != 8 {
		t.Errorf("%v %v: %s in %d phases", there, err, last.Sum(), len(last.Phases()))
	}
	if _, _, err := s.Last(t.Context(), actor.New(actor.Facts{Kind: actor.Person, Tenant: id.New[id.Tenant](), Name: "guard"})); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a guard reads it: %v, wants %s", err, ops.CanRead)
	}
}

// TestWhatCameOfTests is read from the lines of the runner.
func TestWhatCameOfTests(t *testing.T) {
	lines := `{"Action":"run","Package":"intelliwiz/internal/auth","Test":"TestA"}
{"Action":"pass","Package":"intelliwiz/internal/auth","Test":"TestA"}
{"Action":"fail","Package":"intelliwiz/internal/db/torture","Test":"TestB"}
{"Action":"pass","Package":"intelliwiz/internal/auth","Test":"TestA/inner"}
{"Action":"skip","Package":"intelliwiz/bench","Test":"TestC"}
{"Action":"pass","Package":"intelliwiz/internal/auth"}
no line of the runner
`
	got, err := readiness.Results(strings.NewReader(lines))
	if err != nil || len(got) != 3 || got["auth.TestA"] != "pass" || got["db/torture.TestB"] != "fail" || got["bench.TestC"] != "skip" {
		t.Errorf("%v: %v", err, got)
	}
	if _, err := readiness.Results(strings.NewReader("nothing")); err == nil {
		t.Error("no result at all is taken for results")
	}
	if _, carried := readiness.ReadShipped(); carried {
		t.Error("the source carries results: a build from it is no release")
	}
}
