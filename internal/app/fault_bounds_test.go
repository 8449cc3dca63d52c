//go:build faults

package app

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestSixtyFourFileDescriptors: a process that may open 64 files meets 200 connections while clients write. It goes on, says nothing wrong,
// loses nothing, and is itself again when the crowd has left.
func TestSixtyFourFileDescriptors(t *testing.T) {
	dir := t.TempDir()
	startDemo(t, dir).stop() // the world is made without a bound
	p := startDemoBy(t, []string{"sh", "-c", `ulimit -n 64 && exec "$0" "$@"`}, dir)
	token, _, _, _ := p.account(0, "administrator")
	if got := p.proc("limits", `Max open files +(\d+)`); got != 64 {
		t.Fatalf("it may open %d files", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := startWriting(ctx, p, token, 0)
	<-w.enough
	crowd := dial(t, p, 200)
	time.Sleep(2 * time.Second)
	for _, c := range crowd {
		_ = c.Close() // it may have been cut
	}
	p.becomes("/readyz", http.StatusOK, time.Now().Add(10*time.Second))
	before := w.count(http.StatusCreated)
	for end := time.Now().Add(20 * time.Second); w.count(http.StatusCreated) < before+20 && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	cancel()
	acked := w.end()
	t.Logf("answers by status %v, slowest %s", w.statuses, w.slowest)
	if n := w.count(http.StatusCreated); n < before+20 {
		t.Errorf("only %d writes went through after the crowd", n-before)
	}
	for status, times := range w.statuses {
		if status >= 500 && status != http.StatusServiceUnavailable && status != http.StatusInsufficientStorage {
			t.Errorf("%d answers of %d\n%.4000s", times, status, p.log)
		}
	}
	missing(t, p, token, acked, 0)
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
	verify(t, dir)
}

// proc reads a number of the process from /proc.
func (p *process) proc(file, pattern string) int {
	p.t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", p.cmd.Process.Pid, file))
	if err != nil {
		p.t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^` + pattern).FindSubmatch(raw)
	if found == nil {
		p.t.Fatalf("no %s in %s", pattern, raw)
	}
	n, err := strconv.Atoi(string(found[1]))
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

// TestA256MiBMachine: the kernel gives the process 256 MiB and ends it when it takes more. It serves lists, exports, writes and sign-ins at the
// product's own cost of hashing, all at once, and lives. Where no group of processes can be bounded, what it takes is measured instead.
func TestA256MiBMachine(t *testing.T) {
	const room = 256 << 20
	dir := t.TempDir()
	by, bounded := boundMemory(t, room)
	p := startDemoBy(t, by, dir, "IW_ARGON_MEMORY=19MiB", "IW_ARGON_TIME=2")
	token, _, _, _ := p.account(0, "administrator")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	w := startWriting(ctx, p, token, 0)
	for client := range 8 {
		w.all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				method, path, body := http.MethodGet, []string{"/api/v1/tickets?limit=200", "/api/v1/assets?limit=200", "/api/v1/people?limit=200", "/api/v1/exports/tickets"}[n%4], ""
				if client == 0 {
					method, path = http.MethodPost, "/api/v1/phone/sign-in"
					body = fmt.Sprintf(`{"organisation":"SAHYADRI","login":"farah.s","password":"guess %d","device":"x"}`, n)
				}
				began := time.Now()
				status, _ := p.call(ctx, token, method, path, body, nil)
				w.told("", min(status, 599), time.Since(began))
			}
		})
	}
	acked := w.end()
	if p.status("/livez") != http.StatusOK {
		t.Fatalf("it is dead: %v\n%s", w.statuses, p.log)
	}
	t.Logf("bounded by the kernel: %t; the most it held: %d MiB; answers by status %v, slowest %s", bounded, p.proc("status", `VmHWM:\s+(\d+)`)>>10, w.statuses, w.slowest)
	if most := p.proc("status", `VmHWM:\s+(\d+)`) << 10; !bounded && most > room {
		t.Errorf("it held %d MiB", most>>20)
	}
	for status, times := range w.statuses {
		if status >= 500 && status != http.StatusServiceUnavailable {
			t.Errorf("%d answers of %d", times, status)
		}
	}
	if len(acked) < 50 {
		t.Errorf("only %d writes: nothing was tested", len(acked))
	}
	delete(acked, "")
	missing(t, p, token, acked, 0)
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
	verify(t, dir)
}

// boundMemory makes a group of processes with so much memory and no swap, and gives the command that starts one in it.
func boundMemory(t *testing.T, bytes int) (by []string, bounded bool) {
	t.Helper()
	raw, err := os.ReadFile("/proc/mounts")
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(strings.NewReader(string(raw)))
	for s.Scan() {
		mount := strings.Fields(s.Text())
		limit := map[bool]string{true: "memory.limit_in_bytes", false: "memory.max"}[mount[2] == "cgroup"]
		if mount[2] != "cgroup2" && (mount[2] != "cgroup" || !strings.Contains(mount[3], "memory")) {
			continue
		}
		group, err := os.MkdirTemp(mount[1], "intelliwiz-test-")
		if err != nil {
			continue // not ours to make
		}
		t.Cleanup(func() {
			for range 100 { // until the kernel has let go of what ran there
				if os.Remove(group) == nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
		if os.WriteFile(filepath.Join(group, limit), []byte(strconv.Itoa(bytes)), 0o600) != nil {
			continue // this one does not bound memory
		}
		return []string{"sh", "-c", "echo $$ > " + filepath.Join(group, "cgroup.procs") + ` && exec "$0" "$@"`}, true
	}
	return nil, false
}
