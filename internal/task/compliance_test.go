package task_test

import (
	"testing"
	"time"

	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

// TestHowMaintenanceKeptItsTime: each count is the length of the list that it opens, month by month on the site's clock.
func TestHowMaintenanceKeptItsTime(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		pump := p.NewAsset(p.Harbour.ID, "PUMP")
		p.Plan(p.Harbour.ID, "Lamps", p.list) // no maintenance
		first := p.FirstTask(p.Plan(p.Harbour.ID, "Pump", p.list, func(in *plan.Input) {
			in.Kind, in.Asset, in.Rule, in.Duration = plan.Maintenance, &pump.ID, "0 22 30 * *", 120
		}))
		all, err := p.Tasks.List(t.Context(), p.System, task.Filter{Plan: first.Plan}, page.Request{Limit: 4})
		p.ok(err)
		done := func(x task.Task, ended time.Time) {
			p.Clock.Advance(ended.Sub(p.Clock.Now()))
			_, _, err := p.Tasks.Report(t.Context(), p.System, task.Report{Task: x.ID, Started: x.Begins.Add(time.Minute), Ended: ended, Done: true, Answers: p.say(x, "Yes")})
			p.ok(err)
		}
		done(all.Items[0], all.Items[0].Due)                  // at the midnight after 30 November: due in December
		done(all.Items[1], all.Items[1].Due.Add(time.Minute)) // late, due in December
		p.until(all.Items[2].Due.Add(testworld.TaskGrace))    // missed, due in January
		found, err := p.Tasks.Compliance(t.Context(), p.System, nil, "2027-03-31", 6, page.Request{})
		p.ok(err)
		rows := found.Items
		var sum task.Kept
		zone, err := time.LoadLocation(p.Harbour.Zone)
		p.ok(err)
		for _, k := range rows {
			sum = sum.Plus(k)
			from := k.Month.In(zone)
			for outcome, n := range map[task.Timing]int64{task.OnTime: k.OnTime, task.DoneLate: k.Late, task.Missed: k.Missed, task.StillToDo: k.Open} {
				listed, err := p.Tasks.List(t.Context(), p.System, task.Filter{Site: &k.Site, Kind: plan.Maintenance, Timing: outcome, DueFrom: from, DueBefore: from.AddDate(0, 1, 0)}, page.Request{})
				p.ok(err)
				if int64(len(listed.Items)) != n {
					t.Errorf("%s %s: counted %d, listed %d", from.Format("2006-01"), outcome, n, len(listed.Items))
				}
			}
		}
		if len(rows) != 3 || rows[0].Month.In(zone).Format("2006-01-02 15:04") != "2026-12-01 00:00" || rows[0].OnTime != 1 || rows[0].Share() != 50 || rows[0].Name != p.Harbour.Name {
			t.Errorf("%+v", rows)
		}
		if sum.OnTime != 1 || sum.Late != 1 || sum.Missed != 1 || sum.Share() != 33 {
			t.Errorf("together %+v", sum)
		}
		elsewhere, err := p.Tasks.Compliance(t.Context(), p.System, &p.Tower.ID, "2027-03-31", 6, page.Request{})
		if p.ok(err); len(elsewhere.Items) != 0 {
			t.Errorf("another site has %+v", elsewhere)
		}
		var inParts []task.Kept // a site a piece
		for p0 := (page.Request{Limit: 1}); ; {
			part, err := p.Tasks.Compliance(t.Context(), p.System, nil, "2027-03-31", 6, p0)
			p.ok(err)
			inParts = append(inParts, part.Items...)
			if p0.After = part.Next; part.Next == "" {
				break
			}
		}
		if diff := testworld.Diff(rows, inParts); diff != "" {
			t.Errorf("site by site: %s", diff)
		}
		_, err = p.Tasks.Compliance(t.Context(), p.As(p.Someone(nil, plan.CanRead)), nil, "2027-03-31", 6, page.Request{})
		testworld.Refused(t, err, task.CanRead)
	})
}
