package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// maxLevels is how many levels the form about a ladder asks for at most.
const maxLevels = 9

// The fields of the n-th level, from 1.
func afterName(n int) string { return "after_" + strconv.Itoa(n) }
func toName(n int) string    { return "to_" + strconv.Itoa(n) }
func mailsName(n int) string { return "mails_" + strconv.Itoa(n) }

func levelNames(n int) []string {
	return []string{afterName(n), afterName(n) + "_unit", toName(n), mailsName(n)}
}

// ladderNames are the fields of the form about a ladder; do says which button was pressed.
func ladderNames() []string {
	out := append([]string{"site", "do"}, tryNames...)
	for n := 1; n <= maxLevels; n++ {
		out = append(out, levelNames(n)...)
	}
	return out
}

// levels counts the levels that a form has.
func (f *form) levels() int {
	n := 0
	for n < maxLevels && f.asked(afterName(n+1)) {
		n++
	}
	return n
}

// addLevel appends a level in which nothing is typed.
func (f *form) addLevel() {
	if n := f.levels() + 1; n <= maxLevels {
		for _, name := range levelNames(n) {
			f.set(name, "")
		}
	}
}

// removeLevel takes the n-th level out; those after it move up.
func (f *form) removeLevel(n int) {
	last := f.levels()
	if n < 1 || n > last {
		return
	}
	for ; n < last; n++ {
		for i, name := range levelNames(n) {
			f.set(name, f.text(levelNames(n + 1)[i]))
		}
	}
	for _, name := range levelNames(last) {
		f.values.Del(name)
	}
}

// dropEmptyLevels takes out the levels in which nothing is typed, but leaves one.
func (f *form) dropEmptyLevels() {
	for n := f.levels(); n > 0 && f.levels() > 1; n-- {
		if strings.TrimSpace(f.text(afterName(n))+f.text(toName(n))+f.text(mailsName(n))) == "" {
			f.removeLevel(n)
		}
	}
}

// ladderForm shows the levels of a ladder; one empty level when there is none. targets writes to whom a level goes.
func ladderForm(rungs []ticket.Rung, targets []string) form {
	f := newForm()
	for i, r := range rungs {
		putLength(&f, afterName(i+1), r.After)
		f.set(toName(i+1), targets[i])
		f.set(mailsName(i+1), strings.Join(r.Mails, "\n"))
	}
	if len(rungs) == 0 {
		f.addLevel()
	}
	return f
}

// targets write to whom the levels of a ladder go, as the form shows it and reads it again. Somebody whom the actor does not see keeps
// their name, and the level by which the form finds them.
func (p *pages) targets(ctx context.Context, who actor.Actor, rungs []ticket.Rung) ([]string, error) {
	var ids []id.Person
	for _, r := range rungs {
		if r.Person != nil {
			ids = append(ids, *r.Person)
		}
	}
	seen := map[id.Person]people.Person{}
	if len(ids) > 0 && who.Can(people.CanReadPerson) {
		var err error
		if seen, err = p.People.PeopleByID(ctx, who, ids); err != nil {
			return nil, err
		}
	}
	out := make([]string, len(rungs))
	for i, r := range rungs {
		switch {
		case r.Group != nil:
			out[i] = groupLabel(r.GroupName)
		case r.Person == nil:
		case seen[*r.Person].ID == *r.Person:
			out[i] = personLabel(seen[*r.Person])
		default:
			out[i] = fmt.Sprintf("%s (level %d as before)", r.PersonName, r.Level)
		}
	}
	return out, nil
}

// groupLabel is how the form writes a group, and reads it again.
func groupLabel(name string) string { return name + groupMark }

const groupMark = " (group)"

// readLadder reads what was typed about a ladder. was are the levels as they are stored, with their targets.
func (p *pages) readLadder(ctx context.Context, who actor.Actor, f *form, in ticket.LadderInput, was []ticket.Rung) (ticket.LadderInput, error) {
	targets, err := p.targets(ctx, who, was)
	if err != nil {
		return in, err
	}
	for n := 1; n <= f.levels(); n++ {
		r := ticket.RungInput{After: f.length(afterName(n)), Mails: addresses(f.text(mailsName(n)))}
		if at := slices.Index(targets, f.text(toName(n))); at >= 0 && targets[at] != "" {
			r.Person, r.Group = was[at].Person, was[at].Group
		} else if r.Person, r.Group, err = p.readTarget(ctx, who, f, toName(n)); err != nil {
			return in, err
		}
		in.Rungs = append(in.Rungs, r)
	}
	return in, nil
}

// addresses reads mail addresses that stand on lines, or between commas.
func addresses(text string) (out []string) {
	for _, a := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\r\n,;", r) }) {
		if a = strings.TrimSpace(a); a != "" {
			out = append(out, a)
		}
	}
	return out
}

