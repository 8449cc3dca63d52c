package journal_test

import (
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/testworld"
)

// longAgo is the first moment of the month so many months before this one.
func longAgo(months int) time.Time {
	now := time.Now().UTC()
	return time.Date(now.Year(), now.Month()-time.Month(months), 1, 0, 0, 0, 0, time.UTC)
}

// old records n changes of a month long ago, an hour each from a moment on.
func (b *book) old(who actor.Actor, from time.Time, n int) {
	b.t.Helper()
	c := b.config
	c.Entry = func() id.Entry { from = from.Add(time.Hour); return id.NewAt[id.Entry](from) }
	j := journal.New(c)
	b.must(b.d.Write(b.t.Context(), who, func(tx *db.Tx) error {
		for range n {
			if err := j.Record(b.t.Context(), tx, journal.Change{Verb: "thing.changed", Subject: id.New[id.Any]()}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// aged gives a tenant eight old rows, of which one was sealed after others that were written later, and three young ones.
func (b *book) aged() (id.Tenant, actor.Actor) {
	b.t.Helper()
	tenant := dbtest.Tenant(b.t, b.d)
	who := dbtest.Actor(tenant, journal.CanRead, journal.CanVerify)
	b.old(who, longAgo(14), 3)
	b.old(who, longAgo(13), 2)
	b.must(b.Seal(b.t.Context()))
	b.old(who, longAgo(13).Add(-61*time.Minute), 1)
	b.must(b.Seal(b.t.Context()))
	b.old(who, longAgo(13), 2)
	b.must(b.Seal(b.t.Context()))
	b.must(b.write(b.t.Context(), who, 3))
	b.must(b.Seal(b.t.Context()))
	return tenant, who
}

// TestTheRestOfTheTrailIsProvedWhenOldMonthsAreSetAside, and who deletes old rows by hand does not pass for the retention.
func TestTheRestOfTheTrailIsProvedWhenOldMonthsAreSetAside(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		if b.d.Engine() == "sqlite" {
			return // nothing is partitioned
		}
		dbtest.Exec(t, b.url, "select make_partitions('"+longAgo(13).Format(time.DateOnly)+"')")
		type attacked struct {
			claim  string
			before bool // the months are set aside
			attack []string
			want   []string
		}
		cases := []attacked{
			{"nothing", false, nil, nil},
			{"a young row", false, []string{`delete from journal where seq = 10`}, []string{"missing 10", "unchained 11"}},
			{"the first that is there", false, []string{`delete from journal where seq = 9`}, []string{"missing 9", "unchained 10"}},
			{"a longer range", false, []string{`delete from journal where seq = 9`, `update sys_journal_asides set last_seq = 9, hash = (select mac from journal where seq = 10) where first_seq = 7`},
				[]string{"edited 7", "missing 7", "unchained 10"}},
			{"what was said to be set aside is gone", false, []string{`delete from sys_journal_asides where first_seq = 4`}, []string{"missing 4", "unchained 9"}},
			{"deleted by hand, before", true, []string{`delete from journal where seq = 2`}, []string{"missing 2", "unchained 9"}},
			{"the young rows gone", false, []string{`delete from journal where seq > 8`}, []string{"cut 9"}},
		}
		whose := make([]actor.Actor, len(cases))
		tenants := make([]id.Tenant, len(cases))
		for i, c := range cases {
			tenants[i], whose[i] = b.aged()
			if b.tenant, b.who = tenants[i], whose[i]; c.before {
				b.attack(c.attack...)
			}
		}
		idle := dbtest.Tenant(t, b.d)
		b.tenant, b.who = idle, dbtest.Actor(idle, journal.CanRead, journal.CanVerify)
		b.old(b.who, longAgo(14), 2)
		b.must(b.Seal(t.Context()))
		due, err := b.d.Due(t.Context(), "journal", 12)
		if err != nil || len(due) != 2 {
			t.Fatalf("%v %v", due, err)
		}
		for _, month := range due {
			b.must(b.SetAside(t.Context(), month, 12))
		}
		if r, err := b.Verify(t.Context(), b.who, nil); err != nil || !r.Whole() || r.Rows != 0 {
			t.Errorf("a tenant that has old rows only: %+v %v", r, err)
		}
		for i, c := range cases {
			if b.tenant, b.who = tenants[i], whose[i]; !c.before {
				b.attack(c.attack...)
			}
			if diff := testworld.Diff(c.want, b.found()); diff != "" {
				t.Errorf("%s: %s", c.claim, diff)
			}
		}
		b.tenant, b.who = tenants[0], whose[0]
		r, err := b.Verify(t.Context(), b.who, []journal.Anchor{b.anchoredAt()})
		b.must(err)
		testworld.Same(t, journal.Report{Tenant: b.tenant, Rows: 4, Anchors: 1, Asides: []journal.Span{{First: 1, Last: 8, Since: b.clock.Now()}}}, r)
		testworld.Same(t, "numbers 1 to 8 are set aside since 2026-11-25", r.SetAside())
		b.broughtBack(due)
	})
}

// broughtBack attaches what is set aside: all of it is verified anew, and an old signature of ours excuses nothing.
func (b *book) broughtBack(due []string) {
	b.t.Helper()
	dbtest.Exec(b.t, b.url, "create table kept as select * from sys_journal_asides")
	for _, month := range due {
		b.must(db.Attach(b.t.Context(), b.url, "journal_"+month))
	}
	system := actor.New(actor.Facts{Kind: actor.System, Tenant: b.tenant, Name: "command line"})
	if err := b.TellMonths(b.t.Context(), b.who, journal.AttachedVerb, nil); err == nil {
		b.t.Error("a person tells of months")
	}
	b.clock.Advance(time.Minute)
	b.must(b.TellMonths(b.t.Context(), system, journal.AttachedVerb, []string{"journal_" + due[0], "journal_" + due[1]}))
	b.must(b.Seal(b.t.Context()))
	r, err := b.Verify(b.t.Context(), b.who, nil)
	b.must(err)
	testworld.Same(b.t, journal.Report{Tenant: b.tenant, Rows: 13}, r)
	dbtest.Exec(b.t, b.url, "insert into sys_journal_asides select * from kept")
	b.attack(`delete from journal where seq < 9`)
	testworld.Same(b.t, []string{"missing 1", "missing 4", "missing 6", "missing 7"}, b.found())
}
