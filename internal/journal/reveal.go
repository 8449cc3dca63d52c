package journal

import (
	"context"
	"strings"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// opened runs a statement that gives rows, and opens what they say of people.
func (j *Journal) opened(ctx context.Context, tx *db.Tx, q db.SQL, args ...any) ([]Entry, error) {
	rows, err := db.All(ctx, tx, scanEntry, q, args...)
	if err != nil {
		return nil, err
	}
	_, err = j.reveal(ctx, tx, rows)
	return rows, err
}

// shut is a row in which something that was said of somebody could not be opened.
type shut struct {
	person id.Person
	row    int
}

// reveal opens what rows say of people. What was said of somebody who was erased nobody can open: it says so.
func (j *Journal) reveal(ctx context.Context, tx *db.Tx, rows []Entry) (all []shut, err error) {
	// Records of people may have names of others in them, which are there to be seen once the records are open.
	for _, step := range []func(e *Entry, open *opener){(*Entry).openRecord, (*Entry).openNames} {
		var wanted opener
		for i := range rows {
			step(&rows[i], &wanted)
		}
		if len(wanted.people) == 0 {
			continue
		}
		keys, err := j.keysOf(ctx, tx, distinct(wanted.people))
		if err != nil {
			return nil, err
		}
		for i := range rows {
			open := opener{keys: keys}
			step(&rows[i], &open)
			for _, p := range open.shut {
				all = append(all, shut{p, i})
			}
		}
	}
	return all, nil
}

// opener opens words with keys. Without them it takes note of whose are wanted, and leaves everything as it is.
type opener struct {
	keys   map[id.Person]personKey
	people []id.Person
	shut   []id.Person // whose words did not open
}

// name opens a name, if it is encrypted.
func (o *opener) name(entry id.Entry, person id.Person, text string) string {
	rest, hidden := strings.CutPrefix(text, hiddenName)
	if !hidden {
		return text
	}
	return o.words(entry, person, "name", rest, text, Erased)
}

// words gives what was encrypted; as it stands while there are no keys, and instead when it does not open.
func (o *opener) words(entry id.Entry, person id.Person, column, text, asItStands, instead string) string {
	if o.keys == nil {
		o.people = append(o.people, person)
		return asItStands
	}
	words, ok := o.keys[person].decrypted(entry, column, text)
	if !ok {
		o.shut = append(o.shut, person)
		return instead
	}
	return words
}

// openRecord opens the record of a person.
func (e *Entry) openRecord(o *opener) {
	about, ok := e.recordOf()
	if !ok {
		return
	}
	for _, x := range []struct {
		column string
		text   *string
	}{{"before", &e.Before}, {"after", &e.After}} {
		if rest, hidden := strings.CutPrefix(*x.text, hiddenRecord); hidden {
			*x.text = o.words(e.ID, about, x.column, strings.TrimSuffix(rest, hiddenEnd), *x.text, erasedRecord)
		}
	}
}

// openNames opens the names of who did it, and those in the record.
func (e *Entry) openNames(o *opener) {
	if strings.Contains(e.WhoName, hiddenName) {
		names := strings.SplitN(e.WhoName, asWhom, 2)
		for i, p := range e.doers()[:min(len(names), len(e.doers()))] {
			names[i] = o.name(e.ID, p, names[i])
		}
		e.WhoName = strings.Join(names, asWhom)
	}
	for _, text := range []*string{&e.Before, &e.After} {
		if strings.Contains(*text, `:"`+hiddenName) {
			*text = renamed(*text, namesIn(*text), func(p id.Person, name string) string { return o.name(e.ID, p, name) })
		}
	}
}
