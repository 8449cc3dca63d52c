package task_test

import (
	"testing"
	"time"

	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

func (p *post) live(site *id.Site) task.Live {
	p.t.Helper()
	l, err := p.Tasks.Live(p.t.Context(), p.System, site)
	p.ok(err)
	return l
}

// at gives the day of a site.
func (p *post) at(l task.Live, site id.Site) task.SiteDay {
	p.t.Helper()
	for _, d := range l.Sites {
		if d.Site == site {
			return d
		}
	}
	p.t.Fatalf("the board has no site %s", site)
	return task.SiteDay{}
}

// TestTheDayAsItStands: what a site's day holds, which runs are on their way, what was missed and what comes next.
func TestTheDayAsItStands(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		a, b := p.NewAsset(p.Harbour.ID, "A"), p.NewAsset(p.Harbour.ID, "B")
		run := p.FirstTask(p.Plan(p.Harbour.ID, "Round", p.list, func(in *plan.Input) {
			in.Kind, in.Silence, in.Stops = plan.Tour, 40, []plan.Stop{{Asset: &a.ID}, {Asset: &b.ID}}
		}))
		lamps := p.FirstTask(p.Plan(p.Harbour.ID, "Lamps", p.list))
		doors := p.FirstTask(p.Plan(p.Harbour.ID, "Doors", p.list, func(in *plan.Input) { in.Rule = "30 9 * * *" }))
		p.until(run.Begins.Add(10 * time.Minute))
		visits, err := p.Tasks.List(t.Context(), p.System, task.Filter{Parent: &run.ID}, page.Request{})
		p.ok(err)
		_, _, err = p.Tasks.Report(t.Context(), p.guard(), task.Report{Task: visits.Items[0].ID, Started: run.Begins, Done: true, Answers: p.say(visits.Items[0], "Yes")})
		p.ok(err)
		l := p.live(nil)
		want := task.SiteDay{Site: p.Harbour.ID, Code: p.Harbour.Code, Name: p.Harbour.Name, Zone: p.Harbour.Zone, Expected: 3, Open: 3, Stops: 2, Scanned: 1}
		testworld.Same(t, want, p.at(l, p.Harbour.ID))
		if len(l.Runs) != 1 || l.Runs[0].ID != run.ID || len(l.Runs[0].Visits) != 2 || l.Runs[0].Done() != 1 || l.Runs[0].Missed(p.Clock.Now()) != 0 {
			t.Errorf("on their way: %+v", l.Runs)
		}
		if len(l.Next) != 1 || l.Next[0].Kind != task.ToBeScanned || l.Next[0].Task != run.ID || l.Next[0].Whose == "" {
			t.Errorf("next: %+v", l.Next)
		}
		p.until(doors.Due.Add(time.Minute)) // the lamps are closed, the doors late
		l = p.live(&p.Harbour.ID)
		day := p.at(l, p.Harbour.ID)
		want.Partial, want.Missed, want.Open, want.Late = 1, 1, 1, 1
		testworld.Same(t, want, day)
		var told []string
		for _, x := range l.Alarms {
			told = append(told, string(x.Kind)+" "+x.Name)
		}
		if len(l.Alarms) != 2 || l.Alarms[0].Place != p.Harbour.Name || l.Alarms[0].Ended == nil {
			t.Errorf("alarms: %v", told)
		}
		for status, n := range map[task.Status]int64{task.Autoclosed: day.Missed, task.Partial: day.Partial, task.Assigned: day.Open} {
			zone, err := time.LoadLocation(p.Harbour.Zone)
			p.ok(err)
			from, until := task.Day(p.Clock.Now(), zone)
			counts, err := p.Tasks.Counts(t.Context(), p.System, task.Filter{Site: &p.Harbour.ID, From: from, Until: until})
			if p.ok(err); counts[status] != n {
				t.Errorf("the board says %d are %s, the list %d", n, status, counts[status])
			}
		}
		if got := p.live(&p.Tower.ID); len(got.Sites) != 1 || len(got.Runs)+len(got.Alarms)+len(got.Next) != 0 {
			t.Errorf("another site: %+v", got)
		}
		p.until(lamps.Due.Add(24 * time.Hour))
		if got := p.live(nil); len(got.Alarms) == 0 || p.at(got, p.Harbour.ID).Late != 0 {
			t.Errorf("a day later: %+v", got)
		}
	})
}

// TestTheBoardShowsOnesOwnSites: nobody sees a site, a run or an alarm that is not theirs to see.
func TestTheBoardShowsOnesOwnSites(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.FirstTask(p.Plan(p.Tower.ID, "Lamps", p.list))
		l, err := p.Tasks.Live(t.Context(), p.guard(), nil)
		p.ok(err)
		sites, all := p.guard().Sites(task.CanRead)
		if all || len(l.Sites) != len(sites) {
			t.Errorf("%d sites are shown of %d", len(l.Sites), len(sites))
		}
		_, err = p.Tasks.Live(t.Context(), p.As(p.Someone(nil, plan.CanRead)), nil)
		testworld.Refused(t, err, task.CanRead)
	})
}
