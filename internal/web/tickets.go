package web

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// ticketsPath is where tickets are; ticketPage is how many of them a page shows.
const (
	ticketsPath = "/tickets"
	ticketPage  = 25
)

// What a list's address says in place of one status.
const (
	anyStatus  = "all"  // whatever the status
	lateStatus = "late" // those that should have been resolved
)

// ticketQuery is what a list of tickets is narrowed to, as the address has it. Without a status it is those where something is to do.
type ticketQuery struct {
	filter ticket.Filter
	values url.Values // of ticketParameters, those that are given
}

// ticketParameters are what an address of the list may say, in this order on saved views.
var ticketParameters = []string{"q", "status", "site", "category", "priority", "kind", "with", "creator", "asset", "location", "escalated", "order"}

func readTicketQuery(given url.Values, now time.Time) (ticketQuery, error) {
	q := ticketQuery{values: url.Values{}}
	for _, name := range ticketParameters {
		if v := strings.TrimSpace(given.Get(name)); v != "" {
			q.values.Set(name, v)
		}
	}
	f := form{values: q.values}
	q.filter = ticket.Filter{
		Site: ref[id.Site](&f, "site"), Category: ref[id.Category](&f, "category"), Priority: ticket.Priority(f.text("priority")), Kind: ticket.Kind(f.text("kind")),
		Creator: ref[id.Person](&f, "creator"), Asset: ref[id.Asset](&f, "asset"), Location: ref[id.Location](&f, "location"), Escalated: f.yes("escalated"),
		Search: f.text("q"), Order: ticket.Order(f.text("order")),
	}
	switch status := f.text("status"); status {
	case "":
		q.filter.Statuses = ticket.ActiveStatuses()
	case lateStatus:
		q.filter.Statuses, q.filter.DueBefore = ticket.ActiveStatuses(), now.Truncate(time.Minute)
	case anyStatus:
	default:
		q.filter.Statuses = []ticket.Status{ticket.Status(status)}
	}
	switch kind, of, _ := strings.Cut(f.text("with"), ":"); kind {
	case "me":
		q.filter.Mine = true
	case "nobody":
		q.filter.Nobody = true
	case "person":
		one := newForm("with", of)
		q.filter.Person = ref[id.Person](&one, "with")
	case "group":
		one := newForm("with", of)
		q.filter.Group = ref[id.Group](&one, "with")
	}
	return q, f.check.Err()
}

