package web

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// climbing is a plan of two levels and a deadline, opened on a Monday at 16:30 in Kolkata, by a clock of its own.
func climbing(t *testing.T, c ticket.Clock) ticket.Plan {
	t.Helper()
	person, group := id.New[id.Person](), id.New[id.Group]()
	cal := calendar.Calendar{Name: "Office", Zone: "Asia/Kolkata", Source: calendar.OfTenant, Holidays: []calendar.Holiday{{Day: clock.Date("2026-01-13"), Name: "Lohri"}}}
	for d := time.Monday; d <= time.Friday; d++ {
		cal.Openings = append(cal.Openings, calendar.Opening{Weekday: d, From: 9 * 60, Until: 18 * 60})
	}
	hours, err := cal.Hours()
	if err != nil {
		t.Fatal(err)
	}
	p := ticket.Plan{
		Category: ticket.Category{Name: "HVAC", Clock: c}, Calendar: cal, Ladder: &ticket.Ladder{},
		Opened: time.Date(2026, 1, 12, 11, 0, 0, 0, time.UTC),
	}
	step := func(r ticket.Rung) ticket.Step {
		at := p.Opened.Add(time.Duration(r.After) * time.Minute)
		s := ticket.Step{Rung: r, At: &at}
		if c == ticket.Business {
			why, err := hours.Explain(p.Opened, time.Duration(r.After)*time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			s.At, s.Why = &why.Until, &why
		}
		return s
	}
	p.Steps = []ticket.Step{
		step(ticket.Rung{Level: 1, After: 50, Person: &person, PersonName: "Prakash Iyer"}),
		step(ticket.Rung{Level: 2, After: 120, Group: &group, GroupName: "Night shift", Mails: []string{"a@x.example", "b@x.example"}}),
	}
	due := step(ticket.Rung{After: 100})
	p.Deadline = &due
	return p
}

func stepsOf(v planView) (out []string) {
	for _, s := range v.Steps {
		out = append(out, strings.Join(strings.Fields(strings.Join([]string{s.class(), s.At, s.What, "/", s.Who, s.Told}, " ")), " "))
	}
	return out
}

func linesOf(w ui.Why) (out []string) {
	for _, l := range append(w.Lines, w.Total) {
		out = append(out, l.Label+" | "+l.Note+" | "+l.Value)
	}
	return out
}

func TestAPlanSaysWhatComesWhenAndWhy(t *testing.T) {
	p := climbing(t, ticket.Elapsed)
	p.Steps[0].Done = true
	now := time.Date(2026, 1, 12, 12, 56, 0, 0, time.UTC)
	v := planOf(p, &p.Steps[1], "", now)
	if v.Title != "Goes to Night shift at 18:30" || v.Soon != "in 4 minutes" || v.Text != "Unless it is resolved before. The clock runs at all hours." || v.Zone != "Times are in Asia/Kolkata." {
		t.Errorf("%q %q %q %q", v.Title, v.Soon, v.Text, v.Zone)
	}
	want := []string{"past 16:30 opened / Mon 12 Jan 2026", "past 17:20 level 1 / Prakash Iyer", "past 18:10 deadline / Should be resolved", "next 18:30 level 2 / Night shift tells 2 addresses"}
	if diff := cmp.Diff(want, stepsOf(v)); diff != "" {
		t.Error(diff)
	}
	if len(v.Whys) != 2 || v.Whys[1].Question != "Why 18:30?" || v.Whys[0].Question != "Why resolved by 18:10?" {
		t.Fatalf("whys: %+v", v.Whys)
	}
	p.Held = 10*time.Minute + 5*time.Second
	v = planOf(p, &p.Steps[1], "", now.Add(time.Hour))
	want = []string{
		"Opened | Mon 12 Jan 2026 | 16:30", "Level 2 for HVAC | By the ladder of all sites; every minute counts. | + 2 h", "Was on hold | The clock stood still. | + 10 min 5 s",
		"Level 2 comes |  | 18:30",
	}
	if diff := cmp.Diff(want, linesOf(v.Whys[1])); diff != "" || v.Soon != "at any moment" {
		t.Error(diff, v.Soon)
	}
}

func TestAPlanInBusinessHoursShowsEveryPiece(t *testing.T) {
	p := climbing(t, ticket.Business)
	p.Ladder = &ticket.Ladder{Site: &id.Site{}, SiteName: "Harbour"}
	v := planOf(p, &p.Steps[0], "", time.Time{})
	if v.Title != "Goes to Prakash Iyer at 17:20" || v.Soon != "" || v.Text != "Unless it is resolved before. The clock runs in business hours: Office, of all sites." {
		t.Errorf("%q %q %q", v.Title, v.Soon, v.Text)
	}
	want := []string{
		"past 16:30 opened / Mon 12 Jan 2026", "17:20 level 1 / Prakash Iyer", "Wed 14 Jan, 09:10 deadline / Should be resolved",
		"Wed 14 Jan, 09:30 level 2 / Night shift tells 2 addresses",
	}
	if diff := cmp.Diff(want, stepsOf(v)); diff != "" {
		t.Error(diff)
	}
	want = []string{
		"Level 2 for HVAC | By the ladder of Harbour; business hours count: Office, of all sites. | 2 h", "Opened | Mon 12 Jan 2026 | 16:30", "Mon 12 Jan, 16:30 to 18:00 |  | + 1 h 30 min",
		"Tue 13 Jan, 09:00 to 18:00 | Lohri: nothing counts. | + 0 min", "Wed 14 Jan, 09:00 to 09:30 |  | + 30 min", "Level 2 comes |  | Wed 14 Jan, 09:30",
	}
	if diff := cmp.Diff(want, linesOf(v.Whys[2])); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("Deadline for HVAC | By the category; business hours count: Office, of all sites. | 1 h 40 min", linesOf(v.Whys[1])[0]); diff != "" {
		t.Error(diff)
	}
}

func TestAPlanSaysWhatDoesNotCome(t *testing.T) {
	p := climbing(t, ticket.Elapsed)
	p.Steps[0].Gone = true
	p.Steps[1].Group, p.Steps[1].GroupName, p.Steps[1].At = nil, "", nil
	p.Deadline.At = nil
	v := planOf(p, nil, "It is on hold, and its category stops the clock.", p.Opened.AddDate(0, 0, 1))
	want := []string{"past Mon 12 Jan, 16:30 opened /", "Mon 12 Jan, 17:20 level 1 / Stays: Prakash Iyer is not active", "level 2 / Stays with whom it has tells 2 addresses", "deadline / Should be resolved"}
	if diff := cmp.Diff(want, stepsOf(v)); diff != "" {
		t.Error(diff)
	}
	if v.Title != "Nothing happens by itself" || v.Text != "It is on hold, and its category stops the clock." || len(v.Whys) != 1 {
		t.Errorf("%q %q %d", v.Title, v.Text, len(v.Whys))
	}
	for _, c := range []struct {
		rung ticket.Rung
		want string
	}{
		{ticket.Rung{Level: 3, PersonName: "X", Gone: true}, "Reaches level 3 on Sun 11 Jan, 05:30"},
		{ticket.Rung{Level: 3, Mails: []string{"a@x.example"}}, "1 address is told on Sun 11 Jan, 05:30"},
	} {
		at := time.Date(2026, 1, 11, 0, 0, 0, 0, time.UTC)
		if got, _ := newPlanDrawing(p, p.Opened).heading(&ticket.Step{Rung: c.rung, At: &at}); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestPiecesOfTimeEndAsTheirClockShows(t *testing.T) {
	p := climbing(t, ticket.Business)
	p.Opened = p.Opened.Add(12 * time.Second)
	p.Calendar.Source = calendar.OfSite
	d := newPlanDrawing(p, p.Opened.AddDate(1, 0, 0))
	at := func(day, hour int) time.Time { return time.Date(2026, 1, day, hour, 0, 0, 0, d.zone) }
	for _, c := range []struct {
		row  calendar.Row
		want string
	}{
		{calendar.Row{From: at(12, 22), Until: at(13, 0), Counted: 2 * time.Hour}, "Mon 12 Jan, 22:00:00 to 24:00 |  | + 2 h"},
		{calendar.Row{From: at(12, 22), Until: at(15, 3), Counted: time.Hour, Merged: 2}, "Mon 12 Jan, 22:00:00 to Thu 15 Jan, 03:00:00 | With 2 further pieces after it. | + 1 h"},
	} {
		l := d.piece(c.row)
		if got := l.Label + " | " + l.Note + " | " + l.Value; got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if got := d.exact(p.Opened); got != "Mon 12 Jan 2026, 16:30:12" {
		t.Errorf("exact %q", got)
	}
	if got := d.whose(); got != ": Office, of the site" {
		t.Errorf("whose %q", got)
	}
	d.plan.Calendar.Source = calendar.Builtin
	if got := d.condition(); got != "Unless it is resolved before. The clock runs in business hours, which nobody has set: all hours count." {
		t.Errorf("condition %q", got)
	}
	if got := length(0); got != "0 min" {
		t.Errorf("length %q", got)
	}
}
