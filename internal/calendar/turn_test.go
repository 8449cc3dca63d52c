package calendar_test

import (
	"testing"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestTurnIsWhenItOpensOrClosesNext(t *testing.T) {
	kolkata, berlin := zone(t, "Asia/Kolkata"), zone(t, "Europe/Berlin")
	night := calendar.Hours{Zone: kolkata, Openings: []calendar.Opening{{Weekday: time.Friday, From: 22 * 60, Until: 24 * 60}, {Weekday: time.Saturday, From: 0, Until: 6 * 60}}}
	friday := calendar.Holiday{Day: "2026-11-27", Name: "Founders Day"}
	for _, c := range []struct {
		claim    string
		h        calendar.Hours
		now      string
		open     bool
		turn, in string
	}{
		{"in an opening it closes", office(kolkata), "2026-11-25 09:10", true, "2026-11-25 12:00", ""},
		{"in a break it opens", office(kolkata), "2026-11-25 12:00", false, "2026-11-25 13:00", ""},
		{"after the day it opens on the next", office(kolkata), "2026-11-25 17:00", false, "2026-11-26 09:00", ""},
		{"a holiday is passed over", office(kolkata, friday), "2026-11-26 18:00", false, "2026-11-30 09:00", ""},
		{"midnight is no end", night, "2026-11-27 23:00", true, "2026-11-28 06:00", ""},
		{"nor is a clock that changes", daily(berlin, 0, 240), "2026-10-25 01:00", true, "2026-10-25 04:00", "Europe/Berlin"},
	} {
		z := kolkata
		if c.in != "" {
			z = zone(t, c.in)
		}
		now := at(t, z, c.now)
		turn, ok := c.h.Turn(now)
		if !ok || c.h.Open(now) != c.open || !turn.Equal(at(t, z, c.turn)) {
			t.Errorf("%s: %s, %v", c.claim, turn.In(z), ok)
		}
	}
	if _, ok := calendar.Always(kolkata).Turn(testworld.Morning); ok {
		t.Error("what is always open closes")
	}
	if _, ok := (calendar.Hours{Zone: kolkata}).Turn(testworld.Morning); ok {
		t.Error("what is never open opens")
	}
}

func TestOwnersAreTheSitesWithHoursOfTheirOwn(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		for _, in := range []struct {
			w    *testworld.Tenant
			name string
		}{{w.Tenant, "House"}, {w.SecondTenant(), "Theirs"}} {
			if _, err := w.Calendar.Put(t.Context(), in.w.System, nil, 0, weekdays(in.name)); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Calendar.Put(t.Context(), in.w.System, &in.w.Harbour.ID, 0, weekdays(in.name+" harbour")); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Calendar.Put(t.Context(), w.System, &w.Mill.ID, 0, weekdays("Mill")); err != nil {
			t.Fatal(err)
		}
		harbour, mill := calendar.Owner{Site: w.Harbour.ID, SiteName: "Harbour", Name: "House harbour"}, calendar.Owner{Site: w.Mill.ID, SiteName: "Mill", Name: "Mill"}
		for role, want := range map[string][]calendar.Owner{org.Viewer: {harbour, mill}, org.Supervisor: {harbour}} {
			got, err := w.Calendar.Owners(t.Context(), w.Actor(role))
			if err != nil {
				t.Fatal(err)
			}
			testworld.Same(t, want, got)
		}
		if _, err := w.Calendar.Owners(t.Context(), w.Actor(org.Technician)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a technician: %v", err)
		}
	})
}
