package journal_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

var morning = time.Date(2026, 11, 25, 9, 0, 0, 123456000, time.UTC)

// book is a journal in a fresh database, and somebody who writes in it.
type book struct {
	t      *testing.T
	d      *db.DB
	url    string
	clock  *clock.Hand
	log    *testworld.Log
	config journal.Config
	*journal.Journal
	tenant id.Tenant
	who    actor.Actor
}

func each(t *testing.T, test func(t *testing.T, b *book), change ...func(*journal.Config)) {
	t.Helper()
	var url string
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &book{t: t, d: d, url: url, clock: clock.At(morning), log: &testworld.Log{}, tenant: dbtest.Tenant(t, d)}
		b.config = journal.Config{
			DB: d, Key: testworld.JournalKey(), Anchor: testworld.AnchorKey(), Now: b.clock.Now, Every: 5 * time.Millisecond,
			Log: slog.New(slog.NewTextHandler(b.log, nil)),
		}
		for _, f := range change {
			f(&b.config)
		}
		b.Journal = journal.New(b.config)
		b.who = dbtest.Actor(b.tenant, journal.CanRead, journal.CanVerify)
		test(t, b)
	}, func(o *db.Options) { url = o.URL })
}

// write records n changes in one transaction.
func (b *book) write(ctx context.Context, who actor.Actor, n int) error {
	return b.d.Write(ctx, who, func(tx *db.Tx) error {
		for i := range n {
			c := journal.Change{Verb: "thing.changed", Subject: id.New[id.Any](), After: map[string]int{"n": i}}
			if err := b.Record(ctx, tx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// filled writes and seals n changes.
func (b *book) filled(n int) {
	b.t.Helper()
	for n > 0 {
		k := min(n, 100)
		b.must(b.write(b.t.Context(), b.who, k))
		n -= k
	}
	b.must(b.Seal(b.t.Context()))
}

func (b *book) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// all gives the whole journal, the oldest first.
func (b *book) all(who actor.Actor) (out []journal.Entry) {
	b.t.Helper()
	for p := (page.Request{Limit: page.Max}); ; {
		rows, err := b.List(b.t.Context(), who, journal.Filter{}, p)
		b.must(err)
		out = append(out, rows.Items...)
		if p.After = rows.Next; p.After == "" {
			for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
				out[i], out[j] = out[j], out[i]
			}
			return out
		}
	}
}

func TestARowHoldsWhoDidWhatWhereAndWhen(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		ctx := telemetry.WithRequestID(t.Context(), "req-7")
		subject, site := id.New[id.Person](), id.New[id.Site]()
		type record struct {
			Name   string           `json:"name"`
			Secret telemetry.Secret `json:"secret"`
		}
		system := actor.New(actor.Facts{Kind: actor.System, Tenant: b.tenant, Name: "IntelliWiz"})
		b.must(b.d.Write(ctx, b.who, func(tx *db.Tx) error {
			return b.Record(ctx, tx, journal.Change{
				Verb: "person.updated", Subject: subject, Site: site, Before: record{"Ä <b>\x00\xff", telemetry.Hide("canary")}, After: record{Name: "B"},
			})
		}))
		b.clock.Advance(time.Second)
		b.must(b.d.Write(t.Context(), system, func(tx *db.Tx) error {
			return b.Record(t.Context(), tx, journal.Change{Verb: "swept", Subject: subject})
		}))
		got := b.all(b.who)
		if len(got) != 2 {
			t.Fatalf("%d rows", len(got))
		}
		person := b.who.Person()
		want := []journal.Entry{
			{
				ID: got[0].ID, At: morning, WhoKind: actor.Person, WhoID: &person, WhoName: "Test Person", Verb: "person.updated", Noun: "person",
				Subject: testworld.Any(subject), Site: &site, Request: "req-7",
				Before: `{"name":"Ä \u003cb\u003e\u0000\ufffd","secret":"***"}`, After: `{"name":"B","secret":""}`,
			},
			{ID: got[1].ID, At: morning.Add(time.Second), WhoKind: actor.System, WhoName: "IntelliWiz", Verb: "swept", Noun: "swept", Subject: testworld.Any(subject)},
		}
		testworld.Same(t, want, got, unsigned)
		b.must(b.Seal(ctx))
		one := int64(1)
		want[0].Seq = &one
		e, err := b.Get(ctx, b.who, got[0].ID)
		b.must(err)
		testworld.Same(t, want[0], e, unsigned)
	})
}

// unsigned compares entries without their signatures.
var unsigned = cmpopts.IgnoreUnexported(journal.Entry{})

func TestNoChangeNoRow(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		ctx, stop := t.Context(), errors.New("stop")
		err := b.d.Write(ctx, b.who, func(tx *db.Tx) error {
			b.must(b.Record(ctx, tx, journal.Change{Verb: "a.b", Subject: id.New[id.Any]()}))
			return stop
		})
		if !errors.Is(err, stop) {
			t.Error(err)
		}
		for _, c := range []journal.Change{{Verb: "a.b", Subject: id.Any{}, After: func() {}}, {Verb: "a.b", Subject: id.Any{}, Before: make(chan int)}} {
			err := b.d.Write(ctx, b.who, func(tx *db.Tx) error { return b.Record(ctx, tx, c) })
			if err == nil || !strings.Contains(err.Error(), "journal a.b") {
				t.Errorf("a value that JSON cannot hold: %v", err)
			}
		}
		if rows := b.all(b.who); len(rows) != 0 {
			t.Errorf("%d rows of what was taken back", len(rows))
		}
	})
}

