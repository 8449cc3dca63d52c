package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
)

func TestAPlanIsMadeAndChangedInABrowser(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		list := h.Checklist("Round", h.Question("All well?"))
		h.NewAsset(h.Harbour.ID, "GATE")
		h.NewAsset(h.Harbour.ID, "YARD")
		b := h.as(org.Administrator)
		form := b.get("/plans/new?kind=TOUR&site="+h.Harbour.ID.String()).is(http.StatusOK, "New plan: tour", "Stop 1", "More stops, and what comes", "Rounds").fields("/plans")
		filled := with(form, "name", "Night  round", "checklist_id", list.ID.String(), "assignee", h.Staff[org.Guard].Code, "times", "20:30, 22:30", "day", "1", "valid_from", "2026-11-25",
			stopName("place", "0"), "GATE", stopName("place", "1"), "YARD", stopName("travel", "1"), "5", "silence_minutes", "40", "reminder_minutes", "15, 60")
		tried := b.post("/plans", with(filled, "do", "try")...).is(http.StatusOK, "It comes 10 times in the next 35 days.", "30 Nov, 20:30", "Stop 6")
		filled = with(b.post("/plans", with(filled, "do", "down:0")...).is(http.StatusOK, "Stop 3").lacks("Stop 4").fields("/plans")) // YARD, GATE
		if tried.value(stopName("place", "1")) != "YARD" || tried.value("name") != "Night  round" {
			t.Errorf("what was typed is lost: %q", tried.value(stopName("place", "1")))
		}
		bad := b.post("/plans", with(filled, "times", "20:30, 21:00", "reminder_minutes", "soon", stopName("place", "1"), "NOWHERE")...).is(http.StatusUnprocessableEntity)
		if bad.message("reminder_minutes") != "Give minutes, such as 60, 15." || bad.value("reminder_minutes") != "soon" {
			t.Errorf("of the reminders: %q", bad.message("reminder_minutes"))
		}
		if bad.message("times") == "" || bad.message(stopName("place", "1")) == "" || bad.value(stopName("place", "1")) != "NOWHERE" {
			t.Errorf("faults at %q, %q", bad.message("times"), bad.message(stopName("place", "1")))
		}
		a := b.post("/plans", filled...)
		at := a.header.Get("Location")
		a.goes(at)
		made := func() plan.Plan {
			x, err := h.Plans.Get(h.Ctx(), h.System, mustID[id.Plan](t, at))
			must(t, err)
			return x
		}
		first := made()
		if first.Name != "Night round" || first.Rule != "30 20,22 * * 1" || len(first.Stops) != 2 || first.Stops[0].Name != "YARD" || first.Stops[0].Travel != 5 || first.Person == nil || first.Silence != 40 || !slices.Equal(first.Reminders, []int64{60, 15}) {
			t.Errorf("%+v", first)
		}
		// Sent as it stands, the form moves nothing; another order keeps the stops.
		edit := b.get(at+"/edit").is(http.StatusOK, "Change Night round")
		if edit.value("times") != "20:30, 22:30" {
			t.Errorf("its times are shown as %q", edit.value("times"))
		}
		b.post(at, edit.fields(at)...).goes(at)
		if same := made(); same.ScheduleVersion != 1 || same.Stops[0].ID != first.Stops[0].ID || same.Rule != first.Rule || *same.Person != *first.Person {
			t.Errorf("sent as it stands: %+v", same)
		}
		turn := b.post(at, with(b.get(at+"/edit").fields(at), "do", "up:1")...).is(http.StatusOK).fields(at)
		b.post(at, turn...).goes(at)
		if turned := made(); turned.ScheduleVersion != 2 || turned.Stops[0].ID != first.Stops[1].ID || turned.Stops[1].ID != first.Stops[0].ID {
			t.Errorf("turned: %+v", turned.Stops)
		}
		stale := b.post(at, with(edit.fields(at), "name", "Mine")...).is(http.StatusConflict)
		stale.differs("Name", "Night round", "Mine", "Stop 1", "GATE GATE", "YARD YARD", "Stop 2", "YARD YARD", "GATE GATE", "Minutes to get there", "5", "0")
		b.post(at, with(b.get(at+"/edit").fields(at), "often", "rule", "rule", "*/2 * * * *")...).is(http.StatusUnprocessableEntity, "Rule")
		b.post(at, with(b.get(at+"/edit").fields(at), "often", "month", "monthday", "3")...).goes(at)
		if x := made(); x.Rule != "30 20,22 3 * *" {
			t.Errorf("monthly: %s", x.Rule)
		}
		after := with(b.get(at+"/edit").fields(at), "often", "after", "times", "9:30", "every", "0", "every_unit", "days")
		if bad := b.post(at, after...).is(http.StatusUnprocessableEntity); bad.message("every") == "" {
			t.Error("nothing is said of after 0 days")
		}
		after = with(after, "every", "3")
		b.post(at, with(after, "do", "try")...).is(http.StatusOK, "an estimate moves with what happens", "An estimate: 3 days after the one before is done.")
		b.post(at, after...).goes(at)
		if x := made(); x.Rule != "AFTER 3 DAYS AT 09:30" {
			t.Errorf("after: %s", x.Rule)
		}
		b.get(at).is(http.StatusOK, "3 days after the last one is done, at 09:30", "An estimate")
		if edit := b.get(at + "/edit"); edit.value("every") != "3" || edit.value("times") != "09:30" {
			t.Errorf("shown as %q at %q", edit.value("every"), edit.value("times"))
		}
	})
}

