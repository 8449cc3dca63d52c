package app

import (
	"cmp"
	"context"

	"intelliwiz/internal/config"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/httpd"
	"intelliwiz/internal/telemetry"
)

// openDatabase begins to migrate and to open the database; production refuses one whose role may do more than it should. Nearly every start finds the
// schema as it should be, so that it connects meanwhile; where that fails because there was no database or role yet, it connects afterwards.
func (s *services) openDatabase(ctx context.Context) {
	o := s.databaseOptions()
	s.db = db.New(o)
	s.opening.Go(func() error {
		early := make(chan error, 1)
		go func() { early <- s.db.Connect(ctx) }()
		migrated, connected := db.Migrate(ctx, o), <-early
		if migrated == nil && connected != nil {
			connected = s.db.Connect(ctx)
		}
		if err := cmp.Or(migrated, connected); err != nil || s.cfg.Profile != config.Production {
			return err
		}
		if err := s.db.CheckProduction(ctx); err != nil {
			return config.Faults{{Name: "DATABASE_URL", Problem: err.Error()}}
		}
		return nil
	})
}

// opened waits until the database can be asked, and what was to be read from it was.
func (s *services) opened() error {
	s.reading.Wait()
	return s.opening.Wait()
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
