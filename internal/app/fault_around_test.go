//go:build faults

package app

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/web"
)

// deadAddress is one where nobody listens; silentAddress one that takes connections and never answers.
func deadAddress(t *testing.T) string { t.Helper(); return freePort(t) }

func silentAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var held []net.Conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			held = append(held, c)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close() // ends the loop
		<-done
		for _, c := range held {
			_ = c.Close()
		}
	})
	return l.Addr().String()
}

// TestNothingAroundAnswers: mail, traces, the scanner and Redis are away, and then there but silent. The product starts, answers in time,
// keeps no file that nobody has looked at, sends mail later, and stops in an orderly way.
func TestNothingAroundAnswers(t *testing.T) {
	if _, err := binary(); err != nil { // built before a start is timed
		t.Fatal(err)
	}
	for name, address := range map[string]func(*testing.T) string{"away": deadAddress, "silent": silentAddress} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			p := startDemo(t, t.TempDir(), "SMTP_URL=smtp://"+address(t), "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+address(t), "CLAMD_URL=tcp://"+address(t), "REDIS_URL=redis://"+address(t))
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it starts in %s", took)
			}
			token, _, _, _ := p.account(0, "administrator")
			var assets struct{ Items []struct{ ID string } }
			for range 20 {
				began := time.Now()
				status, err := p.call(t.Context(), token, http.MethodGet, "/api/v1/sites?limit=5", "", &assets)
				if took := time.Since(began); err != nil || status != http.StatusOK || took > 3*time.Second {
					t.Errorf("a list answers %d after %s, %v", status, took, err)
				}
			}
			if len(assets.Items) == 0 {
				t.Fatal("there is no site")
			}
			status, took := p.upload(token, "/api/v1/sites/"+assets.Items[0].ID+"/files")
			if status != http.StatusServiceUnavailable || took > 40*time.Second {
				t.Errorf("a file that nobody looks at answers %d after %s", status, took)
			}
			var files struct{ Items []struct{ ID string } }
			if status, err := p.call(t.Context(), token, http.MethodGet, "/api/v1/sites/"+assets.Items[0].ID+"/files", "", &files); err != nil || status != http.StatusOK || len(files.Items) > 0 {
				t.Errorf("the files of the site: %d, %v, %v", status, err, files.Items)
			}
			_, login, _, tenant := p.account(0, "administrator")
			form := fmt.Sprintf("tenant=%s&login=%s", tenant, login)
			if status := p.post(web.ForgotPath, form); status >= 500 {
				t.Errorf("asking for a mailed link answers %d", status)
			}
			if status := p.status("/readyz"); status != http.StatusOK {
				t.Errorf("ready answers %d", status)
			}
			began = time.Now()
			code := p.stop()
			if ended := time.Since(began); code != 0 || ended > 35*time.Second {
				t.Errorf("exit code %d after %s\n%s", code, ended, p.log)
			}
			t.Logf("a file is refused after %s, a stop takes %s", took, time.Since(began))
		})
	}
}

// upload sends a small file as a form.
func (p *process) upload(token, path string) (status int, took time.Duration) {
	p.t.Helper()
	began := time.Now()
	status = p.send(token, path, uploadType, uploaded("All is well."))
	return status, time.Since(began)
}

// post sends a form as nobody.
func (p *process) post(path, form string) int {
	p.t.Helper()
	return p.send("", path, "application/x-www-form-urlencoded", form)
}

func (p *process) send(token, path, contentType, body string) int {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.start.URL+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		p.t.Error(err)
	}
	return answer.StatusCode
}
