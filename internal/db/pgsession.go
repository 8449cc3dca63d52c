package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"intelliwiz/internal/fault"
)

// pgSession sends everything that waits in one pipeline: begin, the tenant, what was put off, and the statement whose result is
// awaited. One that does not begin holds a connection for a statement only. A change that fits into one pipeline needs neither begin nor commit: to
// PostgreSQL a pipeline is a transaction, which it commits at the end.
type pgSession struct {
	p         *postgres
	mode      mode
	begin     string // "" = every statement is its own transaction
	scope     string
	scopeArgs []any
	conn      *pgxpool.Conn
	begun     bool
	failed    bool // once lost a connection: ask the next for a sign of life
	row       pgRow
}

func (s *pgSession) run(ctx context.Context, calls []*call, commit bool) (err error) {
	if s.conn == nil {
		if s.conn, err = s.p.acquire(ctx, s.mode, s.failed); err != nil {
			return err
		}
	}
	b, head, whole := &pgx.Batch{}, 0, commit && !s.begun
	if s.begin != "" && !s.begun && !whole {
		b.Queue(s.begin)
		head++
	}
	if s.scope != "" && !s.begun {
		b.Queue(s.scope, s.scopeArgs...)
		head++
	}
	s.begun = s.begin != "" && !whole
	if slices.ContainsFunc(calls, func(c *call) bool { return c.text.byValue }) {
		b.Queue(planByValue)
		head++
	}
	for _, c := range calls {
		switch {
		case c.text != commitText:
			b.Queue(c.text.body, pgArgs(c.args)...)
		case !whole:
			b.Queue("commit")
		}
	}
	err = s.pipe(ctx, b, head, whole, calls)
	if pre, ok := errors.AsType[pgx.ErrPreprocessingBatch](err); ok && strings.HasPrefix(pre.Error(), unfit) {
		which, _, _ := strings.Cut(pre.Unwrap().Error(), ":") // and no value
		err = fmt.Errorf("an argument does not fit its parameter: %s", which)
	} else if err != nil && s.conn.Conn().IsClosed() {
		s.failed = true
		err = goneError{err}
	}
	if commit && err == nil {
		s.begun = false
	}
	if s.begin == "" || commit && err == nil {
		s.release()
	}
	return err
}

// unfit is how pgx says, and in no other way, that an argument does not fit; it closes the connection then.
const unfit = "error preprocessing batch (build)"

// pipe sends a batch and reads its results in order; that of the commit of a whole is how the pipeline ends. When the connection breaks behind the
// last result, a commit has happened and a single read is complete; a transaction is lost.
func (s *pgSession) pipe(ctx context.Context, b *pgx.Batch, head int, whole bool, calls []*call) (err error) {
	br := s.conn.SendBatch(ctx, b)
	last := calls[len(calls)-1]
	defer func() {
		if e := br.Close(); e != nil && err == nil && s.begin != "" && last.text != commitText {
			last.ran, err = false, e
		}
	}()
	at := time.Now()
	for range head {
		if _, err := br.Exec(); err != nil {
			return err
		}
	}
	for _, c := range calls {
		var err error
		if whole && c.text == commitText {
			err = br.Close()
		} else {
			err = s.result(br, c)
		}
		now := time.Now()
		c.took, c.until, at = now.Sub(at), now, now
		if err != nil {
			return err
		}
		c.ran = true
	}
	return nil
}

func (s *pgSession) result(br pgx.BatchResults, c *call) error {
	if c.take == nil {
		tag, err := br.Exec()
		c.rows = tag.RowsAffected()
		if err == nil && c.text == commitText && tag.String() != "COMMIT" {
			err = fmt.Errorf("commit answered %s", tag)
		}
		return err
	}
	rows, err := br.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	s.row.rows = rows
	for rows.Next() {
		c.rows++
		if err := c.take(&s.row); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *pgSession) end(ctx context.Context) {
	if s.conn == nil {
		return
	}
	if s.begun && !s.conn.Conn().IsClosed() {
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.p.o.AcquireTimeout)
		defer cancel()
		_, _ = s.conn.Exec(short, "rollback") // a connection that cannot roll back is dropped by Release
	}
	s.begun = false
	s.release()
}

func (s *pgSession) release() {
	s.conn.Release()
	s.conn = nil
}

// lost says that a connection broke or never came to be, so that a read may be repeated.
func (p *postgres) lost(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(e.Code, "08") || strings.HasPrefix(e.Code, "57P") || e.Code == stalePlan
	}
	_, gone := errors.AsType[goneError](err)
	return gone
}

// stalePlan is what a prepared statement answers after a migration changed its result: pgx has forgotten it by the next try.
const stalePlan = "0A000"

// kind reads PostgreSQL's code: https://www.postgresql.org/docs/current/errcodes-appendix.html
func (p *postgres) kind(ctx context.Context, err error, verb string) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
			return unavailable(err)
		}
		return nil
	}
	switch e.Code {
	case "23505":
		return taken(p.indexes.of(ctx, e.ConstraintName), err)
	case "23503":
		return reference(verb, err)
	case "23514":
		return unchecked("", "check", err)
	case "23502":
		return unchecked(e.ColumnName, "required", err)
	case "53100":
		return full(err)
	case "57014", "55P03", "40001", "40P01", "25P03": // too slow, locked, serialisation, deadlock, idle too long
		return unavailable(err)
	}
	switch e.Code[:2] {
	case "08", "53": // connection, resources
		return unavailable(err)
	case "57": // the server goes down, or comes up
		return unavailable(err)
	case "22": // the message would show the value
		return fault.As(fmt.Errorf("a value is not of its column's type (SQLSTATE %s)", e.Code))
	}
	return nil
}
