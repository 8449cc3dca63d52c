package db

import (
	"context"
	"errors"
	"log/slog"

	"intelliwiz/internal/actor"
)

// errUnscoped is a defect of the caller: an actor without a tenant must not come this far.
var errUnscoped = errors.New("an actor without a tenant at the door of tenant tables")

// Read runs fn with the rows of who's tenant in sight. Every statement stands by itself and is repeated once when the connection
// was lost before its first row; fn must not write. Faults: Unavailable, and what fn returns.
func (d *DB) Read(ctx context.Context, who actor.Actor, fn func(tx *Tx) error) error {
	return d.do(ctx, readOne, who, fn)
}

// ReadAll is Read with all statements on one snapshot.
func (d *DB) ReadAll(ctx context.Context, who actor.Actor, fn func(tx *Tx) error) error {
	return d.do(ctx, readAll, who, fn)
}

// Write runs fn in a transaction on who's tenant, which commits when fn returns nil. A change needs a journal row, see
// Unjournaled. Nothing is repeated: after Unavailable at the commit the caller does not know whether it happened; ids made
// beforehand make a second try safe.
// Faults: Conflict ("taken", "referenced", "unknown"), Invalid, Full, Unavailable, and what fn returns.
func (d *DB) Write(ctx context.Context, who actor.Actor, fn func(tx *Tx) error) error {
	return d.do(ctx, write, who, fn)
}

// System runs fn in a write transaction on the sys_ tables, which belong to no tenant; $1 is the caller's. Only auth, flag,
// hold, org, job, journal and app may hold it. Faults as Write.
func (d *DB) System(ctx context.Context, fn func(tx *Tx) error) error {
	return d.do(ctx, system, actor.Actor{}, fn)
}

// Seal runs fn in a write transaction on the journal of all tenants, the sys_ tables and the job queue; $1 is the caller's.
// Only package journal holds it. Faults as Write.
func (d *DB) Seal(ctx context.Context, fn func(tx *Tx) error) error {
	return d.do(ctx, seal, actor.Actor{}, fn)
}

func (d *DB) do(ctx context.Context, m mode, who actor.Actor, fn func(tx *Tx) error) error {
	if m.tenant() && who.Tenant().IsZero() {
		return errUnscoped
	}
	if t := outer(ctx); t != nil && t.d == d {
		return t.part(ctx, m, who, fn)
	}
	t := &Tx{d: d, mode: m, who: who}
	t.s = d.e.session(m, who.Tenant(), t.patient())
	err := t.whole(ctx, fn)
	d.logSlow(ctx, t)
	if err == nil {
		for _, fn := range t.after {
			fn()
		}
	}
	return err
}

// whole gives the connection back whatever happens, a panic too.
func (t *Tx) whole(ctx context.Context, fn func(tx *Tx) error) error {
	defer func() { t.over = true; t.s.end(ctx) }()
	if err := fn(t); err != nil {
		return err
	}
	return t.finish(ctx)
}

// logSlow writes down the statements that took too long, each with its plan once a process.
func (d *DB) logSlow(ctx context.Context, t *Tx) {
	for _, c := range t.slow {
		args := []any{"statement", c.text.name, "duration_ms", c.took.Milliseconds(), "rows", c.rows}
		if _, known := d.plans.LoadOrStore(c.text.name, true); !known && c.text != commitText {
			plan, err := d.planOf(ctx, t.mode, c.text)
			if err != nil {
				plan = "none: " + err.Error()
			}
			args = append(args, slog.String("plan", plan))
		}
		d.o.Log.WarnContext(ctx, "slow statement", args...)
	}
}

// Plan has the engine compile and plan a statement, without running it, as the role that would run it, and gives the plan as
// text. It answers an error for a text that no kind of transaction would run. For tests and the operator.
func (d *DB) Plan(ctx context.Context, q SQL) (string, error) {
	var first error
	for _, m := range []mode{write, system, seal} {
		x, err := d.text(q, m)
		if err == nil {
			var plan string
			if plan, err = d.planOf(ctx, m, x); err == nil {
				return plan, nil
			}
		}
		if first == nil || q.system() && m == system {
			first = err
		}
	}
	return "", first
}

func (d *DB) planOf(ctx context.Context, m mode, x *text) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.o.AcquireTimeout)
	defer cancel()
	plan, err := d.e.plan(ctx, m, x)
	return plan, d.fault(ctx, x.name, x.verb, err)
}
