package db

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"intelliwiz/internal/fault"
)

// leastKept is how many months a retention keeps in the live tables at least; the function of the schema refuses less, whoever calls it.
const leastKept = 12

// Aside is a month of a partitioned table that the retention has set aside.
type Aside struct {
	Name  string    // of its table in the schema set_aside: "answers_202401"
	Table string    // of which it was a part: "answers"
	Month time.Time // its first moment, UTC; what is in it is known by the times in the ids
	At    time.Time // when it was set aside
	Rows  int64     // as the server estimates them; -1 = it does not know, or the table is not there any more
	Gone  bool      // the operator has dropped it
}

// Until is the first moment after it.
func (a Aside) Until() time.Time { return a.Month.AddDate(0, 1, 0) }

// monthForm is how a month stands in the name of a partition.
const monthForm = "200601"

// Due gives the months of a table, "answers" or "journal", that are over for longer than some months by the clock of the database and still in the live
// table, the oldest first: "202401". None on SQLite, where nothing is partitioned.
func (d *DB) Due(ctx context.Context, table string, months int) ([]string, error) {
	due, err := d.e.due(ctx, table, months)
	return due, d.fault(ctx, "db.due", "", err)
}

// SetAside sets a month of Due aside, of which nothing has to be kept. Faults: Unavailable where it gives up.
func (d *DB) SetAside(ctx context.Context, table, month string, months int) error {
	return d.System(ctx, func(tx *Tx) error {
		tx.SetAside(table, month, months)
		return nil
	})
}

// SetAside has a month of Due detached when the transaction commits: nobody but the owner of the schema reads it then. It gives up, and with it the
// transaction, rather than hold others up. In System and Seal only.
func (t *Tx) SetAside(table, month string, months int) {
	if t.mode.tenant() {
		t.broken = errApart
		return
	}
	t.later = append(t.later, &call{text: asideText, args: []any{table, month, int64(months)}})
	t.AfterCommit(t.d.asides.forget)
}

var asideText = &text{name: "db.setAside", verb: "select", body: "select set_month_aside($1, $2, $3)"}

// Asides gives what is set aside, by table and month; a process may know it a minute late. None on SQLite.
func (d *DB) Asides(ctx context.Context) ([]Aside, error) {
	all, err := d.asides.get(func() ([]Aside, error) { return d.e.aside(ctx) })
	return all, d.fault(ctx, "db.asides", "", err)
}

// AsideUntil says whether the records of a table that were made at a moment are set aside, and until when others are: the end of the newest month that is.
// Zero where they are in the live table.
func (d *DB) AsideUntil(ctx context.Context, table string, at time.Time) (until time.Time, err error) {
	if time.Since(at) < leastKept*28*24*time.Hour { // nothing that young ever is
		return until, nil
	}
	all, err := d.Asides(ctx)
	is := false
	for _, a := range all {
		if a.Table == table {
			is, until = is || !at.Before(a.Month) && at.Before(a.Until()), a.Until() // the newest comes last
		}
	}
	if !is {
		until = time.Time{}
	}
	return until, err
}

// Attach brings back what was set aside, as the owner of the schema, whose address url is. Invalid for a name that is not set aside here; Conflict where
// rows of that month have come since, which are in the way; Unavailable where the owner cannot connect, or others use the table.
func Attach(ctx context.Context, url, name string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return errURL // pgx's own error repeats the URL
	}
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fault.Of(fault.Unavailable, "The database does not let its owner in: look at DATABASE_MIGRATE_URL, and whether it runs.").Because(err)
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	if _, err := c.Exec(ctx, "set lock_timeout = '10s'"); err != nil {
		return err
	}
	_, err = c.Exec(ctx, "select attach_month($1)", name)
	e, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case err == nil:
		return nil
	case ok && e.Code == "P0001":
		return fault.Of(fault.Invalid, "There is no "+name+" that is set aside here: intelliwiz partitions list.").Because(err)
	case ok && e.Code == "23514":
		return fault.Of(fault.Conflict, "Rows of that month have come since and are in the default partition: they are in the way.").Because(err)
	case ok && e.Code == "55P03":
		return fault.Of(fault.Unavailable, "Others use the table just now. Try again in a moment.").Because(err)
	}
	return fmt.Errorf("attach %s: %w", name, err)
}

// asides keeps for a minute what is set aside.
type asides struct {
	mu    sync.Mutex
	all   []Aside
	until time.Time
}

func (x *asides) get(load func() ([]Aside, error)) (_ []Aside, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if time.Now().Before(x.until) {
		return x.all, nil
	}
	if x.all, err = load(); err == nil {
		x.until = time.Now().Add(time.Minute)
	}
	return x.all, err
}

func (x *asides) forget() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.until = time.Time{}
}

func (p *postgres) due(ctx context.Context, table string, months int) ([]string, error) {
	rows, err := p.sys.Query(ctx, `select right(c.relname, 6) from pg_inherits i join pg_class c on c.oid = i.inhrelid
		where i.inhparent = to_regclass('public.' || $1::text) and c.relname ~ ('^' || $1::text || '_[0-9]{6}$')
			and to_date(right(c.relname, 6), 'YYYYMM') + make_interval(months => $2::integer + 1) <= clock_timestamp() at time zone 'UTC' order by 1`, table, int64(months))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func (p *postgres) aside(ctx context.Context) ([]Aside, error) {
	rows, err := p.sys.Query(ctx, `select s.name, s.parent, s.month, s.at, coalesce(c.reltuples, -1)::bigint, c.oid is null from sys_set_aside s
		left join (pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'set_aside') on c.relname = s.name order by s.parent, s.month`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (a Aside, err error) {
		var month string
		if err = r.Scan(&a.Name, &a.Table, &month, &a.At, &a.Rows, &a.Gone); err == nil {
			a.Month, err = time.Parse(monthForm, month)
		}
		a.At = a.At.UTC()
		return a, err
	})
}

func (s *sqliteEngine) due(context.Context, string, int) ([]string, error) { return nil, nil }
func (s *sqliteEngine) aside(context.Context) ([]Aside, error)             { return nil, nil }
