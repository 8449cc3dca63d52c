package web

import (
	"context"
	"net/http"
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

// groupNames are the fields of the form about a group; op says which button was pressed.
var groupNames = []string{"kind", "name", "lead_id", "active", "people", "sites", "find", "op"}

// offered is how many that could join a group are shown at once.
const offered = 24

// groupAsk is what the form about a group shows.
type groupAsk struct {
	Kind    people.GroupKind
	Action  string // where the form posts
	Name    ui.Field
	Lead    suggestion
	Led     bool // whether the lead is asked
	Active  ui.Field
	In      []choice // ticked
	Others  []choice // who could join
	More    bool     // there are more who could
	Find    string
	Error   string
	Sighted bool // the actor sees any who could join
}

// field is the question about the members, as errors and the summary know it.
func (b groupAsk) field() ui.Field {
	var all []ui.Option
	for _, c := range b.In {
		all = append(all, ui.Option{Value: c.ID, Label: c.Name, Selected: true})
	}
	slices.SortFunc(all, func(x, y ui.Option) int { return strings.Compare(x.Label, y.Label) })
	return ui.Field{Name: string(b.Kind), Label: "Members", Kind: ui.Checkbox, Options: append(all, ui.Option{}), Error: b.Error}
}

func (b groupAsk) all() []ui.Field {
	out := []ui.Field{b.Name}
	if b.Led {
		out = append(out, b.Lead.Field)
	}
	return append(out, b.Active, b.field())
}

func (b groupAsk) inWords() string {
	if len(b.In) == 0 {
		return "Nobody is in it yet. Tick who is to join, and save."
	}
	return plural(len(b.In), "member") + ". Take the tick away to take one out."
}

func (b groupAsk) findWords() string {
	if b.Kind == people.OfSites {
		return "Code, name or address"
	}
	return "Name, code or login"
}

func (b groupAsk) othersWords() string {
	switch {
	case !b.Sighted:
		return "You do not see anybody who could join."
	case len(b.Others) == 0 && b.Find != "":
		return "Nobody else fits “" + cut(b.Find, 60) + "”."
	case len(b.Others) == 0:
		return "Everybody whom you see is in it."
	case b.More:
		return "The first who could join. Find shows others; what is ticked stays ticked."
	}
	return "Who could join."
}

// readGroup reads what was typed about a group. What the form did not ask stays as it was.
func (p *pages) readGroup(ctx context.Context, who actor.Actor, f *form, was people.Group) (people.GroupInput, error) {
	in := people.GroupInput{Kind: was.Kind, Name: f.text("name"), Lead: was.Lead, Active: f.yes("active"), People: refs[id.Person](f, "people"), Sites: refs[id.Site](f, "sites")}
	if !f.asked("lead_id") {
		return in, nil
	}
	var err error
	in.Lead, err = p.readPerson(ctx, who, f, "lead_id", was.Lead)
	return in, err
}

func groupForm(g people.Group, lead string) form {
	f := newForm("kind", string(g.Kind), "name", g.Name, "lead_id", lead, "active", yesNo(g.Active))
	for _, m := range g.Members {
		switch {
		case m.Person != nil:
			f.values.Add("people", m.Person.String())
		case m.Site != nil:
			f.values.Add("sites", m.Site.String())
		}
	}
	return f
}

// groupQuestions makes the questions about a group, with what f has in them.
func (p *pages) groupQuestions(ctx context.Context, who actor.Actor, kind people.GroupKind, f form, faults ui.Faults) (b groupAsk, err error) {
	b = groupAsk{Kind: kind, Find: fold.Line(f.text("find")), Error: faults.At(string(kind))}
	if b.Error == "" {
		b.Error = faults.At("members")
	}
	b.Name = ui.Field{Name: "name", Label: "Name", Max: 120, Value: f.text("name"), Error: faults.At("name")}
	b.Active = ui.Field{Name: "active", Label: "Active", Kind: ui.Checkbox, Checked: f.yes("active")}
	b.Lead, b.Led, err = p.personField(ctx, who, ui.Field{Name: "lead_id", Label: "Lead", Optional: true, Value: f.text("lead_id"), Error: faults.At("lead_id")})
	if err != nil {
		return b, err
	}
	if kind == people.OfSites {
		return b, p.siteMembers(ctx, who, &b, f)
	}
	return b, p.peopleMembers(ctx, who, &b, f)
}

// peopleMembers fills in who is ticked and who could join a group of people.
func (p *pages) peopleMembers(ctx context.Context, who actor.Actor, b *groupAsk, f form) error {
	fresh := form{values: f.values}
	in := refs[id.Person](&fresh, "people")
	known, err := inParts(in, func(part []id.Person) (map[id.Person]people.Person, error) {
		return p.People.PeopleByID(ctx, who, part)
	})
	if err != nil {
		return err
	}
	for _, x := range in {
		b.In = append(b.In, choiceOf(x.String(), personChoice, known, x, unseen))
	}
	if b.Sighted = who.Can(people.CanReadPerson); !b.Sighted {
		return nil
	}
	found, err := p.People.ListPeople(ctx, who, people.PersonFilter{Search: b.Find}, page.Request{Limit: page.Max})
	if err != nil {
		return err
	}
	for _, x := range found.Items {
		if !slices.Contains(in, x.ID) {
			b.Others = append(b.Others, personChoice(x))
		}
	}
	b.cut(found.Next != "")
	return nil
}

// siteMembers fills in what is ticked and what could join a group of sites.
func (p *pages) siteMembers(ctx context.Context, who actor.Actor, b *groupAsk, f form) error {
	fresh := form{values: f.values}
	in := refs[id.Site](&fresh, "sites")
	known := map[id.Site]org.Site{}
	if b.Sighted = who.Can(org.CanReadSite); b.Sighted {
		var err error
		if known, err = inParts(in, func(part []id.Site) (map[id.Site]org.Site, error) { return p.Org.SitesByID(ctx, who, part) }); err != nil {
			return err
		}
	}
	for _, x := range in {
		b.In = append(b.In, choiceOf(x.String(), siteChoice, known, x, "A site that you do not see"))
	}
	if !b.Sighted {
		return nil
	}
	found, err := p.Org.ListSites(ctx, who, org.SiteFilter{Search: b.Find}, page.Request{Limit: page.Max})
	if err != nil {
		return err
	}
	for _, x := range found.Items {
		if !slices.Contains(in, x.ID) {
			b.Others = append(b.Others, siteChoice(x))
		}
	}
	b.cut(found.Next != "")
	return nil
}

func personChoice(x people.Person) choice {
	note := x.Code
	if x.SiteName != "" {
		note += ", " + x.SiteName
	}
	return choice{ID: x.ID.String(), Name: x.Name, Note: note}
}

func siteChoice(x org.Site) choice { return choice{ID: x.ID.String(), Name: x.Name, Note: x.Code} }

// choiceOf makes the choice of a record that may not be known.
func choiceOf[K comparable, V any](text string, make func(V) choice, known map[K]V, key K, otherwise string) choice {
	c := choice{ID: text, Name: otherwise}
	if x, ok := known[key]; ok {
		c = make(x)
	}
	c.On = true
	return c
}

// cut shows the first who could join.
func (b *groupAsk) cut(more bool) {
	b.More = more || len(b.Others) > offered
	b.Others = b.Others[:min(len(b.Others), offered)]
}

// inParts asks for many records in pieces of page.Max.
func inParts[K comparable, V any](ids []K, get func([]K) (map[K]V, error)) (map[K]V, error) {
	out := map[K]V{}
	for part := range slices.Chunk(ids, page.Max) {
		found, err := get(part)
		if err != nil {
			return nil, err
		}
		for k, v := range found {
			out[k] = v
		}
	}
	return out, nil
}

// askGroup shows the form about a group: a new one when g has no id. f is what it shows, refusal what the use case said to it.
func (p *pages) askGroup(w http.ResponseWriter, r *http.Request, g people.Group, f form, refusal error) error {
	who := actor.From(r.Context())
	at, a := "/groups", asking{Title: "New group of " + string(g.Kind), Crumbs: []ui.Link{{Text: "Groups", Href: "/groups"}}}
	a.Sheet = sheet{Action: at, Go: "Add the group", Back: at}
	if !g.ID.IsZero() {
		at = "/groups/" + g.ID.String()
		a.Title, a.Crumbs = "Change "+g.Name, append(a.Crumbs, ui.Link{Text: g.Name, Href: at})
		a.Sheet = sheet{Action: at, Version: f.text("version"), Go: "Save the group", Back: at}
	}
	a.Sheet.Faults = faultsOf(refusal)
	b, err := p.groupQuestions(r.Context(), who, g.Kind, f, a.Sheet.Faults)
	if err != nil {
		return err
	}
	b.Action = at
	a.Sheet.Fields, a.Sheet.Body = b.all(), groupBody(b)
	err = refused(&a.Sheet, refusal, "group", at+"/edit", func(now people.Group) ([]ui.Field, int64, error) {
		lead, err := p.personText(r.Context(), who, now.Lead)
		if err != nil {
			return nil, 0, err
		}
		theirs, err := p.groupQuestions(r.Context(), who, g.Kind, groupForm(now, lead), ui.Faults{})
		return theirs.all(), now.Version, err
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}

// kindOf reads which kind of group a form or an address speaks of.
func kindOf(text string) (people.GroupKind, error) {
	switch k := people.GroupKind(text); k {
	case people.OfPeople, people.OfSites:
		return k, nil
	case "":
		return people.OfPeople, nil
	}
	return "", fault.Missing("kind of group")
}
