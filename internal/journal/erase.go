package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// erasedVerb is the row that an erasure leaves: it names nobody.
const erasedVerb = "person.erased"

// Words are what names a person in the journal. Afterwards Erased stands there.
type Words struct {
	Anywhere []string // names, addresses, numbers: wherever they stand
	Whole    []string // logins and codes: as the whole of a value
}

// Erasure is what became of what the journal said of a person.
type Erasure struct {
	Rows  int64     // that named them in the clear, and name them no more
	Since time.Time // what the journal keeps of them from then on can no longer be opened, wherever it lies; zero = all of it
}

// Erase takes what names a person out of the journal. Their key is thrown away, so that nobody can open any more what was encrypted with it, in months that
// are set aside neither; what stands in the clear, older rows and what others wrote, is overwritten. Who did what stays known by id, and the chain stays whole:
// an encrypted word stays as it is, and of a row that is overwritten the first signature remains, and a second one covers what became of it. One row says
// that this was done. It needs who to be the system. It may be run again, and goes through the whole trail that is not set aside.
func (j *Journal) Erase(ctx context.Context, who actor.Actor, person id.Person, w Words) (out Erasure, err error) {
	if who.Kind() != actor.System {
		return out, fault.Denied("person.erase")
	}
	if out.Since, err = j.throwKey(ctx, who, person); err != nil {
		return out, fmt.Errorf("erase: %w", err)
	}
	for after := (id.Entry{}); ; {
		var read int
		var changed []Entry
		err := j.db.Read(ctx, who, func(tx *db.Tx) error {
			piece, err := db.All(ctx, tx, scanEntry, erasePage, after, before(id.Entry{}), batch)
			if read = len(piece); err != nil || read == 0 {
				return err
			}
			after = piece[read-1].ID
			changed, err = j.without(ctx, tx, person, w, piece)
			return err
		})
		if err != nil || read == 0 {
			return out, err
		}
		if err := j.rewrite(ctx, who.Tenant(), person, changed); err != nil {
			return out, fmt.Errorf("erase: %w", err)
		}
		out.Rows += int64(len(changed))
	}
}

// throwKey throws the key of a person away, writes that they are erased, and gives from when on words were encrypted with it.
func (j *Journal) throwKey(ctx context.Context, who actor.Actor, person id.Person) (since time.Time, err error) {
	now := j.now()
	err = j.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(keyThrow, person, &now)
		rows, err := db.All(ctx, tx, scanKey, keysGet, []id.Person{person})
		for _, k := range rows {
			since = k.since
		}
		if err != nil {
			return err
		}
		return j.Record(ctx, tx, Change{Verb: erasedVerb, Subject: person})
	})
	return since, err
}

// without gives those of some rows that say something of the person in the clear, without it.
func (j *Journal) without(ctx context.Context, tx *db.Tx, person id.Person, w Words, rows []Entry) (changed []Entry, err error) {
	if _, err := j.reveal(ctx, tx, rows); err != nil { // in the record of somebody else too
		return nil, err
	}
	for _, e := range rows {
		was := [3]string{e.WhoName, e.Before, e.After}
		if w.from(&e, person); was != [3]string{e.WhoName, e.Before, e.After} {
			changed = append(changed, e)
		}
	}
	var people []id.Person
	all := make([]said, len(changed))
	for i := range changed {
		all[i] = changed[i].said(changed[i].namesOfDoers())
		people = append(people, all[i].people()...)
	}
	keys, err := j.keysOf(ctx, tx, distinct(people))
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		s.hide(keys)
	}
	return changed, nil
}

// namesOfDoers takes the name of a row apart.
func (e Entry) namesOfDoers() []string {
	if e.As == nil {
		return []string{e.WhoName}
	}
	return strings.SplitN(e.WhoName+asWhom, asWhom, 3)[:2]
}

// rewrite writes rows from which something about a person was erased, in one transaction.
func (j *Journal) rewrite(ctx context.Context, tenant id.Tenant, person id.Person, rows []Entry) error {
	if len(rows) == 0 {
		return nil
	}
	key := j.keys()[0]
	return j.db.Seal(ctx, func(tx *db.Tx) error {
		for _, e := range rows {
			if e.ErasedOf == nil { // otherwise another was erased from it before, and the trail says so of them
				e.ErasedOf = &person
			}
			tx.Later(eraseRow, tenant, e.ID, e.WhoName, e.Before, e.After, e.ErasedOf, e.erased(key, tenant))
		}
		return nil
	})
}

// from takes the words out of a row.
func (w Words) from(e *Entry, person id.Person) {
	if e.Noun == "person" && e.Subject.Bytes() == person.Bytes() {
		e.Before, e.After = gone(e.Before), gone(e.After)
	}
	for _, text := range []*string{&e.WhoName, &e.Before, &e.After} {
		for _, word := range w.Anywhere {
			if word = escaped(word); word != "" {
				*text = strings.ReplaceAll(*text, word, Erased)
			}
		}
		for _, word := range w.Whole {
			if word = escaped(word); word != "" {
				*text = strings.ReplaceAll(*text, `"`+word+`"`, `"`+Erased+`"`)
			}
		}
	}
}

// gone is what is left of a record.
func gone(text string) string {
	if text == "" {
		return ""
	}
	return erasedRecord
}

// escaped is a text as it stands in JSON, without its quotes.
func escaped(text string) string {
	raw, err := json.Marshal(text)
	if err != nil {
		return "" // never: a text always encodes
	}
	return strings.Trim(string(raw), `"`)
}

const erasePage db.SQL = `-- journal.erasePage
select ` + columns + ` from journal j where j.tenant_id = $1 and (j.id > $2 or $2 is null) and j.id < $3 order by j.id limit $4`

const eraseRow db.SQL = `-- journal.eraseRow
update journal set who_name = $3, before = $4, after = $5, erased_of = $6, erasure = $7 where tenant_id = $1 and id = $2`
