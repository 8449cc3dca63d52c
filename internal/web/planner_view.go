package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/web/ui"
)

// How much the planner tells of a thing.
const (
	weekEntries   = 12 // of a day in a week
	monthEntries  = 3  // of a day in a month
	plannerPeople = 12
	plannerLines  = 8 // of what collides, or nobody does
)

// plannerView is the planner as it is drawn.
type plannerView struct {
	Spans                ui.Tabs
	Earlier, Today, Next string
	Chips                []ui.Chip
	Note                 ui.Note
	Span                 string
	Lead, Trail          int // fields before the first day of a month and after the last
	Days                 []plannerDay
	Collisions, Bare     ui.Log
	MoreCollisions       int
	MoreBare             int
	Posts                ui.Log // where too few people are rostered
	MorePosts            int
	Loads                []loadRow
	MoreLoads            int
}

// plannerDay is a day of the planner.
type plannerDay struct {
	Short, Name, Href string
	Number            int
	Today             bool
	Words             string // "12 tours, 3 tasks"
	Hours             string // "14 h of work"
	Entries           []plannerEntry
	More              string // how many more, "" for none
}

// plannerEntry is one thing of a day.
type plannerEntry struct {
	At, Until, Name, Place, Whose, Href, Icon, State, Why string
	Pill                                                  ui.Pill
	Hit, Ghost                                            bool // it collides or nobody does it; it is not made yet
}

// loadRow is a person's work in the span.
type loadRow struct {
	Name, Href, Total, Peak string
	Cells                   []loadCell
	Over                    bool // more than one thing at once somewhere
}

// loadCell is an hour of a day, or a day of a longer span.
type loadCell struct{ X, Class, Words string }

func plannerViewOf(v visit, q plannerQuery, a task.Agenda) plannerView {
	view := plannerView{Span: q.span, Earlier: q.address(plannerPath, "on", q.step(-1)), Today: q.address(plannerPath, "on", ""), Next: q.address(plannerPath, "on", q.step(1))}
	view.Spans = ui.Tabs{Label: "Span"}
	for _, s := range []string{spanDay, spanWeek, spanMonth} {
		view.Spans.Items = append(view.Spans.Items, ui.Tab{Text: capital(s), Href: q.address(plannerPath, "span", s), Here: s == q.span})
	}
	if q.filter.Person != nil && q.values.Get("person") != "" {
		name := "One person"
		for _, e := range a.Entries {
			name = nameOr(e.Whose, name)
		}
		view.Chips = append(view.Chips, ui.Chip{Label: "Person", Value: name, Href: q.address(plannerPath, "person", "")})
	}
	switch {
	case q.unknown != "":
		view.Note = ui.Note{Tone: ui.Wait, Title: "Nobody is called “" + cut(q.unknown, 60) + "”", Text: "What everybody does is shown."}
	case a.More:
		view.Note = ui.Note{Tone: ui.Wait, Title: "There is more than is shown", Text: "Narrow it to a site or a kind, or look at a shorter time."}
	}
	hits := map[string]bool{}
	collisions := a.Collisions()
	for _, c := range collisions {
		hits[c.A.ID.String()], hits[c.B.ID.String()] = true, true
	}
	view.days(v, q, a, hits)
	view.collide(q, collisions)
	view.bare(v, q, a)
	view.load(q, a, collisions)
	return view
}

