package web

import (
	"context"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

const calendarPath = "/calendar"

// calendarRoutes are the pages of business hours: the organisation's, and those of a site.
func (p *pages) calendarRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	var routes []reply.Route
	for name, at := range map[string]string{"calendar": calendarPath, "site.calendar": "/sites/{id}/calendar"} {
		routes = append(routes,
			reply.Route{Method: get, Path: at, Permission: calendar.CanRead, Handler: p.getCalendar, Name: name + ".get"},
			reply.Route{Method: post, Path: at, Permission: calendar.CanUpdate, Handler: p.putCalendar, Name: name + ".put", Changes: true},
			reply.Route{Method: get, Path: at + "/edit", Permission: calendar.CanUpdate, Handler: p.editCalendar, Name: name + ".edit"},
			reply.Route{Method: post, Path: at + "/delete", Permission: calendar.CanUpdate, Handler: p.deleteCalendar, Name: name + ".delete", Changes: true})
	}
	return routes
}

// calendarPlace is whose hours a page is about.
type calendarPlace struct {
	site *org.Site // nil: the organisation
	own  *id.Site  // as the use cases want it
}

// calendarAt reads the place from the path.
func (p *pages) calendarAt(r *http.Request) (calendarPlace, error) {
	if r.PathValue("id") == "" {
		return calendarPlace{}, nil
	}
	site, err := pathID[id.Site](r, "site")
	if err != nil {
		return calendarPlace{}, err
	}
	s, err := p.Org.GetSite(r.Context(), actor.From(r.Context()), site)
	return calendarPlace{site: &s, own: &site}, err
}

func (c calendarPlace) path() string {
	if c.site == nil {
		return calendarPath
	}
	return "/sites/" + c.site.ID.String() + calendarPath
}

// may says that the actor may change the hours of the place.
func (c calendarPlace) may(who actor.Actor) bool {
	if c.site == nil {
		return who.Everywhere(calendar.CanUpdate)
	}
	return who.At(calendar.CanUpdate, c.site.ID)
}

func (c calendarPlace) title() string {
	if c.site == nil {
		return "Business hours"
	}
	return "Business hours of " + c.site.Name
}

func (c calendarPlace) crumbs(r *http.Request) []ui.Link {
	if c.site == nil {
		return nil
	}
	out := []ui.Link{{Text: "Sites", Href: "/sites"}, {Text: c.site.Name, Href: "/sites/" + c.site.ID.String()}}
	if r.URL.Path != c.path() {
		out = append(out, ui.Link{Text: "Business hours", Href: c.path()})
	}
	return out
}

// getCalendar shows the hours that a place follows. ?site= leads to those of a site.
func (p *pages) getCalendar(w http.ResponseWriter, r *http.Request) error {
	if text := r.URL.Query().Get("site"); text != "" && r.PathValue("id") == "" {
		if site, err := id.Parse[id.Site](text); err == nil {
			return p.seeOther(w, r, "/sites/"+site.String()+calendarPath, "")
		}
	}
	return p.showCalendar(w, r, http.StatusOK, ui.Note{})
}

// calendarView is what the page of hours shows.
type calendarView struct {
	Name     string
	State    ui.Pill
	Next     string // "until today, 18:00"
	Total    string // of the week
	Week     []weekday
	Holidays []holidayRow
	Owners   []calendar.Owner
	Sites    []ui.Option
	Trial    trial
}

// showCalendar writes the page, with a note above it when something could not be done.
func (p *pages) showCalendar(w http.ResponseWriter, r *http.Request, status int, note ui.Note) error {
	at, err := p.calendarAt(r)
	if err != nil {
		return err
	}
	v, err := p.visit(r, at.title())
	if err != nil {
		return err
	}
	c, err := p.Calendar.Get(r.Context(), v.who, at.own)
	if err != nil {
		return err
	}
	hours, err := c.Hours()
	if err != nil {
		return err
	}
	v.zone = hours.Zone
	view := calendarView{Name: c.Name, Week: weekOf(hours, v.now), Holidays: holidayRows(c.Holidays, v), Trial: tryHours(hours, v, r.URL.Query())}
	view.State, view.Next = openNow(hours, v)
	view.Total = "Open " + openTime(weekTotal(hours)) + " of 168 h in a week."
	if at.site == nil {
		if view.Owners, err = p.Calendar.Owners(r.Context(), v.who); err != nil {
			return err
		}
		if view.Sites, err = p.calendarSites(r.Context(), v.who); err != nil {
			return err
		}
	}
	if status == http.StatusOK && view.Trial.Faults.Any() {
		status, v.frame.Title = http.StatusUnprocessableEntity, "Error: "+at.title()
	}
	head := ui.Head{Title: at.title(), Sub: "Clocks of tickets that follow business hours run while it is open here. " + zoneLine(v.zone), Pill: view.State, Crumbs: at.crumbs(r), Acts: calendarActs(at, v.who, c)}
	return p.show(w, r, status, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), noted(note), noted(followed(at, c)), calendarPart(view))
}

