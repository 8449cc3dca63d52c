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
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
)

// walked is how many sites of a tenant have rounds at most, and stops how many points a round has.
const (
	walked = 12
	stops  = 4
)

// planRounds gives the sites what comes again: a round of the guards every two hours, an opening check every morning, and the weekly care of
// a pump. Where something is planned already, nothing is.
func (x *scene) planRounds(ctx context.Context) error {
	found, err := x.Plans.List(ctx, x.who, plan.Filter{Inactive: true}, page.Request{Limit: 1})
	if err != nil || len(found.Items) > 0 {
		return err
	}
	return x.DB.Together(ctx, x.who, func(ctx context.Context) error {
		lists, err := x.makeChecklists(ctx)
		if err != nil {
			return err
		}
		if err := x.readMeters(ctx, lists, 4000, x.Now().Add(-20*time.Hour)); err != nil {
			return err
		}
		for n, site := range x.sites[:min(walked, len(x.sites))] {
			gate, err := x.makeGate(ctx, n, site)
			if err != nil {
				return err
			}
			planned := x.roundsOf(site, gate, lists)
			if n < metered && len(planned) > 0 {
				planned = append(planned, x.causesOf(site, lists)...)
			}
			for _, in := range planned {
				if _, err := x.Plans.Create(ctx, x.who, in); err != nil {
					return err
				}
			}
		}
		return x.readMeters(ctx, lists, 4000+used+5, x.Now().Add(time.Second)) // after the plan was made, as it counts from then
	})
}

// questions are what is asked, by checklist: yes or no, with an alert on no, but for what a meter shows.
func questions() map[string][]string {
	return map[string][]string{
		"Patrol point":   {"Is everything in order here?", "Are doors and windows closed?"},
		"Opening check":  {"Are the lights on?", "Is the reception tidy?", "Is the fire panel without a fault?"},
		"Gate book":      {"Is the visitors' book kept?", "Are all keys in their place?"},
		"Pump care":      {"Does it run without a leak?", "Is the oil above the mark?"},
		"Wash rooms":     {"Are they clean?", "Are soap and paper there?"},
		meterList:        {meterQuestion},
		"Generator care": {"Is the oil changed?", "Is the filter changed?"},
	}
}

// makeChecklists makes and publishes the checklists, and gives them by their names.
func (x *scene) makeChecklists(ctx context.Context) (map[string]id.Checklist, error) {
	out := map[string]id.Checklist{}
	for name, texts := range questions() {
		var section checklist.Section
		for _, text := range texts {
			rule := checklist.Rule{Type: checklist.Checkbox, Options: []string{"Yes", "No"}, AlertOn: []string{"No"}}
			if text == meterQuestion {
				rule = checklist.Rule{Type: checklist.MeterReading}
			}
			q, err := x.Checks.CreateQuestion(ctx, x.who, checklist.QuestionInput{Text: text, Rule: rule, Active: true})
			if err != nil {
				return nil, err
			}
			section.Items = append(section.Items, checklist.Item{ID: id.New[id.Item](), Question: q.ID, Mandatory: true})
		}
		c, err := x.Checks.Create(ctx, x.who, checklist.Input{
			Kind: checklist.ForTask, Name: name, Active: true, Places: checklist.Places{Everywhere: true},
			Draft: checklist.Form{Sections: []checklist.Section{section}},
		})
		if err != nil {
			return nil, err
		}
		if c, err = x.Checks.Publish(ctx, x.who, c.ID, c.Version); err != nil {
			return nil, err
		}
		out[name] = c.ID
	}
	return out, nil
}

