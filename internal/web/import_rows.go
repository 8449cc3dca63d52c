package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"intelliwiz/internal/exchange"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// getImport shows what a file would do, or has done, row by row.
func (p *pages) getImport(w http.ResponseWriter, r *http.Request) error {
	return p.showImport(w, r, http.StatusOK, ui.Note{})
}

// importRows is how many rows the page shows at once.
const importRows = 100

func (p *pages) showImport(w http.ResponseWriter, r *http.Request, status int, note ui.Note) error {
	imported, err := pathID[id.Import](r, "import")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "Import")
	if err != nil {
		return err
	}
	x, err := p.Exchange.Get(r.Context(), v.who, imported)
	if err != nil {
		return err
	}
	v.frame.Title = x.FileName
	q := r.URL.Query()
	show, from := exchange.Action(q.Get("show")), 0
	if q.Get("from") != "" {
		if from, err = strconv.Atoi(q.Get("from")); err != nil || from < 0 {
			return fault.Of(fault.Invalid, "This place in the list is not known. Start from the beginning.")
		}
	}
	if note.Text == "" {
		note = importNote(x)
	}
	rows := slices.DeleteFunc(slices.Clone(x.Rows), func(o exchange.Outcome) bool { return show != "" && o.Action != show })
	return p.show(w, r, status, v, ui.Headed(importHead(x)), noted(note), ui.Tabbed(importTabs(x, show)), ui.Listed(importLines(x, show, rows, from)))
}

func importHead(x exchange.Import) ui.Head {
	at, n := "/imports/"+x.ID.String(), exchange.Counts(x.Rows)
	h := ui.Head{Title: x.FileName, Pill: importState(x), Crumbs: []ui.Link{{Text: "Import", Href: "/imports"}}}
	if x.Wrong > 0 {
		h.Acts = append(h.Acts, ui.Action{Text: "Rows to mend", Icon: "export", Href: at + "/leftover"})
	}
	if x.State != exchange.Checked {
		return h
	}
	h.Acts = append(h.Acts, ui.Action{Text: "Give up", Post: at + "/drop", Version: number(x.Version)})
	if todo := n[exchange.Create] + n[exchange.Update]; todo > 0 {
		h.Acts = append(h.Acts, ui.Action{Text: "Import " + plural(todo, "row"), Icon: "check", Post: at + "/apply", Version: number(x.Version), Primary: true})
	}
	return h
}

func importNote(x exchange.Import) ui.Note {
	switch {
	case x.State == exchange.Checked && x.Wrong > 0:
		return ui.Note{
			Tone: ui.Wait, Title: plural(int(x.Wrong), "wrong row"),
			Text: "Nothing is imported yet. Import the others and mend these afterwards, or give up, mend the file, and choose it again.",
		}
	case x.State == exchange.Checked:
		return ui.Note{Tone: ui.New, Title: "Nothing is imported yet", Text: "This is what would happen. Exactly this happens when you import, or nothing."}
	}
	return ui.Note{}
}

// importLines lists rows of a file with what becomes of them, from a place on.
func importLines(x exchange.Import, show exchange.Action, rows []exchange.Outcome, from int) ui.List {
	l := ui.List{
		ID: "rows", Caption: "Rows of the file, as they stand in it",
		Columns: []ui.Column{{Label: "Record", Slot: ui.Subject}, {Label: "What happens", Slot: ui.Status}, {Label: "Row"}, {Label: "Why, and what changes"}},
	}
	until := min(from+importRows, len(rows))
	for _, o := range rows[min(from, until):until] {
		why := ui.Cell{}
		if len(o.Faults)+len(o.Changes) > 0 {
			why.Body = importWhy(o)
		}
		l.Rows = append(l.Rows, ui.Row{Cells: []ui.Cell{{Text: o.Name}, {Pill: importPill(x, o.Action)}, {Text: o.Sheet + " " + strconv.Itoa(o.Row)}, why}})
	}
	l.More = paged(until, "row", "rows")
	if until < len(rows) {
		l.More.Next = importPage(x, show, until)
	}
	return l
}

// importTabs counts the rows of each action; every count opens exactly those.
func importTabs(x exchange.Import, show exchange.Action) ui.Tabs {
	n, t := exchange.Counts(x.Rows), ui.Tabs{Label: "Rows"}
	for _, tab := range []struct {
		action exchange.Action
		text   string
		count  int
	}{
		{"", "All rows", len(x.Rows)}, {exchange.Wrong, "Wrong", n[exchange.Wrong]}, {exchange.Create, "New", n[exchange.Create]},
		{exchange.Update, "Changed", n[exchange.Update]}, {exchange.Same, "As they are", n[exchange.Same]},
	} {
		if tab.count > 0 || tab.action == show {
			t.Items = append(t.Items, ui.Tab{
				Text: tab.text, Href: importPage(x, tab.action, 0), Here: tab.action == show, Count: ui.Count{N: tab.count, Late: tab.action == exchange.Wrong},
			})
		}
	}
	return t
}

func importPage(x exchange.Import, show exchange.Action, from int) string {
	v := url.Values{}
	if show != "" {
		v.Set("show", string(show))
	}
	if from > 0 {
		v.Set("from", strconv.Itoa(from))
	}
	if len(v) == 0 {
		return "/imports/" + x.ID.String()
	}
	return "/imports/" + x.ID.String() + "?" + v.Encode()
}