// calendarSites are the sites whose hours one may look at.
func (p *pages) calendarSites(ctx context.Context, who actor.Actor) ([]ui.Option, error) {
	sites, err := p.activeSites(ctx, who)
	if err != nil || sites == nil {
		return nil, err
	}
	return siteChoices(sites, who, calendar.CanRead, "Choose a site", ""), nil
}

func calendarActs(at calendarPlace, who actor.Actor, c calendar.Calendar) []ui.Action {
	if !at.may(who) {
		return nil
	}
	own := c.Source == calendar.OfTenant && at.site == nil || c.Source == calendar.OfSite
	words := "Change"
	if !own {
		words = "Set own hours"
		if at.site == nil {
			words = "Set the hours"
		}
	}
	acts := []ui.Action{{Text: words, Icon: "edit", Href: at.path() + "/edit", Primary: true}}
	if own {
		acts = append([]ui.Action{{Text: "Delete", Icon: "trash", Post: at.path() + "/delete", Version: number(c.Version), Danger: true, Confirm: deleteCalendar(at)}}, acts...)
	}
	return acts
}

func deleteCalendar(at calendarPlace) ui.Confirm {
	text := "Sites without hours of their own are open around the clock then."
	if at.site != nil {
		text = "The site follows the organisation's hours then."
	}
	return ui.Confirm{Title: "Delete these hours?", Text: text + " Open tickets are counted anew.", Go: "Delete the hours"}
}

// followed says whose hours a place follows when they are not its own.
func followed(at calendarPlace, c calendar.Calendar) ui.Note {
	switch {
	case c.Source == calendar.Builtin && at.site == nil:
		return ui.Note{Tone: ui.New, Text: "Nobody has set hours yet, so that every minute counts."}
	case c.Source == calendar.Builtin:
		return ui.Note{Tone: ui.New, Text: "Neither this site nor the organisation has set hours yet, so that every minute counts."}
	case c.Source == calendar.OfTenant && at.site != nil:
		return ui.Note{Tone: ui.New, Text: "This site has no hours of its own. It follows those of the organisation, in its own zone.", Link: ui.Link{Text: "The organisation's hours", Href: calendarPath}}
	}
	return ui.Note{}
}

// openNow says whether it is open, and until when that is so.
func openNow(h calendar.Hours, v visit) (ui.Pill, string) {
	turn, ok := h.Turn(v.now)
	if h.Open(v.now) {
		if !ok {
			return ui.Pill{Tone: ui.Done, Text: "Open"}, "Open now, and always."
		}
		return ui.Pill{Tone: ui.Done, Text: "Open"}, "Open now, until " + dayed(turn, v) + "."
	}
	if !ok {
		return ui.Pill{Tone: ui.Shut, Text: "Closed"}, "Closed now, and for the next " + number(calendar.Horizon) + " years."
	}
	return ui.Pill{Tone: ui.Shut, Text: "Closed"}, "Closed now. Opens " + dayed(turn, v) + ", in " + spell(turn.Sub(v.now)) + "."
}

// dayed is amid with the name of the weekday: "Friday 27 Nov, 09:00".
func dayed(t time.Time, v visit) string {
	name := day(t, v.now, v.zone)
	if name != "Today" && name != "Tomorrow" && name != "Yesterday" {
		return t.In(v.zone).Weekday().String() + " " + moment(t, v.now, v.zone)
	}
	return amid(t, v.now, v.zone)
}
