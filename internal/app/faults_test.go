package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"intelliwiz/internal/db/dbtest/servers"
)

// TestDatabaseGone stops PostgreSQL under a running process: it says that it is not ready within 3 s, answers 503 with Retry-After, and is
// back by itself within 5 s of the database.
func TestDatabaseGone(t *testing.T) {
	folder, err := servers.Folder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) }) // a scratch folder of the system
	server, err := servers.Postgres(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	p := startDemo(t, t.TempDir(), "DATABASE_URL="+server.URL)
	token, _, _, _ := p.account(0, "administrator")
	if status := p.status("/readyz"); status != http.StatusOK {
		t.Fatalf("ready answers %d before anything went wrong", status)
	}

	server.Stop()
	start := time.Now()
	answer, err := p.get(token, "/api/v1/people?limit=1")
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("without its database it answers %d, Retry-After %q", answer.StatusCode, answer.Header.Get("Retry-After"))
	}
	p.becomes("/readyz", http.StatusServiceUnavailable, start.Add(3500*time.Millisecond))
	p.tells(`iw_check_up{check="database"} 0`, `kind="unavailable"`) // what NotReady and DatabaseFailures ask for
	if status := p.status("/livez"); status != http.StatusOK {
		t.Errorf("alive answers %d", status)
	}

	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	back := time.Now()
	p.becomes("/readyz", http.StatusOK, back.Add(6*time.Second))
	p.tells(`iw_check_up{check="database"} 1`)
	if answer, err := p.get(token, "/api/v1/people?limit=1"); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("with its database back it answers %v, %v", answer, err)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
}

// tells looks for texts in the metrics on the private port.
func (p *process) tells(texts ...string) {
	p.t.Helper()
	answer, err := http.Get(p.start.PrivateURL + "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, x := range texts {
		if !strings.Contains(string(raw), x) {
			p.t.Errorf("the metrics do not tell %s", x)
		}
	}
}

// TestDiskFull fills the disk under a running process: writes are refused with 507 or 503, reads go on, readiness says so, and all is well
// again when there is room.
func TestDiskFull(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "small")
	smallDisk(t, dir, "size=96m")
	p := startDemo(t, dir)
	token, _, _, _ := p.account(0, "administrator")
	ballast := filepath.Join(dir, "ballast")
	if err := fillDisk(ballast); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for n := range 200 {
		body := fmt.Sprintf(`{"code":"F%d","name":"Full %d","login_id":"full%d","active":true}`, n, n, n)
		status, err := p.call(t.Context(), token, http.MethodPost, "/api/v1/people", body, nil)
		if err != nil {
			t.Fatal(err)
		}
		if status == http.StatusInsufficientStorage || status == http.StatusServiceUnavailable {
			refused++
		} else if status != http.StatusCreated {
			t.Fatalf("a write on a full disk answers %d\n%s", status, p.log)
		}
	}
	if refused == 0 {
		t.Error("no write was refused: the disk was not full")
	}
	if answer, err := p.get(token, "/api/v1/people?limit=1"); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("a read on a full disk answers %v, %v", answer, err)
	}
	p.becomes("/readyz", http.StatusServiceUnavailable, time.Now().Add(3*time.Second))
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	p.becomes("/readyz", http.StatusOK, time.Now().Add(5*time.Second))
	status, err := p.call(t.Context(), token, http.MethodPost, "/api/v1/people", `{"code":"ROOM","name":"Room again","login_id":"room","active":true}`, nil)
	if err != nil || status != http.StatusCreated {
		t.Errorf("a write with room again answers %d, %v", status, err)
	}
	p.kill()
	verify(t, dir)
}

// smallDisk makes a folder that is a disk of its own, in memory.
func smallDisk(t *testing.T, dir, options string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("a small disk cannot be mounted here, which needs root: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }) // the folder goes with the test
}

// fillDisk writes until there is no room.
func fillDisk(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	block := make([]byte, 64<<10)
	for {
		if _, err := f.Write(block); err != nil {
			if strings.Contains(err.Error(), syscall.ENOSPC.Error()) {
				return nil
			}
			return err
		}
	}
}

// TestStopsInAnOrderlyWay sends SIGTERM while clients write: every answer that was promised arrives, and the process ends with 0.
func TestStopsInAnOrderlyWay(t *testing.T) {
	dir := t.TempDir()
	p := startDemo(t, dir, "IW_SETTLE_TIME=300ms")
	token, _, _, _ := p.account(0, "administrator")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stopped atomic.Bool
	var wg sync.WaitGroup
	for client := range 4 {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				body := fmt.Sprintf(`{"code":"S%d-%d","name":"Stopped","login_id":"s%d.%d","active":true}`, client, n, client, n)
				status, err := p.call(ctx, token, http.MethodPost, "/api/v1/people", body, nil)
				if err != nil {
					if !stopped.Load() || !strings.Contains(err.Error(), "refused") && !strings.Contains(err.Error(), "EOF") && !strings.Contains(err.Error(), "reset") {
						t.Errorf("a request was cut: %v", err)
					}
					return
				}
				if status != http.StatusCreated {
					t.Errorf("a write answers %d", status)
				}
			}
		})
	}
	time.Sleep(300 * time.Millisecond)
	stopped.Store(true)
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
	cancel()
	wg.Wait()
	if !strings.Contains(p.log.String(), `"msg":"stopped"`) {
		t.Errorf("the log does not end with the stop\n%s", p.log)
	}
	verify(t, dir)
}

// TestRefusesToStart: a configuration that is wrong ends the process with 78 and all its faults, and no secret among them.
func TestRefusesToStart(t *testing.T) {
	var out, log lockedBuffer
	code := Main(t.Context(), Env{
		Args:    []string{"serve"},
		Environ: []string{"IW_DATA_DIR=" + t.TempDir(), "IW_PUBLIC_URL=http://iw.example.com", "IW_DEBUG=true", "IW_TYPO=1", "DATABASE_URL=postgres://u:hunter2@%zz/x"},
		Out:     &out, Err: &log,
	})
	if code != exitConfig {
		t.Errorf("exit code %d, want %d", code, exitConfig)
	}
	for _, name := range []string{"IW_PUBLIC_URL", "IW_DEBUG", "IW_TYPO"} {
		if !strings.Contains(log.String(), name) {
			t.Errorf("%s is not named:\n%s", name, log.String())
		}
	}
	if strings.Contains(log.String()+out.String(), "hunter2") {
		t.Error("a secret was printed")
	}
}

func (p *process) get(token, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.start.URL+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err == nil {
		err = answer.Body.Close()
	}
	return answer, err
}

func (p *process) status(path string) int {
	p.t.Helper()
	answer, err := p.get("", path)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode
}

// becomes waits until a path answers with a status.
func (p *process) becomes(path string, status int, until time.Time) {
	p.t.Helper()
	got := 0
	for time.Now().Before(until) {
		if got = p.status(path); got == status {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Errorf("%s answers %d, want %d by now\n%s", path, got, status, p.log)
}
