package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// planView is when what happens to a ticket, and why, as planPart draws it.
type planView struct {
	Title string // what comes next: "Goes to Prakash Iyer at 14:30"
	Soon  string // how far away that is: "in 4 minutes"; "" = not said
	Text  string // why nothing comes, or what it depends on
	Steps []planStep
	Whys  []ui.Why // one a step that is still to come, and one of the deadline, in time
	Zone  string   // names the zone of the times; a page that has said it already empties it
	Open  ui.Link  // where the ladder can be changed, for who may; planOf leaves it empty
}

// planStep is one moment of a plan.
type planStep struct {
	Time  time.Time // for machines; zero = it does not come
	At    string    // as people read it: "14:30", "Tue 14 Oct, 09:20"
	What  string    // "opened", "level 2", "deadline"
	Who   string    // to whom it goes
	Told  string    // who else is told
	Past  bool
	Comes bool // it is the next one, of a ticket that runs
	why   *ui.Why
}

func (s planStep) class() string {
	switch {
	case s.Past:
		return "past"
	case s.Comes:
		return "next"
	}
	return ""
}

// planOf makes the drawing of a plan: of a ticket's Explanation with its Next and Reason, or of a dry run, whose now is zero: it has no
// distances in time, and nothing in it is urgent.
func planOf(plan ticket.Plan, next *ticket.Step, reason string, now time.Time) planView {
	d := newPlanDrawing(plan, now)
	v := planView{Zone: zoneLine(d.zone), Steps: []planStep{d.opening()}}
	for i, s := range plan.Steps {
		step := d.level(s)
		step.Comes = next != nil && s.Level == next.Level && !d.dry
		if !s.Done && s.At != nil {
			step.why = d.why(&plan.Steps[i], fmt.Sprintf("Level %d", s.Level), "Why "+d.at(*s.At)+"?")
		}
		v.Steps = append(v.Steps, step)
	}
	if due := plan.Deadline; due != nil {
		step := planStep{What: "deadline", Who: "Should be resolved"}
		if due.At != nil {
			step.Time, step.At, step.Past = *due.At, d.at(*due.At), !d.dry && due.At.Before(now)
			step.why = d.why(due, "Deadline", "Why resolved by "+d.at(*due.At)+"?")
		}
		v.Steps = append(v.Steps, step)
		slices.SortStableFunc(v.Steps, inTime)
	}
	for _, s := range v.Steps {
		if s.why != nil {
			v.Whys = append(v.Whys, *s.why)
		}
	}
	v.Title, v.Soon = d.heading(next)
	v.Text = reason
	if next != nil {
		v.Text = d.condition()
	}
	return v
}

// opening is the first moment. Its day stands below where the time alone does not say it.
func (d planDrawing) opening() planStep {
	s := planStep{Time: d.plan.Opened, At: d.at(d.plan.Opened), What: "opened", Past: true}
	if local := d.plan.Opened.In(d.zone); dateOf(local) == dateOf(d.day) {
		s.Who = local.Format("Mon " + dayForm)
	}
	return s
}

// inTime orders the moments of a plan; those that do not come are last, as they were.
func inTime(a, b planStep) int {
	switch {
	case a.Time.IsZero() || b.Time.IsZero():
		return cmp.Compare(btoi(a.Time.IsZero()), btoi(b.Time.IsZero()))
	default:
		return a.Time.Compare(b.Time)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// planDrawing is what the words of one plan depend on.
type planDrawing struct {
	plan ticket.Plan
	zone *time.Location
	now  time.Time
	dry  bool
	day  time.Time // times of this day are written without it
	form string    // of a time of day: with seconds where the opening has some
}

func newPlanDrawing(plan ticket.Plan, now time.Time) planDrawing {
	d := planDrawing{plan: plan, zone: zoneOr(plan.Calendar.Zone, time.UTC), now: now, dry: now.IsZero(), form: clockForm}
	d.day = now.In(d.zone)
	if d.dry {
		d.day = plan.Opened.In(d.zone)
	}
	if plan.Opened.Truncate(time.Minute) != plan.Opened {
		d.form = "15:04:05"
	}
	return d
}

// at writes a time: "14:30" on the day that the page is about, "Tue 14 Oct, 09:20" on another.
func (d planDrawing) at(t time.Time) string { return d.write(t, clockForm) }

// exact is at, to the second where the opening is.
func (d planDrawing) exact(t time.Time) string { return d.write(t, d.form) }

func (d planDrawing) write(t time.Time, form string) string {
	t = t.In(d.zone)
	switch {
	case dateOf(t) == dateOf(d.day):
		return t.Format(form)
	case t.Year() == d.day.Year():
		return t.Format("Mon 2 Jan, " + form)
	}
	return t.Format("Mon " + dayForm + ", " + form)
}

func (d planDrawing) level(s ticket.Step) planStep {
	step := planStep{What: fmt.Sprintf("level %d", s.Level), Who: whomWords(s.Rung), Past: s.Done}
	if s.At != nil {
		step.Time, step.At = *s.At, d.at(*s.At)
	}
	if n := len(s.Mails); n > 0 {
		step.Told = "tells " + counted(n, "address", "addresses")
	}
	return step
}

// whomWords says with whom a ticket is after a level.
func whomWords(r ticket.Rung) string {
	name := cmp.Or(r.PersonName, r.GroupName)
	switch {
	case name == "":
		return "Stays with whom it has"
	case r.Gone:
		return "Stays: " + name + " is not active"
	}
	return name
}

// heading says in a sentence what comes next, and how far away it is.
func (d planDrawing) heading(next *ticket.Step) (title, soon string) {
	if next == nil || next.At == nil {
		return "Nothing happens by itself", ""
	}
	at := " at " + d.at(*next.At)
	if strings.Contains(at, ",") {
		at = " on" + strings.TrimPrefix(at, " at")
	}
	switch name := cmp.Or(next.PersonName, next.GroupName); {
	case name != "" && !next.Gone:
		title = "Goes to " + name + at
	case len(next.Mails) > 0:
		title = counted(len(next.Mails), "address is told", "addresses are told") + at
	default:
		title = fmt.Sprintf("Reaches level %d%s", next.Level, at)
	}
	switch left := next.At.Sub(d.now); {
	case d.dry:
	case left <= 0:
		soon = "at any moment"
	default:
		soon = "in " + spell(left)
	}
	return title, soon
}

// condition says what the next step depends on.
func (d planDrawing) condition() string {
	if d.plan.Category.Clock == ticket.Business {
		return "Unless it is resolved before. The clock runs in business hours" + d.whose() + "."
	}
	return "Unless it is resolved before. The clock runs at all hours."
}

// whose names the hours that hold.
func (d planDrawing) whose() string {
	switch d.plan.Calendar.Source {
	case calendar.OfSite:
		return ": " + d.plan.Calendar.Name + ", of the site"
	case calendar.OfTenant:
		return ": " + d.plan.Calendar.Name + ", of all sites"
	}
	return ", which nobody has set: all hours count"
}
