package db

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"intelliwiz/internal/id"
)

// The two roles that statements run as; Migrate makes them. Neither owns anything, can change the schema or bypass a policy.
const (
	roleApp = "iw_app" // tenant tables, under forced row-level security
	roleSys = "iw_sys" // sys_ tables, the job runner, the sealer
)

type postgres struct {
	o        Options
	app, sys *pgxpool.Pool
	indexes  names // of partitions -> of their parents
}

func openPostgres(ctx context.Context, o Options) (*postgres, error) {
	p := &postgres{o: o}
	p.indexes.load = p.readIndexes
	var err error
	if p.app, err = o.pool(ctx, roleApp, o.MaxConns, o.StatementTimeout); err != nil {
		return nil, err
	}
	if p.sys, err = o.pool(ctx, roleSys, o.SysConns, o.patience()); err != nil {
		p.app.Close()
		return nil, err
	}
	return p, nil
}

// pool puts the role and the limits into the start of every connection: "reset" returns to them.
func (o Options) pool(ctx context.Context, role string, size int, limit time.Duration) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, errURL // pgx's own error repeats the URL
	}
	c.MaxConns = int32(size)
	c.MaxConnLifetimeJitter = 5 * time.Minute
	c.ConnConfig.ConnectTimeout = o.AcquireTimeout
	c.ConnConfig.StatementCacheCapacity = 1024
	ms := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
	set := c.ConnConfig.RuntimeParams
	set["role"] = role
	set["application_name"] = "intelliwiz " + role
	set["timezone"] = "UTC"
	set["jit"] = "off" // compiling a statement takes longer than any of ours runs
	set["statement_timeout"] = ms(limit)
	set["lock_timeout"] = ms(o.LockTimeout)
	set["idle_in_transaction_session_timeout"] = ms(limit + 5*time.Second)
	if role == roleApp {
		set["plan_cache_mode"] = "force_generic_plan"
		set["max_parallel_workers_per_gather"] = "0" // what a request asks is over before a second process has begun
		// A plan is kept. Made while a table was small, it would go on reading the whole table after it has grown, until the next analyze.
		set["enable_seqscan"] = "off"
	}
	return pgxpool.NewWithConfig(ctx, c)
}

func (p *postgres) close() {
	p.app.Close()
	p.sys.Close()
}

// ping asks on both pools, for a password or role may be wrong for one; at the same time, for the first connections of a process take a while.
func (p *postgres) ping(ctx context.Context) error {
	var both errgroup.Group
	both.Go(func() error { return p.app.Ping(ctx) })
	both.Go(func() error { return p.sys.Ping(ctx) })
	return both.Wait()
}

func (p *postgres) version(ctx context.Context, query string) (n int64, err error) {
	err = p.sys.QueryRow(ctx, query).Scan(&n)
	return n, err
}

func (p *postgres) ahead(ctx context.Context) error {
	_, err := p.sys.Exec(ctx, "select make_partitions_ahead()")
	return err
}

func (p *postgres) stats() []PoolStat {
	of := func(name string, s *pgxpool.Stat) PoolStat {
		return PoolStat{Pool: name, Max: int(s.MaxConns()), InUse: int(s.AcquiredConns()), Idle: int(s.IdleConns()),
			Waits: s.EmptyAcquireCount(), Waited: s.EmptyAcquireWaitTime()}
	}
	return []PoolStat{of("app", p.app.Stat()), of("sys", p.sys.Stat())}
}

func (p *postgres) expand(body string) string { return expandPostgres(body) }

func (p *postgres) poolOf(m mode) *pgxpool.Pool {
	if m.tenant() {
		return p.app
	}
	return p.sys
}

// acquire waits for a connection, not longer than AcquireTimeout. A fresh one is asked for a sign of life.
func (p *postgres) acquire(ctx context.Context, m mode, ask bool) (*pgxpool.Conn, error) {
	short, cancel := context.WithTimeout(ctx, p.o.AcquireTimeout)
	defer cancel()
	for {
		conn, err := p.poolOf(m).Acquire(short)
		if err != nil {
			return nil, goneError{fmt.Errorf("no connection: %w", err)}
		}
		if !ask || conn.Ping(short) == nil {
			return conn, nil
		}
		conn.Release() // closed by the failed ping, so the pool drops it
	}
}

// The statements around the caller's. A setting made by the first two ends with its transaction, so nothing about a tenant stays
// on a connection (row-level security reads app.tenant).
const (
	scopeOne  = "select set_config('app.tenant', $1, true), set_config('transaction_read_only', 'on', true), set_config('statement_timeout', $2, true)"
	scopeMany = "select set_config('app.tenant', $1, true), set_config('statement_timeout', $2, true)"
	beginRead = "begin isolation level repeatable read read only"
	// planByValue is for a statement with many conditions of which each call uses few: one plan for all values would serve none.
	planByValue = "select set_config('plan_cache_mode', 'force_custom_plan', true)"
)

func (p *postgres) session(m mode, tenant id.Tenant, patient bool) session {
	limit := p.o.StatementTimeout
	if patient {
		limit = p.o.patience()
	}
	s := &pgSession{p: p, mode: m}
	switch m {
	case readAll:
		s.begin = beginRead
	case write, system, seal:
		s.begin = "begin"
	}
	if m.tenant() {
		s.scope = scopeMany
		if m == readOne {
			s.scope = scopeOne
		}
		s.scopeArgs = []any{tenant.String(), strconv.FormatInt(limit.Milliseconds(), 10)}
	}
	return s
}

// plan has the text prepared and explained with NULL for every parameter, as the generic plan that all values share; explaining
// checks the role's rights, preparing alone does not.
func (p *postgres) plan(ctx context.Context, m mode, x *text) (plan string, err error) {
	conn, err := p.acquire(ctx, m, false)
	if err != nil {
		return "", err
	}
	defer conn.Release()
	tx, err := conn.Begin(ctx)
	if err != nil {
		return "", err
	}
	execute := "explain execute iw_plan"
	if x.params > 0 {
		execute += "(null" + strings.Repeat(", null", x.params-1) + ")"
	}
	defer func() {
		_ = tx.Rollback(ctx) // a connection that cannot roll back is dropped by Release
		_, _ = conn.Exec(ctx, "deallocate iw_plan", pgx.QueryExecModeSimpleProtocol)
	}()
	for _, s := range []string{"set local plan_cache_mode = force_generic_plan", "prepare iw_plan as " + x.body} {
		if _, err := tx.Exec(ctx, s, pgx.QueryExecModeSimpleProtocol); err != nil {
			return "", err
		}
	}
	rows, err := tx.Query(ctx, execute, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return "", err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return strings.Join(lines, "\n"), err
}

// readIndexes gives the names of partitions' indexes with the name of the index that they are a part of.
func (p *postgres) readIndexes(ctx context.Context) (map[string]string, error) {
	rows, err := p.sys.Query(ctx, `select c.relname, p.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
		join pg_class p on p.oid = i.inhparent where p.relkind = 'I'`)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	var child, parent string
	_, err = pgx.ForEachRow(rows, []any{&child, &parent}, func() error { found[child] = parent; return nil })
	return found, err
}
