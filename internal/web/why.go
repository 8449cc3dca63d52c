package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// whyPath is the page that explains what a person may do.
func whyPath(person id.Person, q org.Question) string {
	return "/people/" + person.String() + "/why" + asQuery(q)
}

// holdersPath is the page of who may do something.
func holdersPath(q org.Question) string { return "/grants" + asQuery(q) }

func asQuery(q org.Question) string {
	values := url.Values{}
	if q.May != "" {
		values.Set("may", string(q.May))
	}
	if q.Site != nil {
		values.Set("site", q.Site.String())
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// questionOf reads what is asked from an address.
func questionOf(f *form) org.Question {
	return org.Question{May: actor.Permission(f.text("may")), Site: ref[id.Site](f, "site")}
}

// explainPerson explains whether a person may do something, and by which of their roles; ?may= is the permission, ?site= where.
func (p *pages) explainPerson(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, org.CanReadGrant)
	if err != nil {
		return err
	}
	v, err := p.visit(r, "What "+x.Name+" may do")
	if err != nil {
		return err
	}
	asked := form{values: r.URL.Query()}
	q := questionOf(&asked)
	if err := asked.check.Err(); err != nil {
		return err
	}
	filters, err := p.questionFilters(r, v.who, "/people/"+x.ID.String()+"/why", "why", q)
	if err != nil {
		return err
	}
	answer := emptied("why", ui.Empty{Icon: "key", Title: "Choose what " + x.Name + " would do", Text: "The answer names the role, where it is given, and what is missing."})
	if q.May != "" {
		why, err := p.Org.Why(r.Context(), v.who, x.ID, q)
		if err != nil {
			return err
		}
		answer = whyAnswer(v, why)
	}
	head := ui.Head{Title: "What " + x.Name + " may do, and why", Crumbs: []ui.Link{{Text: "People", Href: "/people"}, {Text: x.Name, Href: "/people/" + x.ID.String()}}}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), filters, answer)
}

// questionFilters ask for a permission and a site.
func (p *pages) questionFilters(r *http.Request, who actor.Actor, action, list string, q org.Question) (templ.Component, error) {
	may := ui.Field{Name: "may", Label: "May", Kind: ui.Select, Optional: true, Options: []ui.Option{{Value: "", Label: "Choose"}}}
	for _, d := range byArea(p.Org.Declared()) {
		may.Options = append(may.Options, ui.Option{Value: string(d.Name), Label: d.Label, Group: d.Area, Selected: d.Name == q.May})
	}
	t, err := p.placesSeen(r.Context(), who)
	if err != nil {
		return nil, err
	}
	chosen := ""
	if q.Site != nil {
		chosen = q.Site.String()
	}
	site := ui.Field{Name: "site", Label: "Where", Kind: ui.Select, Optional: true, Options: siteChoices(t.Sites, who, org.CanReadGrant, "Everywhere", chosen)}
	return ui.Narrowed(ui.Filters{Action: action, List: list, Fields: []ui.Field{may, site}}), nil
}

// byArea gives permissions so that those of one area follow each other.
func byArea(declared []actor.Declared) []actor.Declared {
	var areas []string
	of := map[string][]actor.Declared{}
	for _, d := range declared {
		if of[d.Area] == nil {
			areas = append(areas, d.Area)
		}
		of[d.Area] = append(of[d.Area], d)
	}
	var out []actor.Declared
	for _, a := range areas {
		out = append(out, of[a]...)
	}
	return out
}

