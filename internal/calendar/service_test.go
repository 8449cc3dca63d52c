package calendar_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// weekdays is what the tests say of a calendar: Monday and Tuesday out of order, one holiday of each sort.
func weekdays(name string) calendar.Input {
	return calendar.Input{
		Name: name,
		Openings: []calendar.Opening{
			{Weekday: time.Tuesday, From: 540, Until: 1020}, {Weekday: time.Monday, From: 780, Until: 1020}, {Weekday: time.Monday, From: 540, Until: 720},
		},
		Holidays: []calendar.Holiday{{Day: "2026-12-25", Yearly: true, Name: "  Christmas   Day "}, {Day: "2026-01-26", Name: "Republic Day"}},
	}
}

func stored(c calendar.Calendar) calendar.Calendar {
	c.Openings = []calendar.Opening{
		{Weekday: time.Monday, From: 540, Until: 720}, {Weekday: time.Monday, From: 780, Until: 1020}, {Weekday: time.Tuesday, From: 540, Until: 1020},
	}
	c.Holidays = []calendar.Holiday{{Day: "2026-01-26", Name: "Republic Day"}, {Day: "2026-12-25", Yearly: true, Name: "Christmas Day"}}
	return c
}

func TestASiteFollowsItsOwnCalendarElseTheTenantsElseEveryMinute(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, admin := t.Context(), w.Actor(org.Administrator)
		get := func(site *id.Site) calendar.Calendar {
			t.Helper()
			c, err := w.Calendar.Get(ctx, w.Actor(org.Viewer), site)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		builtin := get(&w.Harbour.ID)
		h, err := builtin.Hours()
		if err != nil {
			t.Fatal(err)
		}
		if end, err := h.Add(testworld.Morning, 48*time.Hour); err != nil || !end.Equal(testworld.Morning.Add(48*time.Hour)) || builtin.Source != calendar.Builtin {
			t.Errorf("nobody has said anything: %+v, %s %v", builtin, end, err)
		}
		var tenants, sites calendar.Calendar
		trail := w.During(func() {
			if tenants, err = w.Calendar.Put(ctx, admin, nil, 0, weekdays("House")); err != nil {
				t.Fatal(err)
			}
			if sites, err = w.Calendar.Put(ctx, admin, &w.Harbour.ID, 0, weekdays(" Harbour  hours")); err != nil {
				t.Fatal(err)
			}
		})
		testworld.Same(t, stored(calendar.Calendar{ID: tenants.ID, Name: "House", Version: 1, Source: calendar.OfTenant, Zone: "Asia/Kolkata"}), get(nil))
		followed := tenants
		followed.Version = 0 // the mill has none of its own to change
		testworld.Same(t, followed, get(&w.Mill.ID))
		testworld.Same(t, stored(calendar.Calendar{ID: sites.ID, Site: &w.Harbour.ID, Name: "Harbour hours", Version: 1, Source: calendar.OfSite, Zone: "Asia/Kolkata"}), get(&w.Harbour.ID))
		if len(trail) != 2 || trail[1].Verb != "calendar.updated" || trail[1].Site != w.Harbour.ID || trail[1].Before != "" || trail[1].After != testworld.JSON(t, sites) {
			t.Errorf("trail %+v", trail)
		}
		in := weekdays("Changed")
		in.Holidays = nil
		if sites, err = w.Calendar.Put(ctx, admin, &w.Harbour.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, sites, get(&w.Harbour.ID))
		trail = w.During(func() {
			if err := w.Calendar.Delete(ctx, admin, &w.Harbour.ID, 2); err != nil {
				t.Fatal(err)
			}
		})
		if len(trail) != 1 || trail[0].Before != testworld.JSON(t, sites) || trail[0].After != "" {
			t.Errorf("trail %+v", trail)
		}
		testworld.Same(t, followed, get(&w.Harbour.ID))
	})
}

func TestAStaleCalendarIsAConflict(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		_, err := w.Calendar.Put(ctx, w.System, nil, 3, weekdays("A"))
		testworld.Fault(t, err, fault.Conflict, "version stale")
		if err := w.Calendar.Delete(ctx, w.System, nil, 1); fault.KindOf(err) != fault.NotFound {
			t.Errorf("there is none to delete: %v", err)
		}
		made, err := w.Calendar.Put(ctx, w.System, nil, 0, weekdays("A"))
		if err != nil {
			t.Fatal(err)
		}
		for _, version := range []int64{0, 2} {
			_, err := w.Calendar.Put(ctx, w.System, nil, version, weekdays("B"))
			testworld.Fault(t, err, fault.Conflict, "version stale")
			testworld.Same(t, made, fault.As(err).Current.(calendar.Calendar))
			testworld.Fault(t, w.Calendar.Delete(ctx, w.System, nil, 2), fault.Conflict, "version stale")
		}
	})
}

func TestTwoWhoMakeTheFirstCalendarAtOnce(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		errs := make(chan error)
		for range 8 {
			go func() {
				_, err := w.Calendar.Put(t.Context(), w.System, &w.Mill.ID, 0, weekdays("A"))
				errs <- err
			}()
		}
		made := 0
		for range 8 {
			if err := <-errs; err == nil {
				made++
			} else {
				testworld.Fault(t, err, fault.Conflict, "version stale")
			}
		}
		if made != 1 {
			t.Errorf("%d were made", made)
		}
	})
}