// days lays the entries out by the days of the span.
func (p *plannerView) days(v visit, q plannerQuery, a task.Agenda, hits map[string]bool) {
	limit := map[string]int{spanDay: len(a.Entries), spanWeek: weekEntries, spanMonth: monthEntries}[q.span]
	today, next := dateOf(v.now.In(q.zone)), 0
	p.Lead = (int(q.from.Weekday()) + 6) % 7
	for at := q.from; at.Before(q.until); at = time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, q.zone) {
		d := plannerDay{Short: at.Format("Mon"), Number: at.Day(), Name: at.Format("Monday, 2 January"), Today: dateOf(at) == today, Href: q.address(plannerPath, "span", spanDay, "on", dateOf(at))}
		until := time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, q.zone)
		var all []task.Entry
		for ; next < len(a.Entries) && a.Entries[next].Begins.Before(until); next++ {
			all = append(all, a.Entries[next])
		}
		d.Words, d.Hours = dayWords(all)
		shown := all
		if q.span == spanMonth {
			shown = notable(all, hits)
		}
		for _, e := range shown[:min(len(shown), limit)] {
			d.Entries = append(d.Entries, plannerEntryOf(v, q, e, hits[e.ID.String()]))
		}
		if n := len(shown) - limit; n > 0 {
			d.More = strconv.Itoa(n) + " more"
		}
		p.Days = append(p.Days, d)
	}
	p.Trail = (7 - (p.Lead+len(p.Days))%7) % 7
}

// notable are the entries that a month tells one by one: maintenance, what falls out or is moved, what collides and what nobody does.
func notable(all []task.Entry, hits map[string]bool) (out []task.Entry) {
	for _, e := range all {
		if hits[e.ID.String()] || e.Bare || e.Why != "" || e.Kind == plan.Maintenance {
			out = append(out, e)
		}
	}
	return out
}

// dayWords say what a day holds, and how much work that is for people.
func dayWords(all []task.Entry) (words, hours string) {
	counts, work := map[plan.Kind]int{}, time.Duration(0)
	for _, e := range all {
		if e.Off() {
			continue
		}
		counts[e.Kind]++
		work += e.End.Sub(e.Start)
	}
	var parts []string
	for _, k := range plan.Kinds() {
		if n := counts[k]; n > 0 {
			noun := lower(k.Label())
			if k == plan.Maintenance {
				noun = "maintenance job"
			}
			parts = append(parts, plural(n, noun))
		}
	}
	if work >= 30*time.Minute {
		hours = workWords(work)
	}
	return strings.Join(parts, ", "), hours
}

// workWords write a length of time in hours: "4 h", "4.5 h".
func workWords(d time.Duration) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Hours()), ".0") + " h"
}

func plannerEntryOf(v visit, q plannerQuery, e task.Entry, hit bool) plannerEntry {
	out := plannerEntry{
		At: e.Begins.In(q.zone).Format(clockForm), Until: e.Due.In(q.zone).Format(clockForm), Name: e.Name, Place: e.Place, Whose: nameOr(e.Whose, "Nobody"), Href: entryAt(e),
		Icon: kindIcon(e.Kind), State: e.State(), Why: e.Why, Hit: hit || e.Bare, Ghost: !e.Made, Pill: ui.Pill{Tone: ui.Wait, Text: e.State()},
	}
	switch {
	case e.Skipped:
		out.Pill.Tone = ui.Shut
	case e.Made:
		out.Pill = taskPill(task.Task{Status: e.Status, Begins: e.Begins, Due: e.Due}, v.now)
	}
	switch out.State = out.Pill.Text; {
	case e.Bare:
		out.State = "Nobody there, " + lower(out.State)
	case hit:
		out.State = "Collides, " + lower(out.State)
	}
	return out
}

func kindIcon(k plan.Kind) string {
	return map[plan.Kind]string{plan.Task: "task", plan.Tour: "tour", plan.Route: "map", plan.Maintenance: "tool"}[k]
}

// collide tells who is to be at two things at once; what collides again and again is told once, with how often.
func (p *plannerView) collide(q plannerQuery, all []task.Collision) {
	p.Collisions = ui.Log{ID: "collisions", Label: "Who is to be at two things at once", Tight: true}
	at, times := map[string]int{}, []int{}
	for _, c := range all {
		same := c.Name + refText(c.A.Plan) + refText(c.B.Plan)
		if n, known := at[same]; known && c.A.Plan != nil && c.B.Plan != nil {
			times[n]++
			continue
		}
		if len(times) == plannerLines {
			p.MoreCollisions++
			continue
		}
		when := c.B.Start.In(q.zone)
		at[same], times = len(times), append(times, 0)
		p.Collisions.Entries = append(p.Collisions.Entries, ui.Entry{Time: c.B.Start, At: when.Format("Mon 2"), Ago: when.Format(clockForm), Late: true, Icon: "s-late", Tone: ui.Late,
			What: c.Name + " has two things at once", Href: entryAt(c.B), Meta: []string{entryWords(c.A, q.zone), entryWords(c.B, q.zone)}})
	}
	for n, more := range times {
		if e := &p.Collisions.Entries[n]; more > 0 {
			e.Meta = append(e.Meta, "And "+plural(more, "time")+" more")
		}
	}
}

