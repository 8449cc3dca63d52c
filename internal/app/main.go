// Package app puts the product together: configuration, database, services, transports and background work, in the order in which they
// start and stop, and the subcommands of the binary. It knows everybody and decides nothing; the tests that hold the house live here.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"intelliwiz/internal/config"
	"intelliwiz/internal/fault"
)

// Version is the version of the product; a release is built with -ldflags "-X intelliwiz/internal/app.Version=…".
var Version = "0.1.0-dev"

// Exit codes, after sysexits.h: 0 all is well, 1 it failed, 2 nothing could be said (upgrade check), 64 the command line is wrong, 69 something that it needs is away,
// 78 the configuration is wrong.
const (
	exitOK        = 0
	exitFailed    = 1
	exitUnchecked = 2
	exitUsage     = 64
	exitAway      = 69
	exitConfig    = 78
	describeCLI   = `IntelliWiz runs the working day of facility teams and guard forces: people and sites, their access, and an audit trail that can be
verified. Without any configuration it keeps everything in ./data and listens on 127.0.0.1:8080.`
)

// Env is what a process has of its surroundings.
type Env struct {
	Args    []string // without the program's name
	Environ []string // as os.Environ gives it
	In      io.Reader
	Out     io.Writer // what was asked for
	Err     io.Writer // the log, and what went wrong
	Self    string    // the file of this program, which it starts again for what is computed aside; "" = all is done in this process
}

// Main runs a subcommand until it is done or ctx ends, and gives the exit code.
func Main(ctx context.Context, e Env) int {
	c := &command{Env: e}
	root := c.root()
	root.SetArgs(e.Args)
	root.SetIn(e.In)
	root.SetOut(e.Out)
	root.SetErr(e.Err)
	return c.explain(root.ExecuteContext(ctx))
}

// command is one run of the binary.
type command struct {
	Env
	set   []string // NAME=VALUE from the command line
	usage bool     // the arguments were understood; what goes wrong now is not their fault
}

func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use: "intelliwiz", Short: "Runs the working day of facility teams and guard forces", Long: describeCLI,
		SilenceUsage: true, SilenceErrors: true,
		PersistentPreRun: func(*cobra.Command, []string) { c.usage = true },
	}
	root.PersistentFlags().StringArrayVar(&c.set, "set", nil, "set a configuration variable, NAME=VALUE; wins over the environment; not for secrets")
	root.AddCommand(c.serve(), c.demo(), c.migrate(), c.tenant(), c.user(), c.config(), c.audit(), c.keys(), c.backup(), c.restore(), c.migrateEngine(), c.flag(), c.incident(), c.export(), c.erase(), c.readiness(), c.upgrade(), c.partitions(), c.sbom(), c.health(), c.version(), c.argon())
	return root
}

// explain writes what went wrong, once and in words, and gives the exit code.
func (c *command) explain(err error) int {
	if err == nil {
		return exitOK
	}
	if own, ok := errors.AsType[coded](err); ok {
		_ = c.explain(own.err) // it has words, and another code
		return own.code
	}
	if faults, ok := errors.AsType[config.Faults](err); ok {
		fmt.Fprintln(c.Err, "The configuration is not right:")
		for _, f := range faults {
			fmt.Fprintf(c.Err, "  %s: %s\n", f.Name, f.Problem)
		}
		return exitConfig
	}
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		fmt.Fprintln(c.Err, f.Message)
		for _, x := range f.Fields {
			fmt.Fprintf(c.Err, "  %s: %s\n", x.Path, x.Message)
		}
		if cause := f.Unwrap(); cause != nil && len(f.Fields) == 0 {
			fmt.Fprintf(c.Err, "  because: %v\n", cause)
		}
		if f.Kind == fault.Unavailable {
			return exitAway
		}
		return exitFailed
	}
	fmt.Fprintln(c.Err, "intelliwiz:", err)
	if !c.usage {
		return exitUsage
	}
	return exitFailed
}

// load reads the configuration, with defaults of the command that everything else wins over.
func (c *command) load(defaults ...string) (config.Config, error) {
	return config.Load(append(defaults, c.Environ...), c.set)
}

// System is the process's own surroundings.
func System() Env {
	self, err := os.Executable()
	if err != nil {
		self = ""
	}
	return Env{Args: os.Args[1:], Environ: os.Environ(), In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Self: self}
}
