//go:build faults

package app

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/db/dbtest/servers"
)

// TestPostgresHasNoRoomForRows: the disk of the database's tables is full while eight clients write. Writes are refused with 507 or 503, reads go
// on, what was acknowledged is there once, and writes are taken again by themselves when there is room.
func TestPostgresHasNoRoomForRows(t *testing.T) {
	server := scratchServer(t, func(dir string) (*servers.Server, error) { return servers.PostgresWith(dir, "synchronous_commit=on") })
	small := filepath.Join(server.Home(), "small")
	smallDisk(t, small, "size=160m,mode=700,"+ownerOf(t, server.Home()))
	dbtest.Exec(t, server.URL, "create tablespace small location '"+small+"'", "create database iw tablespace small")
	dir, database := t.TempDir(), "DATABASE_URL="+strings.Replace(server.URL, "/postgres?", "/iw?", 1)
	p := startDemo(t, dir, database)
	token, _, _, _ := p.account(0, "administrator")
	ctx, cancel := context.WithCancel(t.Context())
	w := startWriting(ctx, p, token, 0)
	<-w.enough
	ballast := filepath.Join(small, "ballast")
	if err := fillDisk(ballast); err != nil {
		t.Fatal(err)
	}
	w.until(t, "a write is refused", func() bool {
		return w.count(http.StatusInsufficientStorage)+w.count(http.StatusServiceUnavailable) > 100
	})
	for _, path := range []string{"/api/v1/people?limit=200", "/api/v1/tickets?limit=50", "/api/v1/account"} {
		if answer, err := p.get(token, path); err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("%s answers %v, %v while there is no room", path, answer, err)
		}
	}
	if status := p.status("/livez"); status != http.StatusOK {
		t.Errorf("alive answers %d", status)
	}
	p.tells(`kind="storage_full"`) // what DatabaseFailures asks for
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	p.goesOn(w, cancel, token, dir, database)
}

// TestPostgresHasNoRoomForItsLog: PostgreSQL cannot write its log, and ends. The product answers reads and writes with 503, says that it is not
// ready, and goes on by itself when there is room and PostgreSQL was started again, as its service manager does.
func TestPostgresHasNoRoomForItsLog(t *testing.T) {
	server := scratchServer(t, func(dir string) (*servers.Server, error) {
		return servers.PostgresWith(dir, "synchronous_commit=on", "max_wal_size=32MB", "min_wal_size=32MB")
	})
	small, log := filepath.Join(server.Home(), "small"), filepath.Join(server.Home(), "data", "pg_wal")
	smallDisk(t, small, "size=96m,mode=700,"+ownerOf(t, server.Home()))
	server.Stop()
	for _, move := range [][]string{{"cp", "-a", log, small + "/log"}, {"rm", "-r", log}, {"ln", "-s", small + "/log", log}} {
		if err := server.Run(move[0], move[1:]...); err != nil {
			t.Fatal(err)
		}
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	dir, database := t.TempDir(), "DATABASE_URL="+server.URL
	p := startDemo(t, dir, database)
	token, _, _, _ := p.account(0, "administrator")
	ctx, cancel := context.WithCancel(t.Context())
	w := startWriting(ctx, p, token, 0)
	<-w.enough
	ballast := filepath.Join(small, "ballast")
	if err := fillDisk(ballast); err != nil {
		t.Fatal(err)
	}
	for range 10 { // the log goes on in another file each time, until there is room for none: the server ends at it
		if server.Run("psql", "-qd", server.URL, "-c", "select pg_switch_wal()") != nil {
			break
		}
	}
	w.until(t, "a write is refused", func() bool { return w.count(http.StatusServiceUnavailable) > 20 })
	p.becomes("/readyz", http.StatusServiceUnavailable, time.Now().Add(5*time.Second))
	if answer, err := p.get(token, "/api/v1/people?limit=1"); err != nil || answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("a read answers %v, %v without a database", answer, err)
	}
	if status := p.status("/livez"); status != http.StatusOK {
		t.Errorf("alive answers %d", status)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	server.Stop() // if it has not ended by itself
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	p.goesOn(w, cancel, token, dir, database)
}

// goesOn waits for writes that are taken again, then ends the clients and holds what they were told against what is there.
func (p *process) goesOn(w *writing, cancel context.CancelFunc, token, dir, database string) {
	p.t.Helper()
	began, before := time.Now(), w.count(http.StatusCreated)
	w.until(p.t, "writes are taken again", func() bool { return w.count(http.StatusCreated) >= before+50 })
	p.becomes("/readyz", http.StatusOK, time.Now().Add(6*time.Second))
	cancel()
	acked := w.end()
	p.t.Logf("writes are taken again %s after there was room; answers by status %v, slowest %s", time.Since(began).Round(time.Millisecond), w.statuses, w.slowest)
	for status, times := range w.statuses {
		if status != http.StatusCreated && status != http.StatusServiceUnavailable && status != http.StatusInsufficientStorage && (status != 0 || times > 8) { // 0: eight that the end of the test cut
			p.t.Errorf("%d answers of %d\n%.4000s", times, status, p.log)
		}
	}
	if w.slowest > 10*time.Second {
		p.t.Errorf("an answer took %s", w.slowest)
	}
	missing(p.t, p, token, acked, 0)
	if code := p.stop(); code != 0 {
		p.t.Errorf("exit code %d\n%s", code, p.log)
	}
	verify(p.t, dir, database)
}

// until waits for what clients are told, ten seconds at most.
func (w *writing) until(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			w.mu.Lock()
			defer w.mu.Unlock()
			t.Fatalf("not yet: %s; answers by status %v", what, w.statuses)
		}
	}
}

// ownerOf says in the words of a mount who has a folder.
func ownerOf(t *testing.T, dir string) string {
	t.Helper()
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	who := info.Sys().(*syscall.Stat_t)
	return fmt.Sprintf("uid=%d,gid=%d", who.Uid, who.Gid)
}
