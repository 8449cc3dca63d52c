// Command with runs a command while a throw-away PostgreSQL and Redis run, whose addresses it finds in IW_TEST_POSTGRES and
// IW_TEST_REDIS: go run ./internal/db/dbtest/with -- go test ./... It ends with the command's exit code.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"intelliwiz/internal/db/dbtest/servers"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	code, err := run(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "with:", err)
	}
	os.Exit(code)
}

func run(args []string) (code int, err error) {
	if len(args) == 0 {
		return 2, errors.New("no command is named: with -- go test <packages>")
	}
	dir, err := servers.Folder()
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	env := os.Environ()
	for _, s := range []struct {
		name  string
		start func(string) (*servers.Server, error)
	}{{"IW_TEST_POSTGRES", servers.Postgres}, {"IW_TEST_REDIS", servers.Redis}} {
		if os.Getenv(s.name) != "" {
			continue // the caller has one
		}
		server, err := s.start(dir)
		if err != nil {
			return 1, err
		}
		defer server.Stop()
		env = append(env, s.name+"="+server.URL)
	}
	c := exec.Command(args[0], args[1:]...)
	c.Env, c.Stdin, c.Stdout, c.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if err := c.Start(); err != nil {
		return 1, err
	}
	go func() {
		for s := range signals { // an interrupt reached the command already, by its terminal
			if s == syscall.SIGTERM {
				_ = c.Process.Signal(s)
			}
		}
	}()
	err = c.Wait()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(1, e.ExitCode()), nil
	}
	return 0, err
}