func entryWords(e task.Entry, zone *time.Location) string {
	return e.Name + ", " + e.Place + ", " + e.Start.In(zone).Format(clockForm) + "–" + e.End.In(zone).Format(clockForm)
}

// bare tells what nobody is there to do.
func (p *plannerView) bare(v visit, q plannerQuery, a task.Agenda) {
	p.Bare = ui.Log{ID: "bare", Label: "What nobody is there to do", Tight: true}
	for _, e := range a.Entries {
		if !e.Bare || e.Due.Before(v.now) {
			continue
		}
		if len(p.Bare.Entries) == plannerLines {
			p.MoreBare++
			continue
		}
		at, why := e.Begins.In(q.zone), "It is nobody's"
		switch {
		case e.Person != nil:
			why = e.Whose + " has left"
		case e.Post != nil:
			why = "Nobody is rostered at " + e.Whose
		case e.Group != nil:
			why = e.Whose + " has nobody"
		}
		p.Bare.Entries = append(p.Bare.Entries, ui.Entry{Time: e.Begins, At: at.Format("Mon 2"), Ago: at.Format(clockForm), Late: true, Icon: "user", Tone: ui.Late, What: e.Name, Href: entryAt(e), Meta: []string{e.Place, why}})
	}
}

// load tells how much work each person has: by the hour in a day, by the day in a longer span.
func (p *plannerView) load(q plannerQuery, a task.Agenda, collisions []task.Collision) {
	twice := map[string]bool{}
	for _, c := range collisions {
		twice[c.Name] = true
	}
	all := a.Loads()
	p.MoreLoads = max(0, len(all)-plannerPeople)
	unit, name := 24*time.Hour, func(t time.Time) string { return t.Format("Mon 2") }
	if q.span == spanDay {
		unit, name = time.Hour, func(t time.Time) string { return t.Format(clockForm) }
	}
	for _, l := range all[:min(len(all), plannerPeople)] {
		row := loadRow{Name: l.Name, Href: q.address(plannerPath, "who", "", "person", l.Person.String()), Total: workWords(l.Total), Over: twice[l.Name]}
		by, top, peak := map[int]time.Duration{}, time.Duration(0), time.Time{}
		for hour, d := range l.Hours {
			n := q.slot(hour, unit)
			if by[n] += d; by[n] > top || by[n] == top && hour.Before(peak) {
				top, peak = by[n], hour
			}
		}
		row.Peak = name(peak.In(q.zone)) + ", " + workWords(top)
		for n := range q.slots(unit) {
			c := loadCell{X: strconv.Itoa(n * 10), Class: "bed"}
			switch d := by[n]; {
			case q.span == spanDay && d > time.Hour, d > 12*time.Hour:
				c.Class = "b"
			case d >= unit/4:
				c.Class = "hi"
			case d > 0:
				c.Class = "a"
			}
			row.Cells = append(row.Cells, c)
		}
		p.Loads = append(p.Loads, row)
	}
}

// slots is how many hours or days the span has.
func (q plannerQuery) slots(unit time.Duration) int {
	if unit == time.Hour {
		return 24
	}
	return daysBetween(q.from, q.until)
}

// slot says in which hour or day of the span an instant lies.
func (q plannerQuery) slot(at time.Time, unit time.Duration) int {
	if unit == time.Hour {
		return at.In(q.zone).Hour()
	}
	return daysBetween(q.from, at.In(q.zone))
}
