package journal_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/testworld"
)

// attack runs statements about the tenant's rows as somebody who writes the database and has no key.
func (b *book) attack(statements ...string) {
	b.t.Helper()
	for _, s := range statements {
		if !strings.Contains(s, " where ") {
			s += " where true"
		}
		s = strings.ReplaceAll(s, " where ", " where tenant_id = TENANT and ")
		dbtest.Exec(b.t, b.url, strings.NewReplacer("TENANT", "'"+b.tenant.String()+"'", "NEWID", "'"+id.New[id.Entry]().String()+"'").Replace(s))
	}
}

// found gives what Verify finds, as "kind number".
func (b *book) found(anchors ...journal.Anchor) (out []string) {
	b.t.Helper()
	r, err := b.Verify(b.t.Context(), b.who, anchors)
	b.must(err)
	if r.Tenant != b.tenant || r.Whole() != (len(r.Findings) == 0) {
		b.t.Errorf("%+v", r)
	}
	for _, f := range r.Findings {
		if f.Words == "" {
			b.t.Errorf("%+v says nothing", f)
		}
		out = append(out, fmt.Sprintf("%s %d", f.Kind, f.Seq))
	}
	return out
}

// anchoredAt gives the signed head of now.
func (b *book) anchoredAt() (out journal.Anchor) {
	b.t.Helper()
	c := b.config
	c.Anchored = func(_ context.Context, a journal.Anchor) error { out = a; return nil }
	ctx, cancel := context.WithCancel(b.t.Context())
	cancel()
	b.must(b.write(b.t.Context(), b.who, 1)) // a head that moves is anchored
	b.must(journal.New(c).Run(ctx))
	return out
}

const copied = `insert into journal (tenant_id, id, at, who_kind, who_id, who_name, verb, noun, subject_id, site_id, request_id, before, after, mac, seq, hash)
select tenant_id, NEWID, at, who_kind, who_id, who_name, verb, noun, subject_id, site_id, request_id, before, after, mac, %s, %s from journal where seq = 5`

