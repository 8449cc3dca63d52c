package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// built are the folders of binaries that the tests have built.
var built []string

// binary builds the product once for all tests that need a real process, unless IW_TEST_BINARY names one that was built just before.
var binary = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("IW_TEST_BINARY"); path != "" {
		return path, nil
	}
	dir, err := os.MkdirTemp("", "intelliwiz-bin-")
	if err != nil {
		return "", err
	}
	built = append(built, dir)
	path := filepath.Join(dir, "intelliwiz")
	cmd := exec.Command("go", "build", "-o", path, "intelliwiz/cmd/intelliwiz")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// TestMain removes the binaries that tests have built.
func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range built {
		_ = os.RemoveAll(dir) // a scratch folder of the system
	}
	os.Exit(code)
}

// process is a running `intelliwiz demo`.
type process struct {
	t     testing.TB
	cmd   *exec.Cmd
	log   *lockedBuffer
	start demoStart
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}
func (l *lockedBuffer) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

// environment is that of a demo process on ports of the system's choice.
func environment(dir string, more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "IW_DATA_DIR=" + dir, "IW_LISTEN=127.0.0.1:0", "IW_PRIVATE_LISTEN=127.0.0.1:0",
		"IW_LOAD_TEST=true", "IW_ARGON_MEMORY=8MiB", "IW_ARGON_TIME=1",
	}, more...)
}

// startDemo starts a process and waits until it says that it is ready.
func startDemo(t testing.TB, dir string, more ...string) *process {
	t.Helper()
	return startDemoBy(t, nil, dir, more...)
}

// startDemoBy has another command start it, which sets bounds to it and then becomes it.
func startDemoBy(t testing.TB, by []string, dir string, more ...string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	args := slices.Concat(by, []string{path, "demo", "--json"})
	p := &process{t: t, log: &lockedBuffer{}, cmd: exec.Command(args[0], args[1:]...)}
	p.cmd.Env = environment(dir, more...)
	p.cmd.Stderr = p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	line := make(chan string, 1)
	go func() {
		s := bufio.NewScanner(out)
		s.Buffer(nil, 1<<20)
		s.Scan()
		line <- s.Text()
		_, _ = io.Copy(io.Discard, out) // what comes after the first line is nobody's
	}()
	select {
	case text := <-line:
		if err := json.Unmarshal([]byte(text), &p.start); err != nil {
			t.Fatalf("first line %q: %v\n%s", text, err, p.log)
		}
	case <-time.After(60 * time.Second):
		t.Fatalf("not ready after a minute\n%s", p.log)
	}
	return p
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill() // it may have ended by itself
		_ = p.cmd.Wait()         // says "killed"
	}
}

// stop ends the process in an orderly way and gives its exit code.
func (p *process) stop() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { _ = p.cmd.Wait(); close(done) }() // the code tells
	select {
	case <-done:
	case <-time.After(40 * time.Second):
		p.t.Fatalf("does not stop\n%s", p.log)
	}
	return p.cmd.ProcessState.ExitCode()
}

// account gives the way in of a role in the n-th tenant.
func (p *process) account(tenant int, role string) (token, login, password, code string) {
	seen := []string{}
	for _, a := range p.start.Accounts {
		if len(seen) == 0 || seen[len(seen)-1] != a.Tenant {
			seen = append(seen, a.Tenant)
		}
		if len(seen)-1 == tenant && a.Role == role {
			return a.Token, a.Login, a.Password, a.Tenant
		}
	}
	p.t.Fatalf("no %s in tenant %d", role, tenant)
	return "", "", "", ""
}

// call asks the REST API as a token and decodes the answer into out, when that is not nil.
func (p *process) call(ctx context.Context, token, method, path, body string, out any) (status int, err error) {
	return call(ctx, http.DefaultClient, p.start.URL, token, method, path, body, out)
}

func call(ctx context.Context, client *http.Client, base, token, method, path, body string, out any) (status int, err error) {
	r, err := http.NewRequestWithContext(ctx, method, base+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return answer.StatusCode, err
	}
	if out != nil && answer.StatusCode < 300 {
		return answer.StatusCode, json.Unmarshal(raw, out)
	}
	return answer.StatusCode, nil
}
