package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// erasedVerb is the row that an erasure leaves: it names nobody.
const erasedVerb = "person.erased"

// Words are what names a person in the journal.
type Words struct {
	Anywhere []string // names, addresses, numbers: wherever they stand
	Whole    []string // logins and codes: as the whole of a value
	Instead  string   // what stands there afterwards: "Erased person"
}

// Erase takes what names a person out of the journal: their record's own rows lose what they say, others the words. Who did what stays known by id, and
// the chain stays whole: the first signature of a row remains, and a second one covers what became of it. One row says that this was done. It needs who to be
// the system. It may be run again, and goes through the whole trail.
func (j *Journal) Erase(ctx context.Context, who actor.Actor, person id.Person, w Words) (rows int64, err error) {
	if who.Kind() != actor.System {
		return 0, fault.Denied("person.erase")
	}
	err = j.db.Write(ctx, who, func(tx *db.Tx) error {
		return j.Record(ctx, tx, Change{Verb: erasedVerb, Subject: person})
	})
	if err != nil {
		return 0, fmt.Errorf("erase: %w", err)
	}
	for after := (id.Entry{}); ; {
		var piece []Entry
		err := j.db.Read(ctx, who, func(tx *db.Tx) (err error) {
			piece, err = db.All(ctx, tx, scanEntry, erasePage, after, before(id.Entry{}), batch)
			return err
		})
		if err != nil || len(piece) == 0 {
			return rows, err
		}
		n, err := j.erasePiece(ctx, who.Tenant(), person, w, piece)
		if rows += n; err != nil {
			return rows, fmt.Errorf("erase: %w", err)
		}
		after = piece[len(piece)-1].ID
	}
}

// erasePiece rewrites those of some rows that name the person, in one transaction.
func (j *Journal) erasePiece(ctx context.Context, tenant id.Tenant, person id.Person, w Words, piece []Entry) (rows int64, err error) {
	key := j.keys()[0]
	err = j.db.Seal(ctx, func(tx *db.Tx) error {
		rows = 0
		for _, e := range piece {
			was := [3]string{e.WhoName, e.Before, e.After}
			w.from(&e, person)
			if was == [3]string{e.WhoName, e.Before, e.After} {
				continue
			}
			if e.ErasedOf == nil { // otherwise another was erased from it before, and the trail says so of them
				e.ErasedOf = &person
			}
			rows++
			tx.Later(eraseRow, tenant, e.ID, e.WhoName, e.Before, e.After, e.ErasedOf, e.erased(key, tenant))
		}
		return nil
	})
	return rows, err
}

// from takes the words out of a row.
func (w Words) from(e *Entry, person id.Person) {
	if e.Noun == "person" && e.Subject.Bytes() == person.Bytes() {
		e.Before, e.After = gone(e.Before), gone(e.After)
	}
	for _, text := range []*string{&e.WhoName, &e.Before, &e.After} {
		for _, word := range w.Anywhere {
			if word = escaped(word); word != "" {
				*text = strings.ReplaceAll(*text, word, w.Instead)
			}
		}
		for _, word := range w.Whole {
			if word = escaped(word); word != "" {
				*text = strings.ReplaceAll(*text, `"`+word+`"`, `"`+w.Instead+`"`)
			}
		}
	}
}

// gone is what is left of a record.
func gone(text string) string {
	if text == "" {
		return ""
	}
	return `{"erased":true}`
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
