package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/static"
	"intelliwiz/internal/web/ui"
)

// homeView is Today: what needs somebody first, then numbers, then lists. Each part stands only for those who may see what is in it.
type homeView struct {
	Steps     []homeStep // a fresh organisation: what to do first
	MyTasks   ui.Log     // what the person has to do today
	Next      ui.Log     // the tickets that escalate next
	NextWords string     // how near the first is
	MyTickets ui.Log     // those that are with the person
	Needs     ui.Log     // what needs somebody now
	Numbers   []ui.Bars
	Chart     *ui.Bars // how much happened, nil for those who may not read it
	Recent    ui.Log   // what happened
	All       string   // the address of the rest of it
	Places    ui.MapBox
	Mine      ui.Facts
	Nothing   bool // nobody gave this person a role yet
}

// homeStep is one thing that makes a fresh organisation usable.
type homeStep struct {
	Title, Text string
	Act         ui.Action
	Done        bool
}

// How much of a thing Today shows.
const (
	homeDays   = 14
	homeLines  = 8
	homeNeeds  = 5
	homePlaces = page.Max
)

// home shows Today.
func (p *pages) home(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Today")
	if err != nil {
		return err
	}
	var view homeView
	h := homeMaker{p: p, r: r, visit: &v, view: &view}
	for _, part := range []func() error{h.sites, h.tickets, h.tasks, h.people, h.trail, h.mine} { // sites first: a single one gives its clock
		if err := part(); err != nil {
			return err
		}
	}
	h.steps()
	now := v.now.In(v.zone)
	head := ui.Head{Title: "Today", Sub: now.Format("Monday, 2 January 2006, ") + now.Format(clockForm) + ". " + zoneLine(v.zone)}
	if v.who.Can(ticket.CanCreate) {
		head.Acts = []ui.Action{{Text: "New ticket", Icon: "plus", Href: ticketsPath + "/new"}}
	}
	v.frame.Maps = len(view.Places.Points) > 0
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), homePart(view))
}

// homeMaker puts Today together, part by part.
type homeMaker struct {
	p *pages
	r *http.Request
	*visit
	view       *homeView
	sitesSeen  int64
	peopleSeen int64
}

// sites counts the sites, finds those that lack a place, and shows the map to those who have no trail to read.
func (h *homeMaker) sites() error {
	if !h.who.Can(org.CanReadSite) {
		return nil
	}
	found, err := remembered(h.r.Context(), h.p, h.who, "home sites", h.findSites)
	if err != nil {
		return err
	}
	h.sitesSeen = found.active
	number := ui.Bars{Title: "Sites", Total: grouped(h.sitesSeen), Href: "/sites"}
	if rest := found.all - h.sitesSeen; rest > 0 {
		number.Sub = grouped(rest) + " more not active"
	}
	if h.sitesSeen != 1 || h.who.Can(people.CanReadPerson) { // who has one site alone sees it on the map
		h.view.Numbers = append(h.view.Numbers, number)
	}
	h.needs(found.first)
	if !h.who.Can(journal.CanRead) {
		h.places(found.first)
	}
	if len(found.first) == 1 && h.sitesSeen == 1 {
		if zone, err := clock.Zone(found.first[0].Zone); err == nil {
			h.zone = zone
		}
	}
	return nil
}

// sitesFound are the first sites that one sees, and how many there are.
type sitesFound struct {
	first       []org.Site
	active, all int64
}

func (h *homeMaker) findSites(ctx context.Context) (f sitesFound, err error) {
	listed, err := h.p.Org.ListSites(ctx, h.who, org.SiteFilter{}, page.Request{Limit: homePlaces})
	if err != nil {
		return f, err
	}
	f.first = listed.Items
	if f.active, err = h.p.Org.CountSites(ctx, h.who, org.SiteFilter{}); err != nil {
		return f, err
	}
	f.all, err = h.p.Org.CountSites(ctx, h.who, org.SiteFilter{Inactive: true})
	return f, err
}

// needs lists the first sites that have no place and that the actor can give one.
func (h *homeMaker) needs(sites []org.Site) {
	l := ui.Log{ID: "needs", Label: "What needs somebody"}
	for _, s := range sites {
		if s.Point != nil || !h.who.At(org.CanUpdateSite, s.ID) || len(l.Entries) == homeNeeds {
			continue
		}
		to := "/sites/" + s.ID.String() + "/edit"
		l.Entries = append(l.Entries, ui.Entry{At: "Now", Icon: "s-wait", Tone: ui.Wait, What: s.Name + " has no place on the map", Href: to, Code: s.Code,
			Meta: []string{"Nobody can be seen to be there"}, Acts: []ui.Action{{Text: "Place it", Icon: "pin", Href: to, About: s.Name}}})
	}
	h.view.Needs = l
}

