package web

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/task"
	"intelliwiz/internal/web/ui"
)

// plannerPath is the calendar of what is to be done.
const plannerPath = "/planner"

// The spans of the planner.
const (
	spanDay   = "day"
	spanWeek  = "week" // unless told
	spanMonth = "month"
)

// plannerQuery is what the planner shows, as its address has it.
type plannerQuery struct {
	values      url.Values
	span        string
	zone        *time.Location
	on          time.Time // the first instant of the day that is asked for
	from, until time.Time
	filter      task.AgendaFilter
	unknown     string // whom nobody is called
}

// plannerParameters are what an address of the planner may say.
var plannerParameters = []string{"span", "on", "site", "kind", "who", "person"}

// readPlanner reads the address of the planner. Days are those of the site's clock when it is narrowed to one, else of the organisation's.
func (p *pages) readPlanner(ctx context.Context, v visit, given url.Values) (q plannerQuery, err error) {
	q.values = url.Values{}
	for _, name := range plannerParameters {
		if x := strings.TrimSpace(given.Get(name)); x != "" {
			q.values.Set(name, x)
		}
	}
	f := form{values: maps.Clone(q.values)}
	q.filter = task.AgendaFilter{Site: ref[id.Site](&f, "site"), Kind: plan.Kind(f.text("kind")), Person: ref[id.Person](&f, "person")}
	f.check.That(q.filter.Kind == "" || q.filter.Kind.Valid(), "kind", "unknown", "There is no such kind.")
	on := f.date("on")
	if err := f.check.Err(); err != nil {
		return q, err
	}
	if typed := f.text("who"); typed != "" {
		to, err := p.readAssignee(ctx, v.who, &f, "who")
		if err != nil {
			return q, err
		}
		if q.filter.Person, q.filter.Group = to.Person, to.Group; f.check.Err() != nil {
			q.unknown = typed
		}
	}
	if q.zone, err = p.dayZone(ctx, v, q.values.Get("site")); err != nil {
		return q, err
	}
	if on == "" {
		on = clock.DateIn(v.now, q.zone)
	}
	day, err := time.ParseInLocation(time.DateOnly, string(on), q.zone)
	if err != nil {
		return q, fault.Of(fault.Invalid, "A day looks like 2026-12-25.").Because(err)
	}
	q.on = day
	q.setSpan()
	return q, nil
}

// setSpan finds the first instant of the span, and the first after it.
func (q *plannerQuery) setSpan() {
	y, m, d := q.on.Date()
	at := func(month time.Month, day int) time.Time { return time.Date(y, month, day, 0, 0, 0, 0, q.zone) }
	switch q.span = q.values.Get("span"); q.span {
	case spanDay:
		q.from, q.until = at(m, d), at(m, d+1)
	case spanMonth:
		q.from, q.until = at(m, 1), at(m+1, 1)
	default:
		q.span = spanWeek
		monday := d - (int(q.on.Weekday())+6)%7
		q.from, q.until = at(m, monday), at(m, monday+7)
	}
	q.filter.From, q.filter.Until = q.from, q.until
}

// step gives the day before or after the span that its neighbour has.
func (q plannerQuery) step(by int) string {
	switch q.span {
	case spanDay:
		return dateOf(q.from.AddDate(0, 0, by))
	case spanMonth:
		return dateOf(q.from.AddDate(0, by, 0))
	}
	return dateOf(q.from.AddDate(0, 0, 7*by))
}

