package db

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"intelliwiz/internal/actor"
)

// Together runs fn so that every Read and Write which it makes with its context, as the same actor or, when that is the system, as anybody of
// its tenant, is part of one transaction: all of it is kept when fn returns nil, and nothing otherwise. A Write inside that fails takes only itself back, so fn may go on and gather what is
// wrong; Reads see what was written before. The work belongs to one goroutine, and other tenants and System are refused inside.
// For imports and seeds, which call ordinary use cases a row at a time. Faults as Write.
func (d *DB) Together(ctx context.Context, who actor.Actor, fn func(ctx context.Context) error) error {
	return d.Write(ctx, who, func(tx *Tx) error {
		tx.Unjournaled("each part inside answers for its own rows")
		return fn(tx.Around(ctx))
	})
}

// Around gives a context with which Reads and Writes are parts of this transaction, as in Together: for who writes something of its own around what
// use cases do.
func (t *Tx) Around(ctx context.Context) context.Context {
	return context.WithValue(ctx, outerKey{}, t)
}

// Joined says that work with this context is part of a Together: what it reads may be taken back, and must not be kept outside.
func Joined(ctx context.Context) bool { return outer(ctx) != nil }

type outerKey struct{}

func outer(ctx context.Context) *Tx {
	tx, _ := ctx.Value(outerKey{}).(*Tx)
	return tx
}

var (
	errApart     = errors.New("work of another kind, tenant or person inside db.Together")
	savepoint    = &text{name: "db.savepoint", verb: "savepoint", body: "savepoint part"}
	keepPart     = &text{name: "db.keepPart", verb: "release", body: "release savepoint part"}
	takePartBack = &text{name: "db.takePartBack", verb: "rollback", body: "rollback to savepoint part"}
)

// part runs fn inside t, an outer transaction.
func (t *Tx) part(ctx context.Context, m mode, who actor.Actor, fn func(tx *Tx) error) error {
	switch {
	case t.over || t.broken != nil:
		return errors.Join(errors.New("the transaction around this is over"), t.broken)
	case !m.tenant() || who.Tenant() != t.who.Tenant() || who.Person() != t.who.Person() && t.who.Kind() != actor.System:
		return errApart
	}
	defer func(whole actor.Actor) { t.who = whole }(t.who)
	if t.who = who; m.reads() {
		return fn(t)
	}
	queued, after := len(t.later), len(t.after)
	changed, reason, begun := t.changed, t.reason, t.begun
	t.changed, t.reason, t.begun = "", false, false
	t.later = append(t.later, &call{text: savepoint})
	err := fn(t)
	switch {
	case err != nil:
	case t.broken != nil:
		err = t.broken
	case t.changed != "" && !t.reason:
		err = fmt.Errorf("%s: changed without a journal row; nothing is kept", t.changed)
	default:
		err = t.send(ctx, &call{text: keepPart})
	}
	sent := t.begun
	t.changed, t.reason, t.begun = changed, reason, begun || sent
	if err == nil {
		return nil
	}
	t.after = slices.Clip(t.after[:after])
	if !sent { // the savepoint was never set
		t.later, t.broken = t.later[:queued], nil
		return err
	}
	t.later, t.broken = nil, nil
	if back := t.send(ctx, &call{text: takePartBack}); back != nil {
		return errors.Join(err, back)
	}
	return err
}
