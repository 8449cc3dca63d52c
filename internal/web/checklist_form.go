package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// The form about a checklist has a row for every heading and every item. A row's fields begin with its key, and the rows stand in the order in
// which their keys are sent: moving a row on the page moves it in the checklist.
const rowField = "row"

// rowParts are the fields of a row.
var rowParts = append([]string{"is", "name", "id", "question", "type", "mandatory", "if", "op", "values", "own", "tell"}, ruleNames...)

// listNames are the fields of the form about a checklist beside its rows.
var listNames = []string{"kind", "name", "everywhere", "sites", "groups", "types", "assets", "active", "add", "do", rowField}

func rowName(key, part string) string { return "r" + key + "_" + part }

// heading says that a row is the heading of a section.
func (f *form) heading(key string) bool { return f.text(rowName(key, "is")) == "section" }

// sentNames are all fields that a sent form about a checklist may have: those of its rows, and those of the preview's questions.
func sentNames(rows []string, text func(string) string) []string {
	out := slices.Clone(listNames)
	for _, key := range rows {
		for _, part := range rowParts {
			out = append(out, rowName(key, part))
		}
		out = append(out, "a_"+text(rowName(key, "id")))
	}
	return out
}

// addRow puts a row at the end and gives its key.
func (f *form) addRow(is string) string {
	most := 0
	for _, key := range f.all(rowField) {
		if n, err := strconv.Atoi(key); err == nil {
			most = max(most, n)
		}
	}
	key := strconv.Itoa(most + 1)
	f.values.Add(rowField, key)
	f.set(rowName(key, "is"), is)
	return key
}

// moveRow does what a button of a row says: "up:3", "down:3", "drop:3".
func (f *form) moveRow(do string) {
	verb, key, _ := strings.Cut(do, ":")
	rows := slices.Clone(f.all(rowField))
	at := slices.Index(rows, key)
	switch {
	case at < 0:
		return
	case verb == "drop":
		rows = slices.Delete(rows, at, at+1)
	case verb == "up" && at > 0:
		rows[at-1], rows[at] = rows[at], rows[at-1]
	case verb == "down" && at+1 < len(rows):
		rows[at+1], rows[at] = rows[at], rows[at+1]
	}
	f.values[rowField] = rows
}

// listForm is the form that shows a checklist; told names the people whom its items tell, assets the assets where it applies.
func listForm(c checklist.Checklist, told map[id.Person]string, assets map[id.Asset]string) form {
	f := newForm("kind", string(c.Kind), "name", c.Name, "everywhere", yesNo(c.Places.Everywhere), "active", yesNo(c.Active))
	for _, x := range c.Places.Sites {
		f.values.Add("sites", x.String())
	}
	for _, x := range c.Places.Groups {
		f.values.Add("groups", x.String())
	}
	for _, x := range c.Places.Types {
		f.values.Add("types", x.String())
	}
	var lines []string
	for _, x := range c.Places.Assets {
		lines = append(lines, assets[x])
	}
	f.set("assets", strings.Join(lines, "\n"))
	for _, s := range c.Draft.Sections {
		f.set(rowName(f.addRow("section"), "name"), s.Name)
		for _, i := range s.Items {
			f.putItem(f.addRow("item"), i, told)
		}
	}
	return f
}

// putItem writes an item into the fields of a row.
func (f *form) putItem(key string, i checklist.Item, told map[id.Person]string) {
	set := func(part, value string) { f.set(rowName(key, part), value) }
	set("id", i.ID.String())
	set("question", i.Question.String())
	set("type", string(i.Rule.Type))
	set("mandatory", yesNo(i.Mandatory))
	set("own", yesNo(i.Own))
	putAnswerRule(f, rowName(key, ""), i.Rule)
	if x := i.ShowIf; x != nil {
		set("if", x.Item.String())
		set("op", string(x.Operator))
		set("values", strings.Join(x.Values, "\n"))
	}
	var lines []string
	for _, person := range i.Tell {
		lines = append(lines, told[person])
	}
	set("tell", strings.Join(lines, "\n"))
}

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
		known, err := inParts(ids, func(part []id.Person) (map[id.Person]people.Person, error) { return p.People.PeopleByID(ctx, who, part) })
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

// atListFields puts the faults of a checklist to the fields in which they were typed.
func atListFields(err error, at map[string]string) error {
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	f := *fault.As(err)
	f.Fields = slices.Clone(f.Fields)
	for i, x := range f.Fields {
		f.Fields[i].Path = listFieldOf(x.Path, at)
	}
	return &f
}

func listFieldOf(path string, at map[string]string) string {
	if place, of := strings.CutPrefix(path, "places"); of {
		place, _, _ = strings.Cut(strings.TrimPrefix(place, "."), "[")
		return map[string]string{"": "everywhere", "site_ids": "sites", "group_ids": "groups", "type_ids": "types", "asset_ids": "assets"}[place]
	}
	if !strings.HasPrefix(path, "sections") {
		return path
	}
	cut := strings.LastIndex(path, "].")
	for ; cut >= 0; cut = strings.LastIndex(path[:cut], "].") {
		key, known := at[path[:cut+1]]
		if !known {
			continue
		}
		switch part, rest, _ := strings.Cut(path[cut+2:], "."); part {
		case "rule":
			return rowName(key, ruleFieldOf(rest))
		case "show_if":
			rest, _, _ = strings.Cut(rest, "[")
			return rowName(key, map[string]string{"item_id": "if", "operator": "op", "values": "values"}[rest])
		case "name":
			return rowName(key, "name")
		default:
			if strings.HasPrefix(part, "tell") {
				return rowName(key, "tell")
			}
			return rowName(key, "mandatory")
		}
	}
	return "add"
}

// listRowView is a row of the form.
type listRowView struct {
	Key                     string
	Title                   string // what the buttons are about
	Section                 bool
	Name                    ui.Field // of a heading
	Hidden                  []ui.Hidden
	Note                    string // how it is answered
	Mandatory               ui.Field
	If, Op, Values          ui.Field
	Own                     ui.Field
	Choices, Numbers, Files []ui.Field
	Tell                    ui.Field
	Open                    bool // the details are open
}

// all are the fields of a row in their order.
func (v listRowView) all() (out []ui.Field) {
	if v.Section {
		return []ui.Field{v.Name}
	}
	out = append(out, v.Mandatory, v.If, v.Op, v.Values, v.Own)
	for _, part := range [][]ui.Field{v.Choices, v.Numbers, v.Files} {
		out = append(out, part...)
	}
	return append(out, v.Tell)
}
