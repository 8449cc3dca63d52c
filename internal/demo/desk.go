package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
)

// Groups that ladders lead to.
const (
	engineers = "Engineering desk"
	managers  = "Duty managers"
)

// deskSize is how many are in such a group: all of them are told of its tickets.
const deskSize = 5

// subject is a category of tickets and when its tickets climb: minutes to the engineers (or, for security, the heads), the managers, the office.
type subject struct {
	code, name string
	priority   ticket.Priority
	clock      ticket.Clock
	resolve    int64
	levels     [3]int64
}

func subjects() []subject {
	return []subject{
		{"FIRE", "Fire and life safety", ticket.High, ticket.Elapsed, 720, [3]int64{120, 480, 1440}},
		{"LIFT", "Lifts and handling", ticket.High, ticket.Elapsed, 1440, [3]int64{240, 720, 2880}},
		{"ELEC", "Electrical", ticket.High, ticket.Elapsed, 1440, [3]int64{480, 1440, 4320}},
		{"SEC", "Security and access", ticket.Medium, ticket.Elapsed, 2880, [3]int64{480, 1440, 4320}},
		{"HVAC", "Air and cooling", ticket.Medium, ticket.Business, 1530, [3]int64{540, 1080, 2550}},
		{"PLUMB", "Water and plumbing", ticket.Medium, ticket.Business, 1530, [3]int64{720, 1440, 2880}},
		{"IT", "Cameras and IT", ticket.Medium, ticket.Business, 2550, [3]int64{960, 1920, 3840}},
		{"HOUSE", "Housekeeping", ticket.Low, ticket.Business, 2550, [3]int64{1440, 2880, 4320}},
	}
}

// furnish makes the code lists of things, groups, categories, ladders and calendars in one transaction, once, and reads what is there.
func (x *scene) furnish(ctx context.Context, work Work) error {
	if err := x.readDesk(ctx); err != nil || len(x.categories) > 0 {
		return err
	}
	err := x.DB.Together(ctx, x.who, func(ctx context.Context) error {
		return errors.Join(x.makeValues(ctx), x.makeDeskGroups(ctx), x.makeCalendars(ctx, work), x.makeSubjects(ctx, work))
	})
	if err != nil {
		return fmt.Errorf("furnish %s: %w", x.t.code, err)
	}
	return errors.Join(x.readLookups(ctx), x.readDesk(ctx))
}

// readDesk finds the categories and groups.
func (x *scene) readDesk(ctx context.Context) error {
	categories, err := all(func(p page.Request) (page.Of[ticket.Category], error) {
		return x.Ticket.ListCategories(ctx, x.who, ticket.CategoryFilter{}, p)
	})
	if err != nil {
		return err
	}
	for _, c := range categories {
		x.categories[c.Code] = c
	}
	groups, err := all(func(p page.Request) (page.Of[people.Group], error) {
		return x.People.ListGroups(ctx, x.who, people.GroupFilter{}, p)
	})
	for _, g := range groups {
		x.groups[g.Name] = g.ID
	}
	return err
}

// makeValues leaves alone what somebody was faster with.
func (x *scene) makeValues(ctx context.Context) error {
	for _, list := range org.Lists() {
		for _, v := range values()[string(list)] {
			_, err := x.Org.CreateLookup(ctx, x.who, org.LookupInput{List: list, Code: v[0], Name: v[1], Active: true})
			if err != nil && fault.KindOf(err) != fault.Conflict {
				return err
			}
		}
	}
	return nil
}

func (x *scene) makeDeskGroups(ctx context.Context) error {
	members := map[string][]id.Person{}
	seen := map[id.Person]bool{}
	for _, s := range x.sites {
		for name, some := range map[string][]people.Person{engineers: x.crews[s.ID].technicians, managers: x.crews[s.ID].heads} {
			for _, p := range some {
				if !seen[p.ID] && len(members[name]) < deskSize {
					members[name] = append(members[name], p.ID)
				}
				seen[p.ID] = true
			}
		}
	}
	for _, name := range []string{engineers, managers} {
		g, err := x.People.CreateGroup(ctx, x.who, people.GroupInput{Kind: people.OfPeople, Name: name, People: members[name], Active: true})
		if err != nil {
			return err
		}
		x.groups[name] = g.ID
	}
	return nil
}