// with gives an address of a page that takes the query, with one parameter set, or left out when it is "".
func (q ticketQuery) with(path, name, value string) string {
	v := maps.Clone(q.values)
	if v.Del(name); value != "" {
		v.Set(name, value)
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func (q ticketQuery) address(name, value string) string { return q.with(ticketsPath, name, value) }

// ticketsView is what the page of the list shows below its filters.
type ticketsView struct {
	Tabs  ui.Tabs
	Chips []ui.Chip
	Clear string
	Views viewsView
	Body  templ.Component
	Bulk  *bulkView // nil: the actor may not assign
}

// listTickets shows the tickets that the actor sees.
func (p *pages) listTickets(w http.ResponseWriter, r *http.Request) error {
	return p.showTickets(w, r, r.URL.Query(), http.StatusOK, bulkResult{})
}

// showTickets writes the list, with what became of an assignment of many when there was one.
func (p *pages) showTickets(w http.ResponseWriter, r *http.Request, given url.Values, status int, done bulkResult) error {
	v, err := p.visit(r, "Tickets")
	if err != nil {
		return err
	}
	q, err := readTicketQuery(given, v.now)
	if err != nil {
		return err
	}
	found, err := p.listPart(r.Context(), v, q, given.Get("after"), done.picked)
	if err != nil {
		return err
	}
	tabs, err := p.ticketTabs(r, v, q)
	if err != nil {
		return err
	}
	filters, chips, err := p.ticketFilters(r.Context(), v.who, q)
	if err != nil {
		return err
	}
	views, err := p.ticketViews(r.Context(), v.who, q)
	if err != nil {
		return err
	}
	view := ticketsView{Tabs: tabs, Chips: chips, Clear: ticketsPath, Views: views}
	if found.html == "" {
		view.Body = ui.Nothing(noTickets(v.who, q))
	} else {
		view.Body = found
	}
	if found.assign {
		if view.Bulk, err = p.bulk(r.Context(), v.who, q, done); err != nil {
			return err
		}
	}
	return p.show(w, r, status, v, ui.Headed(p.ticketsHead(v, q)), ui.Tabbed(views.Tabs), noted(done.note), ui.Narrowed(filters), ticketsPart(view))
}

func (p *pages) ticketsHead(v visit, q ticketQuery) ui.Head {
	h := ui.Head{Title: "Tickets", Sub: zoneLine(v.zone), Acts: []ui.Action{{Text: "Board", Icon: "lanes", Href: q.with(ticketsPath+"/board", "status", "")}}}
	if v.who.Can(exchange.CanExport) {
		h.Acts = append(h.Acts, ui.Action{Text: "Export", Icon: "export", Href: q.with("/exports"+ticketsPath, "format", string(exchange.XLSX))})
	}
	if v.who.Can(ticket.CanCreate) {
		to := ticketsPath + "/new"
		if q.filter.Site != nil {
			to += "?site=" + q.filter.Site.String()
		}
		h.Acts = append(h.Acts, ui.Action{Text: "New ticket", Icon: "plus", Href: to, Primary: true})
	}
	return h
}

// ticketTabs are the counts by status, which open exactly those rows: first what is to do, at the end all.
func (p *pages) ticketTabs(r *http.Request, v visit, q ticketQuery) (ui.Tabs, error) {
	rest := q.filter
	rest.DueBefore = time.Time{}
	counts, err := p.Ticket.Counts(r.Context(), v.who, rest)
	if err != nil {
		return ui.Tabs{}, err
	}
	late, err := p.Ticket.Late(r.Context(), v.who, rest, v.now.Truncate(time.Minute)) // as the list behind the count has it
	if err != nil {
		return ui.Tabs{}, err
	}
	var active, all int64
	for s, n := range counts {
		if all += n; s.Active() {
			active += n
		}
	}
	at := q.values.Get("status")
	tab := func(text, status string, n int64) ui.Tab {
		return ui.Tab{Text: text, Href: q.address("status", status), Here: at == status, Count: ui.Count{N: int(n), Late: status == lateStatus}}
	}
	t := ui.Tabs{Label: "By status", Items: []ui.Tab{tab("To do", "", active)}}
	if late > 0 || at == lateStatus {
		t.Items = append(t.Items, tab("Late", lateStatus, late))
	}
	for _, s := range ticket.Statuses() {
		t.Items = append(t.Items, tab(s.Label(), string(s), counts[s]))
	}
	t.Items = append(t.Items, tab("All", anyStatus, all))
	return t, nil
}

func noTickets(who actor.Actor, q ticketQuery) ui.Empty {
	e := ui.Empty{Icon: "ticket", Title: "No tickets yet", Text: "A ticket is what somebody reports: what is wrong, where, and who sees to it. Nothing that is reported gets lost."}
	narrow := maps.Clone(q.values)
	narrow.Del("status")
	switch at := q.values.Get("status"); {
	case q.filter.Search != "":
		e.Title, e.Text = "No ticket has “"+cut(q.filter.Search, 60)+"” in its number, title or text", "A shorter part finds more; filters and the status narrow it, too."
		e.Act = ui.Action{Text: "Search whatever the status", Href: q.address("status", anyStatus)}
	case len(narrow) > 0:
		e.Title, e.Text = "No ticket fits these filters", "What is resolved or closed is behind the other statuses above."
		e.Act = ui.Action{Text: "Show all that is to do", Href: ticketsPath}
	case at != "":
		e.Title, e.Text = "No ticket here has this status", "The counts above say where there are some."
		e.Act = ui.Action{Text: "Show all that is to do", Href: ticketsPath}
	case who.Can(ticket.CanCreate):
		e.Title, e.Text = "Nothing to do", "No ticket is new, open or on hold where you see tickets."
		e.Act = ui.Action{Text: "Report a ticket", Icon: "plus", Href: ticketsPath + "/new"}
	}
	return e
}
