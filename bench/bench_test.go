package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSmoke runs the whole bench for a few seconds, so that it does not rot: it loads, starts both sides, and every workload that the
// product has does what it says.
func TestSmoke(t *testing.T) {
	dir := t.TempDir()
	self, product := filepath.Join(dir, "bench"), filepath.Join(dir, "intelliwiz")
	for path, pkg := range map[string]string{self: ".", product: "../cmd/intelliwiz"} {
		if out, err := exec.Command("go", "build", "-o", path, pkg).CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v: %s", pkg, err, out)
		}
	}
	report := filepath.Join(dir, "report.md")
	out, err := exec.Command(self, "-short", "-product", product, "-out", report).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## postgres", "## sqlite", "| list of 25, REST |", "| create a ticket |", "20 sign in at once", "| 100 plans, 48 hours ahead |", "| a collector that does not answer |", "| planning views over 10000 tasks |", "| 111 deadlines due in 4s, three nodes, two killed |"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the report has no %q:\n%s", want, text)
		}
	}
}

func TestMediansAndParts(t *testing.T) {
	same := func(n int) int { return n }
	for want, of := range map[int][]int{3: {5, 3, 1}, 4: {4, 9, 1, 2}, 7: {7}} {
		if got := median(of, same); got != want {
			t.Errorf("median of %v = %d, want %d", of, got, want)
		}
	}
	d := driven{done: 4, took: 2 * time.Second, times: []time.Duration{1, 2, 3, 4}}
	if d.rate() != 2 || d.part(0.5) != 2 || d.part(0.99) != 3 || d.part(1) != 4 {
		t.Errorf("rate %v, parts %v %v %v", d.rate(), d.part(0.5), d.part(0.99), d.part(1))
	}
}

func TestAReportSaysWhatWasMet(t *testing.T) {
	w := workload{name: "list", target: 0.8}
	for want, r := range map[string]result{
		"| met |": {workload: w, ratio: 0.7, cpuRatio: 0.9}, "| below |": {workload: w, ratio: 0.7, cpuRatio: 0.7}, "| no ETag yet |": {workload: w, missing: "no ETag yet"},
	} {
		if row := r.row(); !strings.Contains(row, want) {
			t.Errorf("%q holds no %q", row, want)
		}
		if r.line() == "" {
			t.Error("nothing to say")
		}
	}
}
