package journal

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// whole says that a row is what was signed, or what an erasure left of it. Whoever has the key could make such a row of any; so each must be of a person of
// whom the trail itself says that they were erased.
func (v *verifier) whole(e Entry) bool {
	if e.Verb == erasedVerb {
		v.granted[id.Of[id.Person](e.Subject.Bytes())] = true
	}
	v.attachedBy(e)
	if e.ErasedOf == nil {
		return v.signed(e.mac, func(key []byte) []byte { return e.sign(key, v.Tenant) })
	}
	v.Erased++
	if _, known := v.erased[*e.ErasedOf]; !known {
		v.erased[*e.ErasedOf] = e
	}
	return v.signed(e.erasure, func(key []byte) []byte { return e.erased(key, v.Tenant) })
}

// readable takes note of people of whom rows say something that cannot be opened.
func (v *verifier) readable(ctx context.Context, tx *db.Tx, rows []Entry) error {
	closed, err := v.j.reveal(ctx, tx, rows)
	for _, x := range closed {
		if _, known := v.shut[x.person]; !known {
			v.shut[x.person] = rows[x.row]
		}
	}
	return err
}

// unsaid finds people of whom something was erased, or cannot be read, although the trail does not say so.
func (v *verifier) unsaid() {
	for words, of := range map[string]map[id.Person]Entry{
		"Something was erased from rows, and no row says that it was to be.":                             v.erased,
		"What it says of a person cannot be read, and no row says that their key was to be thrown away.": v.shut,
	} {
		for person, e := range of {
			if v.granted[person] {
				continue
			}
			var seq int64
			if e.Seq != nil {
				seq = *e.Seq
			}
			v.find(Edited, seq, e.ID, words)
		}
	}
}
