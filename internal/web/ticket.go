package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// ticketSaid is what a ticket's page was sent and could not do: the texts stay in its forms.
type ticketSaid struct {
	form   form
	faults ui.Faults
	note   ui.Note
	status int
}

// ticketView is what a ticket's page shows beside its plan, its history and its files.
type ticketView struct {
	Ticket  ticket.Ticket
	Say     sayView
	With    *handView // nil: the actor may not assign it
	Similar []ticket.Ticket
	All     string // the list of those of the same asset
}

// sayView is the form in which a ticket is talked of and moved on.
type sayView struct {
	Ticket  ticket.Ticket
	Comment bool // the actor may say something
	Text    string
	Error   string
	To      ticket.Status // the way that a link asked for
	Moves   []ticket.Transition
}

// handView is the form in which a ticket is given to somebody.
type handView struct {
	At      string
	Version string
	Field   suggestion
	Held    bool // somebody has it
}

// getTicket shows a ticket.
func (p *pages) getTicket(w http.ResponseWriter, r *http.Request) error {
	t, err := pathID[id.Ticket](r, "ticket")
	if err != nil {
		return err
	}
	return p.showTicket(w, r, t, ticketSaid{})
}

// showTicket writes a ticket's page.
func (p *pages) showTicket(w http.ResponseWriter, r *http.Request, at id.Ticket, said ticketSaid) error {
	v, err := p.visit(r, "Ticket")
	if err != nil {
		return err
	}
	e, err := p.Ticket.Explain(r.Context(), v.who, at)
	if err != nil {
		return err
	}
	v.zone = zoneOr(e.Calendar.Zone, v.zone)
	t, lines, err := p.Ticket.GetWithHistory(r.Context(), v.who, at, page.Request{After: r.URL.Query().Get("history")})
	if err != nil {
		return err
	}
	v.frame.Title = t.Ref() + " " + t.Title
	if said.status >= http.StatusBadRequest {
		v.frame.Title = "Error: " + v.frame.Title
	}
	since, err := p.Journal.HistorySince(r.Context(), t.ID)
	if err != nil {
		return err
	}
	view, err := p.ticketView(r, v, t, said)
	if err != nil {
		return err
	}
	files, err := p.filesCard(r.Context(), v, "ticket", id.Of[id.Any](t.ID.Bytes()))
	if err != nil {
		return err
	}
	main := within(stacked(), together(ticketPlan(v, e), ticketText(t), sayPart(view.Say), ticketHistory(t, v, lines, since)))
	aside := within(stacked(), together(ui.Stated(p.ticketFacts(v, t)), handPart(view.With), files, similarPart(view)))
	return p.show(w, r, max(said.status, http.StatusOK), v, ui.Headed(ticketHead(v, t)), noted(said.note), within(split(), together(main, aside)))
}

func (p *pages) ticketView(r *http.Request, v visit, t ticket.Ticket, said ticketSaid) (ticketView, error) {
	view := ticketView{Ticket: t, Say: sayView{Ticket: t, Moves: ticket.Moves(v.who, t), Comment: v.who.At(ticket.CanComment, t.Site) && !t.Status.Terminal(), To: ticket.Status(r.URL.Query().Get("to"))}}
	if said.form.values != nil {
		view.Say.Text, view.Say.To = said.form.text("comment"), ticket.Status(said.form.text("to"))
	}
	if view.Say.Error = said.faults.At("comment"); view.Say.Error == "" {
		view.Say.Error = said.faults.At("body")
	}
	var err error
	if v.who.At(ticket.CanAssign, t.Site) && t.Status.Active() {
		if view.With, err = p.handView(r.Context(), v.who, t, said); err != nil {
			return view, err
		}
	}
	if t.Asset == nil {
		return view, nil
	}
	found, err := p.Ticket.List(r.Context(), v.who, ticket.Filter{Asset: t.Asset}, page.Request{Limit: similarTickets + 1})
	view.Similar = slices.DeleteFunc(found.Items, func(x ticket.Ticket) bool { return x.ID == t.ID })
	view.Similar = view.Similar[:min(len(view.Similar), similarTickets)]
	view.All = ticketsPath + "?status=" + anyStatus + "&asset=" + t.Asset.String()
	return view, err
}

// similarTickets is how many other tickets of the same asset a page shows.
const similarTickets = 5

func (p *pages) handView(ctx context.Context, who actor.Actor, t ticket.Ticket, said ticketSaid) (*handView, error) {
	offers, err := p.assigneeOffers(ctx, who)
	h := &handView{At: ticketsPath + "/" + t.ID.String() + "/assign", Version: number(t.Version), Held: t.Person != nil || t.Group != nil,
		Field: suggestion{Offers: offers, Field: ui.Field{Name: "to_whom", Label: "Give it to", Help: "A person by name or code, or a group.", Error: said.faults.At("to_whom")}}}
	if said.form.values != nil {
		h.Field.Field.Value = said.form.text("to_whom")
	}
	return h, err
}

