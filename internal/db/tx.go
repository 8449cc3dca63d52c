package db

import (
	"context"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
)

// mode is how a transaction reaches the engine.
type mode int

const (
	readOne mode = iota // every statement by itself
	readAll             // one snapshot
	write
	system
	seal
)

func (m mode) reads() bool  { return m == readOne || m == readAll }
func (m mode) tenant() bool { return m <= write }

// session is one transaction's way to the engine. It takes a connection when first used.
type session interface {
	// run sends the calls in order, and "commit" after them when asked; it notes on each call what became of it.
	run(ctx context.Context, calls []*call, commit bool) error
	// end gives the connection back; what was not committed is rolled back.
	end(ctx context.Context)
}

// call is one statement on its way.
type call struct {
	text  *text
	args  []any // as the engine takes them
	take  func(Row) error
	again func() // forgets what take has taken, before the statement is repeated; nil: it has kept nothing
	rows  int64
	took  time.Duration
	until time.Time // when its result was read
	ran   bool
}

// Tx is a transaction of one goroutine, valid inside the function that got it. After an error of the engine it takes no further
// statement and does not commit.
type Tx struct {
	d       *DB
	s       session
	mode    mode
	who     actor.Actor
	later   []*call
	after   []func()
	slow    []*call
	begun   bool  // something was sent
	busy    bool  // inside a scan function
	over    bool  // the function has returned
	broken  error // why nothing more is taken
	changed string
	reason  bool // journaled, or said why not
}

// Who is the actor whose tenant the transaction belongs to; in System and Seal the zero actor.
func (t *Tx) Who() actor.Actor { return t.who }

// Later puts off a statement whose result nobody waits for: it rides with the next statement, or with the commit. Its error
// comes from there.
func (t *Tx) Later(q SQL, args ...any) {
	c, err := t.call(q, args)
	if err != nil {
		t.broken = err
		return
	}
	t.later = append(t.later, c)
}

// Exec runs a statement and gives the number of rows that it touched.
func (t *Tx) Exec(ctx context.Context, q SQL, args ...any) (rows int64, err error) {
	c, err := t.call(q, args)
	if err != nil {
		return 0, err
	}
	err = t.send(ctx, c)
	return c.rows, err
}

// All runs a statement and gives its rows, each read by scan.
func All[T any](ctx context.Context, t *Tx, scan func(Row) (T, error), q SQL, args ...any) ([]T, error) {
	c, err := t.call(q, args)
	if err != nil {
		return nil, err
	}
	var rows []T
	c.take = func(r Row) error {
		v, err := scan(r)
		if err == nil {
			rows = grown(rows, v)
		}
		return err
	}
	if err := t.send(ctx, c); err != nil {
		return nil, err
	}
	return rows, nil
}

// grown is append that does not begin with room for one: of large rows the copies would cost more than the reading.
func grown[T any](rows []T, v T) []T {
	if len(rows) == 1 && cap(rows) == 1 {
		rows = append(make([]T, 0, 32), rows...)
	}
	return append(rows, v)
}

// One runs a statement and gives its only row; without one it answers NotFound, with more an internal error.
func One[T any](ctx context.Context, t *Tx, scan func(Row) (T, error), q SQL, args ...any) (T, error) {
	var none T
	rows, err := All(ctx, t, scan, q, args...)
	switch {
	case err != nil:
		return none, err
	case len(rows) == 0:
		return none, fault.Missing("record")
	case len(rows) > 1:
		return none, fmt.Errorf("%s: %d rows where one is meant", q.name(), len(rows))
	}
	return rows[0], nil
}

// AfterCommit has fn called once the transaction is committed, in order; not at all when it is not. fn must not fail or wait.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

// Unjournaled lets Write commit changes of tenant tables without a journal row, and says why: "a session's last use".
func (t *Tx) Unjournaled(reason string) { t.reason = t.reason || reason != "" }

