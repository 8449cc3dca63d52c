package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// The rows by which the trail itself tells what the retention has done.
const (
	SetAsideVerb = "retention.set_aside" // months were taken out of the live tables
	AttachedVerb = "retention.attached"  // the operator has brought them back
)

// Months are the names of months of tables, "journal_202401", in the rows of SetAsideVerb and AttachedVerb.
type Months struct {
	Names []string `json:"months"`
}

// Span is a run of numbers that are set aside.
type Span struct {
	First int64     `json:"first"`
	Last  int64     `json:"last"`
	Since time.Time `json:"since"` // when the last of them were
}

// SetAside says which numbers are set aside since when, "" where none are: "numbers 1 to 120 are set aside since 2026-11-01".
func (r Report) SetAside() string {
	words := make([]string, len(r.Asides))
	for i, a := range r.Asides {
		words[i] = fmt.Sprintf("numbers %d to %d are set aside since %s", a.First, a.Last, a.Since.Format(time.DateOnly))
	}
	return strings.Join(words, ", ")
}

// aside says, signed, that a tenant's numbers from first to last are set aside, and what the chain goes on from.
type aside struct {
	tenant      id.Tenant
	first, last int64
	hash        []byte // of last
	name        string // of the month's table
	at          time.Time
	signature   []byte
}

func (a aside) message() []byte {
	t := a.tenant.Bytes()
	b := append([]byte("intelliwiz journal aside\x00"), t[:]...)
	for _, n := range []int64{a.first, a.last, a.at.UnixMicro(), int64(len(a.name))} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return append(append(b, a.name...), a.hash...)
}

// SetAside sets a month of db.Due aside, and keeps in the same transaction for every tenant which numbers these were and the hash of the last, signed. Whoever
// calls it has verified the trail: what is not as it was written is evidence, and stays where it is. Conflict while rows of the month are not sealed.
func (j *Journal) SetAside(ctx context.Context, month string, months int) error {
	start, err := time.Parse("200601", month)
	if err != nil {
		return fmt.Errorf("set aside: %w", err)
	}
	from, to := least(start), least(start.AddDate(0, 1, 0))
	return j.db.Seal(ctx, func(tx *db.Tx) error {
		open, err := db.All(ctx, tx, scanTenant, asideOpen, from, to)
		if err != nil {
			return err
		}
		if len(open) > 0 {
			return fault.Of(fault.Conflict, "Rows of "+month+" are not sealed.")
		}
		found, err := db.All(ctx, tx, scanRange, asideRanges, from, to)
		if err != nil {
			return err
		}
		j.keepAside(tx, found, "journal_"+month)
		tx.SetAside("journal", month, months)
		return nil
	})
}

// keepAside signs and writes what is set aside.
func (j *Journal) keepAside(tx *db.Tx, found []aside, name string) {
	if len(found) == 0 {
		return
	}
	at, key := j.now(), j.signers()[0]
	var tenants []id.Tenant
	var firsts, lasts []int64
	var hashes, signatures [][]byte
	for _, a := range found {
		a.name, a.at = name, at
		tenants, firsts, lasts, hashes = append(tenants, a.tenant), append(firsts, a.first), append(lasts, a.last), append(hashes, a.hash)
		signatures = append(signatures, ed25519.Sign(key, a.message()))
	}
	tx.Later(asidesInsert, name, at, tenants, firsts, lasts, hashes, signatures)
}

// TellMonths leaves a row of SetAsideVerb or AttachedVerb in the trail of the actor's tenant. It needs who to be the system.
func (j *Journal) TellMonths(ctx context.Context, who actor.Actor, verb string, names []string) error {
	if who.Kind() != actor.System {
		return fault.Denied("retention")
	}
	return j.db.Write(ctx, who, func(tx *db.Tx) error {
		return j.Record(ctx, tx, Change{Verb: verb, Subject: who.Tenant(), After: Months{names}})
	})
}

// asides reads what is said to be set aside of a tenant.
func (j *Journal) asides(ctx context.Context, tenant id.Tenant) (all []aside, err error) {
	err = j.db.Seal(ctx, func(tx *db.Tx) error {
		all, err = db.All(ctx, tx, scanAside, asidesOf, tenant)
		return err
	})
	return all, err
}

