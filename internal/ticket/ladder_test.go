package ticket_test

import (
	"testing"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

func TestALadderIsReplacedWhole(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, who := t.Context(), d.Actor(org.Administrator)
		tech := d.Staff[org.Technician].ID
		all := must(d.Ticket.GetLadder(ctx, d.Actor(org.Guard), d.hvac.ID, nil))(t)
		testworld.Same(t, ticket.Ladder{ID: all.ID, Category: d.hvac.ID, Version: 1, Updated: testworld.Morning, Rungs: []ticket.Rung{
			{Level: 1, After: 60, Person: &tech, Mails: []string{}, PersonName: "Tara Thorn"},
			{Level: 2, After: 120, Group: &d.night.ID, Mails: []string{"boss@lantern.example"}, GroupName: "Night shift"},
		}}, all)
		var own, changed ticket.Ladder
		trail := d.During(func() {
			own = must(d.Ticket.PutLadder(ctx, who, 0, ticket.LadderInput{Category: d.hvac.ID, Site: &d.Mill.ID, Rungs: []ticket.RungInput{
				{After: 5, Mails: []string{" Boss@Lantern.example ", "boss@lantern.example", "b@x.example"}},
			}}))(t)
			changed = must(d.Ticket.PutLadder(ctx, who, 1, ticket.LadderInput{Category: d.hvac.ID, Site: &d.Mill.ID, Rungs: []ticket.RungInput{{After: 1}, {After: 2}}}))(t)
			testworld.Same(t, []ticket.Ladder{all, changed}, must(d.Ticket.ListLadders(ctx, who, d.hvac.ID))(t))
			if err := d.Ticket.DeleteLadder(ctx, who, d.hvac.ID, &d.Mill.ID, 2); err != nil {
				t.Fatal(err)
			}
		})
		testworld.Same(t, []string{"boss@lantern.example", "b@x.example"}, own.Rungs[0].Mails)
		if len(changed.Rungs) != 2 || changed.ID != own.ID || changed.Version != 2 || changed.SiteName != "Mill" {
			t.Errorf("changed: %+v", changed)
		}
		if len(trail) != 3 || trail[0].Verb != "ladder.updated" || trail[0].Before != "" || trail[1].Before != trail[0].After || trail[2].Verb != "ladder.deleted" ||
			trail[2].Before != trail[1].After || trail[2].Site != d.Mill.ID {
			t.Errorf("trail: %+v", trail)
		}
		_, err := d.Ticket.GetLadder(ctx, who, d.hvac.ID, &d.Mill.ID)
		testworld.Gone(t, err, "ladder")
		testworld.Gone(t, d.Ticket.DeleteLadder(ctx, who, d.hvac.ID, &d.Mill.ID, 2), "ladder")
	})
}

// TestDefect069LevelsAreUniqueAndInOrder: the same level could stand there twice, and tickets escalated twice.
func TestDefect069LevelsAreUniqueAndInOrder(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		put := func(version int64, rungs ...ticket.RungInput) error {
			_, err := d.Ticket.PutLadder(ctx, d.System, version, ticket.LadderInput{Category: d.hvac.ID, Rungs: rungs})
			return err
		}
		p, g := d.Staff[org.Guard].ID, d.night.ID
		foreign, none := d.SecondTenant().Staff[org.Guard].ID, id.New[id.Group]()
		for _, c := range []struct {
			rungs []ticket.RungInput
			want  []string
		}{
			{nil, []string{"levels required"}},
			{[]ticket.RungInput{{After: 60}, {After: 60}}, []string{"levels[1].after_minutes order"}},
			{[]ticket.RungInput{{After: 60}, {After: 30}, {After: 61}}, []string{"levels[1].after_minutes order"}},
			{[]ticket.RungInput{{After: 0}, {After: 366*24*60 + 1}}, []string{"levels[0].after_minutes range", "levels[1].after_minutes range"}},
			{[]ticket.RungInput{{After: 1, Person: &p, Group: &g}}, []string{"levels[0].group_id both"}},
			{[]ticket.RungInput{{After: 1, Mails: []string{"a@x.example", "nonsense", ""}}}, []string{"levels[0].mails[1] grammar", "levels[0].mails[2] grammar"}},
			{[]ticket.RungInput{{After: 1, Mails: make([]string, 11)}}, nil},
			{make([]ticket.RungInput, 10), nil},
			{[]ticket.RungInput{{After: 1, Person: &foreign}, {After: 2, Group: &none}}, []string{"levels[0].person_id unknown", "levels[1].group_id unknown"}},
		} {
			err := put(1, c.rungs...)
			if c.want != nil {
				testworld.Fault(t, err, fault.Invalid, c.want...)
			} else if f := fault.As(err); f.Kind != fault.Invalid || f.Fields[0].Code != "too_many" {
				t.Errorf("%d levels: %v", len(c.rungs), err)
			}
		}
		for _, version := range []int64{0, 2} {
			err := put(version, ticket.RungInput{After: 1})
			testworld.Fault(t, err, fault.Conflict, "version stale")
			if now := fault.As(err).Current.(ticket.Ladder); len(now.Rungs) != 2 {
				t.Errorf("as it is now: %+v", now)
			}
		}
		testworld.Fault(t, d.Ticket.DeleteLadder(ctx, d.System, d.hvac.ID, nil, 2), fault.Conflict, "version stale")
	})
}

func TestTwoWhoMakeTheFirstLadderAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		errs := make(chan error)
		for range 6 {
			go func() {
				_, err := d.Ticket.PutLadder(t.Context(), d.System, 0, ticket.LadderInput{Category: d.hvac.ID, Site: &d.Mill.ID, Rungs: []ticket.RungInput{{After: 1}}})
				errs <- err
			}()
		}
		made := 0
		for range 6 {
			if err := <-errs; err == nil {
				made++
			} else {
				testworld.Fault(t, err, fault.Conflict, "version stale")
			}
		}
		if l := must(d.Ticket.GetLadder(t.Context(), d.System, d.hvac.ID, &d.Mill.ID))(t); made != 1 || len(l.Rungs) != 1 {
			t.Errorf("%d were made: %+v", made, l)
		}
	})
}

func TestWhoMayReadAndChangeLadders(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, other := t.Context(), d.SecondTenant()
		d.Ladder(d.hvac.ID, &d.Tower.ID, ticket.RungInput{After: 1})
		m := d.Someone(nil)
		d.Grant(m.ID, nil, &d.Mill.ID, ticket.CanReadCategory, ticket.CanUpdateCategory)
		who := d.As(m)
		put := func(site *id.Site) error {
			_, err := d.Ticket.PutLadder(ctx, who, 0, ticket.LadderInput{Category: d.hvac.ID, Site: site, Rungs: []ticket.RungInput{{After: 1}}})
			return err
		}
		testworld.Refused(t, put(nil), ticket.CanUpdateCategory)
		if err := put(&d.Mill.ID); err != nil {
			t.Error(err)
		}
		for _, site := range []id.Site{d.Tower.ID, other.Tower.ID, id.New[id.Site]()} {
			testworld.Gone(t, put(&site), "site")
			testworld.Gone(t, d.Ticket.DeleteLadder(ctx, who, d.hvac.ID, &site, 1), "site")
			_, err := d.Ticket.GetLadder(ctx, who, d.hvac.ID, &site)
			testworld.Gone(t, err, "ladder")
		}
		if seen := must(d.Ticket.ListLadders(ctx, who, d.hvac.ID))(t); len(seen) != 2 || seen[0].Site != nil || *seen[1].Site != d.Mill.ID {
			t.Errorf("sees %+v", seen)
		}
		_, err := d.Ticket.ListLadders(ctx, other.System, d.hvac.ID)
		testworld.Gone(t, err, "category")
		_, err = d.Ticket.PutLadder(ctx, d.System, 0, ticket.LadderInput{Category: other.Category("A").ID, Site: &other.Mill.ID, Rungs: []ticket.RungInput{{After: 1}}})
		testworld.Gone(t, err, "category")
		_, err = d.Ticket.PutLadder(ctx, d.System, 0, ticket.LadderInput{Category: d.hvac.ID, Site: &other.Mill.ID, Rungs: []ticket.RungInput{{After: 1}}})
		testworld.Fault(t, err, fault.Invalid, "site_id unknown")
		viewer := d.Actor(org.Viewer)
		_, err = d.Ticket.PutLadder(ctx, viewer, 0, ticket.LadderInput{Category: d.hvac.ID, Site: &d.Mill.ID})
		testworld.Refused(t, err, ticket.CanUpdateCategory)
		testworld.Refused(t, d.Ticket.DeleteLadder(ctx, viewer, d.hvac.ID, &d.Mill.ID, 1), ticket.CanUpdateCategory)
	})
}
