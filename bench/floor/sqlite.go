package floor

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver

	"intelliwiz/internal/id"
)

type sqlite struct {
	read, write                     *sql.DB
	listS, changedS, oneS, historyS *sql.Stmt
	insertS, historyInsertS         *sql.Stmt
	answerS, reportS                *sql.Stmt
	dayS                            map[string]*sql.Stmt // by their text
	number                          atomic.Int64
}

// SQLiteDSN is how the floor and the loader open the file: as durable as the product.
func SQLiteDSN(url string) string {
	return "file:" + strings.TrimPrefix(url, "sqlite:") + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_txlock=immediate"
}

func openSQLite(ctx context.Context, url string) (store, error) {
	s := &sqlite{dayS: map[string]*sql.Stmt{}}
	s.number.Store(firstNumber + time.Now().UnixMilli()%firstNumber*1000)
	var err error
	if s.read, err = sql.Open("sqlite", SQLiteDSN(url)); err != nil {
		return nil, err
	}
	if s.write, err = sql.Open("sqlite", SQLiteDSN(url)); err != nil {
		return nil, err
	}
	s.read.SetMaxOpenConns(8)
	s.read.SetMaxIdleConns(8)
	s.write.SetMaxOpenConns(1)
	for _, x := range []struct {
		to   **sql.Stmt
		from *sql.DB
		text string
	}{
		{&s.listS, s.read, listSQL}, {&s.changedS, s.read, changedSQL}, {&s.oneS, s.read, oneSQL}, {&s.historyS, s.read, historySQL},
		{&s.insertS, s.write, insertSQL}, {&s.historyInsertS, s.write, historyInsertSQL}, {&s.answerS, s.write, answerSQL}, {&s.reportS, s.write, reportSQL},
	} {
		if *x.to, err = x.from.PrepareContext(ctx, x.text); err != nil {
			return nil, fmt.Errorf("prepare %q: %w", x.text, err)
		}
	}
	for _, looks := range days {
		for _, l := range looks {
			if s.dayS[l.sql], err = s.read.PrepareContext(ctx, l.sql); err != nil {
				return nil, fmt.Errorf("prepare %q: %w", l.sql, err)
			}
		}
	}
	return s, nil
}

func (s *sqlite) close() { _, _ = s.read.Close(), s.write.Close() }

func (s *sqlite) list(ctx context.Context, tenant id.Tenant, limit int, out []byte) ([]byte, error) {
	rows, err := s.listS.QueryContext(ctx, tenant.String(), limit)
	if err != nil {
		return nil, err
	}
	return sqlItems(rows, out)
}

func (s *sqlite) changed(ctx context.Context, tenant id.Tenant, after time.Time, limit int, out []byte) ([]byte, error) {
	rows, err := s.changedS.QueryContext(ctx, tenant.String(), after.UnixMicro(), limit)
	if err != nil {
		return nil, err
	}
	return sqlItems(rows, out)
}

// sqlItems appends all rows.
func sqlItems(rows *sql.Rows, out []byte) ([]byte, error) {
	defer func() { _ = rows.Close() }()
	out = append(out, `{"items":[`...)
	for n := 0; rows.Next(); n++ {
		t, err := sqlRow(rows)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, ',')
		}
		out = t.json(out)
	}
	return append(out, `]}`...), rows.Err()
}

func sqlRow(rows *sql.Rows) (t row, err error) {
	var ticket, site, category string
	var person, name sql.NullString
	var due sql.NullInt64
	var created, updated int64
	err = rows.Scan(&ticket, &site, &category, &person, &t.number, &t.level, &t.version, &t.kind, &t.title, &t.status, &t.priority,
		&t.siteName, &t.categoryName, &name, &due, &created, &updated)
	if err != nil {
		return t, err
	}
	t.created, t.updated, t.personName = time.UnixMicro(created).UTC(), time.UnixMicro(updated).UTC(), name.String
	if due.Valid {
		at := time.UnixMicro(due.Int64).UTC()
		t.due = &at
	}
	if person.Valid {
		if t.person, err = id.Parse[id.Person](person.String); err != nil {
			return t, err
		}
	}
	if t.id, err = id.Parse[id.Ticket](ticket); err != nil {
		return t, err
	}
	if t.site, err = id.Parse[id.Site](site); err != nil {
		return t, err
	}
	t.category, err = id.Parse[id.Category](category)
	return t, err
}

func (s *sqlite) one(ctx context.Context, tenant id.Tenant, ticket id.Ticket, out []byte) ([]byte, error) {
	rows, err := s.oneS.QueryContext(ctx, tenant.String(), ticket.String())
	if err != nil {
		return nil, err
	}
	if out, err = sqlItems(rows, append(out, `{"ticket":`...)); err != nil {
		return nil, err
	}
	if rows, err = s.historyS.QueryContext(ctx, tenant.String(), ticket.String()); err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out = append(out, `,"history":[`...)
	for n := 0; rows.Next(); n++ {
		var at int64
		var who, what string
		if err := rows.Scan(&at, &who, &what); err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, ',')
		}
		out = past(out, time.UnixMicro(at).UTC(), who, what)
	}
	return append(out, `]}`...), rows.Err()
}

func (s *sqlite) create(ctx context.Context, c claim, in newTicket, out []byte) ([]byte, error) {
	t := newRow(in, s.number.Add(1))
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }()
	at, tenant := t.created.UnixMicro(), c.tenant.String()
	_, err = tx.StmtContext(ctx, s.insertS).ExecContext(ctx, tenant, t.id.String(), t.site.String(), t.number, t.title, in.Description,
		t.category.String(), c.person.String(), at)
	if err != nil {
		return nil, err
	}
	_, err = tx.StmtContext(ctx, s.historyInsertS).ExecContext(ctx, tenant, id.New[id.Any]().String(), t.id.String(), at, "somebody", "created")
	if err != nil {
		return nil, err
	}
	return t.json(out), tx.Commit()
}