// TestVerifyFinds is: edit, delete, insert, swap and truncation, in a chain of ten rows.
func TestVerifyFinds(t *testing.T) {
	other := "'00000000-0000-7000-8000-000000000001'"
	cases := []struct {
		claim    string
		attack   []string
		postgres []string // instead, where the words differ
		want     []string
	}{
		{"nothing where nothing was done", nil, nil, nil},
		{"an edit of what was", []string{`update journal set before = '{}' where seq = 5`}, nil, []string{"edited 5"}},
		{"an edit of what became of it", []string{`update journal set after = '{"n": 4}' where seq = 5`}, nil, []string{"edited 5"}},
		{"an edit of who", []string{`update journal set who_name = 'Somebody else' where seq = 5`}, nil, []string{"edited 5"}},
		{"an edit of whose id", []string{`update journal set who_id = ` + other + ` where seq = 5`}, nil, []string{"edited 5"}},
		{"nobody instead of somebody", []string{`update journal set who_id = null where seq = 5`}, nil, []string{"edited 5"}},
		{"an edit of their kind", []string{`update journal set who_kind = 'system' where seq = 5`}, nil, []string{"edited 5"}},
		{"an edit of the verb", []string{`update journal set verb = 'thing.seen' where seq = 5`}, nil, []string{"edited 5"}},
		{"an edit of the noun", []string{`update journal set noun = 'other' where seq = 5`}, nil, []string{"edited 5"}},
		{"an edit of the subject", []string{`update journal set subject_id = ` + other + ` where seq = 5`}, nil, []string{"edited 5"}},
		{"as whom, where nobody acted", []string{`update journal set as_id = ` + other + ` where seq = 5`}, nil, []string{"edited 5"}},
		{"an edit of the site", []string{`update journal set site_id = ` + other + ` where seq = 5`}, nil, []string{"edited 5"}},
		{"an edit of the trace", []string{`update journal set trace = 'x' where seq = 5`}, nil, []string{"edited 5"}},
		{"an edit of the request", []string{`update journal set request_id = 'x' where seq = 5`}, nil, []string{"edited 5"}},
		{"an edit of when", []string{`update journal set at = at + 1 where seq = 5`}, []string{`update journal set at = at + interval '1 microsecond' where seq = 5`}, []string{"edited 5"}},
		{"a letter moved from one column to the next", []string{`update journal set verb = 'thing.change', noun = 'dthing' where seq = 5`}, nil, []string{"edited 5"}},
		{"another id", []string{`update journal set id = NEWID where seq = 5`}, nil, []string{"edited 5"}},
		{"a signature of one's own", []string{`update journal set mac = hash where seq = 5`}, nil, []string{"edited 5", "unchained 5"}},
		{"a link of one's own", []string{`update journal set hash = mac where seq = 5`}, nil, []string{"unchained 5", "unchained 6"}},
		{"a delete", []string{`delete from journal where seq = 5`}, nil, []string{"missing 5", "unchained 6"}},
		{"a delete of the first", []string{`delete from journal where seq = 1`}, nil, []string{"missing 1", "unchained 2"}},
		{"a delete of several", []string{`delete from journal where seq between 3 and 6`}, nil, []string{"missing 3", "unchained 7"}},
		{"a delete with the others renumbered", []string{`delete from journal where seq = 5`, `update journal set seq = seq - 1 where seq > 5`}, nil,
			[]string{"unchained 5", "unchained 6", "unchained 7", "unchained 8", "unchained 9", "cut 10"}},
		{"a copy in the place of its original", []string{fmt.Sprintf(copied, "seq", "hash")}, nil, []string{"doubled 5", "edited 5", "unchained 5"}},
		{"a copy at the end", []string{fmt.Sprintf(copied, "11", "hash")}, nil, []string{"unchained 11"}},
		{"a copy before the first", []string{fmt.Sprintf(copied, "0", "hash"), fmt.Sprintf(copied, "-7", "hash")}, nil, []string{"unchained -7", "unchained 0"}},
		{"a copy that waits for the sealer", []string{fmt.Sprintf(copied, "null", "null")}, nil, []string{"edited 0"}},
		{"a swap", []string{`update journal set seq = -1 where seq = 4`, `update journal set seq = 4 where seq = 5`, `update journal set seq = 5 where seq = -1`}, nil,
			[]string{"unchained 4", "unchained 5", "unchained 6"}},
		{"a swap of what was linked, too", []string{`update journal set seq = -1 where seq = 4`, `update journal set seq = 4, hash = (select hash from journal where seq = -1) where seq = 5`,
			`update journal set seq = 5 where seq = -1`}, nil, []string{"unchained 4", "unchained 5", "unchained 6"}},
		{"a truncated tail", []string{`delete from journal where seq > 7`}, nil, []string{"cut 8"}},
		{"all rows gone", []string{`delete from journal`}, nil, []string{"cut 1"}},
		{"a head set back", []string{`update sys_journal_heads set seq = 7`}, nil, []string{"unchained 7", "unchained 8", "unchained 9", "unchained 10"}},
		{"a head of one's own", []string{`update sys_journal_heads set seq = 12, hash = (select mac from journal where seq = 10)`}, nil, []string{"cut 11"}},
		{"a head that is gone", []string{`delete from sys_journal_heads`}, nil, []string{
			"unchained 1", "unchained 2", "unchained 3", "unchained 4", "unchained 5", "unchained 6", "unchained 7", "unchained 8", "unchained 9", "unchained 10"}},
		{"a row that is unsealed", []string{`update journal set seq = null, hash = null where seq = 5`}, nil, []string{"missing 5", "unchained 6"}},
	}
	each(t, func(t *testing.T, b *book) {
		for _, c := range cases {
			b.tenant = dbtest.Tenant(t, b.d)
			b.who = dbtest.Actor(b.tenant, journal.CanRead, journal.CanVerify)
			b.filled(10)
			if c.postgres != nil && b.d.Engine() == "postgres" {
				c.attack = c.postgres
			}
			b.attack(c.attack...)
			if diff := testworld.Diff(c.want, b.found()); diff != "" {
				t.Errorf("%s: %s", c.claim, diff)
			}
		}
	})
}

func TestVerifyCountsWhatItChecks(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		r, err := b.Verify(t.Context(), b.who, nil)
		b.must(err)
		testworld.Same(t, journal.Report{Tenant: b.tenant}, r)
		b.filled(10)
		b.must(b.write(t.Context(), b.who, 3))
		r, err = b.Verify(t.Context(), b.who, nil)
		b.must(err)
		testworld.Same(t, journal.Report{Tenant: b.tenant, Rows: 10, Waiting: 3}, r)
		b.attack(`update journal set who_name = 'X' where seq is null`)
		testworld.Same(t, []string{"edited 0", "edited 0", "edited 0"}, b.found())
	})
}