// address gives the planner's address with parameters set, or left out where they are "".
func (q plannerQuery) address(path string, pairs ...string) string {
	v := maps.Clone(q.values)
	for pair := range slices.Chunk(pairs, 2) {
		if v.Del(pair[0]); pair[1] != "" {
			v.Set(pair[0], pair[1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// title is what the span is called.
func (q plannerQuery) title() string {
	switch q.span {
	case spanDay:
		return q.from.Format("Monday, 2 January 2006")
	case spanMonth:
		return q.from.Format("January 2006")
	}
	last := q.until.AddDate(0, 0, -1)
	_, week := q.from.ISOWeek()
	return "Week " + number(int64(week)) + ", " + q.from.Format("2 January") + " to " + last.Format("2 January 2006")
}

// planner shows what is to be done in a day, a week or a month: made, and beyond that reckoned as it will be made.
func (p *pages) planner(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Planner")
	if err != nil {
		return err
	}
	q, err := p.readPlanner(r.Context(), v, r.URL.Query())
	if err != nil {
		return err
	}
	agenda, err := p.Tasks.Agenda(r.Context(), v.who, q.filter)
	if err != nil {
		return err
	}
	gaps, err := p.plannerGaps(r.Context(), v, q)
	if err != nil {
		return err
	}
	filters, err := p.plannerFilters(r.Context(), v.who, q)
	if err != nil {
		return err
	}
	v.zone, v.frame.Plans = q.zone, true
	view := plannerViewOf(v, q, agenda)
	view.posts(v, gaps)
	head := ui.Head{Title: q.title(), Sub: zoneLine(q.zone)}
	head.Acts = append(head.Acts, ui.Action{Text: "Calendar file", Icon: "cal", Href: q.address(plannerPath + "/calendar.ics")})
	if v.who.Can(exchange.CanExport) {
		head.Acts = append(head.Acts, ui.Action{Text: "Export", Icon: "export", Href: q.address("/exports/planner")})
	}
	if v.who.Can(plan.CanCreate) {
		head.Acts = append(head.Acts, ui.Action{Text: "New plan", Icon: "plus", Href: plansPath + "/new", Primary: true})
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), ui.Narrowed(filters), plannerPart(view))
}

// plannerGaps gives where too few people are rostered at posts in what is still to come of the span, to those who see posts. A planner of one
// person or group, or of one kind of plan, is not about posts.
func (p *pages) plannerGaps(ctx context.Context, v visit, q plannerQuery) ([]post.Gap, error) {
	from := q.from
	if from.Before(v.now) {
		from = v.now
	}
	if f := q.filter; !v.who.Can(post.CanRead) || f.Kind != "" || f.Person != nil || f.Group != nil || !from.Before(q.until) {
		return nil, nil
	}
	gaps, _, err := p.Posts.Uncovered(ctx, v.who, q.filter.Site, from, q.until)
	return gaps, err
}

// posts tells where too few people are rostered.
func (p *plannerView) posts(v visit, all []post.Gap) {
	n := min(len(all), plannerLines)
	p.Posts, p.MorePosts = gapLog(v, all[:n], true), len(all)-n
}

// plannerFilters offers what the planner can be narrowed by.
func (p *pages) plannerFilters(ctx context.Context, who actor.Actor, q plannerQuery) (ui.Filters, error) {
	f := ui.Filters{Action: plannerPath, List: "planner", Search: ui.Search{Name: "who", Label: "Person, or Group: name", Value: q.values.Get("who")}}
	for _, name := range []string{"span", "on"} {
		if x := q.values.Get(name); x != "" {
			f.Hidden = append(f.Hidden, ui.Hidden{Name: name, Value: x})
		}
	}
	sites, err := p.activeSites(ctx, who)
	if err != nil {
		return f, err
	}
	f.Fields = []ui.Field{
		{Name: "site", Label: "Site", Kind: ui.Select, Optional: true, Options: siteChoices(sites, who, plan.CanRead, "Any", q.values.Get("site"))},
		{Name: "kind", Label: "Kind", Kind: ui.Select, Optional: true, Options: planKinds("Any", q.values.Get("kind"))},
	}
	return f, nil
}

// plannerCalendar gives what the planner shows as an iCalendar file.
func (p *pages) plannerCalendar(w http.ResponseWriter, r *http.Request) error {
	a, err := p.plannerAgenda(r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="planner.ics"`)
	h.Set("Cache-Control", "no-store")
	return a.Calendar(w, p.Now(), func(e task.Entry) string { return p.Public + entryAt(e) })
}

// exportPlanner gives what the planner shows as a table.
func (p *pages) exportPlanner(r *http.Request) (exchange.Export, error) {
	a, err := p.plannerAgenda(r)
	if err != nil {
		return exchange.Export{}, err
	}
	return exchange.Export{Name: "planner", Write: func(_ context.Context, w io.Writer, f exchange.Format) error { return a.Table(w, f) }}, nil
}

func (p *pages) plannerAgenda(r *http.Request) (task.Agenda, error) {
	v, err := p.visit(r, "")
	if err != nil {
		return task.Agenda{}, err
	}
	q, err := p.readPlanner(r.Context(), v, r.URL.Query())
	if err != nil {
		return task.Agenda{}, err
	}
	return p.Tasks.Agenda(r.Context(), v.who, q.filter)
}

// entryAt is the page of an entry: its task, or else its plan.
func entryAt(e task.Entry) string {
	if e.Made || e.Plan == nil {
		return tasksPath + "/" + e.ID.String()
	}
	return plansPath + "/" + e.Plan.String()
}
