package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// client is what both of River's clients have.
type client interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
}

// Start begins to fetch and run jobs. Faults of registration are answered here.
func (r *Runner) Start(ctx context.Context) error {
	if err := errors.Join(r.faults...); err != nil {
		return fmt.Errorf("register jobs: %w", err)
	}
	var err error
	if pool := r.c.DB.PG(); pool != nil {
		r.client, err = newClient(riverpgxv5.New(pool), r.config(time.Second))
	} else {
		r.client, err = newClient(riversqlite.New(r.c.DB.SQLite()), r.config(500*time.Millisecond))
	}
	if err != nil {
		return fmt.Errorf("make job runner: %w", err)
	}
	if err := r.client.Start(ctx); err != nil {
		return fmt.Errorf("start job runner: %w", err)
	}
	return nil
}

// Stop fetches no more and waits for running jobs until ctx ends; then it cancels them, and they come again at the next start.
func (r *Runner) Stop(ctx context.Context) error {
	if r.client == nil {
		return nil
	}
	err := r.client.Stop(ctx)
	if err != nil && ctx.Err() != nil {
		hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return r.client.StopAndCancel(hard)
	}
	return err
}

func newClient[T any](driver riverdriver.Driver[T], c *river.Config) (client, error) {
	return river.NewClient(driver, c)
}

// config: on SQLite jobs share the one writer, so River looks at it no more often than GROUND.md e found harmless.
func (r *Runner) config(poll time.Duration) *river.Config {
	queues := map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: r.c.Workers}}
	for _, q := range r.queues {
		queues[q] = river.QueueConfig{MaxWorkers: r.c.Workers}
	}
	return &river.Config{
		Workers:           r.workers,
		PeriodicJobs:      r.periodic,
		Queues:            queues,
		FetchCooldown:     100 * time.Millisecond,
		FetchPollInterval: poll,
		ErrorHandler:      r,
		MaxAttempts:       maxAttempts,
		Logger:            slog.New(quiet{r.c.Log.Handler()}),
	}
}

// quiet lets only River's warnings and errors through: its own story is told by ours.
type quiet struct{ slog.Handler }

// Enabled says whether a record is worth making.
func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}
