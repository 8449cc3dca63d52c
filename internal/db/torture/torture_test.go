package torture

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
)

const (
	workers  = 48
	tenants  = 20
	rowsEach = 5
)

// The statements know the tenant's rows by their code, which begins with the tenant's id. The loose ones are what a careless
// author could write: they use $1, and not as they should.
const (
	insert      db.SQL = "-- torture.insert\ninsert into torture (tenant_id, id, code) values ($1, $2, $3)"
	list        db.SQL = "-- torture.list\nselect code from torture where tenant_id = $1 and code not like 'gone%' order by code"
	looseList   db.SQL = "-- torture.looseList\nselect code from torture where code not like 'gone%' and (tenant_id = $1 or 1 = 1)"
	update      db.SQL = "-- torture.update\nupdate torture set version = version + 1 where tenant_id = $1 and code = $2"
	looseUpdate db.SQL = "-- torture.looseUpdate\nupdate torture set version = version + 1 where cast($1 as text) <> '' and code = $2"
	foreign     db.SQL = "-- torture.foreign\ninsert into torture (tenant_id, id, code) select $2, $3, 'foreign' from (select 1) one where cast($1 as text) <> ''"
)

// table is loose on SQLite, which is right here: an id with its dashes is a text whatever the column's type.
const table = `create table torture (tenant_id uuid not null references sys_tenants (id), id uuid not null, code text not null,
	version bigint not null default 1, primary key (tenant_id, id))`

var errUndone = errors.New("undone on purpose")

// run is the shared state of a torture.
type run struct {
	t     *testing.T
	d     *db.DB
	who   []actor.Actor
	ops   atomic.Int64
	away  atomic.Int64 // unavailable: a killed server process
	stops atomic.Int64 // cancelled by us
	wrong atomic.Int64
}

func TestNoTenantEverSeesAnother(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			lasts := 10 * time.Second
			if s := os.Getenv("IW_TORTURE"); s != "" {
				var err error
				if lasts, err = time.ParseDuration(s); err != nil {
					t.Fatal(err)
				}
			}
			if engine == "sqlite" {
				lasts /= 5 // it has no policies and no server to kill: what is left is the one writer
			}
			url := dbtest.URL(t, engine)
			dbtest.Exec(t, url, table, "create unique index torture_code on torture (tenant_id, code)")
			if err := db.Migrate(t.Context(), db.Options{URL: url}); err != nil { // which gives the table its policy
				t.Fatal(err)
			}
			d, err := db.Open(t.Context(), db.Options{URL: url, MaxConns: 16, SysConns: 4, AcquireTimeout: 10 * time.Second, Slow: -1})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(d.Close)
			r := &run{t: t, d: d}
			for range tenants {
				r.who = append(r.who, dbtest.Actor(dbtest.Tenant(t, d)))
				r.fill(r.who[len(r.who)-1])
			}
			ctx, cancel := context.WithTimeout(t.Context(), lasts)
			defer cancel()
			var all sync.WaitGroup
			for i := range workers {
				all.Go(func() { r.work(ctx, rand.New(rand.NewPCG(1, uint64(i)))) })
			}
			if engine == "postgres" {
				pool := rawPool(t, url)
				all.Go(func() { r.unscoped(ctx, pool) })
				all.Go(func() { r.kill(ctx, url) })
			}
			all.Wait()
			r.settle()
		})
	}
}

// settle looks at what is left: every row in its place, no connection out.
func (r *run) settle() {
	for _, who := range r.who {
		r.read(r.t.Context(), who, list, "at the end")
	}
	for _, p := range r.d.Stats() {
		if p.InUse != 0 {
			r.t.Errorf("pool %s: %d connections are still in use", p.Pool, p.InUse)
		}
	}
	r.t.Logf("%d operations, %d cancelled, %d on killed connections, %d wrong", r.ops.Load(), r.stops.Load(), r.away.Load(), r.wrong.Load())
	if r.ops.Load() < 50 || r.stops.Load() == 0 || r.d.Engine() == "postgres" && r.away.Load() == 0 {
		r.t.Error("that was no torture")
	}
}

