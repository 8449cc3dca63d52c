package journal

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// What stands in a row for words that are encrypted with a person's key: for a name, and for a whole record. Signatures cover what stands there, so that
// whoever throws a key away takes the words and leaves the chain.
const (
	hiddenName   = "encrypted:"
	hiddenRecord = `{"encrypted":"`
	hiddenEnd    = `"}`
)

// Erased stands where the name of somebody stood who was erased.
const Erased = "Erased person"

// erasedRecord is what is left of a record of somebody who was erased.
const erasedRecord = `{"erased":true}`

// asWhom joins who acted and as whom.
const asWhom = ", as "

// hide encrypts what a row says of people: the names of who did it, names in the record, and the whole record when it is a person's.
func (j *Journal) hide(ctx context.Context, tx *db.Tx, e *Entry, names ...string) error {
	about, isRecord := e.recordOf()
	if isRecord && e.Verb == "person.created" {
		if err := j.firstKey(tx, about); err != nil {
			return err
		}
	}
	s := e.said(names)
	keys, err := j.keysOf(ctx, tx, s.people())
	if err == nil {
		s.hide(keys)
	}
	return err
}

// said is what a row says of people, in the clear.
type said struct {
	e             *Entry
	names         []string // of who did it and as whom, in the order of its doers
	before, after []named
}

func (e *Entry) said(names []string) said {
	return said{e, names, namesIn(e.Before), namesIn(e.After)}
}

// people are those of whom the row says anything.
func (s said) people() []id.Person {
	people := s.e.doers()
	if about, ok := s.e.recordOf(); ok {
		people = append(people, about)
	}
	for _, x := range slices.Concat(s.before, s.after) {
		people = append(people, x.person)
	}
	return distinct(people)
}

// hide encrypts it with the keys of those who have one.
func (s said) hide(keys map[id.Person]personKey) {
	e := s.e
	name := func(p id.Person, text string) string { return keys[p].at(e.At).name(e.ID, text) }
	for i, p := range e.doers() {
		s.names[i] = name(p, s.names[i])
	}
	e.WhoName = strings.Join(s.names, asWhom)
	e.Before, e.After = renamed(e.Before, s.before, name), renamed(e.After, s.after, name)
	if about, ok := e.recordOf(); ok {
		k := keys[about].at(e.At)
		e.Before, e.After = k.record(e.ID, "before", e.Before), k.record(e.ID, "after", e.After)
	}
}

func distinct(people []id.Person) (all []id.Person) {
	for _, p := range people {
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// doers are who did it and as whom, those of them who are people.
func (e Entry) doers() (all []id.Person) {
	for _, p := range []*id.Person{e.WhoID, e.As} {
		if p != nil {
			all = append(all, *p)
		}
	}
	return all
}

// recordOf gives whose record a row tells of, if it is a person's and says anything.
func (e Entry) recordOf() (id.Person, bool) {
	return id.Of[id.Person](e.Subject.Bytes()), e.Noun == "person" && e.Before+e.After != ""
}

// name and record give words as the trail keeps them.
func (k personKey) name(entry id.Entry, text string) string {
	switch {
	case k.thrown:
		return Erased
	case k.block == nil && strings.HasPrefix(text, hiddenName):
		return " " + text // so that nobody takes it for encrypted
	case k.block == nil:
		return text
	}
	return hiddenName + k.encrypted(entry, "name", text)
}

func (k personKey) record(entry id.Entry, column, text string) string {
	switch {
	case text == "" || k.block == nil && !k.thrown:
		return text
	case k.thrown:
		return erasedRecord
	}
	return hiddenRecord + k.encrypted(entry, column, text) + hiddenEnd
}

// encrypted binds the words to the row and the place in it.
func (k personKey) encrypted(entry id.Entry, column, text string) string {
	return base64.StdEncoding.EncodeToString(k.block.Seal(nil, nil, []byte(text), place(entry, column))) //nolint:gosec // the block draws a nonce itself and puts it in front
}

// decrypted gives the words; false when the key is gone, or they are not what was written there.
func (k personKey) decrypted(entry id.Entry, column, text string) (string, bool) {
	if k.block == nil {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", false
	}
	words, err := k.block.Open(nil, nil, raw, place(entry, column))
	return string(words), err == nil
}

func place(entry id.Entry, column string) []byte {
	b := entry.Bytes()
	return append(b[:], column...)
}
