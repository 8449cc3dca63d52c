package journal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// Entry is a row of the journal.
type Entry struct {
	ID      id.Entry   `json:"id"`
	Seq     *int64     `json:"seq"` // place in the tenant's chain, from 1 without gaps; nil until sealed, milliseconds after the change
	At      time.Time  `json:"at"`
	WhoKind actor.Kind `json:"who_kind"`
	WhoID   *id.Person `json:"who_id"` // nil for background work
	WhoName string     `json:"who_name"`
	As      *id.Person `json:"as_id,omitzero"` // as whom, when who acted as another person
	Verb    string     `json:"verb"`           // "site.updated"
	Noun    string     `json:"noun"`           // "site"
	Subject id.Any     `json:"subject_id"`
	Site    *id.Site   `json:"site_id"`
	Request string     `json:"request_id"`
	Before  string     `json:"before"` // the record as JSON, exactly as signed; "" = none
	After   string     `json:"after"`

	ErasedOf *id.Person `json:"erased_of,omitzero"` // of whom something was erased from the row

	erasure []byte // signs what the row became, with what it was signed with before
	trace   string // of the request, as telemetry.Carried gave it; what the row causes belongs to it
	mac     []byte
	hash    []byte
}

// sign gives the signature of every column of the row, each with its length before it, so that nothing can move from one column into another.
func (e Entry) sign(key []byte, tenant id.Tenant) []byte {
	h := hmac.New(sha256.New, key)
	t, i, s := tenant.Bytes(), e.ID.Bytes(), e.Subject.Bytes()
	put(h, t[:])
	put(h, i[:])
	put(h, binary.BigEndian.AppendUint64(nil, uint64(e.At.UnixMicro())))
	put(h, []byte(e.WhoKind))
	put(h, optional(e.WhoID))
	for _, text := range []string{e.WhoName, e.Verb, e.Noun} {
		put(h, []byte(text))
	}
	put(h, s[:])
	put(h, optional(e.Site))
	for _, text := range []string{e.Request, e.Before, e.After} {
		put(h, []byte(text))
	}
	if e.As != nil { // rows from before there was this column have none
		put(h, optional(e.As))
	}
	if e.trace != "" { // the same; named, so that it is never taken for the one above
		put(h, []byte("trace "+e.trace))
	}
	return h.Sum(nil)
}

// erased gives the signature of a row from which something was erased: of what it is now, of whom it was, and of its first signature, which is what the
// chain is made of.
func (e Entry) erased(key []byte, tenant id.Tenant) []byte {
	h := hmac.New(sha256.New, key)
	put(h, []byte("erased"))
	put(h, optional(e.ErasedOf))
	put(h, e.mac)
	put(h, e.sign(key, tenant))
	return h.Sum(nil)
}

func put(h hash.Hash, b []byte) {
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(b)))) // a hash never fails
	h.Write(b)
}

func optional[T interface{ Bytes() [16]byte }](p *T) []byte {
	if p == nil {
		return nil
	}
	b := (*p).Bytes()
	return b[:]
}

// link is the chain: the hash of a row covers the hash before it, its number and its signature.
func link(key, previous []byte, seq int64, mac []byte) []byte {
	h := hmac.New(sha256.New, key)
	put(h, previous)
	put(h, binary.BigEndian.AppendUint64(nil, uint64(seq)))
	put(h, mac)
	return h.Sum(nil)
}

func nounOf(verb string) string {
	noun, _, _ := strings.Cut(verb, ".")
	return noun
}

const columns = `j.id, j.seq, j.at, j.who_kind, j.who_id, j.who_name, j.verb, j.noun, j.subject_id, j.site_id, j.request_id, j.before, j.after, j.mac, j.hash, j.as_id, j.trace, j.erased_of, j.erasure`

func scanEntry(r db.Row) (e Entry, err error) { err = e.read(r); return e, err }

// read scans the columns of a row, and more behind them.
func (e *Entry) read(r db.Row, more ...any) error {
	var chained *[]byte
	var trace *string
	var erasure *[]byte
	err := r.Scan(append([]any{&e.ID, db.Null(&e.Seq), &e.At, &e.WhoKind, db.Null(&e.WhoID), &e.WhoName, &e.Verb, &e.Noun, &e.Subject,
		db.Null(&e.Site), &e.Request, &e.Before, &e.After, &e.mac, db.Null(&chained), db.Null(&e.As), db.Null(&trace), db.Null(&e.ErasedOf), db.Null(&erasure)}, more...)...)
	if chained != nil {
		e.hash = *chained
	}
	if erasure != nil {
		e.erasure = *erasure
	}
	if trace != nil {
		e.trace = *trace
	}
	return err
}

const insert db.SQL = `-- journal.insert
insert into journal (tenant_id, id, at, who_kind, who_id, who_name, verb, noun, subject_id, site_id, request_id, before, after, mac, as_id, trace)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`
