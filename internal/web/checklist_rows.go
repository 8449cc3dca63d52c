package web

import (
	"strconv"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// listRows makes the rows of the form, with what f has in them. d is the draft with the library's texts, read from the same rows.
func listRows(f form, d checklist.Form, at map[string]string, faults ui.Faults, sees bool) (out []listRowView) {
	items := map[string]checklist.Item{}
	for i, s := range d.Sections {
		for j, it := range s.Items {
			items[at["sections["+strconv.Itoa(i)+"].items["+strconv.Itoa(j)+"]"]] = it
		}
	}
	var earlier []checklist.Item
	for _, key := range f.all(rowField) {
		if f.heading(key) {
			name := ui.Field{Name: rowName(key, "name"), Label: "Section", Optional: len(d.Sections) == 1, Max: 200}
			fields := []ui.Field{name}
			filled(fields, f, faults)
			out = append(out, listRowView{Key: key, Section: true, Title: "section " + fields[0].Value, Name: fields[0], Hidden: hiddenOf(f, key, "is")})
			continue
		}
		it := items[key]
		out = append(out, itemRow(f, key, it, earlier, faults, sees))
		earlier = append(earlier, it)
	}
	return out
}

func hiddenOf(f form, key string, parts ...string) (out []ui.Hidden) {
	for _, part := range parts {
		out = append(out, ui.Hidden{Name: rowName(key, part), Value: f.text(rowName(key, part))})
	}
	return out
}

// itemRow makes the row of an item.
func itemRow(f form, key string, it checklist.Item, earlier []checklist.Item, faults ui.Faults, sees bool) listRowView {
	name := func(part string) string { return rowName(key, part) }
	v := listRowView{Key: key, Title: it.Text, Note: it.Rule.Type.Label(), Hidden: hiddenOf(f, key, "is", "id", "question", "type")}
	if v.Title == "" {
		v.Title = "A question that is not there any more"
	}
	v.Mandatory = ui.Field{Name: name("mandatory"), Label: "Must be answered", Kind: ui.Checkbox, Checked: f.yes(name("mandatory"))}
	on := []ui.Option{{Label: "Always", Selected: f.text(name("if")) == ""}}
	for _, e := range earlier {
		on = append(on, ui.Option{Value: e.ID.String(), Label: cut(e.Text, 80), Selected: f.text(name("if")) == e.ID.String()})
	}
	v.If = ui.Field{Name: name("if"), Label: "Shown", Help: "Always, or by the answer to a question before.", Kind: ui.Select, Options: keepChosen(on, f.text(name("if")), "One that does not stand before")}
	v.Op = ui.Field{Name: name("op"), Label: "When that answer", Kind: ui.Select, Width: "mid"}
	for _, o := range checklist.Operators() {
		v.Op.Options = append(v.Op.Options, ui.Option{Value: string(o), Label: o.Label(), Selected: f.text(name("op")) == string(o)})
	}
	v.Values = ui.Field{Name: name("values"), Label: "Compared with", Help: "One on a line.", Kind: ui.Lines, Rows: 2, Optional: true}
	v.Own = ui.Field{Name: name("own"), Label: "Its own rule", Help: "What stands below holds here only; a change in the library does not reach it.", Kind: ui.Checkbox, Checked: f.yes(name("own"))}
	if !it.Own {
		putAnswerRule(&f, name(""), it.Rule) // the library's, as a start
	}
	v.Choices, v.Numbers, v.Files = ruleAsks(f, name(""), it.Rule.Type)
	if sees {
		v.Tell = ui.Field{Name: name("tell"), Label: "Told of an alert", Help: "Beside those who hear of every alert: one on a line, name or code.", Kind: ui.Lines, Rows: 2, Optional: true}
	}
	one := []ui.Field{v.Mandatory, v.If, v.Op, v.Values, v.Own, v.Tell}
	filled(one, f, faults)
	v.Mandatory, v.If, v.Op, v.Values, v.Own, v.Tell = one[0], one[1], one[2], one[3], one[4], one[5]
	for _, part := range [][]ui.Field{v.Choices, v.Numbers, v.Files} {
		filled(part, f, faults)
	}
	for _, x := range v.all() {
		v.Open = v.Open || x.Error != ""
	}
	v.Open = v.Open || it.Own || it.ShowIf != nil || len(it.Tell) > 0
	return v
}

// newItem puts a row for a question at the end of the form.
func newItem(f *form, q checklist.Question) {
	key := f.addRow("item")
	f.putItem(key, checklist.Item{ID: id.New[id.Item](), Question: q.ID, Rule: q.Rule, Mandatory: true}, nil)
}

// chosenWords says how many boxes of a field are ticked.
func chosenWords(f ui.Field) string {
	n := 0
	for _, o := range f.Options {
		if o.Selected {
			n++
		}
	}
	return counted(n, "chosen", "chosen")
}