// makeCalendars: the office's hours for all, and those of banks, of Dubai, and of what never closes.
func (x *scene) makeCalendars(ctx context.Context, work Work) error {
	holidays := []calendar.Holiday{
		{Day: "2026-01-26", Yearly: true, Name: "Republic Day"}, {Day: "2026-05-01", Yearly: true, Name: "Maharashtra Day"},
		{Day: "2026-08-15", Yearly: true, Name: "Independence Day"}, {Day: "2026-10-02", Yearly: true, Name: "Gandhi Jayanti"},
		{Day: "2026-11-08", Name: "Diwali"}, {Day: "2026-12-25", Yearly: true, Name: "Christmas"},
	}
	office := calendar.Input{
		Name: "Office hours", Holidays: holidays,
		Openings: append(week(time.Monday, time.Saturday, 9*60, 13*60), week(time.Monday, time.Saturday, 13*60+30, 18*60)...),
	}
	if _, err := work.Calendar.Put(ctx, x.who, nil, 0, office); err != nil {
		return err
	}
	for _, s := range x.sites {
		var own calendar.Input
		switch x.kindOf(s) {
		case "BANK":
			own = calendar.Input{Name: "Banking hours", Holidays: holidays, Openings: week(time.Monday, time.Friday, 10*60, 16*60)}
		case "DATACENTRE", "HOSPITAL":
			own = calendar.Input{Name: "Day and night", Openings: week(time.Sunday, time.Saturday, 0, 24*60)}
		default:
			if s.Zone != "Asia/Dubai" {
				continue
			}
			own = calendar.Input{
				Name: "Dubai hours", Openings: week(time.Monday, time.Friday, 8*60, 17*60),
				Holidays: []calendar.Holiday{{Day: "2026-12-02", Yearly: true, Name: "National Day"}},
			}
		}
		if _, err := work.Calendar.Put(ctx, x.who, &s.ID, 0, own); err != nil {
			return err
		}
	}
	return nil
}

func week(from, until time.Weekday, opens, closes int) (out []calendar.Opening) {
	for d := from; d <= until; d++ {
		out = append(out, calendar.Opening{Weekday: d, From: opens, Until: closes})
	}
	return out
}

func (x *scene) makeSubjects(ctx context.Context, work Work) error {
	office := x.crews[x.sites[0].ID].heads
	for _, j := range subjects() {
		c, err := work.Ticket.CreateCategory(ctx, x.who, ticket.CategoryInput{
			Code: j.code, Name: j.name, Priority: j.priority, Clock: j.clock, Pause: true, Resolve: &j.resolve, Active: true,
		})
		if err != nil {
			return err
		}
		desk, duty := x.groups[engineers], x.groups[managers]
		if j.code == "SEC" || j.code == "HOUSE" {
			desk = duty
		}
		last := office[len(office)-1].ID // the head of the region
		rungs := []ticket.RungInput{
			{After: j.levels[0], Group: &desk}, {After: j.levels[1], Group: &duty},
			{After: j.levels[2], Person: &last, Mails: []string{"duty@" + plain(x.t.code) + ".example"}},
		}
		if _, err := work.Ticket.PutLadder(ctx, x.who, 0, ticket.LadderInput{Category: c.ID, Rungs: rungs}); err != nil {
			return err
		}
		if err := x.makeOwnLadders(ctx, work, c); err != nil {
			return err
		}
	}
	return nil
}

// makeOwnLadders: where cooling and power must not fail, tickets climb at once, and to who is in charge there.
func (x *scene) makeOwnLadders(ctx context.Context, work Work, c ticket.Category) error {
	if c.Code != "HVAC" && c.Code != "ELEC" {
		return nil
	}
	for _, s := range x.sites {
		if x.kindOf(s) != "DATACENTRE" {
			continue
		}
		desk, head := x.groups[engineers], x.crews[s.ID].heads[0].ID
		rungs := []ticket.RungInput{{After: 30, Group: &desk}, {After: 240, Person: &head}}
		if _, err := work.Ticket.PutLadder(ctx, x.who, 0, ticket.LadderInput{Category: c.ID, Site: &s.ID, Rungs: rungs}); err != nil {
			return err
		}
	}
	return nil
}
