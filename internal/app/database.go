package app

import (
	"context"

	"golang.org/x/sync/errgroup"

	"intelliwiz/internal/config"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/httpd"
	"intelliwiz/internal/telemetry"
)

// openDatabase begins to migrate and to open the database; production refuses one whose role may do more than it should.
func (s *services) openDatabase(ctx context.Context) {
	o := s.databaseOptions()
	s.db = db.New(o)
	s.opening.Go(func() error {
		if err := db.Migrate(ctx, o); err != nil {
			return err
		}
		if err := s.db.Connect(ctx); err != nil || s.cfg.Profile != config.Production {
			return err
		}
		if err := s.db.CheckProduction(ctx); err != nil {
			return config.Faults{{Name: "DATABASE_URL", Problem: err.Error()}}
		}
		return nil
	})
}

// opened waits until the database can be asked, and reads from it what is switched while the product runs.
func (s *services) opened(ctx context.Context) error {
	if err := s.opening.Wait(); err != nil {
		return err
	}
	var both errgroup.Group
	both.Go(func() error { s.flags.Refresh(ctx); return nil })
	both.Go(func() error { s.holds.Refresh(ctx); return nil })
	return both.Wait()
}

func (s *services) databaseOptions() db.Options {
	return db.Options{
		URL: s.cfg.Database.URL.Reveal(), MigrateURL: s.cfg.Database.Migrate.Reveal(), Log: s.log, MaxConns: s.cfg.Database.Conns,
		StatementTimeout: s.cfg.Database.Statement, LockTimeout: s.cfg.Database.Lock, AcquireTimeout: s.cfg.Database.Acquire, Slow: s.cfg.Database.Slow,
		Observe: s.observe,
	}
}

// observe counts a statement, and notes it in the trace and the timing of whoever asked.
func (s *services) observe(x db.Stat) {
	httpd.Spent(x.Ctx, x.Duration)
	kind := string(fault.KindOf(x.Err))
	s.metrics.Statement(x.Name, x.Duration, x.Rows, kind)
	if !s.written[x.Name] {
		s.metrics.Unknown()
		s.log.WarnContext(x.Ctx, "a statement that nobody has written", "statement", x.Name)
	}
	if s.traces != nil {
		telemetry.Statement(x.Ctx, x.Name, x.Until, x.Duration, x.Rows, kind)
	}
}
