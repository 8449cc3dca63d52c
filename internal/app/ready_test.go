package app

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/readiness"
)

// testsOfTheHouse names every test as the readiness plan does: PACKAGE.TestName.
func testsOfTheHouse(t *testing.T) map[string]bool {
	t.Helper()
	here, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, root := range []string{"..", "../../bench"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			pkg, err := filepath.Abs(filepath.Dir(path))
			if err != nil {
				return err
			}
			pkg = readiness.PackageName(strings.TrimPrefix(pkg, filepath.Dir(here)+"/"))
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "Test") {
					out[pkg+"."+fn.Name.Name] = true
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestTheReadinessPlanNamesWhatThereIs: its tests exist, and what it says is looked at has a probe, and no probe is of nothing.
func TestTheReadinessPlanNamesWhatThereIs(t *testing.T) {
	all, probes := testsOfTheHouse(t), bare(t, "sqlite").installation().probes()
	for _, x := range readiness.Plan() {
		for _, name := range x.Tests {
			if !all[name] {
				t.Errorf("%s names the test %s, which there is not", x.ID, name)
			}
		}
		if _, ok := probes[x.ID]; ok != (x.Here != "") {
			t.Errorf("%s says that this is looked at: %q; it has a probe: %v", x.ID, x.Here, ok)
		}
		delete(probes, x.ID)
	}
	for id := range probes {
		t.Errorf("a probe is of %s, which is not in the plan", id)
	}
}

// TestAServerThatDoesEverythingWrongMeetsNothing: each probe that asks over HTTP can fail.
func TestAServerThatDoesEverythingWrongMeetsNothing(t *testing.T) {
	wrong := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics" {
			_, _ = w.Write([]byte(badMetrics))
			return
		}
		if strings.HasPrefix(r.URL.Path, "/.well-known/") {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write([]byte("goroutine 1 [running]: main.go:12, and much more than a word about how it does"))
	}))
	defer wrong.Close()
	s := bare(t, "sqlite")
	s.serving.public, s.serving.private = wrong.URL, wrong.URL
	x := s.installation()
	for _, some := range []map[string]readiness.Probe{x.answered(), x.measured(), {"R-6.1.4": x.told}} {
		for id, probe := range some {
			if slices.Contains([]string{"R-1.3.4", "R-4.1.3", "R-4.1.4", "R-4.2.2"}, id) {
				continue // these tell what was measured, and find no fault with it
			}
			if a := probe(t.Context()); a.Result != readiness.NotMet {
				t.Errorf("%s is %s: %s", id, a.Result, a.Why)
			}
		}
	}
	wrong.Close()
	for id, probe := range x.answered() {
		if a := probe(t.Context()); a.Result != readiness.NotChecked {
			t.Errorf("nobody answers, and %s is %s: %s", id, a.Result, a.Why)
		}
	}
}

// badMetrics are those of a process that does badly.
var badMetrics = func() string {
	var b bytes.Buffer
	b.WriteString("iw_db_statements_unknown_total 3\niw_panics_total{where=\"job\"} 1\niw_telemetry_dropped_total{signal=\"logs\"} 5\n")
	b.WriteString("# TYPE iw_db_statement_seconds summary\niw_db_statement_seconds_count{name=\"slow.one\"} 20\niw_db_statement_seconds_sum{name=\"slow.one\"} 40\n")
	b.WriteString("# TYPE iw_http_seconds histogram\niw_http_seconds_bucket{class=\"5xx\",le=\"0.05\"} 10\niw_http_seconds_bucket{class=\"5xx\",le=\"+Inf\"} 200\niw_http_seconds_sum{class=\"5xx\"} 90\niw_http_seconds_count{class=\"5xx\"} 200\n")
	for n := range 5001 {
		b.WriteString("many{n=\"" + strings.Repeat("x", n%7) + string(rune('a'+n%26)) + strings.Repeat("y", n/26) + "\"} 1\n")
	}
	return b.String()
}()

// TestReadinessOfAnInstallationThatServes is run as its operator would: against the process that serves, and the report verifies.
func TestReadinessOfAnInstallationThatServes(t *testing.T) {
	dir := t.TempDir()
	p := startDemo(t, dir)
	run := func(args ...string) (string, int) {
		var out bytes.Buffer
		environ := []string{"IW_PROFILE=development", "IW_DATA_DIR=" + dir, "IW_LISTEN=" + strings.TrimPrefix(p.start.URL, "http://"), "IW_PRIVATE_LISTEN=" + strings.TrimPrefix(p.start.PrivateURL, "http://")}
		code := Main(t.Context(), Env{Args: args, Environ: environ, In: strings.NewReader(""), Out: &out, Err: &out})
		return out.String(), code
	}
	said, code := run("readiness")
	if code != exitFailed || !strings.Contains(said, "R-C2     NOT MET") || !strings.Contains(said, "R-6.1.3  met") {
		t.Errorf("code %d: %s", code, said)
	}
	report := filepath.Join(dir, "readiness.json")
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	r, err := readiness.Verify(text)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"R-C1", "R-C3", "R-C5", "R-C6", "R-1.1.2", "R-1.1.4", "R-1.1.5", "R-1.2.1", "R-1.2.2", "R-1.2.4", "R-2.1.2", "R-2.1.4", "R-2.2.4", "R-3.1.3", "R-3.1.4", "R-6.1.1", "R-6.1.2", "R-6.1.3"}
	for _, f := range r.Findings {
		if slices.Contains(want, f.ID) && f.Result != readiness.Met {
			t.Errorf("%s is %s: %s %v", f.ID, f.Result, f.Why, f.Evidence)
		}
	}
	if said, code := run("readiness", "verify", report); code != exitOK || !strings.Contains(said, "as it was signed") {
		t.Errorf("code %d: %s", code, said)
	}
	if said, code := run("readiness", "--explain", "R-1.2.2"); code != exitOK || !strings.Contains(said, "TestNobodyIsLockedOutByOthers") {
		t.Errorf("code %d: %s", code, said)
	}
	if _, code := run("readiness", "--explain", "R-99"); code != exitFailed {
		t.Errorf("an item that is none is explained: %d", code)
	}
}
