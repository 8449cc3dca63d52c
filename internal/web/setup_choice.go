package web

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// maxChoices is how many records a form offers to choose from at most.
const maxChoices = 1000

// allPages reads a list to its end, but not beyond maxChoices.
func allPages[T any](list func(page.Request) (page.Of[T], error)) ([]T, error) {
	var out []T
	q := page.Request{Limit: page.Max}
	for {
		part, err := list(q)
		if err != nil {
			return nil, err
		}
		out = append(out, part.Items...)
		if part.Next == "" || len(out) >= maxChoices {
			return out, nil
		}
		q.After = part.Next
	}
}

// lookupChoices are the values of a code list that a form offers: the active ones, and the chosen one whatever it is. nil when the actor
// may not see lookups: the form then leaves the field out.
func (p *pages) lookupChoices(ctx context.Context, who actor.Actor, list org.List, chosen string) ([]ui.Option, error) {
	if !who.Can(org.CanReadLookup) {
		return nil, nil
	}
	all, err := allPages(func(q page.Request) (page.Of[org.Lookup], error) { return p.Org.ListLookups(ctx, who, list, q) })
	if err != nil {
		return nil, err
	}
	return valueChoices(all, chosen), nil
}

// valueChoices are lookupChoices of values that were read already.
func valueChoices(all []org.Lookup, chosen string) []ui.Option {
	out := []ui.Option{{Value: "", Label: "None", Selected: chosen == ""}}
	for _, l := range all {
		o := ui.Option{Value: l.ID.String(), Label: l.Name, Selected: l.ID.String() == chosen}
		switch {
		case l.Active:
			out = append(out, o)
		case o.Selected:
			o.Label += " (no longer offered)"
			out = append(out, o)
		}
	}
	return keepChosen(out, chosen, "A value that is gone")
}

// keepChosen adds a chosen value that is not among the options, so that a form which is sent back loses nothing.
func keepChosen(options []ui.Option, chosen, label string) []ui.Option {
	if chosen == "" || slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == chosen }) {
		return options
	}
	return append(options, ui.Option{Value: chosen, Label: label, Selected: true})
}

// where asks for a unit to put something into.
type where struct {
	need   actor.Permission // to be held there
	top    string           // what the place above all units is called; it is offered to who may do need everywhere
	atTop  bool             // the thing stands there already
	chosen string
	below  *id.Unit // left out with all below it
}

// unitChoices are the units that something may be put into, by the way that leads to them.
func unitChoices(t org.Tree, who actor.Actor, x where) []ui.Option {
	var out []ui.Option
	if who.Everywhere(x.need) || x.atTop {
		out = append(out, ui.Option{Value: "", Label: x.top, Selected: x.chosen == ""})
	}
	paths := newUnitPaths(t.Units)
	var units []ui.Option
	for _, u := range t.Units {
		picked := u.ID.String() == x.chosen
		if !who.In(x.need, u.ID) && !picked || x.below != nil && paths.under(u.ID, *x.below) {
			continue
		}
		units = append(units, ui.Option{Value: u.ID.String(), Label: paths.of(u.ID), Selected: picked})
	}
	slices.SortFunc(units, func(a, b ui.Option) int { return strings.Compare(fold.Key(a.Label), fold.Key(b.Label)) })
	return keepChosen(append(out, units...), x.chosen, "One that you do not see")
}

// siteChoices are the sites where the actor may do need, active ones only, with none as the first choice.
func siteChoices(sites []org.Site, who actor.Actor, need actor.Permission, none, chosen string) []ui.Option {
	var out []ui.Option
	if none != "" {
		out = append(out, ui.Option{Value: "", Label: none, Selected: chosen == ""})
	}
	for _, s := range sites {
		picked := s.ID.String() == chosen
		if who.At(need, s.ID) && (s.Active || picked) {
			out = append(out, ui.Option{Value: s.ID.String(), Label: s.Code + " " + s.Name, Selected: picked})
		}
	}
	return keepChosen(out, chosen, "Somewhere that you do not see")
}

// unitPaths names units by the way that leads to them.
type unitPaths map[id.Unit]org.Unit

func newUnitPaths(units []org.Unit) unitPaths {
	m := unitPaths{}
	for _, u := range units {
		m[u.ID] = u
	}
	return m
}