// told is what some tests of lists read: four rows, a minute apart, and one of another tenant.
type told struct {
	*book
	harbour, mill id.Site
	subject       id.Any
	him           id.Person
	foreign       id.Tenant
}

func tell(t *testing.T, b *book) told {
	t.Helper()
	x := told{b, id.New[id.Site](), id.New[id.Site](), id.New[id.Any](), id.Person{}, dbtest.Tenant(t, b.d)}
	other := dbtest.Actor(b.tenant)
	x.him = other.Person()
	for _, c := range []struct {
		who     actor.Actor
		verb    string
		site    id.Site
		subject id.Any
	}{
		{b.who, "site.created", x.harbour, x.subject}, {b.who, "site.updated", x.harbour, x.subject}, {other, "site.created", x.mill, id.New[id.Any]()},
		{other, "role.created", id.Site{}, id.New[id.Any]()}, {dbtest.Actor(x.foreign), "site.created", x.harbour, x.subject},
	} {
		b.must(b.d.Write(t.Context(), c.who, func(tx *db.Tx) error {
			return b.Record(t.Context(), tx, journal.Change{Verb: c.verb, Subject: c.subject, Site: c.site})
		}))
		b.clock.Advance(time.Minute)
	}
	return x
}

func (x told) verbs(who actor.Actor, f journal.Filter, limit int) (out []string) {
	x.t.Helper()
	for p := (page.Request{Limit: limit}); ; {
		rows, err := x.List(x.t.Context(), who, f, p)
		x.must(err)
		for _, e := range rows.Items {
			out = append(out, e.Verb)
		}
		if p.After = rows.Next; p.After == "" {
			return out
		}
	}
}

func TestListIsInOrderFilteredAndPaged(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		x := tell(t, b)
		whole := []string{"role.created", "site.created", "site.updated", "site.created"}
		for _, limit := range []int{1, 3, 50} {
			testworld.Same(t, whole, x.verbs(b.who, journal.Filter{}, limit))
		}
		testworld.Same(t, whole[:2], x.verbs(b.who, journal.Filter{Who: &x.him}, 50))
		testworld.Same(t, whole[1:], x.verbs(b.who, journal.Filter{Noun: "site"}, 1))
		testworld.Same(t, whole[2:3], x.verbs(b.who, journal.Filter{Verb: "site.updated"}, 50))
		testworld.Same(t, whole[2:], x.verbs(b.who, journal.Filter{Subject: &x.subject}, 50))
		testworld.Same(t, whole[1:3], x.verbs(b.who, journal.Filter{From: morning.Add(time.Minute), To: morning.Add(3 * time.Minute)}, 50))
		testworld.Same(t, []string(nil), x.verbs(b.who, journal.Filter{Verb: "site.updated", Who: &x.him}, 50))
		for _, bad := range []string{"nonsense", "WyIiLCJub3QgYW4gaWQiXQ"} {
			_, err := b.List(t.Context(), b.who, journal.Filter{}, page.Request{After: bad})
			testworld.Fault(t, err, fault.Invalid, "after cursor")
		}
	})
}