func (r *run) fill(who actor.Actor) {
	err := r.d.Write(r.t.Context(), who, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		for i := range rowsEach {
			tx.Later(insert, id.New[id.Any](), code(who, i))
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func code(who actor.Actor, i int) string { return fmt.Sprintf("%s %d", who.Tenant(), i) }

// work does what requests do, for another tenant each time, and gives up in the middle of a fourth of it.
func (r *run) work(ctx context.Context, chance *rand.Rand) {
	for ctx.Err() == nil {
		who := r.who[chance.IntN(tenants)]
		one, cancel := context.WithCancel(context.WithoutCancel(ctx))
		if chance.IntN(4) == 0 {
			time.AfterFunc(time.Duration(chance.IntN(3000))*time.Microsecond, cancel)
		}
		r.ops.Add(1)
		switch chance.IntN(8) {
		case 0, 1:
			r.read(one, who, list, "a list")
		case 2:
			r.read(one, who, looseList, "a list without its tenant")
		case 3:
			r.readAll(one, who)
		case 4, 5:
			r.change(one, who, code(who, chance.IntN(rowsEach)))
		case 6:
			r.undo(one, who)
		case 7:
			r.reach(one, who, r.who[chance.IntN(tenants)], chance.IntN(rowsEach))
		}
		cancel()
	}
}

// read wants the tenant's rows and nothing else.
func (r *run) read(ctx context.Context, who actor.Actor, q db.SQL, what string) {
	if q == looseList && r.d.Engine() == "sqlite" {
		return // which has no policy to catch it
	}
	var got []string
	err := r.d.Read(ctx, who, func(tx *db.Tx) (err error) { got, err = db.All(ctx, tx, text, q); return err })
	r.check(err, got, who, what)
}

func (r *run) readAll(ctx context.Context, who actor.Actor) {
	for _, snapshot := range []func(context.Context, actor.Actor, func(*db.Tx) error) error{r.d.ReadAll, r.d.Write} {
		var got []string
		err := snapshot(ctx, who, func(tx *db.Tx) (err error) {
			for range 2 {
				if got, err = db.All(ctx, tx, text, list); err != nil {
					return err
				}
				r.check(nil, got, who, "a snapshot")
			}
			return nil
		})
		r.expected(err, "a snapshot")
	}
}

func (r *run) change(ctx context.Context, who actor.Actor, code string) {
	err := r.d.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		tx.Later(insert, id.New[id.Any](), "gone "+id.New[id.Any]().String())
		n, err := tx.Exec(ctx, update, code)
		if err == nil && n != 1 {
			r.bad("a change of %s touched %d rows", code, n)
		}
		return err
	})
	r.expected(err, "a change")
}

// undo leaves nothing, and panics now and then.
func (r *run) undo(ctx context.Context, who actor.Actor) {
	defer func() {
		if p := recover(); p != nil && p != any(errUndone) {
			panic(p)
		}
	}()
	err := r.d.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		if _, err := tx.Exec(ctx, insert, id.New[id.Any](), "undone "+id.New[id.Any]().String()); err != nil {
			return err
		}
		if r.ops.Load()%2 == 0 {
			panic(errUndone)
		}
		return errUndone
	})
	if !errors.Is(err, errUndone) {
		r.expected(err, "undoing")
	}
}

// reach tries to get at another tenant.
func (r *run) reach(ctx context.Context, who, other actor.Actor, i int) {
	if r.d.Engine() == "sqlite" || who.Tenant() == other.Tenant() {
		return
	}
	err := r.d.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		n, err := tx.Exec(ctx, looseUpdate, code(other, i))
		if n != 0 {
			r.bad("a change without its tenant touched %d rows", n)
		}
		return err
	})
	r.expected(err, "a change without its tenant")
	err = r.d.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		_, err := tx.Exec(ctx, foreign, other.Tenant(), id.New[id.Any]())
		return err
	})
	if err == nil {
		r.bad("a row for another tenant was taken")
	} else if !strings.Contains(err.Error(), "42501") {
		r.expected(err, "a row for another tenant")
	}
}