// of gives "North / Hill", as far up as the actor sees.
func (m unitPaths) of(u id.Unit) string {
	var names []string
	for range len(m) { // a cycle cannot be stored; a bound costs nothing
		x, ok := m[u]
		if !ok {
			break
		}
		names = append(names, x.Name)
		if x.Parent == nil {
			break
		}
		u = *x.Parent
	}
	slices.Reverse(names)
	return strings.Join(names, " / ")
}

// under says that a unit is another one or stands below it.
func (m unitPaths) under(u, top id.Unit) bool {
	for range len(m) + 1 {
		if u == top {
			return true
		}
		x, ok := m[u]
		if !ok || x.Parent == nil {
			return false
		}
		u = *x.Parent
	}
	return false
}

// unseen stands for a person whom the actor may not see, where a form must not lose that there is one.
const unseen = "Somebody whom you do not see"

// personLabel is how forms write a person, and read them again.
func personLabel(x people.Person) string { return x.Code + " " + x.Name }

// personText is what a form shows for a person that a record points to.
func (p *pages) personText(ctx context.Context, who actor.Actor, person *id.Person) (string, error) {
	if person == nil {
		return "", nil
	}
	x, err := p.People.GetPerson(ctx, who, *person)
	if fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Forbidden {
		return unseen, nil
	}
	if err != nil {
		return "", err
	}
	return personLabel(x), nil
}

// personField asks for a person by code or name, and offers the first of those whom the actor sees. ok is false when they see none: the
// form then leaves the field out.
func (p *pages) personField(ctx context.Context, who actor.Actor, f ui.Field) (s suggestion, ok bool, err error) {
	if !who.Can(people.CanReadPerson) {
		return suggestion{}, false, nil
	}
	some, err := p.People.ListPeople(ctx, who, people.PersonFilter{}, page.Request{Limit: page.Max})
	if err != nil {
		return suggestion{}, false, err
	}
	f.Width, f.Help = "mid", strings.TrimSpace(f.Help+" Name or code.")
	s.Field = f
	for _, x := range some.Items {
		s.Offers = append(s.Offers, personLabel(x))
	}
	return s, true, nil
}

// readPerson finds the person whom somebody typed into a field: by code, by code and name, or by a name that only one person has.
// Nothing typed is nobody; unseen keeps what the record has.
func (p *pages) readPerson(ctx context.Context, who actor.Actor, f *form, name string, was *id.Person) (*id.Person, error) {
	typed := fold.Line(f.text(name))
	switch typed {
	case "":
		return nil, nil
	case unseen:
		return was, nil
	}
	found, err := p.People.ListPeople(ctx, who, people.PersonFilter{Search: typed, Inactive: true}, page.Request{Limit: page.Max})
	if fault.KindOf(err) == fault.Invalid || err == nil && len(found.Items) == 0 {
		f.check.Add(name, "unknown", "Nobody whom you see has this name or code.")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	fits := matching(found.Items, typed)
	if len(fits) == 1 {
		return &fits[0].ID, nil
	}
	var some []string
	for _, x := range fits[:min(3, len(fits))] {
		some = append(some, personLabel(x))
	}
	f.check.Add(name, "several", fmt.Sprintf("%d people fit. Write one like this: %s.", len(fits), strings.Join(some, ", ")))
	return nil, nil
}

// matching narrows what a search found: a code or a label that is exact stands for one person, an exact name for those who bear it.
func matching(found []people.Person, typed string) []people.Person {
	for _, exact := range []func(people.Person) bool{
		func(x people.Person) bool { return x.Code == fold.Code(typed) },
		func(x people.Person) bool { return fold.Key(personLabel(x)) == fold.Key(typed) },
		func(x people.Person) bool { return fold.Key(x.Name) == fold.Key(typed) },
	} {
		var out []people.Person
		for _, x := range found {
			if exact(x) {
				out = append(out, x)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return found
}

// placesSeen gives the units and sites that a form may offer: what the actor sees of the tree.
func (p *pages) placesSeen(ctx context.Context, who actor.Actor) (org.Tree, error) {
	switch {
	case who.Can(org.CanReadSite):
		return p.Org.Tree(ctx, who)
	case who.Can(org.CanReadUnit):
		units, err := allPages(func(q page.Request) (page.Of[org.Unit], error) { return p.Org.ListUnits(ctx, who, org.UnitFilter{}, q) })
		return org.Tree{Units: units}, err
	}
	return org.Tree{}, nil
}
