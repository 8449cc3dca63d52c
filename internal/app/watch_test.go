package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"intelliwiz/internal/job"
)

// TestWhatAProcessTellsIsBounded: with every route, statement, kind of work and rule that there is, and however many tenants use them, a process
// tells fewer than 5,000 series. No label names a tenant.
func TestWhatAProcessTellsIsBounded(t *testing.T) {
	s := bare(t, "sqlite")
	table, err := s.routes()
	if err != nil {
		t.Fatal(err)
	}
	s.gauge()
	m := s.metrics
	for range 3 { // tenants: a thousandth adds nothing that the second does not
		for _, r := range table {
			m.Request(r.Method, r.Path, 200, time.Millisecond)
			m.Request(r.Method, r.Path, 404, time.Millisecond)
		}
		for name := range s.written {
			m.Statement(name, time.Millisecond, 1, "")
		}
		for i, name := range strings.Fields(statementList) {
			if i%10 == 0 { // a tenth of all statements is slow and fails, which would be a bad day
				m.Statement(name, time.Second, 1, "unavailable")
			}
		}
		for _, kind := range s.jobs.Kinds() {
			m.Waited(kind, time.Second)
			m.Job(kind, string(job.Done), time.Second)
			m.Job(kind, string(job.Retried), time.Second)
		}
		for i := range 30 {
			m.Refused(fmt.Sprint("rule", i))
			m.Late(fmt.Sprint("kind", i), time.Second)
			m.CacheRead(fmt.Sprint("cache", i), "hit")
			m.CacheRead(fmt.Sprint("cache", i), "load")
			m.Violation(fmt.Sprint("directive", i))
		}
		for _, outcome := range []string{"ok", "wrong", "limited", "inactive"} {
			m.SignIn(outcome)
		}
	}
	series := 0
	for line := range strings.Lines(s.scrape()) {
		if !strings.HasPrefix(line, "#") {
			series++
		}
		if strings.Contains(line, "tenant=") || strings.Contains(line, "person=") {
			t.Errorf("a series for each tenant: %s", line)
		}
	}
	if series >= 5000 || series < 2000 {
		t.Errorf("%d series", series)
	}
	t.Logf("%d series", series)
}

// TestWhatWatchesIsWhereTheComposeFileSays: it can be read, what it mounts is there and can be read too, nothing listens to the world, and who
// is asked listens where they are asked.
func TestWhatWatchesIsWhereTheComposeFileSays(t *testing.T) {
	root := filepath.Join("..", "..", "ops")
	var c struct {
		Services map[string]struct {
			Profiles, Volumes, Command []string
			Image                      string
			Network                    string `yaml:"network_mode"`
		}
		Volumes map[string]any
	}
	understand(t, filepath.Join(root, "compose.yaml"), &c)
	for _, name := range []string{"prometheus", "loki", "tempo", "collector", "grafana"} {
		s, ok := c.Services[name]
		if _, tag, tagged := strings.Cut(s.Image, ":"); !ok || !tagged || tag == "latest" || len(s.Profiles) != 1 || s.Network != "host" || len(s.Volumes) == 0 {
			t.Errorf("%s is %+v", name, s)
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if !strings.HasPrefix(from, ".") {
				if _, kept := c.Volumes[from]; !kept {
					t.Errorf("%s: the volume %s is not there", name, from)
				}
				continue
			}
			info, err := os.Stat(filepath.Join(root, from))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if !info.IsDir() {
				var any map[string]any
				understand(t, filepath.Join(root, from), &any)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(root, "watch", "*.yml"))
	if err != nil || len(files) != 6 {
		t.Fatal(files, err)
	}
	all := read(t, filepath.Join(root, "compose.yaml"))
	for _, f := range files {
		all += read(t, f)
	}
	for asked, listens := range map[string]string{
		"url: \"http://127.0.0.1:9091\"": "web.listen-address=127.0.0.1:9091", "http://127.0.0.1:3100/otlp": "http_listen_port: 3100", "endpoint: http://127.0.0.1:4328": "endpoint: 127.0.0.1:4328",
		"url: http://127.0.0.1:3100": "http_listen_address: 127.0.0.1", "url: \"http://127.0.0.1:3200\"": "http_listen_port: 3200", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318": "endpoint: 127.0.0.1:4318",
		"targets: [\"127.0.0.1:9090\"]": "IntelliWiz",
	} {
		if !strings.Contains(all, asked) || !strings.Contains(all, listens) {
			t.Errorf("%q is asked, %q listens: one of them is not there", asked, listens)
		}
	}
	if strings.Contains(all, "0.0.0.0") || strings.Contains(all, "ports:") {
		t.Error("something listens to the world")
	}
}

func understand(t *testing.T, path string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, path)), into); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}