// readTarget finds the person or the group that somebody typed: a group by its name, with the mark or when nobody fits.
func (p *pages) readTarget(ctx context.Context, who actor.Actor, f *form, name string) (*id.Person, *id.Group, error) {
	typed := fold.Line(f.text(name))
	if typed == "" {
		return nil, nil, nil
	}
	bare, marked := strings.CutSuffix(typed, groupMark)
	groups, err := p.groupsNamed(ctx, who, bare)
	switch {
	case err != nil:
		return nil, nil, err
	case len(groups) == 1:
		return nil, &groups[0].ID, nil
	case marked:
		f.check.Add(name, "unknown", "There is no active group of people with this name.")
		return nil, nil, nil
	case !who.Can(people.CanReadPerson):
		f.check.Add(name, "unknown", "Write the name of a group.")
		return nil, nil, nil
	}
	person, err := p.readPerson(ctx, who, f, name, nil)
	return person, nil, err
}

// groupsNamed gives the active groups of people with a name.
func (p *pages) groupsNamed(ctx context.Context, who actor.Actor, name string) ([]people.Group, error) {
	if !who.Can(people.CanReadGroup) {
		return nil, nil
	}
	found, err := p.People.ListGroups(ctx, who, people.GroupFilter{Kind: people.OfPeople, Search: name}, page.Request{Limit: page.Max})
	if fault.KindOf(err) == fault.Invalid {
		return nil, nil // no group can have such a name
	}
	return slices.DeleteFunc(found.Items, func(g people.Group) bool { return !g.Active || fold.Key(g.Name) != fold.Key(name) }), err
}

// targetOffers are the groups and the first of the people to whom a level may go.
func (p *pages) targetOffers(ctx context.Context, who actor.Actor) (out []string, err error) {
	if who.Can(people.CanReadGroup) {
		groups, err := p.People.ListGroups(ctx, who, people.GroupFilter{Kind: people.OfPeople}, page.Request{Limit: page.Max})
		if err != nil {
			return nil, err
		}
		for _, g := range groups.Items {
			if g.Active {
				out = append(out, groupLabel(g.Name))
			}
		}
	}
	if who.Can(people.CanReadPerson) {
		some, err := p.People.ListPeople(ctx, who, people.PersonFilter{}, page.Request{Limit: page.Max})
		if err != nil {
			return nil, err
		}
		for _, x := range some.Items {
			out = append(out, personLabel(x))
		}
	}
	return out, nil
}

// ladderFault puts what is wrong with a ladder to the fields of its form: "levels[1].mails[0]" is in mails_2.
func ladderFault(err error) error {
	if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.Conflict {
		return err
	}
	f := *fault.As(err)
	f.Fields = slices.Clone(f.Fields)
	for i, x := range f.Fields {
		if x.Path == "levels" {
			f.Fields[i].Path = afterName(1)
		}
		rest, ok := strings.CutPrefix(x.Path, "levels[")
		at, field, found := strings.Cut(rest, "].")
		n, err := strconv.Atoi(at)
		if !ok || !found || err != nil {
			continue
		}
		switch field, _, _ = strings.Cut(field, "["); field {
		case "after_minutes":
			f.Fields[i].Path = afterName(n + 1)
		case "mails":
			f.Fields[i].Path = mailsName(n + 1)
		default:
			f.Fields[i].Path = toName(n + 1)
		}
	}
	return &f
}

// levelView is what the form asks about one level.
type levelView struct {
	N     int
	After []ui.Field // the number and its unit
	To    suggestion
	Mails ui.Field
}

func (v levelView) title() string { return "Level " + strconv.Itoa(v.N) }

// fields are the questions as the summary names them: with the level.
func (v levelView) fields() []ui.Field {
	out := append(slices.Clone(v.After), v.To.Field, v.Mails)
	for i, f := range out {
		out[i].Label = v.title() + ", " + lower(f.Label)
	}
	return out
}

// levelViews make the questions about every level that f has.
func levelViews(f form, faults ui.Faults) (out []levelView) {
	for n := 1; n <= f.levels(); n++ {
		v := levelView{N: n, After: lengthFields(f, ui.Field{Name: afterName(n), Label: "After", Error: faults.At(afterName(n))})}
		v.After[1].Error = faults.At(v.After[1].Name)
		v.To = suggestion{List: "targets", Field: ui.Field{Name: toName(n), Label: "Goes to", Optional: true, Value: f.text(toName(n)), Error: faults.At(toName(n))}}
		v.Mails = ui.Field{Name: mailsName(n), Label: "Also told", Optional: true, Kind: ui.Lines, Rows: 1, Value: f.text(mailsName(n)), Error: faults.At(mailsName(n))}
		out = append(out, v)
	}
	return out
}
