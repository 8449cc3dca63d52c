package web

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/web/ui"
)

// taskPage is how many tasks a page shows.
const taskPage = 25

// taskQuery is what a list of tasks is narrowed to, as the address has it: without a status those that are to be done, without a time today's.
type taskQuery struct {
	filter task.Filter
	values url.Values
}

// taskParameters are what an address of the list may say.
var taskParameters = []string{"q", "status", "when", "site", "kind", "with", "plan", "post", "asset", "alerts", "due", "outcome"}

// whens are the times that a list may be of, from today's first moment; the first holds unless told.
var whens = []struct {
	value, label string
	from, until  int // days
}{
	{"", "Today", 0, 1}, {"tomorrow", "Tomorrow", 1, 2}, {"week", "The next 7 days", 0, 7}, {"before", "The last 7 days", -7, 1}, {"month", "The last 30 days", -30, 1},
	{"ever", "Whenever", 0, 0},
}

func readTaskQuery(given url.Values, now time.Time, zone *time.Location) (taskQuery, error) {
	q := taskQuery{values: url.Values{}}
	for _, name := range taskParameters {
		if v := strings.TrimSpace(given.Get(name)); v != "" {
			q.values.Set(name, v)
		}
	}
	f := form{values: q.values}
	q.filter = task.Filter{
		Site: ref[id.Site](&f, "site"), Kind: plan.Kind(f.text("kind")), Plan: ref[id.Plan](&f, "plan"), Post: ref[id.Post](&f, "post"), Asset: ref[id.Asset](&f, "asset"), Mine: f.text("with") == "me",
		Search: f.text("q"), Alerts: f.yes("alerts"),
	}
	q.filter.Timing = task.Timing(f.text("outcome"))
	f.check.That(q.filter.Timing == "" || q.filter.Timing.Valid(), "outcome", "unknown", "There is no such outcome.")
	if due := f.text("due"); due != "" {
		first, err := time.ParseInLocation("2006-01", due, zone)
		f.check.That(err == nil, "due", "grammar", "A month looks like 2026-12.")
		q.filter.DueFrom, q.filter.DueBefore = first, first.AddDate(0, 1, 0)
	}
	year, month, date := now.In(zone).Date()
	for _, w := range whens {
		if w.value == f.text("when") && w.from < w.until {
			q.filter.From, q.filter.Until = time.Date(year, month, date+w.from, 0, 0, 0, 0, zone), time.Date(year, month, date+w.until, 0, 0, 0, 0, zone)
			q.filter.Newest = w.from < 0
		}
	}
	switch status := f.text("status"); status {
	case "":
		q.filter.Open = true
	case lateStatus:
		q.filter.Open, q.filter.DueBefore, q.filter.From, q.filter.Until = true, now.Truncate(time.Minute), time.Time{}, time.Time{}
	case anyStatus:
	default:
		q.filter = q.filter.Only(task.Status(status))
	}
	return q, f.check.Err()
}

// dayZone is on whose clock the days of a list are: a site's when the list is of one, so that it holds what the site's board counts.
func (p *pages) dayZone(ctx context.Context, v visit, site string) (*time.Location, error) {
	if site == "" {
		return v.zone, nil
	}
	sites, err := p.activeSites(ctx, v.who)
	for _, s := range sites {
		if s.ID.String() == site {
			return zoneOr(s.Zone, v.zone), err
		}
	}
	return v.zone, err
}

// address gives the list's address with one parameter set, or left out when it is "".
func (q taskQuery) address(name, value string) string {
	v := maps.Clone(q.values)
	if v.Del(name); value != "" {
		v.Set(name, value)
	}
	if len(v) == 0 {
		return tasksPath
	}
	return tasksPath + "?" + v.Encode()
}

// tasksView is what the list shows below its filters.
type tasksView struct {
	Tabs  ui.Tabs
	Chips []ui.Chip
	Clear string
	Body  templ.Component
}

