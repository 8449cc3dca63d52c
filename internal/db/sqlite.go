package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"intelliwiz/internal/id"
)

// sqliteEngine is one file: one writer, which the job runner shares, and some readers, which cannot write.
type sqliteEngine struct {
	o           Options
	read, write *sql.DB
	stmts       [2]sync.Map // body -> *sql.Stmt, of readers and of the writer
	indexes     names       // "table.column, table.column" -> name of the unique index
}

func openSQLite(ctx context.Context, path string, o Options) (*sqliteEngine, error) {
	s := &sqliteEngine{o: o}
	s.indexes.load = s.readIndexes
	var err error
	// What a savepoint may have to bring back is kept in memory: in a file it is a fifth of the time of an import.
	if s.write, err = sql.Open("sqlite", sqliteDSN(path, "_txlock=immediate", "_pragma=temp_store(memory)", "mode=rw")); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", sqliteDSN(path, "_txlock=deferred", "_pragma=query_only(on)", "mode=rw")); err != nil {
		return nil, err
	}
	s.read.SetMaxOpenConns(o.MaxConns)
	s.read.SetMaxIdleConns(o.MaxConns)
	return s, nil
}

// sqliteDSN: FULL, for with NORMAL a power cut may take the last commits; "dqs" off, so that a misspelt name in double quotes is no text.
func sqliteDSN(path string, more ...string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	u.RawQuery = strings.Join(append([]string{"_pragma=busy_timeout(10000)", "_pragma=journal_mode(wal)", "_pragma=synchronous(full)",
		"_pragma=foreign_keys(on)", "_pragma=trusted_schema(off)", "_dqs=0"}, more...), "&")
	return u.String()
}

func (s *sqliteEngine) close() {
	for i := range s.stmts {
		s.stmts[i].Range(func(_, v any) bool { _ = v.(*sql.Stmt).Close(); return true })
	}
	_ = s.read.Close()
	_ = s.write.Close()
}

func (s *sqliteEngine) ping(ctx context.Context) error {
	var one int
	return s.read.QueryRowContext(ctx, "select count(*) from sys_tenants where id = ''").Scan(&one)
}

// ahead has nothing to make: a file has no partitions.
func (s *sqliteEngine) ahead(context.Context) error { return nil }

func (s *sqliteEngine) version(ctx context.Context, query string) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, query).Scan(&n)
	return n, err
}

func (s *sqliteEngine) stats() []PoolStat {
	of := func(name string, d sql.DBStats) PoolStat {
		return PoolStat{Pool: name, Max: d.MaxOpenConnections, InUse: d.InUse, Idle: d.Idle, Waits: d.WaitCount, Waited: d.WaitDuration}
	}
	return []PoolStat{of("read", s.read.Stats()), of("write", s.write.Stats())}
}

// check: SQLite has no roles; whoever can read the file can read it all.
func (s *sqliteEngine) check(context.Context) error { return nil }

func (s *sqliteEngine) expand(body string) string {
	return expandSQLite(body)
}

func (s *sqliteEngine) session(m mode, _ id.Tenant, patient bool) session {
	q := &sqliteSession{e: s, pool: s.read, stmts: &s.stmts[0], mode: m, limit: s.o.StatementTimeout, wait: s.o.AcquireTimeout, stop: func() {}}
	if patient {
		q.limit, q.wait = s.o.patience(), s.o.patience() // nobody waits for an answer
	}
	if !m.reads() {
		q.pool, q.stmts = s.write, &s.stmts[1]
	}
	return q
}

func (s *sqliteEngine) lost(error) bool { return false }

var sqliteCheck = regexp.MustCompile(`[A-Z] constraint failed: (.*?)(?: \(\d+\))?$`)

// kind reads SQLite's result code: https://www.sqlite.org/rescode.html
func (s *sqliteEngine) kind(ctx context.Context, err error, verb string) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return nil
	}
	detail := ""
	if m := sqliteCheck.FindStringSubmatch(e.Error()); m != nil {
		detail = m[1]
	}
	switch e.Code() {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
		return taken(s.indexes.of(ctx, detail), err)
	case lib.SQLITE_CONSTRAINT_FOREIGNKEY, lib.SQLITE_CONSTRAINT_TRIGGER:
		return reference(verb, err)
	case lib.SQLITE_CONSTRAINT_CHECK:
		return unchecked("", "check", err)
	case lib.SQLITE_CONSTRAINT_NOTNULL:
		return unchecked(detail[strings.LastIndexByte(detail, '.')+1:], "required", err)
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_FULL:
		return full(err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_IOERR, lib.SQLITE_CANTOPEN, lib.SQLITE_INTERRUPT, lib.SQLITE_NOMEM, lib.SQLITE_PROTOCOL:
		return unavailable(err)
	}
	return nil
}

func (s *sqliteEngine) plan(ctx context.Context, _ mode, x *text) (string, error) {
	args := make([]any, x.params)
	rows, err := s.read.QueryContext(ctx, "explain query plan "+x.body, args...)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var line string
		var a, b, c int
		if err := rows.Scan(&a, &b, &c, &line); err != nil {
			return "", err
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), rows.Err()
}

// readIndexes names unique indexes by their columns, as SQLite's error does; those without a name of ours get PostgreSQL's.
func (s *sqliteEngine) readIndexes(ctx context.Context) (map[string]string, error) {
	rows, err := s.read.QueryContext(ctx, `select m.name, l.name, l.origin,
			(select group_concat(m.name || '.' || i.name, ', ') from pragma_index_info(l.name) i),
			(select group_concat(i.name, '_') from pragma_index_info(l.name) i)
		from sqlite_schema m join pragma_index_list(m.name) l where m.type = 'table' and l."unique" order by l.name desc`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	found := map[string]string{}
	for rows.Next() {
		var table, name, origin string
		var key, columns sql.NullString
		if err := rows.Scan(&table, &name, &origin, &key, &columns); err != nil {
			return nil, err
		}
		switch origin {
		case "pk":
			name = table + "_pkey"
		case "u":
			name = fmt.Sprintf("%s_%s_key", table, columns.String)
		}
		found[key.String] = name
	}
	return found, rows.Err()
}