// places shows sites on the map, with the address of a single one.
func (h *homeMaker) places(sites []org.Site) {
	m := ui.MapBox{Label: "Your sites", Tiles: h.p.TileURL, Credit: h.p.TileCredit}
	switch {
	case len(sites) == 1:
		m.Label = "Your site"
	case h.who.Everywhere(org.CanReadSite):
		m.Label = "All sites"
	}
	for _, s := range sites {
		if s.Point == nil {
			continue
		}
		m.Points = append(m.Points, ui.Point{Code: s.Code, Name: s.Name, Href: "/sites/" + s.ID.String(), Lat: s.Point.Latitude, Lon: s.Point.Longitude, Radius: int(s.Radius), Note: s.Address})
	}
	h.view.Places = m
}

func (h *homeMaker) people() error {
	if !h.who.Can(people.CanReadPerson) {
		return nil
	}
	found, err := remembered(h.r.Context(), h.p, h.who, "home people", func(ctx context.Context) (n [2]int64, err error) {
		if n[0], err = h.p.People.CountPeople(ctx, h.who, people.PersonFilter{}); err != nil {
			return n, err
		}
		n[1], err = h.p.People.CountPeople(ctx, h.who, people.PersonFilter{Inactive: true})
		return n, err
	})
	h.peopleSeen = found[0]
	number := ui.Bars{Title: "People", Total: grouped(h.peopleSeen), Href: "/people"}
	if rest := found[1] - h.peopleSeen; rest > 0 {
		number.Sub = grouped(rest) + " more not active"
	}
	h.view.Numbers = append(h.view.Numbers, number)
	return err
}

// trail shows what happened, to those who may read it.
func (h *homeMaker) trail() error {
	if !h.who.Can(journal.CanRead) {
		return nil
	}
	days, err := h.p.Journal.Days(h.r.Context(), h.who, homeDays, h.zone)
	if err != nil {
		return err
	}
	chart := h.chart(days)
	h.view.Chart = &chart
	entries, err := h.p.Journal.List(h.r.Context(), h.who, journal.Filter{}, page.Request{Limit: homeLines})
	if err != nil {
		return err
	}
	n := h.p.names(h.r.Context(), *h.visit)
	h.view.Recent = ui.Log{ID: "recent", Label: "What happened last, newest first", Entries: n.lines(entries.Items)}
	if entries.Next != "" {
		h.view.All = auditPath
	}
	return n.err
}

// chart draws how much happened on each day; its number is today's, and opens exactly today's entries.
func (h *homeMaker) chart(days []journal.Day) ui.Bars {
	total, most := 0, days[0]
	b := ui.Bars{Title: "Entries in the audit trail today", Head: "Day", Unit: "Entries"}
	for i, d := range days {
		total += d.Rows
		if d.Rows > most.Rows {
			most = d
		}
		b.Items = append(b.Items, ui.Bar{Label: d.Start.Format("2 Jan"), Value: float64(d.Rows), Now: i == len(days)-1})
	}
	today := days[len(days)-1]
	b.Total = grouped(int64(today.Rows))
	b.Href = auditPath + "?" + url.Values{"from": {today.Start.Format(time.DateOnly)}, "to": {today.Start.Format(time.DateOnly)}}.Encode()
	b.Sub = counted(total, "entry", "entries") + " in " + plural(len(days), "day")
	b.Label = b.Sub + ", most on " + most.Start.Format("2 January") + " with " + grouped(int64(most.Rows))
	return b
}

// mine shows those who see nobody else themselves.
func (h *homeMaker) mine() error {
	if h.who.Can(people.CanReadPerson) {
		return nil
	}
	a, err := h.p.Auth.GetAccount(h.r.Context(), h.who)
	if err != nil {
		return err
	}
	h.view.Mine = accountFacts(*h.visit, a)
	h.view.Nothing = !h.who.Can(org.CanReadSite) && !h.who.Can(journal.CanRead)
	return nil
}

// steps leads through the first things of a fresh organisation, until it has a site and a second person.
func (h *homeMaker) steps() {
	if !h.who.Everywhere(org.CanCreateSite) || !h.who.Everywhere(people.CanCreatePerson) || h.sitesSeen > 0 && h.peopleSeen > 1 {
		return
	}
	h.view.Steps = []homeStep{
		{"Add the first site", "A site is where work happens. Everything else belongs to one.", ui.Action{Text: "Add a site", Icon: "plus", Href: "/sites/new"}, h.sitesSeen > 0},
		{"Add the people", "Each signs in with a login of their own, and is at home at a site.", ui.Action{Text: "Add a person", Icon: "plus", Href: "/people/new"}, h.peopleSeen > 1},
		{"Give them roles", "A role says what somebody may do, and where. Without one they see only themselves.", ui.Action{Text: "See the roles", Icon: "key", Href: "/roles"}, false},
	}
	for i := range h.view.Steps {
		if !h.view.Steps[i].Done {
			h.view.Steps[i].Act.Primary = true
			return
		}
	}
}

func openSteps(steps []homeStep) int {
	n := 0
	for _, s := range steps {
		if !s.Done {
			n++
		}
	}
	return n
}

func doneIcon() string { return static.Sprite.URL() + "#s-done" }
func openIcon() string { return static.Sprite.URL() + "#s-new" }