func TestWhoMayReadAndChangeCalendars(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, other := t.Context(), w.SecondTenant()
		m := w.Someone(nil)
		w.Grant(m.ID, nil, &w.Harbour.ID, calendar.CanRead, calendar.CanUpdate)
		w.Grant(m.ID, nil, &w.Mill.ID, calendar.CanRead)
		who := w.As(m)
		put := func(site *id.Site) error { _, err := w.Calendar.Put(ctx, who, site, 0, weekdays("A")); return err }
		testworld.Refused(t, put(nil), calendar.CanUpdate)
		testworld.Refused(t, put(&w.Mill.ID), calendar.CanUpdate)
		if err := put(&w.Harbour.ID); err != nil {
			t.Error(err)
		}
		for _, site := range []id.Site{w.Tower.ID, other.Harbour.ID, id.New[id.Site]()} {
			testworld.Gone(t, put(&site), "site")
			testworld.Gone(t, w.Calendar.Delete(ctx, who, &site, 1), "site")
			_, err := w.Calendar.Get(ctx, who, &site)
			testworld.Gone(t, err, "site")
		}
		for _, foreign := range []id.Site{other.Harbour.ID, {}} {
			_, err := w.Calendar.Put(ctx, w.System, &foreign, 0, weekdays("A"))
			testworld.Gone(t, err, "site")
			_, err = w.Calendar.Get(ctx, w.System, &foreign)
			testworld.Gone(t, err, "site")
			testworld.Gone(t, w.Calendar.Delete(ctx, w.System, &foreign, 1), "site")
		}
		if c, err := w.Calendar.Get(ctx, other.System, nil); err != nil || c.Source != calendar.Builtin {
			t.Errorf("the other tenant's: %+v %v", c, err)
		}
		guard := w.Actor(org.Guard)
		_, err := w.Calendar.Get(ctx, guard, &w.Harbour.ID)
		testworld.Refused(t, err, calendar.CanRead)
		testworld.Refused(t, w.Calendar.Delete(ctx, guard, &w.Harbour.ID, 1), calendar.CanUpdate)
	})
}

func TestEveryViolationIsNamed(t *testing.T) {
	many := make([]calendar.Opening, 13)
	for i := range many {
		many[i] = calendar.Opening{Weekday: time.Friday, From: i * 10, Until: i*10 + 5}
	}
	for _, c := range []struct {
		in   calendar.Input
		want []string
	}{
		{calendar.Input{}, []string{"name required", "openings required"}},
		{calendar.Input{Name: "A", Openings: []calendar.Opening{{Weekday: 7, From: -1, Until: 1441}, {Weekday: 1, From: 600, Until: 600}}},
			[]string{"openings[0].weekday range", "openings[0].from range", "openings[0].until range", "openings[1].until order"}},
		{calendar.Input{Name: "A", Openings: []calendar.Opening{{Weekday: 1, From: 600, Until: 700}, {Weekday: 2, From: 600, Until: 700}, {Weekday: 1, From: 500, Until: 601}}},
			[]string{"openings[2] overlap"}},
		{calendar.Input{Name: "A", Openings: []calendar.Opening{{Weekday: 1, From: 600, Until: 700}, {Weekday: 1, From: 700, Until: 800}}}, nil},
		{calendar.Input{Name: "A", Openings: many}, []string{"openings too_many"}},
		{calendar.Input{Name: "A", Openings: many[:12], Holidays: make([]calendar.Holiday, 401)}, []string{"holidays too_many"}},
		{calendar.Input{Name: "A", Openings: many[:1], Holidays: []calendar.Holiday{
			{Day: "2026-02-30", Name: "A"}, {Day: "2026-12-25", Name: ""}, {Day: "2026-12-25", Name: "A"}, {Day: "2024-12-24", Yearly: true, Name: "A"}, {Day: "2025-12-24", Yearly: true, Name: "A"}, {Day: "2025-12-24", Name: "A"},
		}}, []string{"holidays[0].day grammar", "holidays[1].name required", "holidays[2].day doubled", "holidays[4].day doubled", "holidays[5].day doubled"}},
	} {
		t.Run(fmt.Sprint(c.want), func(t *testing.T) {
			err := c.in.Check()
			if len(c.want) > 0 {
				testworld.Fault(t, err, fault.Invalid, c.want...)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestACalendarIsReadInOneTrip: whatever it holds, three statements and no more.
func TestACalendarIsReadInOneTrip(t *testing.T) {
	var n atomic.Int64
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		if _, err := w.Calendar.Put(t.Context(), w.System, nil, 0, weekdays("A")); err != nil {
			t.Fatal(err)
		}
		n.Store(0)
		if _, err := w.Calendar.Get(t.Context(), w.System, &w.Mill.ID); err != nil || n.Load() != 3 {
			t.Errorf("%d statements, %v", n.Load(), err)
		}
	}, func(o *db.Options) { o.Observe = func(db.Stat) { n.Add(1) } })
}
