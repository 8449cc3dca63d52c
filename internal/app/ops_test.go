package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/config"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
)

var metricName = regexp.MustCompile(`\biw_[a-z_]+`)

// told gives the names of all metrics of a process: one that never counted anything is not told, so each counts once.
func told(t *testing.T) map[string]bool {
	t.Helper()
	s := bare(t, "sqlite")
	s.cfg.HTTP.TLSCert = filepath.Join(t.TempDir(), "none.pem")
	s.gauge()
	m := s.metrics
	m.Request("GET", "/", 200, time.Second)
	m.Statement("org.siteGet", time.Second, 1, "unavailable")
	m.Job("mail.send", "done", time.Second)
	m.Waited("mail.send", time.Second)
	m.Late("task.done", time.Second)
	m.Panic("http")
	m.Refused("source")
	m.SignIn("ok")
	m.CacheRead("session", "hit")
	m.Fallback("limit")
	m.Violation("script-src")
	m.Climbed(1)
	out := map[string]bool{"iw_jobs": true} // of an empty queue nothing is told
	for _, name := range metricName.FindAllString(s.scrape(), -1) {
		out[name] = true
	}
	return out
}

// TestAlertsAndDashboardsAskForMetricsThatThereAre, and every alert leads to what to do.
func TestAlertsAndDashboardsAskForMetricsThatThereAre(t *testing.T) {
	names := told(t)
	root := filepath.Join("..", "..")
	files, err := filepath.Glob(filepath.Join(root, "ops", "*", "*"))
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		text := read(t, f)
		if strings.HasSuffix(f, ".json") && !json.Valid([]byte(text)) {
			t.Errorf("%s is no JSON", f)
		}
		if strings.HasSuffix(f, ".sql") {
			continue // roles are called so too
		}
		for _, name := range metricName.FindAllString(text, -1) {
			if !names[name] {
				t.Errorf("%s asks for %s, which nobody tells", f, name)
			}
		}
	}
	book := strings.ToLower(read(t, filepath.Join(root, "docs", "operations", "runbooks.md")))
	rules := read(t, filepath.Join(root, "ops", "prometheus", "rules.yml"))
	tests := read(t, filepath.Join(root, "ops", "prometheus", "rules_test.yml"))
	alerts := regexp.MustCompile(`(?s)- alert: (\w+)\n.*?runbook: (\S+)`).FindAllStringSubmatch(rules, -1)
	if len(alerts) != strings.Count(rules, "- alert:") {
		t.Errorf("%d of the alerts have a runbook", len(alerts))
	}
	for _, a := range alerts {
		if _, anchor, _ := strings.Cut(a[2], "#"); anchor != strings.ToLower(a[1]) || !strings.Contains(book, "\n## "+anchor+"\n") {
			t.Errorf("%s leads to %s, which is not there", a[1], a[2])
		}
		if !strings.Contains(tests, "alertname: "+a[1]+"\n        exp_alerts") || !strings.Contains(tests, "alertname: "+a[1]+"}") {
			t.Errorf("nothing shows that %s is raised and clears", a[1])
		}
	}
}

// TestGaugesTellHowThingsStand: pools, the disk, the queue, what must work, and when the certificate ends, where there is one.
func TestGaugesTellHowThingsStand(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			s := bare(t, engine)
			err := s.db.Write(t.Context(), operator(id.New[id.Tenant]()), func(tx *db.Tx) error {
				tx.Unjournaled("a test")
				tx.Enqueue(db.JobRow{Kind: "test.nothing", Args: []byte("{}")})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			s.gauge()
			text := s.scrape()
			pool := map[string]string{"sqlite": "write", "postgres": "app"}[engine]
			for _, want := range []string{
				`iw_check_up{check="database"} 1`, `iw_check_up{check="disk"} 1`, "iw_disk_free_bytes ", `iw_build_info{version="` + Version + `"} 1`, `iw_jobs{state="available"} 1`,
				`iw_db_connections_max{pool="` + pool + `"} `,
			} {
				if !strings.Contains(text, want) {
					t.Errorf("no %s in %s", want, text)
				}
			}
			if strings.Contains(text, "iw_disk_free_bytes 0\n") || strings.Contains(text, "iw_certificate_expires") {
				t.Error("no room on the disk, or a certificate where there is none")
			}
		})
	}
}

// TestTheEndOfACertificateIsTold, and 0 for what cannot be read.
func TestTheEndOfACertificateIsTold(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(30 * 24 * time.Hour).Truncate(time.Second)
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	good, bad := filepath.Join(t.TempDir(), "good.pem"), filepath.Join(t.TempDir(), "bad.pem")
	for path, raw := range map[string][]byte{good: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), bad: []byte("no certificate")} {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]float64{good: float64(end.Unix()), bad: 0, filepath.Join(t.TempDir(), "none.pem"): 0} {
		if got := expiry(path); got != want {
			t.Errorf("%s ends at %v, not %v", path, got, want)
		}
	}
	s := &services{cfg: config.Config{HTTP: config.HTTP{TLSCert: bad, PrivateCert: good}}}
	if got := s.certificates(); len(got) != 2 || got["public"] != 0 || got["private"] != float64(end.Unix()) {
		t.Errorf("of the listeners: %v", got)
	}
}

// bare is the services on a database of their own, without a tenant.
func bare(t *testing.T, engine string) *services {
	t.Helper()
	cfg, err := config.Load([]string{"IW_PROFILE=test", "IW_DATA_DIR=" + t.TempDir(), "DATABASE_URL=" + dbtest.URL(t, engine)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return served(t, cfg)
}

func (s *services) scrape() string {
	w := httptest.NewRecorder()
	s.metrics.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
