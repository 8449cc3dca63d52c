package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// Report says whether a tenant's journal is whole.
type Report struct {
	Tenant   id.Tenant `json:"tenant"`
	Rows     int64     `json:"rows"`     // sealed rows that were checked
	Waiting  int64     `json:"waiting"`  // rows that were not sealed yet; their signatures were checked
	Erased   int64     `json:"erased"`   // rows from which something about a person was erased, and the trail says so
	Anchors  int       `json:"anchors"`  // signed heads that were compared
	Asides   []Span    `json:"asides"`   // numbers that the retention has set aside, which are not there to be checked
	Findings []Finding `json:"findings"` // empty: whole
	More     bool      `json:"more"`     // there are more findings than are listed
}

// Whole says that nothing was found.
func (r Report) Whole() bool { return len(r.Findings) == 0 }

// Finding is one thing that is not as it was written.
type Finding struct {
	Kind  FindingKind `json:"kind"`
	Seq   int64       `json:"seq"`            // the place in the chain where it shows; 0 when the row has none
	Entry id.Entry    `json:"entry,omitzero"` // the row, where there is one
	Words string      `json:"words"`
}

// FindingKind sorts findings.
type FindingKind string

// The kinds of finding.
const (
	Edited    FindingKind = "edited"    // a row is not what was signed
	Missing   FindingKind = "missing"   // a number has no row
	Doubled   FindingKind = "doubled"   // a number has two rows
	Unchained FindingKind = "unchained" // a row does not continue the one before: inserted, swapped or renumbered
	Cut       FindingKind = "cut"       // rows at the end are gone, or the whole is an older state
)

// maxFindings bounds a report: one cut link makes all that follow it suspicious.
const maxFindings = 100

// Verify reads the actor's whole journal and checks every signature, every link and the given anchors; anchors of other tenants are
// passed over. Needs audit.verify everywhere. It only reads, in pieces, and what is written meanwhile is not its subject.
func (j *Journal) Verify(ctx context.Context, who actor.Actor, anchors []Anchor) (Report, error) {
	if err := who.RequireEverywhere(CanVerify); err != nil {
		return Report{}, err
	}
	for {
		asides, err := j.asides(ctx, who.Tenant())
		if err != nil {
			return Report{}, err
		}
		r, err := j.verify(ctx, who, anchors, asides)
		if err != nil || r.Whole() {
			return r, err
		}
		again, err := j.asides(ctx, who.Tenant())
		if err != nil || len(again) == len(asides) {
			return r, err
		} // otherwise the retention, or the operator, was at work meanwhile
	}
}

// verify goes through the trail once.
func (j *Journal) verify(ctx context.Context, who actor.Actor, anchors []Anchor, asides []aside) (Report, error) {
	v := verifier{
		j: j, keys: j.keys(), signers: j.signers(), Report: Report{Tenant: who.Tenant()}, anchors: map[int64][]Anchor{}, erased: map[id.Person]Entry{}, granted: map[id.Person]bool{},
		asides: map[int64]aside{}, attached: map[string]time.Time{}, shut: map[id.Person]Entry{},
	}
	for _, a := range anchors {
		if a.Tenant == who.Tenant() {
			v.anchor(a)
		}
	}
	head, err := j.head(ctx, who.Tenant())
	if err != nil {
		return Report{}, err
	}
	for _, a := range asides {
		v.aside(a)
	}
	for last := (Entry{}); ; {
		var rows []Entry
		err := j.db.Read(ctx, who, func(tx *db.Tx) error {
			if rows, err = db.All(ctx, tx, scanEntry, sealedPage, v.last.Seq, head.Seq, last.ID, batch); err != nil || len(rows) == 0 {
				return err
			}
			last = rows[len(rows)-1]
			for _, e := range rows {
				v.row(e)
			}
			return v.readable(ctx, tx, rows)
		})
		if err != nil {
			return Report{}, err
		}
		if len(rows) == 0 {
			break
		}
	}
	v.end(head)
	if err := v.strays(ctx); err != nil {
		return Report{}, err
	}
	err = v.waiting(ctx, who)
	v.unsaid()
	v.kept()
	return v.Report, err
}

func (j *Journal) head(ctx context.Context, tenant id.Tenant) (Head, error) {
	var found []Head
	err := j.db.Seal(ctx, func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanHead, headGet, tenant)
		return err
	})
	if err != nil || len(found) == 0 {
		return Head{}, err
	}
	return found[0], nil
}

type verifier struct {
	Report
	j       *Journal
	keys    [][]byte
	signers []ed25519.PrivateKey
	last    Head
	anchors map[int64][]Anchor // of one number there are two when the journal grew anew from an older state
	latest  int64              // the highest anchored number

	erased  map[id.Person]Entry // of whom something was erased: the first row
	granted map[id.Person]bool  // of whom the trail says that they were erased
	shut    map[id.Person]Entry // of whom something cannot be read: the first row

	asides   map[int64]aside      // what is said to be set aside, by its first number
	skipped  []aside              // those of them that were gone over
	attached map[string]time.Time // months that the trail says were brought back, and when
}

func (v *verifier) find(k FindingKind, seq int64, entry id.Entry, words string) {
	if len(v.Findings) == maxFindings {
		v.More = true
		return
	}
	v.Findings = append(v.Findings, Finding{Kind: k, Seq: seq, Entry: entry, Words: words})
}

