package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// side is one of the two that are held against each other, as a process of its own.
type side struct {
	address string // host:port
	private string // the product's private listener
	key     []byte // of the floor's bearers
	cmd     *exec.Cmd
}

func (s *side) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

// startProduct starts the product: policies, audit trail, limits and log as always, the limits too high to be met. more is more of its environment.
func startProduct(ctx context.Context, o options, d *database, dir string, more ...string) (*side, error) {
	log, err := os.Create(filepath.Join(dir, "product.log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	s := &side{cmd: exec.CommandContext(ctx, o.product, "serve")}
	s.cmd.Env = append(append(os.Environ(), "IW_PROFILE=development", "IW_LOAD_TEST=true", "IW_DATA_DIR="+filepath.Join(dir, "data"), "IW_LISTEN=127.0.0.1:0",
		"IW_PRIVATE_LISTEN=127.0.0.1:0", "DATABASE_URL="+d.url, "IW_SESSION_IDLE=12h", "IW_SETTLE_TIME=0s"), more...)
	s.cmd.Stderr = log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for range 6000 {
		raw, err := os.ReadFile(log.Name())
		if err != nil {
			return nil, err
		}
		for line := range bytes.Lines(raw) {
			var x struct {
				Msg, URL string
				Private  string `json:"private_url"`
			}
			if json.Unmarshal(line, &x) == nil && x.Msg == "ready" {
				s.private = x.Private
				s.address = strings.TrimPrefix(x.URL, "http://")
				return s, nil
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.stop()
	return nil, fmt.Errorf("the product did not start, see %s", log.Name())
}

// startFloor starts this program as the floor.
func startFloor(ctx context.Context, d *database, dir string) (*side, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer func() { _ = l.Close() }()
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	s := &side{address: l.Addr().String(), key: make([]byte, 32), cmd: exec.CommandContext(ctx, self, "floor")}
	if _, err := rand.Read(s.key); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "floor.log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	s.cmd.Env = append(os.Environ(), "BENCH_DATABASE="+d.url, "BENCH_KEY="+hex.EncodeToString(s.key))
	s.cmd.ExtraFiles, s.cmd.Stderr = []*os.File{file}, log
	return s, s.cmd.Start()
}

// cpu is the processor time that a side has taken so far, with that of the database.
func cpu(s *side, d *database) (time.Duration, error) {
	server, err := cpuOf(s.cmd.Process.Pid, false)
	if err != nil || d.pid == 0 {
		return server, err
	}
	own, err := cpuOf(d.pid, true)
	if err != nil {
		return 0, err
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", d.pid, d.pid))
	if err != nil {
		return 0, err
	}
	total := server + own
	for _, child := range strings.Fields(string(children)) {
		var pid int
		if _, err := fmt.Sscan(child, &pid); err != nil {
			return 0, err
		}
		if t, err := cpuOf(pid, false); err == nil { // one that has just ended is in its parent's
			total += t
		}
	}
	return total, nil
}

// cpuOf reads /proc/PID/stat: user and system time in hundredths of a second, with those of ended children if asked for.
func cpuOf(pid int, ended bool) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	text := string(raw)
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	var total time.Duration
	last := 12
	if ended {
		last = 14
	}
	for _, f := range fields[11 : last+1] {
		var ticks int64
		if _, err := fmt.Sscan(f, &ticks); err != nil {
			return 0, err
		}
		total += time.Duration(ticks) * 10 * time.Millisecond
	}
	return total, nil
}
