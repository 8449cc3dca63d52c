package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/config"
	"intelliwiz/internal/telemetry"
)

func (c *command) serve() *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "Serve until told to stop", Args: cobra.NoArgs,
		Long: `Serve until told to stop: bring the database to this version's schema, listen, run background work. SIGTERM and SIGINT stop it in an orderly
way: it says that it is not ready, lets running requests and jobs finish, and seals the journal.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			return c.run(cmd.Context(), cfg, lifecycle{ready: tellSetup})
		},
	}
}

// tellSetup logs the one-time link by which the first administrator gets in.
func tellSetup(ctx context.Context, s *services, url, _ string) error {
	secret, err := s.auth.OpenSetup(ctx)
	if err != nil || secret == "" {
		return err
	}
	s.log.WarnContext(ctx, "nobody can sign in yet: open the set-up link, once", "link", url+"/setup/"+secret)
	return nil
}

// lifecycle is what a subcommand does around serving.
type lifecycle struct {
	before func(ctx context.Context, s *services) error
	ready  func(ctx context.Context, s *services, url, private string) error
	// beside runs once the server answers, and is told to end before it stops; what fails there is logged. Jobs begin when it says so; without it,
	// as soon as the server answers.
	beside func(ctx context.Context, s *services, begin func() error) error
}

// newServices builds the services by the machine's clock.
func newServices(ctx context.Context, cfg config.Config, log *slog.Logger) (*services, error) {
	return newServicesAt(ctx, cfg, log, clock.System())
}

// run serves until ctx ends. Starting: the database, and meanwhile services and routes; work before, listeners, then sealer and jobs. Stopping
// goes the other way: not ready, requests finish, jobs finish, the journal is sealed and anchored, the database is closed.
func (c *command) run(ctx context.Context, cfg config.Config, l lifecycle) (err error) {
	lines, err := telemetry.NewLines(ctx, c.Err, cfg.Log, collector(cfg))
	if err != nil {
		return config.Faults{{Name: "OTEL_EXPORTER_OTLP_ENDPOINT", Problem: err.Error()}}
	}
	telling, stopTelling := context.WithCancel(context.WithoutCancel(ctx))
	var told errgroup.Group // the last to end, for it tells of all others
	told.Go(func() error { return lines.Run(telling) })
	defer func() { stopTelling(); err = errors.Join(err, told.Wait()) }()
	log := lines.Log()
	for _, w := range cfg.Warnings {
		log.WarnContext(ctx, "configuration", "note", w)
	}
	heap(os.DirFS("/"))
	s, err := buildServices(ctx, cfg, log, clock.System())
	if err != nil {
		return err
	}
	s.lines = lines
	told.Go(func() error { return s.traces.Run(telling) })
	defer func() { err = errors.Join(err, s.close()) }()
	server, err := s.newServer() //nolint:contextcheck // what the gauges read is asked for at any time, by nobody's request
	if err != nil {
		return err
	}
	if err := s.opened(); err != nil {
		return err
	}
	if l.before != nil {
		if err := l.before(ctx, s); err != nil {
			return err
		}
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var background errgroup.Group
	begin := func() error { return s.jobs.Start(work) }
	beside, stopBeside := context.WithCancel(ctx)
	defer stopBeside()
	var side errgroup.Group
	err = server.Run(ctx, func(url, private string) error { // it answers; what nobody waits for begins after that
		log.InfoContext(ctx, "ready", "url", url, "private_url", private, "database", s.db.Engine(), "version", Version)
		background.Go(s.answers(work, url, private))
		if err := l.ready(ctx, s, url, private); err != nil {
			return err
		}
		s.inBackground(work, &background, c.Self)
		if l.beside == nil {
			return begin()
		}
		side.Go(func() error { return s.runBeside(beside, l, begin) })
		return nil
	})
	stopBeside()
	return errors.Join(err, side.Wait(), s.stopWork(ctx, stopWork, &background))
}

// inBackground starts what runs as long as the process serves; self is the program's file, "" where it may not start itself again.
func (s *services) inBackground(ctx context.Context, all *errgroup.Group, self string) {
	runs := []func(context.Context) error{s.journal.Run, s.notices.Run, s.expected.Run, s.ops.Run, s.flags.Run, s.holds.Run}
	if s.redis != nil {
		runs = append(runs, s.cache.Run)
	}
	if self != "" {
		runs = append(runs, func(ctx context.Context) error { return s.argon.Run(ctx, self) })
	}
	for _, run := range runs {
		all.Go(func() error { return run(ctx) })
	}
}

// answers notes where this process answers, and which version it is; what it gives holds the installation to the readiness plan once a day.
func (s *services) answers(ctx context.Context, url, private string) func() error {
	s.serving.public, s.serving.private = url, private
	s.remember(ctx)
	return func() error { return s.ready.Run(ctx) }
}

// runBeside logs what fails beside serving: the server goes on.
func (s *services) runBeside(ctx context.Context, l lifecycle, begin func() error) error {
	if err := l.beside(ctx, s, begin); err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "what runs beside the server ended", "err", err)
	}
	return nil
}

// stopWork lets running jobs finish, then seals the journal a last time.
func (s *services) stopWork(ctx context.Context, stop context.CancelFunc, background *errgroup.Group) error {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.HTTP.Stop)
	defer cancel()
	start := time.Now()
	err := s.jobs.Stop(limited)
	stop()
	if err := errors.Join(err, background.Wait()); err != nil {
		return fmt.Errorf("stop background work: %w", err)
	}
	s.log.InfoContext(ctx, "stopped", "took", time.Since(start))
	return nil
}