// whyAnswer says yes or no, and then what each role of theirs says to it.
func whyAnswer(v visit, w org.Why) templ.Component {
	card := ui.Card{Title: "What their roles say"}
	list := ui.List{ID: "why", Caption: "Roles of " + w.PersonName + ", those that give it first", More: ui.Pager{Shown: len(w.Reasons), Noun: "roles"},
		Columns: []ui.Column{{Label: "Role", Slot: ui.Subject}, {Label: "Given"}, {Label: "Says", Slot: ui.Status}}}
	if len(w.Reasons) == 1 {
		list.More.Noun = "role"
	}
	for _, x := range w.Reasons {
		row := ui.Row{Cells: []ui.Cell{{Text: x.RoleName}, placeCell(x.Grant), {Pill: reasonPill(w, x)}}}
		if v.who.Can(org.CanReadRole) {
			row.Href = "/roles/" + x.Role.String()
		}
		list.Rows = append(list.Rows, row)
	}
	return together(noted(whyNote(w)), section(card, list, w.PersonName+" has no role, and may do nothing but sign in."))
}

// reasonPill says whether a role gives it, or why not.
func reasonPill(w org.Why, x org.Reason) ui.Pill {
	switch {
	case x.Gives():
		return ui.Pill{Tone: ui.Done, Text: "Gives it"}
	case !x.Holds:
		return ui.Pill{Tone: ui.Shut, Text: "Does not allow it"}
	case w.Asked.Whole:
		return ui.Pill{Tone: ui.Wait, Text: "Holds only when given everywhere"}
	}
	return ui.Pill{Tone: ui.Wait, Text: "Allows it, but not here"}
}

// whyNote is the answer in a sentence, and what would change it.
func whyNote(w org.Why) ui.Note {
	where := "everywhere"
	if w.Site != nil {
		where = "at " + w.SiteName
	}
	what := "“" + w.Asked.Label + "” " + where
	n := ui.Note{Tone: ui.Wait, Title: w.PersonName + " may not: " + what, Link: ui.Link{Text: "Who may", Href: holdersPath(org.Question{May: w.Asked.Name, Site: w.Site})}}
	switch {
	case w.May:
		return ui.Note{Tone: ui.Done, Title: w.PersonName + " may: " + what, Text: giving(w), Link: n.Link}
	case !w.Active:
		n.Text = w.PersonName + " is inactive, and who is inactive may do nothing."
		return n
	}
	n.Text = "None of their roles gives it there. These roles would: " + namesOf(w.Roles) + "."
	if w.Asked.Area == "Tickets" {
		n.Text += " Who has a ticket, or made it, may do some of this with that ticket alone."
	}
	return n
}

// giving names the roles that give it.
func giving(w org.Why) string {
	text := ""
	for _, x := range w.Reasons {
		if x.Gives() {
			text += "The role " + x.RoleName + ", given " + placeCell(x.Grant).Text + ". "
		}
	}
	return text
}

func namesOf(roles []org.Role) string {
	names := ""
	for i, r := range roles {
		if i > 0 {
			names += ", "
		}
		names += r.Name
	}
	return names
}

// listHolders shows who may do something, with the role that gives it; a row leads to the explanation.
func (p *pages) listHolders(w http.ResponseWriter, r *http.Request, v visit, q org.Question, after string) error {
	found, err := p.Org.ListHolders(r.Context(), v.who, q, page.Request{After: after})
	if fault.KindOf(err) == fault.Invalid && after == "" { // there is no such permission
		return fault.Missing("permission").Because(err)
	}
	if err != nil {
		return err
	}
	filters, err := p.questionFilters(r, v.who, "/grants", "grants", q)
	if err != nil {
		return err
	}
	body := emptied("grants", ui.Empty{Icon: "key", Title: "Nobody whom you see may do this", Text: "A role gives it, in the whole organisation or where it is given.", Act: ui.Action{Text: "Show all roles given", Href: "/grants"}})
	if len(found.Items) > 0 {
		list := grantList(v, found.Items, "/grants")
		for i, g := range found.Items {
			list.Rows[i].Href = whyPath(g.Person, q)
		}
		if found.Next != "" {
			list.More.Next = holdersPath(q) + "&" + url.Values{"after": {found.Next}}.Encode()
		}
		body = ui.Listed(list)
	}
	head := ui.Head{Title: "Who may do this", Sub: "By which role, and where it is given. Open a row for the whole answer.", Crumbs: []ui.Link{{Text: "Roles given", Href: "/grants"}}}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), filters, body)
}
