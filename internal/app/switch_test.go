package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"intelliwiz/internal/db/dbtest"
)

// switches and rate say how often the version changes, and at how many requests a second; `make faults` asks for ten at 500.
func fromEnvironment(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// TestAVersionChangesWithoutAGap: two processes share an address, one comes and one goes, and no request fails.
func TestAVersionChangesWithoutAGap(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	database := "DATABASE_URL=" + dbtest.URL(t, "postgres")
	p := startDemo(t, dir, database)
	token, _, _, _ := p.account(0, "administrator")
	if code := p.stop(); code != 0 {
		t.Fatalf("the demo ended with %d", code)
	}
	address := freePort(t)
	env := append(environment(dir), database, "IW_PROFILE=development", "IW_LISTEN="+address, "IW_LISTEN_SHARED=true", "IW_PRIVATE_LISTEN="+freePair(t), "IW_SETTLE_TIME=300ms")
	change := func() {
		cmd := exec.CommandContext(t.Context(), "../../ops/switch", path)
		cmd.Env = env
		if out, err := cmd.CombinedOutput(); err != nil {
			log, _ := os.ReadFile(filepath.Join(dir, "serve.log"))
			t.Fatalf("%v: %s\n%s", err, out, log)
		}
	}
	change()
	t.Cleanup(func() { endServing(dir) })
	ctx, stop := context.WithCancel(t.Context())
	failed, done := press(ctx, "http://"+address, token, fromEnvironment(t, "IW_SWITCH_RATE", 100))
	for range fromEnvironment(t, "IW_SWITCHES", 3) {
		change()
	}
	stop()
	n := done()
	for _, f := range failed() {
		t.Error(f)
	}
	if n < 100 {
		t.Errorf("only %d requests were made", n)
	}
	t.Logf("%d requests", n)
}

// freePair gives the first of two ports that nobody has, below those that the system hands to clients: one of these would take the second while
// the first is used.
func freePair(t *testing.T) string {
	t.Helper()
	for port := 20000 + os.Getpid()%5000; port < 32000; port += 2 {
		first, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port))
		if err != nil {
			continue
		}
		second, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port+1))
		_ = first.Close()
		if err == nil {
			_ = second.Close()
			return first.Addr().String()
		}
	}
	t.Fatal("no two free ports")
	return ""
}

// press asks so often a second, whether answers come or not, until ctx ends.
func press(ctx context.Context, url, token string, rate int) (failed func() []string, done func() int) {
	var mu sync.Mutex
	var bad []string
	var all sync.WaitGroup
	n := 0
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	ask := func(path string) {
		r, err := http.NewRequest(http.MethodGet, url+path, nil)
		if err != nil {
			panic(err) // the address is ours
		}
		r.Header.Set("Authorization", "Bearer "+token)
		w, err := client.Do(r)
		status := 0
		if err == nil {
			status = w.StatusCode
			err = w.Body.Close()
		}
		if err != nil || status != http.StatusOK {
			mu.Lock()
			defer mu.Unlock()
			bad = append(bad, fmt.Sprintf("%s: %d %v", path, status, err))
		}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second / time.Duration(rate))
		defer tick.Stop()
		for ; ctx.Err() == nil; n++ {
			<-tick.C
			path := []string{"/api/v1/tickets?limit=5", "/api/v1/account", "/api/v1/sites?limit=5"}[n%3]
			all.Go(func() { ask(path) })
		}
	}()
	return func() []string { mu.Lock(); defer mu.Unlock(); return bad }, func() int { <-ended; all.Wait(); return n }
}

// freePort gives an address that nobody listens at, nor at the port after it.
func freePort(t *testing.T) string {
	t.Helper()
	for range 20 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		next, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+1))
		_ = l.Close() // it was never used
		if err == nil {
			_ = next.Close()
			return fmt.Sprintf("127.0.0.1:%d", port)
		}
	}
	t.Fatal("no two ports in a row are free")
	return ""
}

// endServing ends the process that the script started last.
func endServing(dir string) {
	text, err := os.ReadFile(filepath.Join(dir, "serving"))
	if err != nil {
		return
	}
	pid, err := strconv.Atoi(strings.Fields(string(text))[0])
	if err != nil {
		return
	}
	_ = syscall.Kill(pid, syscall.SIGTERM) // it may have ended
	for range 100 {
		if syscall.Kill(pid, 0) != nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
}
