// Package servers starts a throw-away PostgreSQL and Redis for tests, in a scratch folder, on a private socket or port. What it starts dies
// with the process that started it. It is no package for production: the servers do not keep what they are given.
package servers

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// memory is a folder whose files are kept in memory: a database of a thousand small files is copied there in a third of the time.
const memory = "/dev/shm"

// base is where scratch folders are: in memory when there is plenty of it and nobody names another place.
func base() string {
	var room syscall.Statfs_t
	if os.Getenv("TMPDIR") != "" || syscall.Statfs(memory, &room) != nil || room.Bavail*uint64(room.Bsize) < 4<<30 {
		return os.TempDir()
	}
	return memory
}

// Folder makes a scratch folder that a server's user may enter, and removes those of processes that are no more.
func Folder() (string, error) { return folder(base()) }

// DiskFolder is Folder for who measures: as slow as a disk is.
func DiskFolder() (string, error) { return folder(os.TempDir()) }

func folder(in string) (string, error) {
	old, err := filepath.Glob(filepath.Join(in, "iwtest-*"))
	if err != nil {
		return "", err
	}
	for _, dir := range old {
		pid, err := strconv.Atoi(strings.Split(filepath.Base(dir), "-")[1])
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(dir) // of another user, perhaps
		}
	}
	dir, err := os.MkdirTemp(in, fmt.Sprintf("iwtest-%d-", os.Getpid()))
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}

// Server is a running one.
type Server struct {
	URL   string // postgres://... of a superuser, or Redis's host:port
	home  string
	who   *syscall.Credential
	args  []string
	ready func() bool
	cmd   *exec.Cmd
	done  chan struct{} // closed when it has ended
	err   error         // how it ended
}

// Stop ends the server, its clients' connections too, and waits for it. What it has stays for Start.
func (s *Server) Stop() {
	_ = s.cmd.Process.Signal(syscall.SIGINT) // not at once: without fsync the last commits would be gone
	select {
	case <-s.done:
	case <-time.After(5 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.done
	}
}

// Hang stops the server's processes where they are, as a machine does that is out of breath; Resume lets them go on.
func (s *Server) Hang() { s.all(syscall.SIGSTOP) }

// Resume ends Hang.
func (s *Server) Resume() { s.all(syscall.SIGCONT) }

// all signals the server and its children: PostgreSQL's have groups of their own.
func (s *Server) all(signal syscall.Signal) {
	pid := s.cmd.Process.Pid
	_ = syscall.Kill(pid, signal)
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return
	}
	for _, child := range strings.Fields(string(children)) {
		if n, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(n, signal)
		}
	}
}

// Postgres starts PostgreSQL for tests in a folder under dir; it listens on a socket there only. What it acknowledges can be lost with the machine.
func Postgres(dir string) (*Server, error) { return PostgresWith(dir) }

// PostgresWith is Postgres with options, NAME=VALUE, that win over those which make it quick and forgetful.
func PostgresWith(dir string, options ...string) (*Server, error) {
	return fresh(dir, append(quick(), options...))
}

// Durable is Postgres as it is installed, to measure with: what it acknowledges is on the disk, and it cleans up after itself.
func Durable(dir string) (*Server, error) { return fresh(dir, nil) }

// PostgresOn starts PostgreSQL, as PostgresWith does, on a data folder that there is: a copy of that of another server of this package.
func PostgresOn(dir, data string, options ...string) (*Server, error) {
	s, _, err := newPostgres(dir, data, append(quick(), options...))
	if err != nil {
		return nil, err
	}
	return s, s.Start()
}

func quick() []string {
	return []string{"fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0", "jit=off",
		"max_parallel_workers_per_gather=0", "shared_buffers=64MB"}
}

