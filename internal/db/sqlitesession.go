package db

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// sqliteSession runs a transaction on the writer, or on a reader. A single read asks any reader, without a transaction.
type sqliteSession struct {
	e     *sqliteEngine
	pool  *sql.DB
	stmts *sync.Map
	mode  mode
	conn  *sql.Conn
	tx    *sql.Tx
	stop  context.CancelFunc
	limit time.Duration        // of one statement
	wait  time.Duration        // for the connection
	fresh []string             // bodies to keep compiled
	mine  map[string]*sql.Stmt // compiled in the transaction at hand
	row   sqliteRow
}

func (s *sqliteSession) run(ctx context.Context, calls []*call, _ bool) error {
	if s.tx == nil && s.mode != readOne {
		if err := s.start(ctx); err != nil {
			return err
		}
	}
	for _, c := range calls {
		at := time.Now()
		err := s.one(ctx, c)
		c.until = time.Now()
		c.took = c.until.Sub(at)
		if err != nil {
			return err
		}
		c.ran = true
	}
	return nil
}

// start waits for a connection and for the begin, not longer than AcquireTimeout; work of the system has patience. After that the transaction lives until end,
// not only as long as the context of the statement that began it. What could not begin keeps no connection: a part of a Together may be followed by another.
func (s *sqliteSession) start(ctx context.Context) error {
	short, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	conn, err := s.pool.Conn(short)
	if err != nil {
		return fmt.Errorf("no connection: %w", err)
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(short, stop)()
	tx, err := conn.BeginTx(life, nil)
	if err != nil {
		stop()
		_ = conn.Close()
		return cmp.Or(short.Err(), err)
	}
	s.conn, s.tx, s.stop = conn, tx, stop
	return nil
}

func (s *sqliteSession) one(ctx context.Context, c *call) error {
	if c.text == commitText {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := s.tx.Commit()
		s.tx, s.mine = nil, nil
		return err
	}
	stmt, err := s.prepare(ctx, c.text.body) //nolint:sqlclosecheck // kept, or closed with its transaction
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	if c.take == nil {
		r, err := stmt.ExecContext(ctx, sqliteArgs(c.args)...)
		if err == nil {
			c.rows, err = r.RowsAffected()
		}
		return err
	}
	rows, err := stmt.QueryContext(ctx, sqliteArgs(c.args)...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	s.row.rows = rows
	for rows.Next() {
		c.rows++
		if err := c.take(&s.row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// prepare keeps every statement compiled, once a connection; there are as many as constants. A transaction cannot add one to the
// pool while it has the only connection: end does it.
func (s *sqliteSession) prepare(ctx context.Context, body string) (*sql.Stmt, error) {
	v, ok := s.stmts.Load(body)
	switch {
	case s.tx != nil:
		return s.within(ctx, body, v)
	case ok:
		return v.(*sql.Stmt), nil
	}
	return s.keep(ctx, body)
}

// within gives a statement of the transaction at hand: once, for an import runs the same thousands of times. kept is nil when the statement
// is new to the pool; it is kept there when the transaction is over.
func (s *sqliteSession) within(ctx context.Context, body string, kept any) (stmt *sql.Stmt, err error) {
	if stmt, ok := s.mine[body]; ok {
		return stmt, nil
	}
	if pooled, ok := kept.(*sql.Stmt); ok {
		stmt = s.tx.StmtContext(ctx, pooled)
	} else if stmt, err = s.tx.PrepareContext(ctx, body); err != nil {
		return nil, err
	} else {
		s.fresh = append(s.fresh, body)
	}
	if s.mine == nil {
		s.mine = map[string]*sql.Stmt{}
	}
	s.mine[body] = stmt
	return stmt, nil
}

func (s *sqliteSession) keep(ctx context.Context, body string) (*sql.Stmt, error) {
	stmt, err := s.pool.PrepareContext(ctx, body)
	if err != nil {
		return nil, err
	}
	v, known := s.stmts.LoadOrStore(body, stmt)
	if known {
		_ = stmt.Close() //nolint:sqlclosecheck // another was kept
	}
	return v.(*sql.Stmt), nil
}

func (s *sqliteSession) end(ctx context.Context) {
	if s.tx != nil {
		_ = s.tx.Rollback()
		s.tx, s.mine = nil, nil
	}
	if s.conn != nil {
		_ = s.conn.Close()
		s.conn = nil
		s.stop()
	}
	for _, body := range s.fresh {
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.e.o.AcquireTimeout)
		_, _ = s.keep(short, body) //nolint:sqlclosecheck // kept; on an error it is compiled each time instead
		cancel()
	}
	s.fresh = nil
}