// TestTheMapOfATourHasEveryAsset of its site: more than a list has on a page, for as few statements.
func TestTheMapOfATourHasEveryAsset(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		many := page.Max + 2
		must(t, h.DB.Together(h.Ctx(), h.System, func(ctx context.Context) error {
			for i := range many {
				in := asset.AssetInput{Site: h.Tower.ID, Code: fmt.Sprintf("P%03d", i), Name: "Point", Active: true, Point: &org.Point{Latitude: 18.5, Longitude: 73.9}}
				if _, err := h.Asset.CreateAsset(ctx, h.System, in); err != nil {
					return err
				}
			}
			return nil
		}))
		a := h.as(org.Administrator).get("/plans/new?kind=TOUR&site=" + h.Tower.ID.String()).is(http.StatusOK).lacks("are offered here")
		if n := strings.Count(a.body, " data-point "); n != many {
			t.Errorf("%d of %d assets are on the map", n, many)
		}
	})
}

func TestBlackoutsInABrowser(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		form := b.get("/blackouts").is(http.StatusOK, "None. In a blackout", "Every site").fields("/blackouts")
		filled := with(form, "reason", "Shutdown", "from_day", "2026-12-24", "from_time", "18:00", "until_day", "2026-12-27", "until_time", "06:00", "site_id", h.Harbour.ID.String())
		bad := b.post("/blackouts", with(filled, "until_day", "2026-12-23")...).is(http.StatusUnprocessableEntity)
		if bad.message("until_day") == "" || bad.value("reason") != "Shutdown" {
			t.Errorf("%q %q", bad.message("until_day"), bad.value("reason"))
		}
		b.post("/blackouts", with(filled, "from_day", "soon")...).is(http.StatusUnprocessableEntity, "Give a day and a time.")
		b.post("/blackouts", filled...).goes("/blackouts")
		b.get("/blackouts").is(http.StatusOK, "Shutdown", "At Harbour, 24 Dec, 18:00 to 27 Dec, 06:00")
		all, err := h.Plans.ListBlackouts(h.Ctx(), h.System)
		must(t, err)
		if len(all) != 1 || !all[0].From.Equal(time.Date(2026, 12, 24, 12, 30, 0, 0, time.UTC)) {
			t.Fatalf("%+v", all)
		}
		b.post("/blackouts/"+all[0].ID.String()+"/delete", "version", "1").goes("/blackouts")
		b.get("/blackouts").is(http.StatusOK, "None. In a blackout")
	})
}