// fresh starts one on a data folder that it makes.
func fresh(dir string, options []string) (*Server, error) {
	s, data, err := newPostgres(dir, "", options)
	if err != nil {
		return nil, err
	}
	if err := s.Run("initdb", "-D", data, "-U", "owner", "--no-sync", "--locale=C.UTF-8", "-A", "trust", "--no-instructions"); err != nil {
		return nil, err
	}
	return s, s.Start()
}

func newPostgres(dir, data string, options []string) (s *Server, at string, err error) {
	home := filepath.Join(dir, "postgres")
	if data == "" {
		data = filepath.Join(home, "data")
	}
	who, err := servant(home)
	if err != nil {
		return nil, "", err
	}
	server, err := program("postgres")
	if err != nil {
		return nil, "", err
	}
	args := []string{server, "-D", data, "-k", home, "-h", ""}
	for _, o := range append(options, "max_connections=200", "log_min_messages=fatal") {
		args = append(args, "-c", o)
	}
	s = &Server{URL: "postgres://owner@/postgres?host=" + home, home: home, who: who, args: args}
	s.ready = func() bool {
		pid, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
		return err == nil && strings.Contains(string(pid), "ready")
	}
	return s, data, nil
}

// Run runs a program, one of the server's own or of the system, as the server's user and in its home.
func (s *Server) Run(name string, args ...string) error {
	path, err := program(name)
	if err != nil {
		return err
	}
	c := exec.Command(path, args...)
	c.Dir, c.SysProcAttr = s.home, &syscall.SysProcAttr{Credential: s.who}
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

// Home is the server's folder, where its user may write.
func (s *Server) Home() string { return s.home }

// Redis starts Redis in a folder under dir; it listens on a socket there only.
func Redis(dir string) (*Server, error) {
	home := filepath.Join(dir, "redis")
	who, err := servant(home)
	if err != nil {
		return nil, err
	}
	server, err := program("redis-server")
	if err != nil {
		return nil, err
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := free.Addr().String()
	_, port, _ := strings.Cut(address, ":")
	s := &Server{URL: address, home: home, who: who, args: []string{server, "--bind", "127.0.0.1", "--port", port, "--save", "", "--dir", home}}
	s.ready = func() bool {
		c, err := net.DialTimeout("tcp", address, time.Second)
		return err == nil && c.Close() == nil
	}
	if err := free.Close(); err != nil {
		return nil, err
	}
	return s, s.Start()
}

// Start runs a server that is stopped, and waits until it serves. It keeps a thread for it: PR_SET_PDEATHSIG is about the thread
// that forked.
func (s *Server) Start() error {
	log, err := os.Create(filepath.Join(s.home, "log"))
	if err != nil {
		return err
	}
	s.cmd, s.done = exec.Command(s.args[0], s.args[1:]...), make(chan struct{})
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.home, log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.who, Pdeathsig: syscall.SIGQUIT, Setpgid: true}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer func() { _ = log.Close() }()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			s.err = s.cmd.Wait()
			close(s.done)
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	return s.await()
}

func (s *Server) await() error {
	for range 1000 {
		select {
		case <-s.done:
			log, _ := os.ReadFile(filepath.Join(s.home, "log")) // without one the error says enough
			return fmt.Errorf("%s ended: %w: %s", filepath.Base(s.args[0]), s.err, log)
		case <-time.After(10 * time.Millisecond):
		}
		if s.ready() {
			return nil
		}
	}
	s.Stop()
	return fmt.Errorf("%s is not ready after 10 s", filepath.Base(s.args[0]))
}

// servant makes the server's home and, for root, names a user without rights: PostgreSQL refuses to run as root.
func servant(home string) (*syscall.Credential, error) {
	if err := os.Mkdir(home, 0o755); err != nil {
		return nil, err
	}
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(home, int(uid), int(gid))
	}
	return nil, errors.New("running as root, and there is neither a user postgres nor nobody to run the server")
}

// program finds a binary on the path or where Debian puts PostgreSQL's, the newest first.
func program(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("%s is not installed", name)
	}
	return slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) }), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4]) // a folder that is no number is the oldest
	return n
}
