//go:build faults

package app

import (
	"context"
	"net/http"
	"os"
	"testing"
	"time"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/db/dbtest/servers"
)

// scratchServer is a server of the test's own, which it may hurt.
func scratchServer(t *testing.T, start func(string) (*servers.Server, error)) *servers.Server {
	t.Helper()
	folder, err := servers.Folder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) }) // a scratch folder of the system
	s, err := start(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// ofApp ends the connections of every process of the product.
const ofApp = `select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name like 'intelliwiz%'`

// TestADatabaseThatHangsOrResetsLosesNothing: while eight clients write, PostgreSQL stands still for six seconds, and later cuts every
// connection ten times. Every request is answered in time, with what it asked for or a 503; what was acknowledged is there once.
func TestADatabaseThatHangsOrResetsLosesNothing(t *testing.T) {
	server := scratchServer(t, servers.Postgres)
	dir, database := t.TempDir(), "DATABASE_URL="+server.URL
	p := startDemo(t, dir, database)
	token, _, _, _ := p.account(0, "administrator")

	for round, hurt := range []func(){
		func() {
			server.Hang()
			defer server.Resume()
			p.becomes("/readyz", http.StatusServiceUnavailable, time.Now().Add(4*time.Second))
			if status := p.status("/livez"); status != http.StatusOK {
				t.Errorf("alive answers %d", status)
			}
			time.Sleep(3 * time.Second)
		},
		func() {
			for range 10 {
				dbtest.Exec(t, server.URL, ofApp)
				time.Sleep(150 * time.Millisecond)
			}
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		w := startWriting(ctx, p, token, round)
		<-w.enough
		hurt()
		p.becomes("/readyz", http.StatusOK, time.Now().Add(6*time.Second))
		before := w.count(http.StatusCreated)
		for end := time.Now().Add(10 * time.Second); w.count(http.StatusCreated) < before+20 && time.Now().Before(end); {
			time.Sleep(20 * time.Millisecond)
		}
		after := w.count(http.StatusCreated)
		cancel()
		acked := w.end()
		t.Logf("round %d: answers by status %v, slowest %s", round, w.statuses, w.slowest)
		if after < before+20 {
			t.Errorf("round %d: only %d writes went through afterwards", round, after-before)
		}
		for status, times := range w.statuses {
			if status != http.StatusCreated && status != http.StatusServiceUnavailable && (status != 0 || times > 8) { // 0: eight that the end of the test cut
				t.Errorf("round %d: %d answers of %d", round, times, status)
			}
		}
		if w.slowest > 10*time.Second {
			t.Errorf("round %d: an answer took %s", round, w.slowest)
		}
		missing(t, p, token, acked, round)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
	verify(t, dir, database)
}

// count says how many answers of a status there were so far.
func (w *writing) count(status int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.statuses[status]
}