// TestTheTrailIsScoped: who sees a site sees what happened there, and nothing that belongs to no site.
func TestTheTrailIsScoped(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		ctx, x := t.Context(), tell(t, b)
		at := func(s id.Site) actor.Actor {
			return actor.New(actor.Facts{Kind: actor.Person, Tenant: b.tenant, Person: id.New[id.Person](), Reach: map[actor.Permission]actor.Reach{journal.CanRead: {Sites: map[id.Site]struct{}{s: {}}}}})
		}
		testworld.Same(t, []string{"site.updated", "site.created"}, x.verbs(at(x.harbour), journal.Filter{}, 50))
		entry := b.all(b.who)[0].ID
		if _, err := b.Get(ctx, at(x.harbour), entry); err != nil {
			t.Error(err)
		}
		_, err := b.Get(ctx, at(x.mill), entry)
		testworld.Gone(t, err, "entry")
		_, err = b.Get(ctx, dbtest.Actor(x.foreign, journal.CanRead), entry)
		testworld.Gone(t, err, "entry")
		_, err = b.Get(ctx, b.who, id.New[id.Entry]())
		testworld.Gone(t, err, "entry")
		b.must(b.Seal(ctx))
		rows, err := b.Feed(ctx, at(x.mill), 0, 10)
		if err != nil || len(rows) != 1 || *rows[0].Seq != 3 {
			t.Errorf("the feed of Mill: %v %v", rows, err)
		}
	})
}

func TestTheTrailNeedsItsPermissions(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		ctx := t.Context()
		verifier, reader := dbtest.Actor(b.tenant, journal.CanVerify), dbtest.Actor(b.tenant, journal.CanRead)
		partly := actor.New(actor.Facts{Kind: actor.Person, Tenant: b.tenant, Reach: map[actor.Permission]actor.Reach{journal.CanVerify: {Sites: map[id.Site]struct{}{id.New[id.Site](): {}}}}})
		for who, want := range map[*actor.Actor]fault.Kind{&verifier: fault.Forbidden, {}: fault.Unauthenticated} {
			_, err1 := b.List(ctx, *who, journal.Filter{}, page.Request{})
			_, err2 := b.Get(ctx, *who, id.New[id.Entry]())
			_, err3 := b.Feed(ctx, *who, 0, 10)
			for _, err := range []error{err1, err2, err3} {
				if fault.KindOf(err) != want {
					t.Errorf("%v, want %s", err, want)
				}
			}
		}
		for who, want := range map[*actor.Actor]fault.Kind{&reader: fault.Forbidden, &partly: fault.Forbidden, {}: fault.Unauthenticated} {
			if _, err := b.Verify(ctx, *who, nil); fault.KindOf(err) != want {
				t.Errorf("verify: %v, want %s", err, want)
			}
		}
	})
}

func TestFeedIsBounded(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.filled(520)
		for limit, want := range map[int]int{-1: 1, 0: 1, 1: 1, 7: 7, 500: 500, 1 << 30: 500} {
			rows, err := b.Feed(t.Context(), b.who, 10, limit)
			if err != nil || len(rows) != want || *rows[0].Seq != 11 || *rows[want-1].Seq != int64(10+want) {
				t.Errorf("limit %d: %d rows, %v; want %d from 11 on", limit, len(rows), err, want)
			}
		}
	})
}