// call checks a statement and its arguments for this transaction.
func (t *Tx) call(q SQL, args []any) (*call, error) {
	switch {
	case t.over:
		return nil, fmt.Errorf("%s: the transaction is over", q.name())
	case t.broken != nil:
		return nil, t.broken
	}
	x, err := t.d.text(q, t.mode)
	if err != nil {
		return nil, err
	}
	if t.mode.reads() && x.verb != "select" {
		return nil, fmt.Errorf("%s: a read does not %s", x.name, x.verb)
	}
	c := &call{text: x, args: make([]any, 0, len(args)+1)}
	if t.mode.tenant() {
		c.args = append(c.args, uuid(t.who.Tenant().Bytes()))
	}
	for i, a := range args {
		v, err := plain(a)
		if err != nil {
			return nil, fmt.Errorf("%s: argument %d: %w", x.name, i+1, err)
		}
		c.args = append(c.args, v)
	}
	if len(c.args) != x.params {
		return nil, fmt.Errorf("%s: %d arguments for %d parameters, the tenant's with them", x.name, len(c.args), x.params)
	}
	if x.verb != "select" {
		if x.journal {
			t.reason = true
		} else if t.mode == write {
			t.changed = x.name
		}
	}
	return c, nil
}

// send runs what was put off and then c.
func (t *Tx) send(ctx context.Context, c *call) error {
	if t.busy {
		return fmt.Errorf("%s: a statement inside the scan function of another", c.text.name)
	}
	t.busy = true
	defer func() { t.busy = false }()
	calls := append(slices.Clip(t.later), c)
	t.later = nil
	err := t.run(ctx, calls, false)
	again := err != nil && t.d.e.lost(err) && ctx.Err() == nil && c.rows == 0
	if again && (t.mode == readOne || t.mode == readAll && !t.begun) {
		t.s.end(ctx)
		for _, c := range calls {
			if c.again != nil {
				c.again()
			}
			c.rows, c.ran = 0, false
		}
		err = t.run(ctx, calls, false)
	}
	t.begun = true
	return t.settle(ctx, calls, err)
}

// run gives the engine the time that the statements may take.
func (t *Tx) run(ctx context.Context, calls []*call, commit bool) error {
	limit := t.d.o.StatementTimeout + t.d.o.AcquireTimeout
	if t.patient() {
		limit = 2 * t.d.o.patience()
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return t.s.run(ctx, calls, commit)
}

func (t *Tx) patient() bool { return !t.mode.tenant() || t.who.Kind() == actor.System }

// settle tells the observer of what ran and turns an engine's error, which is that of the first call that did not run, into a fault.
func (t *Tx) settle(ctx context.Context, calls []*call, err error) error {
	for _, c := range calls {
		if !c.ran && err != nil {
			err = t.d.fault(ctx, c.text.name, c.text.verb, err)
			if t.mode != readOne {
				t.broken = err
			}
			t.observe(ctx, c, err)
			return err
		}
		t.observe(ctx, c, nil)
	}
	return err
}

func (t *Tx) observe(ctx context.Context, c *call, err error) {
	if t.d.o.Observe != nil {
		t.d.o.Observe(Stat{Ctx: ctx, Name: c.text.name, Tenant: t.who.Tenant(), Rows: c.rows, Duration: c.took, Until: c.until, Err: err})
	}
	if t.d.o.Slow >= 0 && c.took > t.d.o.Slow {
		t.slow = append(t.slow, c)
	}
}

// finish commits what fn did, when there is anything.
func (t *Tx) finish(ctx context.Context) error {
	switch {
	case t.broken != nil:
		return t.broken
	case t.mode.reads() && len(t.later) > 0:
		return fmt.Errorf("%s: put off, and nothing took it along", t.later[0].text.name)
	case t.mode.reads() || !t.begun && len(t.later) == 0:
		return nil
	case t.changed != "" && !t.reason:
		return fmt.Errorf("%s: changed without a journal row; nothing is kept", t.changed)
	}
	commit := &call{text: commitText}
	calls := append(slices.Clip(t.later), commit)
	t.later = nil
	return t.settle(ctx, calls, t.run(ctx, calls, true))
}
