package argon

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"math/bits"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestMain has this program serve, as the product does, where it is started for that.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == Subcommand {
		if err := Serve(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// known is the hash of RFC 9106's parameters as other programs compute it (argon2 of the reference implementation, without a secret).
var (
	ask   = Ask{Secret: []byte("password"), Salt: []byte("somesalt"), Passes: 2, Memory: 256, Threads: 1, Length: 32}
	known = "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"
)

func right(t *testing.T, b *Beside) {
	t.Helper()
	if got := hex.EncodeToString(b.Sum(ask)); got != known {
		t.Errorf("got %s, want %s", got, known)
	}
}

// running starts the process and waits until it takes questions.
func running(t *testing.T, most int) *Beside {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b := &Beside{Most: most, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx, self) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if left := children(t); len(left) != 0 {
			t.Errorf("processes are left: %v", left)
		}
	})
	eventually(t, "a process", func() bool { return b.isOpen() && len(children(t)) == 1 })
	return b
}

func (b *Beside) isOpen() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.to != nil
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 2000 {
		if is() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("no %s", what)
}

// child is a process of this one.
type child struct {
	pid  int
	nice string
}

// children reads them from /proc.
func children(t *testing.T) (all []child) {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue // it has just ended
		}
		text := string(raw)
		f := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
		if f[1] != fmt.Sprint(os.Getpid()) || f[0] == "Z" {
			continue
		}
		c := child{nice: f[16]}
		if _, err := fmt.Sscan(text, &c.pid); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// allowed is on how many processors a process may work.
func allowed(t *testing.T, pid int) (n int) {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "Cpus_allowed:")
	mask, _, _ := strings.Cut(rest, "\n")
	for _, digit := range strings.TrimSpace(mask) {
		if x, err := strconv.ParseUint(string(digit), 16, 8); err == nil { // but for the commas
			n += bits.OnesCount64(x)
		}
	}
	return n
}

func TestAHashIsTheSameWhereverItIsComputed(t *testing.T) {
	right(t, &Beside{})
	if runtime.GOOS != "linux" {
		return // children are read from /proc
	}
	b := running(t, 2)
	var all sync.WaitGroup
	for range 8 { // more at once than the process is asked for
		all.Go(func() { right(t, b) })
	}
	all.Wait()
	if b.last == 0 {
		t.Error("the process was asked for nothing")
	}
	for _, c := range children(t) {
		if c.nice != "19" {
			t.Errorf("its priority is %s", c.nice)
		}
		if environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", c.pid)); err != nil || len(bytes.Trim(environ, "\x00")) != 0 {
			t.Errorf("it knows %q, %v", environ, err)
		}
	}
}

// TestNobodyIsKeptOutByAProcessThatEndsOrHangs: the hash is computed here meanwhile, and one that ended is started again.
func TestNobodyIsKeptOutByAProcessThatEndsOrHangs(t *testing.T) {
	if runtime.GOOS != "linux" {
		return
	}
	b := running(t, 1)
	first := children(t)[0].pid
	if n := allowed(t, first); n != 1 {
		t.Errorf("it may work on %d processors, and hashes one at once", n)
	}
	if err := syscall.Kill(first, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	right(t, b) // after a second
	right(t, b) // at once: the one that hangs is asked for no more
	var held sync.WaitGroup
	b.mu.Lock()
	clear(b.waiting)
	b.mu.Unlock()
	held.Go(func() { right(t, b) })
	eventually(t, "question", func() bool { b.mu.Lock(); defer b.mu.Unlock(); return len(b.waiting) > 0 })
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	held.Wait()
	eventually(t, "other process", func() bool { c := children(t); return b.isOpen() && len(c) == 1 && c[0].pid != first })
	right(t, b)
}

func TestItServesUntilNobodyAsksAndAnswersWhatItHas(t *testing.T) {
	var out bytes.Buffer
	if err := Serve(strings.NewReader(""), &out); err != nil || out.Len() != 0 {
		t.Errorf("without a question: %q, %v", out.String(), err)
	}
	if err := Serve(strings.NewReader("nonsense"), &out); err == nil {
		t.Error("nonsense is understood")
	}
}
