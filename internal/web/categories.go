package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/page"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// categoriesAt is the address of the ticket categories.
const categoriesAt = "/categories"

// categoriesPath is the address of the list of categories, narrowed.
func categoriesPath(search string, inactive bool, after string) string {
	v := url.Values{}
	for name, x := range map[string]string{"q": search, "inactive": yesNo(inactive), "after": after} {
		if x != "" {
			v.Set(name, x)
		}
	}
	if len(v) == 0 {
		return categoriesAt
	}
	return categoriesAt + "?" + v.Encode()
}

// readCategoryQuery reads what an address narrows the categories to.
func readCategoryQuery(q url.Values) ticket.CategoryFilter {
	return ticket.CategoryFilter{Search: strings.TrimSpace(q.Get("q")), Inactive: q.Get("inactive") == "true"}
}

// listCategories shows the ticket categories by name.
func (p *pages) listCategories(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Ticket categories")
	if err != nil {
		return err
	}
	q := readCategoryQuery(r.URL.Query())
	found, err := p.Ticket.ListCategories(r.Context(), v.who, q, page.Request{After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	head := ui.Head{Title: "Ticket categories", Sub: "What tickets are about, and by which rules they climb when nobody acts."}
	if v.who.Everywhere(ticket.CanCreateCategory) {
		head.Acts = []ui.Action{{Text: "New category", Icon: "plus", Href: categoriesAt + "/new", Primary: true}}
	}
	head.Acts = exportActs(v, r, "categories", head.Acts...)
	filters := ui.Filters{Action: categoriesAt, List: "categories", Search: ui.Search{Name: "q", Label: "Code or name of a category", Value: q.Search}, Fields: []ui.Field{{Name: "inactive", Label: "Show", Kind: ui.Select, Optional: true,
		Options: []ui.Option{{Value: "", Label: "Active ones"}, {Value: "true", Label: "Inactive ones too", Selected: q.Inactive}}}}}
	body := emptied("categories", noCategories(v.who, q.Search))
	if len(found.Items) > 0 {
		l := categoryList(found.Items)
		if found.Next != "" {
			l.More.Next = categoriesPath(q.Search, q.Inactive, found.Next)
		}
		body = ui.Listed(l)
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), ui.Narrowed(filters), body)
}

func noCategories(who actor.Actor, search string) ui.Empty {
	e := ui.Empty{Icon: "list", Title: "No ticket categories yet", Text: "A ticket is about a category, which says how urgent it is and to whom it goes when nobody acts."}
	switch {
	case search != "":
		e.Title = "No category has “" + cut(search, 60) + "” in its code or name"
		e.Act = ui.Action{Text: "Show all categories", Href: categoriesAt}
	case who.Everywhere(ticket.CanCreateCategory):
		e.Act = ui.Action{Text: "Add the first category", Icon: "plus", Href: categoriesAt + "/new"}
	}
	return e
}

func categoryList(found []ticket.Category) ui.List {
	l := ui.List{ID: "categories", Caption: "Ticket categories by name", More: ui.Pager{Shown: len(found), Noun: "categories"}, Columns: []ui.Column{
		{Label: "Name", Slot: ui.Subject}, {Label: "Priority"}, {Label: "Clock"}, {Label: "To be resolved in"}, {Label: "State", Slot: ui.Status}}}
	if len(found) == 1 {
		l.More.Noun = "category"
	}
	for _, c := range found {
		l.Rows = append(l.Rows, ui.Row{Href: categoryPath(c), Cells: []ui.Cell{
			{Text: c.Name, Code: c.Code}, {Text: c.Priority.Label()}, {Text: c.Clock.Label()}, {Text: resolveWords(c)}, stateCell(c.Active),
		}})
	}
	return l
}

func categoryPath(c ticket.Category) string { return categoriesAt + "/" + c.ID.String() }

// resolveWords says how long a ticket may take.
func resolveWords(c ticket.Category) string {
	if c.Resolve == nil {
		return "No deadline"
	}
	return minutesWords(*c.Resolve)
}

func minutesWords(minutes int64) string { return length(time.Duration(minutes) * time.Minute) }