// listTasks shows the tasks that the actor sees.
func (p *pages) listTasks(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Tasks")
	if err != nil {
		return err
	}
	zone, err := p.dayZone(r.Context(), v, r.URL.Query().Get("site"))
	if err != nil {
		return err
	}
	q, err := readTaskQuery(r.URL.Query(), v.now, zone)
	if err != nil {
		return err
	}
	found, err := p.Tasks.List(r.Context(), v.who, q.filter, page.Request{Limit: taskPage, After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	tabs, err := p.taskTabs(r.Context(), v, q, zone)
	if err != nil {
		return err
	}
	filters, err := p.taskFilters(r.Context(), v.who, q)
	if err != nil {
		return err
	}
	view := tasksView{Tabs: tabs, Chips: p.taskChips(q, filters.Fields), Clear: tasksPath}
	if len(found.Items) == 0 {
		view.Body = ui.Nothing(noTasks(q))
	} else {
		list := taskList(v, found.Items)
		if found.Next != "" {
			list.More.Next = q.address("after", found.Next)
		}
		view.Body = ui.Listed(list)
	}
	head := ui.Head{Title: "Tasks", Sub: "Times are those of each task's site."}
	head.Acts = append(head.Acts, ui.Action{Text: "Live board", Icon: "live", Href: livePath})
	if v.who.Can(plan.CanRead) {
		head.Acts = append(head.Acts, ui.Action{Text: "Plans", Icon: "cal", Href: plansPath})
	}
	if v.who.Can(task.CanDo) {
		head.Acts = append(head.Acts, ui.Action{Text: "New report", Icon: "report", Href: reportsPath + "/new"})
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Narrowed(filters), tasksPart(view))
}

// taskTabs are the counts by status, which open exactly those rows.
func (p *pages) taskTabs(ctx context.Context, v visit, q taskQuery, zone *time.Location) (ui.Tabs, error) {
	rest := q.filter
	if q.values.Get("status") == lateStatus {
		again := maps.Clone(q.values)
		again.Del("status")
		other, err := readTaskQuery(again, v.now, zone)
		if err != nil {
			return ui.Tabs{}, err
		}
		rest = other.filter
	}
	rest.Open = false
	counts, err := p.Tasks.Counts(ctx, v.who, rest)
	if err != nil {
		return ui.Tabs{}, err
	}
	rest.Open, rest.From, rest.Until, rest.DueBefore = true, time.Time{}, time.Time{}, v.now.Truncate(time.Minute)
	overdue, err := p.Tasks.Counts(ctx, v.who, rest)
	if err != nil {
		return ui.Tabs{}, err
	}
	var open, all, late int64
	for _, s := range task.Statuses() {
		if all += counts[s]; s.Open() {
			open, late = open+counts[s], late+overdue[s]
		}
	}
	at := q.values.Get("status")
	tab := func(text, status string, n int64) ui.Tab {
		return ui.Tab{Text: text, Href: q.address("status", status), Here: at == status, Count: ui.Count{N: int(n), Late: status == lateStatus}}
	}
	t := ui.Tabs{Label: "By status", Items: []ui.Tab{tab("To do", "", open)}}
	if late > 0 || at == lateStatus {
		t.Items = append(t.Items, tab("Late", lateStatus, late))
	}
	for _, s := range task.Statuses() {
		if !s.Open() {
			t.Items = append(t.Items, tab(s.Label(), string(s), counts[s]))
		}
	}
	t.Items = append(t.Items, tab("All", anyStatus, all))
	return t, nil
}

// taskFilters offers what the list can be narrowed by.
func (p *pages) taskFilters(ctx context.Context, who actor.Actor, q taskQuery) (ui.Filters, error) {
	f := ui.Filters{Action: tasksPath, List: "tasks-part", Search: ui.Search{Name: "q", Label: "Name of a task", Value: q.filter.Search}}
	for _, name := range []string{"status", "plan", "post", "asset", "alerts", "due", "outcome"} {
		if v := q.values.Get(name); v != "" {
			f.Hidden = append(f.Hidden, ui.Hidden{Name: name, Value: v})
		}
	}
	when := ui.Field{Name: "when", Label: "When", Kind: ui.Select, Optional: true}
	for _, w := range whens {
		when.Options = append(when.Options, ui.Option{Value: w.value, Label: w.label, Selected: w.value == q.values.Get("when")})
	}
	f.Fields = append(f.Fields, when)
	sites, err := p.activeSites(ctx, who)
	if err != nil {
		return f, err
	}
	if len(sites) > 1 {
		f.Fields = append(f.Fields, ui.Field{Name: "site", Label: "Site", Kind: ui.Select, Optional: true, Options: siteChoices(sites, who, task.CanRead, "Any", q.values.Get("site"))})
	}
	f.Fields = append(f.Fields, ui.Field{Name: "kind", Label: "Kind", Kind: ui.Select, Optional: true, Options: planKinds("Any", string(q.filter.Kind))},
		ui.Field{Name: "with", Label: "With", Kind: ui.Select, Optional: true,
			Options: []ui.Option{{Label: "Anybody", Selected: !q.filter.Mine}, {Value: "me", Label: "Me and my groups", Selected: q.filter.Mine}}})
	return f, nil
}

// planKinds are the kinds that a form offers.
func planKinds(none, chosen string) []ui.Option {
	out := []ui.Option{{Label: none, Selected: chosen == ""}}
	for _, k := range plan.Kinds() {
		out = append(out, ui.Option{Value: string(k), Label: k.Label(), Selected: string(k) == chosen})
	}
	return out
}

// taskChips are the filters that hold, each with the way to take it away.
func (p *pages) taskChips(q taskQuery, fields []ui.Field) (chips []ui.Chip) {
	add := func(name, label, value string) {
		chips = append(chips, ui.Chip{Label: label, Value: value, Href: q.address(name, "")})
	}
	for _, f := range fields {
		for _, o := range f.Options {
			if o.Selected && o.Value != "" {
				add(f.Name, f.Label, o.Label)
			}
		}
	}
	if q.filter.Plan != nil {
		add("plan", "Plan", "one")
	}
	if q.filter.Post != nil {
		add("post", "Post", "one")
	}
	if q.filter.Asset != nil {
		add("asset", "Asset", "one")
	}
	if !q.filter.DueFrom.IsZero() {
		add("due", "Due in", q.filter.DueFrom.Format("January 2006"))
	}
	if q.filter.Timing != "" {
		add("outcome", "Kept", q.filter.Timing.Label())
	}
	if q.filter.Alerts {
		add("alerts", "Alerts", "at least one")
	}
	return chips
}

func noTasks(q taskQuery) ui.Empty {
	e := ui.Empty{Icon: "task", Title: "Nothing to do", Text: "No task is to be done in this time where you see tasks."}
	switch {
	case q.filter.Search != "":
		e.Title, e.Text = "No task has “"+cut(q.filter.Search, 60)+"” in its name", "A shorter part finds more; filters, the time and the status narrow it, too."
	case len(q.values) > 0:
		e.Title, e.Text = "No task fits these filters", "The counts above say where there are some."
	}
	if len(q.values) > 0 {
		e.Act = ui.Action{Text: "Show what is to do today", Href: tasksPath}
	}
	return e
}
