package torture

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
)

// check holds what was read to the tenant.
func (r *run) check(err error, got []string, who actor.Actor, what string) {
	if err != nil {
		r.expected(err, what)
		return
	}
	if len(got) != rowsEach {
		r.bad("%s: %d rows, want %d", what, len(got), rowsEach)
	}
	for _, c := range got {
		if !strings.HasPrefix(c, who.Tenant().String()) {
			r.bad("%s of %s shows %s", what, who.Tenant(), c)
		}
	}
}

// expected counts what may go wrong: our own cancelling, and killed server processes.
func (r *run) expected(err error, what string) {
	switch {
	case err == nil:
	case errors.Is(err, context.Canceled):
		r.stops.Add(1)
	case fault.KindOf(err) == fault.Unavailable:
		r.away.Add(1)
	default:
		r.bad("%s: %v", what, err)
	}
}

func (r *run) bad(format string, args ...any) {
	if r.wrong.Add(1) <= 10 {
		r.t.Errorf(format, args...)
	}
}

// rawPool has connections of the application's role without our door before it.
func rawPool(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	c.MaxConns = 2
	c.ConnConfig.RuntimeParams["role"] = "iw_app"
	c.ConnConfig.RuntimeParams["application_name"] = "intelliwiz iw_app"
	p, err := pgxpool.NewWithConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// unscoped asks without a tenant: it must see nothing.
func (r *run) unscoped(ctx context.Context, pool *pgxpool.Pool) {
	for ctx.Err() == nil {
		var n int
		if err := pool.QueryRow(ctx, "select count(*) from torture").Scan(&n); err == nil && n != 0 {
			r.bad("without a tenant %d rows are in sight", n)
		}
		r.ops.Add(1)
	}
}

// kill ends a server process of the application every now and then.
func (r *run) kill(ctx context.Context, url string) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		r.bad("connect: %v", err)
		return
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	for ctx.Err() == nil {
		_, err := c.Exec(ctx, `select pg_terminate_backend(pid) from pg_stat_activity
			where datname = current_database() and application_name = 'intelliwiz iw_app' order by random() limit 1`)
		if err != nil && ctx.Err() == nil {
			r.bad("kill: %v", err)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func text(r db.Row) (s string, err error) { err = r.Scan(&s); return s, err }