// aside keeps what is said to be set aside; what we have not signed proves nothing and is named.
func (v *verifier) aside(a aside) {
	if !v.ours(func(key ed25519.PublicKey) bool { return ed25519.Verify(key, a.message(), a.signature) }) {
		v.find(Edited, a.first, id.Entry{}, fmt.Sprintf("That numbers %d to %d are set aside has a signature that is not ours.", a.first, a.last))
		return
	}
	v.asides[a.first] = a
}

// skip goes over numbers that are set aside, up to the next one that is there.
func (v *verifier) skip(next int64) {
	for {
		a, ok := v.asides[v.last.Seq+1]
		if !ok || a.last >= next {
			return
		}
		for _, x := range v.anchors[a.last] {
			if !bytes.Equal(x.Hash, a.hash) {
				v.find(Cut, a.last, id.Entry{}, fmt.Sprintf("Number %d is set aside, and is not what was anchored outside.", a.last))
			}
		}
		v.last = Head{Seq: a.last, Hash: a.hash}
		v.skipped = append(v.skipped, a)
		if n := len(v.Asides); n > 0 && v.Asides[n-1].Last == a.first-1 {
			v.Asides[n-1].Last, v.Asides[n-1].Since = a.last, a.at
			continue
		}
		v.Asides = append(v.Asides, Span{a.first, a.last, a.at})
	}
}

// attachedBy notes a row that says that months were brought back.
func (v *verifier) attachedBy(e Entry) {
	var said Months
	if e.Verb != AttachedVerb || json.Unmarshal([]byte(e.After), &said) != nil {
		return
	}
	for _, name := range said.Names {
		v.attached[name] = e.At
	}
}

// kept finds numbers that are not there although what was set aside has been brought back since: somebody shows an old signature.
func (v *verifier) kept() {
	for _, a := range v.skipped {
		if at, was := v.attached[a.name]; was && !at.Before(a.at) {
			v.find(Missing, a.first, id.Entry{}, fmt.Sprintf("Numbers %d to %d were brought back, and are missing.", a.first, a.last))
		}
	}
}

// least is the least id of a moment.
func least(t time.Time) id.Entry {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], uint64(t.UnixMilli())<<16)
	return id.Of[id.Entry](b)
}

func scanRange(r db.Row) (a aside, err error) {
	err = r.Scan(&a.tenant, &a.first, &a.last, &a.hash)
	return a, err
}

func scanAside(r db.Row) (a aside, err error) {
	err = r.Scan(&a.tenant, &a.first, &a.last, &a.hash, &a.name, &a.at, &a.signature)
	return a, err
}

const asideOpen db.SQL = `-- journal.asideOpen
select j.tenant_id from journal j where j.seq is null and j.id >= $1 and j.id < $2 limit 1`

// asideRanges finds the runs of numbers in a month: one a tenant, and more where a row was sealed later than others that were written after it.
const asideRanges db.SQL = `-- journal.asideRanges
select x.tenant_id, x.first_seq, x.last_seq, j.hash from (
  select y.tenant_id, min(y.seq) as first_seq, max(y.seq) as last_seq from (
    select k.tenant_id, k.seq, k.seq - row_number() over (partition by k.tenant_id order by k.seq) as island
    from journal k where k.id >= $1 and k.id < $2 and k.seq is not null) y
  group by y.tenant_id, y.island) x
join journal j on j.tenant_id = x.tenant_id and j.seq = x.last_seq and j.id >= $1 and j.id < $2 order by x.tenant_id, x.first_seq`

const asidesInsert db.SQL = `-- journal.asidesInsert
insert into sys_journal_asides (tenant_id, first_seq, last_seq, hash, name, at, signature)
select v.tenant, v.first_seq, v.last_seq, v.hash, $1, $2, v.signature
from (lists_of($3 tenant uuid, $4 first_seq bigint, $5 last_seq bigint, $6 hash bytea, $7 signature bytea)) v where true`

const asidesOf db.SQL = `-- journal.asidesOf
select a.tenant_id, a.first_seq, a.last_seq, a.hash, a.name, a.at, a.signature from sys_journal_asides a where a.tenant_id = $1 order by a.first_seq`