func ticketHead(v visit, t ticket.Ticket) ui.Head {
	at := ticketsPath + "/" + t.ID.String()
	h := ui.Head{Title: t.Title, Code: t.Ref(), Pill: ticketPill(t, v.now), Crumbs: []ui.Link{{Text: "Tickets", Href: ticketsPath}, {Text: t.SiteName, Href: ticketsPath + "?site=" + t.Site.String()}}}
	h.Sub = t.Priority.Label() + " priority. " + reportedWords(v, t) + " " + zoneLine(v.zone)
	if v.who.At(ticket.CanUpdate, t.Site) && t.Status.Active() {
		h.Acts = append(h.Acts, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit"})
	}
	takes := slices.ContainsFunc(ticket.Moves(v.who, t), func(m ticket.Transition) bool { return m.From == ticket.Fresh && m.To == ticket.Open })
	mine := t.Person != nil && *t.Person == v.who.Person()
	if t.Status.Active() && (takes || !mine && (v.who.At(ticket.CanUpdate, t.Site) || t.Mine)) {
		h.Acts = append(h.Acts, ui.Action{Text: "Take it", Icon: "user", Post: at + "/assign", Name: "me", Value: "true", Version: number(t.Version), Primary: true})
	}
	return h
}

// reportedWords says who reported a ticket and when: "Reported by Asha Rao today, 13:40."
func reportedWords(v visit, t ticket.Ticket) string {
	by := "Reported by the system"
	switch {
	case t.CreatorName != "":
		by = "Reported by " + t.CreatorName
	case t.Source == ticket.FromPublic:
		by = "Reported by a visitor"
	}
	return by + " " + amid(t.Created, v.now, v.zone) + "."
}

// ticketFacts gathers the facts about a ticket, with links to what the actor may see.
func (p *pages) ticketFacts(v visit, t ticket.Ticket) ui.Facts {
	f := ui.Facts{Title: "Facts"}
	add := func(label, value, href string) {
		if value != "" {
			f.Items = append(f.Items, ui.Fact{Label: label, Value: value, Href: href})
		}
	}
	link := func(path string, of interface{ String() string }, need actor.Permission) string {
		if v.who.At(need, t.Site) {
			return path + of.String()
		}
		return ""
	}
	switch {
	case t.Person != nil && v.who.Can(people.CanReadPerson):
		add("With", t.PersonName, "/people/"+t.Person.String())
	case t.Group != nil && v.who.Can(people.CanReadGroup):
		add("With", t.GroupName, "/groups/"+t.Group.String())
	case t.AssigneeName() != "":
		add("With", t.AssigneeName(), "")
	case t.Status.Active():
		f.Items = append(f.Items, ui.Fact{Label: "With", Pill: ui.Pill{Tone: ui.Wait, Text: "Nobody"}})
	}
	add("Site", t.SiteName, link("/sites/", t.Site, org.CanReadSite))
	if t.Location != nil {
		add("Location", t.LocationName, link("/locations/", t.Location, asset.CanReadLocation))
	}
	if t.Asset != nil {
		add("Asset", t.AssetCode+" "+t.AssetName, link("/assets/", t.Asset, asset.CanRead))
	}
	add("Category", t.CategoryName, link("/categories/", t.Category, ticket.CanReadCategory))
	add("Kind", map[ticket.Kind]string{ticket.Incident: "Incident", ticket.Request: "Request"}[t.Kind], "")
	add("Contact", t.Reporter, "")
	switch {
	case t.Resolved != nil:
		add("Resolved", capital(amid(*t.Resolved, v.now, v.zone)), "")
	case t.Overdue(v.now):
		f.Items = append(f.Items, ui.Fact{Label: "Due", Pill: ui.Pill{Tone: ui.Late, Text: moment(*t.Due, v.now, v.zone)}})
	case t.Due != nil:
		add("Due", moment(*t.Due, v.now, v.zone), "")
	}
	if v.who.At(org.CanReadGrant, t.Site) {
		add("Access", "Who may change it, and why", holdersPath(org.Question{May: ticket.CanUpdate, Site: &t.Site}))
	}
	return f
}

// ticketPlan is what comes next, when and why.
func ticketPlan(v visit, e ticket.Explanation) templ.Component {
	plan := planOf(e.Plan, e.Next, e.Reason, v.now)
	plan.Zone = ""
	if v.who.At(ticket.CanReadCategory, e.Ticket.Site) {
		plan.Open = ui.Link{Text: "Open the ladder", Href: "/categories/" + e.Ticket.Category.String() + "/ladder?site=" + e.Ticket.Site.String()}
	}
	return planCard(plan)
}

// ticketHistory is the register of a ticket: what was said and done, the newest first; what was before since is set aside.
func ticketHistory(t ticket.Ticket, v visit, lines page.Of[ticket.Line], since time.Time) templ.Component {
	log := ui.Log{ID: "history", Label: "What happened, the newest first"}
	for _, l := range lines.Items {
		log.Entries = append(log.Entries, ticketLine(v, l))
	}
	if lines.Next == "" {
		log.Entries = append(log.Entries, setAside(since)...)
	} else {
		log.More = ui.Pager{Shown: len(lines.Items), Noun: "entries", Next: ticketsPath + "/" + t.ID.String() + "?history=" + lines.Next}
	}
	return within(ui.Boxed(ui.Card{Title: "History", Flush: true}), ui.Registered(log))
}

func ticketLine(v visit, l ticket.Line) ui.Entry {
	e := ui.Entry{Time: l.At, At: l.At.In(v.zone).Format(clockForm), Ago: day(l.At, v.now, v.zone), Icon: "edit", Quote: l.Comment}
	if len(l.What) > 0 {
		e.What, e.Meta = l.What[0], l.What[1:]
	}
	if l.Who != "" {
		e.Meta = append(slices.Clone(e.Meta), "by "+l.Who)
	}
	switch {
	case l.Verb == "ticket.escalated":
		e.Icon, e.Tone = "s-late", ui.Late
	case l.To != "":
		e.Tone = ticketTone(l.To)
		e.Icon = "s-" + string(e.Tone)
	case l.Comment != "":
		e.Icon = "note"
	case l.Verb == "ticket.assigned":
		e.Icon = "user"
	case l.Verb == "ticket.created" || l.Verb == "ticket.reported":
		e.Icon, e.Tone = "s-new", ui.New
	}
	return e
}