func TestVerifyReadsInPiecesAndSeesWhatStandsBetweenThem(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.filled(2003) // pieces of 1000
		if got := b.found(); got != nil {
			t.Fatalf("%v", got)
		}
		b.attack(strings.ReplaceAll(fmt.Sprintf(copied, "1000", "hash"), "seq = 5", "seq = 1000"))
		testworld.Same(t, []string{"doubled 1000", "edited 1000", "unchained 1000"}, b.found())
		b.attack(`update journal set request_id = 'x'`)
		r, err := b.Verify(t.Context(), b.who, nil)
		b.must(err)
		if len(r.Findings) != 100 || !r.More || r.Rows != 2004 {
			t.Errorf("%d findings, more %v, of %d rows; want 100, true, 2004", len(r.Findings), r.More, r.Rows)
		}
	})
}

// TestVerifyFindsAnOlderStateByItsAnchors: whoever sets rows and head back to what they were is found by what has left the database.
func TestVerifyFindsAnOlderStateByItsAnchors(t *testing.T) {
	back := []string{`delete from journal where seq > 7`, `update sys_journal_heads set seq = 7, hash = (select hash from journal where seq = 7)`}
	each(t, func(t *testing.T, b *book) {
		b.filled(4)
		early := b.anchoredAt() // 5
		b.filled(4)
		late := b.anchoredAt() // 10
		if early.Seq != 5 || late.Seq != 10 || b.found(early, late) != nil {
			t.Fatalf("%d %d %v", early.Seq, late.Seq, b.found(early, late))
		}
		r, err := b.Verify(t.Context(), b.who, []journal.Anchor{early, late})
		if err != nil || r.Anchors != 2 {
			t.Errorf("%d anchors, %v", r.Anchors, err)
		}
		b.attack(back...)
		testworld.Same(t, []string(nil), b.found()) // nothing inside the database says so
		testworld.Same(t, []string(nil), b.found(early))
		testworld.Same(t, []string{"cut 8"}, b.found(early, late))
		b.Journal = journal.New(b.config) // started anew, and grown again over the place
		b.filled(2)
		again := b.anchoredAt() // 10 once more
		b.filled(2)
		testworld.Same(t, []string(nil), b.found(early, again))
		testworld.Same(t, []string{"cut 10"}, b.found(early, late))
		testworld.Same(t, []string{"cut 10"}, b.found(late, again))
		testworld.Same(t, []string{"cut 10"}, b.found(again, late))
		b.attack(`delete from journal`, `delete from sys_journal_heads`)
		testworld.Same(t, []string(nil), b.found())
		testworld.Same(t, []string{"cut 1"}, b.found(early))
	})
}

func TestAFalseAnchorProvesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.filled(3)
		a := b.anchoredAt()
		false1, false2, foreign := a, a, a
		false1.Seq = 9
		stranger := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))
		false2.Signature = ed25519.Sign(stranger, []byte("x"))
		foreign.Tenant = id.New[id.Tenant]()
		testworld.Same(t, []string{"edited 9", "edited 4"}, b.found(false1, false2, foreign, a))
		r, err := b.Verify(t.Context(), b.who, []journal.Anchor{false1, foreign, a})
		if err != nil || r.Anchors != 1 {
			t.Errorf("%d anchors, %v; want the one that is ours", r.Anchors, err)
		}
	})
}

func TestAnotherKeyFindsEverythingFalse(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.filled(2)
		b.config.Key = bytes.Repeat([]byte{8}, 32)
		b.Journal = journal.New(b.config)
		testworld.Same(t, []string{"edited 1", "unchained 1", "edited 2", "unchained 2"}, b.found())
	})
}

func TestARowOfAnotherTenantIsNoRowHere(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.filled(3)
		other := dbtest.Tenant(t, b.d)
		stranger := dbtest.Actor(other, journal.CanRead, journal.CanVerify)
		b.must(b.write(t.Context(), stranger, 3))
		b.must(b.Seal(t.Context()))
		if r, err := b.Verify(t.Context(), stranger, nil); err != nil || r.Rows != 3 || !r.Whole() {
			t.Errorf("%+v %v", r, err)
		}
		b.attack(`delete from journal where seq = 2`)
		dbtest.Exec(t, b.url, `update journal set tenant_id = '`+b.tenant.String()+`' where seq = 2`) // a genuine row, moved over
		testworld.Same(t, []string{"edited 2", "unchained 2", "unchained 3"}, b.found())
	})
}
