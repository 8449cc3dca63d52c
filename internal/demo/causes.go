package demo

import (
	"context"
	"slices"
	"strconv"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
)

// metered is how many sites of a tenant have a generator whose meter is read and brings its service, and rooms that are looked at so long after
// the last time.
const metered = 2

// The checklist by which a meter is read, and its question.
const (
	meterList     = "Meter book"
	meterQuestion = "What does the hour meter show?"
)

// used is how many hours a generator runs between two services.
const used = 40

// generator finds one that counts its hours, at a site.
func (x *scene) generator(site id.Site) (asset.Asset, bool) {
	all := x.things[site]
	at := slices.IndexFunc(all, func(a asset.Asset) bool {
		return a.Type != nil && x.kinds[*a.Type] == "GENERATOR" && a.Meter != nil && a.Active && a.Status != asset.Scrapped
	})
	if at < 0 {
		return asset.Asset{}, false
	}
	return all[at], true
}

// causesOf is what is planned at a site and comes by no times: the service of a generator by its meter, which is read every hour, and the rooms that are looked at
// again two hours after the last time.
func (x *scene) causesOf(site org.Site, lists map[string]id.Checklist) (out []plan.Input) {
	c, today := x.crews[site.ID], clock.Date(x.Now().UTC().Format("2006-01-02"))
	out = append(out, plan.Input{
		Kind: plan.Task, Site: site.ID, Name: "Wash rooms", Checklist: new(lists["Wash rooms"]), Person: &c.guards[0].ID, Active: true,
		Schedule: plan.Schedule{Rule: "AFTER 2 HOURS", From: today, Duration: 60},
	})
	g, has := x.generator(site.ID)
	if !has || len(c.technicians) == 0 {
		return out
	}
	by := &c.technicians[0].ID
	return append(out, plan.Input{
		Kind: plan.Task, Site: site.ID, Name: "Meter of " + g.Name, Checklist: new(lists[meterList]), Asset: &g.ID, Person: by, Active: true,
		Schedule: plan.Schedule{Rule: "0 * * * *", From: today, Duration: 50},
	}, plan.Input{
		Kind: plan.Maintenance, Site: site.ID, Name: "Service of " + g.Name, Checklist: new(lists["Generator care"]), Asset: &g.ID, Person: by, Active: true,
		Schedule: plan.Schedule{Rule: "METER " + strconv.Itoa(used), From: today, Duration: 24 * 60},
	})
}

// readMeters has the generators' meters read, so that what they bring does not wait for the first hours of the demo.
func (x *scene) readMeters(ctx context.Context, lists map[string]id.Checklist, shown int, at time.Time) error {
	for _, site := range x.sites[:min(metered, len(x.sites))] {
		g, has := x.generator(site.ID)
		c := x.crews[site.ID]
		if !has || len(c.technicians) == 0 {
			continue
		}
		list, err := x.Checks.Get(ctx, x.who, lists[meterList])
		if err != nil {
			return err
		}
		who, err := x.as(ctx, c.technicians[0])
		if err != nil {
			return err
		}
		r := task.Report{Work: task.Work{Site: site.ID, Asset: &g.ID, Form: *list.Form, Name: "Meter of " + g.Name}, Started: at, Ended: at}
		for _, i := range list.Draft.Items() {
			r.Answers = append(r.Answers, checklist.Given{Item: i.ID, Value: strconv.Itoa(shown)})
		}
		if _, _, err := x.Tasks.Report(ctx, who, r); err != nil {
			return err
		}
	}
	return nil
}

// reading is what a meter shows some hours later.
func (t *teller) reading(last checklist.Number) string {
	return (last + *checklist.ReadNumber(strconv.Itoa(6 + t.rnd.IntN(9)))).String()
}