// anchor keeps a signed head for comparison; one with a false signature proves nothing and is named.
func (v *verifier) anchor(a Anchor) {
	if !v.ours(a.Verify) {
		v.find(Edited, a.Seq, id.Entry{}, "An anchor of this number has a signature that is not ours.")
		return
	}
	v.Anchors++
	v.anchors[a.Seq] = append(v.anchors[a.Seq], a)
	v.latest = max(v.latest, a.Seq)
}

// ours says whether a key of ours, of whatever version, verifies something.
func (v *verifier) ours(verifies func(key ed25519.PublicKey) bool) bool {
	return slices.ContainsFunc(v.signers, func(k ed25519.PrivateKey) bool {
		public, ok := k.Public().(ed25519.PublicKey)
		return ok && verifies(public)
	})
}

// signed says whether a signature is that of one of our keys, the newest first.
func (v *verifier) signed(mac []byte, of func(key []byte) []byte) bool {
	return slices.ContainsFunc(v.keys, func(key []byte) bool { return hmac.Equal(mac, of(key)) })
}

func (v *verifier) row(e Entry) {
	seq := *e.Seq
	v.Rows++
	v.skip(seq)
	switch {
	case seq == v.last.Seq:
		v.find(Doubled, seq, e.ID, fmt.Sprintf("Number %d stands twice.", seq))
	case seq > v.last.Seq+1:
		v.find(Missing, v.last.Seq+1, id.Entry{}, fmt.Sprintf("Numbers %d to %d are missing.", v.last.Seq+1, seq-1))
	}
	if !v.whole(e) {
		v.find(Edited, seq, e.ID, fmt.Sprintf("Number %d is not what was written.", seq))
	}
	if !v.signed(e.hash, func(key []byte) []byte { return link(key, v.last.Hash, seq, e.mac) }) {
		v.find(Unchained, seq, e.ID, fmt.Sprintf("Number %d does not continue number %d.", seq, v.last.Seq))
	}
	for _, a := range v.anchors[seq] {
		if !bytes.Equal(a.Hash, e.hash) {
			v.find(Cut, seq, e.ID, fmt.Sprintf("Number %d is not what was anchored outside at %s.", seq, a.At.Format("2006-01-02 15:04:05 UTC")))
		}
	}
	v.last = Head{Seq: seq, Hash: e.hash}
}

// end holds the last row against the head and the anchors.
func (v *verifier) end(head Head) {
	v.skip(head.Seq + 1)
	if v.last.Seq < head.Seq {
		v.find(Cut, v.last.Seq+1, id.Entry{}, fmt.Sprintf("Numbers %d to %d are gone from the end.", v.last.Seq+1, head.Seq))
	} else if !bytes.Equal(v.last.Hash, head.Hash) {
		v.find(Unchained, head.Seq, id.Entry{}, "The last row is not the one that was sealed last.")
	}
	if v.latest > head.Seq {
		v.find(Cut, head.Seq+1, id.Entry{}, fmt.Sprintf("Number %d was anchored outside; the journal ends at %d.", v.latest, head.Seq))
	}
}

// strays finds rows with numbers that no sealer gave. It asks in one statement, so that rows which are sealed meanwhile are none.
func (v *verifier) strays(ctx context.Context) error {
	var rows []Entry
	err := v.j.db.Seal(ctx, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanEntry, strays, v.Tenant, maxFindings+1)
		return err
	})
	for _, e := range rows {
		v.find(Unchained, *e.Seq, e.ID, fmt.Sprintf("Number %d was not given by a sealer.", *e.Seq))
	}
	return err
}

// waiting checks the signatures of rows that are not sealed yet.
func (v *verifier) waiting(ctx context.Context, who actor.Actor) error {
	var after id.Entry
	for {
		var rows []Entry
		err := v.j.db.Read(ctx, who, func(tx *db.Tx) (err error) {
			if rows, err = db.All(ctx, tx, scanEntry, waitingPage, after, batch); err != nil || len(rows) == 0 {
				return err
			}
			after = rows[len(rows)-1].ID
			for _, e := range rows {
				v.Waiting++
				if !v.whole(e) {
					v.find(Edited, 0, e.ID, "A row that is not sealed yet is not what was written.")
				}
			}
			return v.readable(ctx, tx, rows)
		})
		if err != nil || len(rows) == 0 {
			return err
		}
	}
}

const sealedPage db.SQL = `-- journal.sealedPage
select ` + columns + ` from journal j
where j.tenant_id = $1 and j.seq >= $2 and j.seq <= $3 and j.seq > 0 and (j.seq > $2 or j.id > $4 or $4 is null) order by j.seq, j.id limit $5`

const strays db.SQL = `-- journal.strays
select ` + columns + ` from journal j left join sys_journal_heads h on h.tenant_id = j.tenant_id
where j.tenant_id = $1 and (j.seq > coalesce(h.seq, 0) or j.seq < 1) order by j.seq, j.id limit $2`

const waitingPage db.SQL = `-- journal.waitingPage
select ` + columns + ` from journal j where j.tenant_id = $1 and j.seq is null and (j.id > $2 or $2 is null) order by j.id limit $3`