// roundsOf is what is planned at a site, as far as it has people and things for it.
func (x *scene) roundsOf(site org.Site, gate *id.Post, lists map[string]id.Checklist) (out []plan.Input) {
	c, known := x.crews[site.ID]
	if !known || len(c.guards) == 0 {
		return nil
	}
	guard, today := c.guards[0].ID, clock.Date(x.Now().UTC().Format("2006-01-02"))
	round := plan.Input{
		Kind: plan.Tour, Site: site.ID, Name: "Round of the house", Checklist: new(lists["Patrol point"]), Person: &guard, Priority: plan.Medium, Ordered: true,
		Expiry: plan.MailIt, Active: true, Alarms: plan.Alarms{Silence: 40},
		Schedule: plan.Schedule{Rule: "0 */2 * * *", From: today, Duration: 20, Before: 5, After: 30},
	}
	things := slices.DeleteFunc(slices.Clone(x.things[site.ID]), func(a asset.Asset) bool { return !a.Active || a.Status == asset.Scrapped })
	slices.SortStableFunc(things, func(a, b asset.Asset) int { return rank(b) - rank(a) })
	for _, a := range things[:min(stops, len(things))] {
		round.Stops = append(round.Stops, plan.Stop{Asset: &a.ID, Travel: 3})
	}
	opening := plan.Input{
		Kind: plan.Task, Site: site.ID, Name: "Opening check", Checklist: new(lists["Opening check"]), Person: &guard, Active: true,
		Alarms: plan.Alarms{Reminders: []int64{15}}, Schedule: plan.Schedule{Rule: "30 6 * * *", From: today, Duration: 60},
	}
	if len(round.Stops) > 0 {
		out = append(out, round)
	}
	out = append(out, opening)
	if gate != nil {
		out = append(out, plan.Input{
			Kind: plan.Task, Site: site.ID, Name: "Gate book", Checklist: new(lists["Gate book"]), Post: gate, Active: true,
			Schedule: plan.Schedule{Rule: "0 */4 * * *", From: today, Duration: 60},
		})
	}
	for _, a := range things {
		if a.Type != nil && x.kinds[*a.Type] == "PUMP" && len(c.technicians) > 0 {
			return append(out, plan.Input{
				Kind: plan.Maintenance, Site: site.ID, Name: "Care of " + a.Name, Checklist: new(lists["Pump care"]), Asset: &a.ID, Person: &c.technicians[0].ID,
				Active: true, Alarms: plan.Alarms{MoveAsset: true}, Schedule: plan.Schedule{Rule: "0 10 * * 1", From: today, Duration: 240},
			})
		}
	}
	return out
}

// rank puts checkpoints before other things.
func rank(a asset.Asset) int {
	if a.Kind == asset.Checkpoint {
		return 1
	}
	return 0
}

// patrol has people do some of what may be done now: most of it, and of all answers one in twenty raises an alert. What nobody does is missed.
func (t *teller) patrol(ctx context.Context) error {
	now := t.Now()
	open, err := t.Tasks.List(ctx, t.who, task.Filter{
		Visits: true, Open: true, Until: now, From: now.AddDate(0, 0, -1),
	}, page.Request{Limit: page.Max})
	if err != nil {
		return err
	}
	for _, x := range open.Items {
		header := x.Kind.Stops() && x.Parent == nil
		if header || x.Due.Before(now) || t.rnd.IntN(3) > 0 {
			continue
		}
		by, err := t.handsOf(ctx, x)
		if err != nil {
			return err
		}
		if by != nil {
			return t.carryOut(ctx, x, *by)
		}
	}
	return nil
}

// handsOf is whose a task is, or who holds the post that it is of; nil for nobody.
func (t *teller) handsOf(ctx context.Context, x task.Task) (*people.Person, error) {
	if x.Person != nil {
		return &people.Person{ID: *x.Person, Name: x.PersonName}, nil
	}
	if x.Post == nil {
		return nil, nil
	}
	p, err := t.Posts.Get(ctx, t.who, *x.Post)
	if err != nil || len(p.Held) == 0 {
		return nil, err
	}
	return &people.Person{ID: p.Held[0].Person, Name: p.Held[0].PersonName}, nil
}

// carryOut reports a task as somebody did it.
func (t *teller) carryOut(ctx context.Context, x task.Task, by people.Person) error {
	who, err := t.as(ctx, by)
	if err != nil {
		return err
	}
	w, err := t.Tasks.GetWhole(ctx, who, x.ID)
	if err != nil || w.Form == nil {
		return err
	}
	r := task.Report{Task: x.ID, Done: true}
	for _, i := range w.Form.Form.Items() {
		r.Answers = append(r.Answers, checklist.Given{Item: i.ID, Value: t.answer(i, w.Readings[i.ID])})
	}
	_, _, err = t.Tasks.Report(ctx, who, r)
	return err
}

// answer is what somebody answers: the first choice, or a number, of a meter one that is greater than the last; now and then the last choice.
func (t *teller) answer(i checklist.Item, last checklist.Number) string {
	switch options := i.Rule.Options; {
	case i.Rule.Type == checklist.MeterReading:
		return t.reading(last)
	case len(options) == 0:
		return strconv.Itoa(20 + t.rnd.IntN(20))
	case t.rnd.IntN(20) == 0:
		return options[len(options)-1]
	default:
		return options[0]
	}
}
