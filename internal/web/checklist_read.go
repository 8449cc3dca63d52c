package web

import (
	"context"
	"strconv"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/people"
)

// readDraft reads the rows, and in which row each part of the draft was typed: of "sections[0].items[1]" the key.
func readDraft(f *form) (d checklist.Form, at map[string]string) {
	at = map[string]string{}
	for _, key := range f.all(rowField) {
		if f.heading(key) {
			at["sections["+strconv.Itoa(len(d.Sections))+"]"] = key
			d.Sections = append(d.Sections, checklist.Section{Name: f.text(rowName(key, "name"))})
			continue
		}
		if len(d.Sections) == 0 {
			d.Sections = append(d.Sections, checklist.Section{})
		}
		n := len(d.Sections) - 1
		s := &d.Sections[n]
		at["sections["+strconv.Itoa(n)+"].items["+strconv.Itoa(len(s.Items))+"]"] = key
		s.Items = append(s.Items, readItem(f, key))
	}
	return d, at
}

func readItem(f *form, key string) checklist.Item {
	name := func(part string) string { return rowName(key, part) }
	i := checklist.Item{Mandatory: f.yes(name("mandatory")), Own: f.yes(name("own"))}
	if x := ref[id.Item](f, name("id")); x != nil {
		i.ID = *x
	}
	if x := ref[id.Question](f, name("question")); x != nil {
		i.Question = *x
	}
	if i.Own {
		i.Rule = readAnswerRule(f, name(""), checklist.Type(f.text(name("type"))))
	}
	if on := ref[id.Item](f, name("if")); on != nil {
		i.ShowIf = &checklist.Condition{Item: *on, Operator: checklist.Operator(f.text(name("op"))), Values: textLines(f.text(name("values")))}
	}
	return i
}

// readList reads what was typed about a checklist, and in which rows its parts were typed.
func (p *pages) readList(ctx context.Context, who actor.Actor, f *form, was checklist.Checklist) (in checklist.Input, at map[string]string, err error) {
	in = checklist.Input{Kind: checklist.Kind(f.text("kind")), Name: f.text("name"), Active: f.yes("active")}
	if !was.ID.IsZero() {
		in.Kind = was.Kind
	}
	in.Places = checklist.Places{
		Everywhere: f.yes("everywhere"), Sites: refs[id.Site](f, "sites"), Groups: refs[id.Group](f, "groups"), Types: refs[id.Lookup](f, "types"),
	}
	in.Draft, at = readDraft(f)
	told, assets, err := p.listNamed(ctx, who, was)
	if err != nil {
		return in, at, err
	}
	for _, line := range textLines(f.text("assets")) {
		if x, known := keyOf(assets, line); known {
			in.Places.Assets = append(in.Places.Assets, x)
			continue
		}
		one := newForm("assets", line)
		x, err := p.readAssetRef(ctx, who, &one, "assets")
		if err != nil {
			return in, at, err
		}
		if takeFaults(f, one); x != nil {
			in.Places.Assets = append(in.Places.Assets, *x)
		}
	}
	return in, at, p.readTold(ctx, who, f, &in.Draft, at, told)
}

// readTold reads whom the items tell, a person on a line.
func (p *pages) readTold(ctx context.Context, who actor.Actor, f *form, d *checklist.Form, at map[string]string, told map[id.Person]string) error {
	for i := range d.Sections {
		for j := range d.Sections[i].Items {
			it := &d.Sections[i].Items[j]
			name := rowName(at["sections["+strconv.Itoa(i)+"].items["+strconv.Itoa(j)+"]"], "tell")
			for _, line := range textLines(f.text(name)) {
				if x, known := keyOf(told, line); known {
					it.Tell = append(it.Tell, x)
					continue
				}
				one := newForm(name, line)
				x, err := p.readPerson(ctx, who, &one, name, nil)
				if err != nil {
					return err
				}
				if takeFaults(f, one); x != nil {
					it.Tell = append(it.Tell, *x)
				}
			}
		}
	}
	return nil
}

// keyOf finds what a text names.
func keyOf[K comparable](names map[K]string, text string) (key K, known bool) {
	for k, name := range names {
		if fold.Key(name) == fold.Key(text) {
			return k, true
		}
	}
	return key, false
}

// takeFaults puts what could not be read of one form into another.
func takeFaults(f *form, of form) {
	if err := of.check.Err(); err != nil {
		for _, x := range fault.As(err).Fields {
			f.check.Add(x.Path, x.Code, x.Message)
		}
	}
}

// listNamed names the people and assets that a checklist points to, as the form writes them. What the actor does not see stands there by its id.
func (p *pages) listNamed(ctx context.Context, who actor.Actor, c checklist.Checklist) (map[id.Person]string, map[id.Asset]string, error) {
	told, assets := map[id.Person]string{}, map[id.Asset]string{}
	var ids []id.Person
	for _, i := range c.Draft.Items() {
		for _, x := range i.Tell {
			if told[x] == "" {
				told[x], ids = x.String(), append(ids, x)
			}
		}
	}
	for _, x := range c.Places.Assets {
		assets[x] = x.String()
	}
	if len(ids) > 0 && who.Can(people.CanReadPerson) {
		known, err := inParts(ids, func(part []id.Person) (map[id.Person]people.Person, error) {
			return p.People.PeopleByID(ctx, who, part)
		})
		if err != nil {
			return nil, nil, err
		}
		for x, person := range known {
			told[x] = personLabel(person)
		}
	}
	named, err := p.assetNames(ctx, who, c.Places.Assets)
	for x, name := range named {
		assets[x] = name
	}
	return told, assets, err
}
