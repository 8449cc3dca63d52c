package web

import (
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
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
