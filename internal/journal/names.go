package journal

import (
	"slices"
	"strings"

	"intelliwiz/internal/id"
)

// nameOf are the fields of records that hold a person's name, read with the record for those who look at it, and the fields beside them that say whose it is.
func nameOf(field string) (idField string, ok bool) {
	switch field {
	case "person_name", "member_name":
		return "person_id", true
	case "creator_name":
		return "creator_id", true
	case "performer_name":
		return "performer_id", true
	case "by_name":
		return "by_id", true
	}
	return "", false
}

// span is where a value stands in a record, between its quotes.
type span struct{ from, to int }

// named is a person's name in a record.
type named struct {
	span
	person id.Person
}

// object is what was met of an object of a record so far: names, and fields that may say whose they are.
type object struct{ ids, names []field }

type field struct {
	key string
	at  span
}

// namesIn gives the names of people in a record, in the order in which they stand, each with whose it is. The record is JSON as this package writes it,
// without spaces around its signs.
func namesIn(text string) (all []named) {
	if !strings.Contains(text, `_name":"`) {
		return nil
	}
	var open []object
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{':
			open = append(open, object{})
		case '}':
			if last := len(open) - 1; last >= 0 {
				all, open = append(all, open[last].named(text)...), open[:last]
			}
		case '"':
			key := quoted(text, i)
			i = key.to
			if len(open) == 0 || !strings.HasPrefix(text[i:], `":"`) {
				continue
			}
			value := quoted(text, i+2)
			open[len(open)-1].note(field{text[key.from:key.to], value})
			i = value.to
		}
	}
	slices.SortFunc(all, func(a, b named) int { return a.from - b.from })
	return all
}

// quoted gives what stands between the quote at a place and the one that ends it.
func quoted(text string, at int) span {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return span{at + 1, i}
		}
	}
	return span{at + 1, len(text)}
}

// note keeps a field that is a name or may say whose one is.
func (o *object) note(f field) {
	if _, ok := nameOf(f.key); ok && f.at.from < f.at.to {
		o.names = append(o.names, f)
	} else if strings.HasSuffix(f.key, "_id") {
		o.ids = append(o.ids, f)
	}
}

// named gives the names of which the object says whose they are; a site that is a member and a visitor are nobody's.
func (o object) named(text string) (all []named) {
	for _, name := range o.names {
		beside, _ := nameOf(name.key)
		for _, x := range o.ids {
			if x.key != beside {
				continue
			}
			if person, err := id.Parse[id.Person](text[x.at.from:x.at.to]); err == nil {
				all = append(all, named{name.at, person})
			}
		}
	}
	return all
}

// renamed puts other texts in the place of names.
func renamed(text string, names []named, other func(person id.Person, name string) string) string {
	if len(names) == 0 {
		return text
	}
	var b strings.Builder
	end := 0
	for _, x := range names {
		b.WriteString(text[end:x.from])
		b.WriteString(other(x.person, text[x.from:x.to]))
		end = x.to
	}
	b.WriteString(text[end:])
	return b.String()
}
