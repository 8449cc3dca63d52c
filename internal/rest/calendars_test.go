package rest_test

import (
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

const tenantHours = "/api/v1/calendars/tenant"

// TestHoursAreSetFollowedAndDeleted walks from no hours at all to the organisation's, to a site's own, and back.
func TestHoursAreSetFollowedAndDeleted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin, viewer := x.Actor(org.Administrator), x.Actor(org.Viewer)
		harbour, mill := "/api/v1/calendars/sites/"+x.Harbour.ID.String(), "/api/v1/calendars/sites/"+x.Mill.ID.String()
		always := x.call(viewer, "GET", harbour, nil).want(http.StatusOK)
		if len(always.json["openings"].([]any)) != 7 || always.text("source") != "builtin" || always.json["id"] != nil || always.json["version"] != 0.0 {
			t.Errorf("nobody has set any: %s", always.raw)
		}
		week := []o{{"weekday": "MONDAY", "from": 540, "until": 720}, {"weekday": "MONDAY", "from": 780, "until": 1440}, {"weekday": "SUNDAY", "from": 0, "until": 60}}
		body := o{"name": " Office  hours ", "openings": week, "holidays": []o{{"day": "2026-12-25", "yearly": true, "name": "Christmas Day"}, {"day": "2026-11-30", "name": "A day off"}}, "version": 0}
		made := x.call(admin, "PUT", tenantHours, body).want(http.StatusOK)
		want := normal(t, o{
			"id": made.json["id"], "source": "tenant", "site_id": nil, "name": "Office hours", "zone": "Asia/Kolkata", "version": 1,
			"openings": []o{week[2], week[0], week[1]},
			"holidays": []o{{"day": "2026-11-30", "yearly": false, "name": "A day off"}, {"day": "2026-12-25", "yearly": true, "name": "Christmas Day"}},
		})
		testworld.Same(t, want, made.json)
		testworld.Same(t, want, x.call(viewer, "GET", tenantHours, nil).want(http.StatusOK).json)
		stale := x.call(admin, "PUT", tenantHours, body).want(http.StatusConflict)
		testworld.Same(t, []string{"version stale"}, stale.faults())
		testworld.Same(t, want, stale.json["current"].(map[string]any))

		want["version"] = 0.0
		testworld.Same(t, want, x.call(viewer, "GET", mill, nil).want(http.StatusOK).json)
		own := o{"name": "Mill hours", "openings": []o{{"weekday": "FRIDAY", "from": 0, "until": 1440}}, "version": 0}
		got := x.call(admin, "PUT", mill, own).want(http.StatusOK)
		if got.text("source") != "site" || got.text("site_id") != x.Mill.ID.String() || got.json["version"] != 1.0 || len(got.json["holidays"].([]any)) != 0 {
			t.Errorf("the mill's own: %s", got.raw)
		}
		owners := x.call(viewer, "GET", "/api/v1/calendars", nil).want(http.StatusOK)
		testworld.Same(t, normal(t, o{"items": []o{{"site_id": x.Mill.ID.String(), "site_name": "Mill", "name": "Mill hours"}}}), owners.json)
		x.call(admin, "DELETE", mill+"?version=2", nil).want(http.StatusConflict)
		x.call(admin, "DELETE", mill+"?version=1", nil).want(http.StatusNoContent)
		x.call(admin, "DELETE", mill+"?version=1", nil).want(http.StatusNotFound)
		testworld.Same(t, want, x.call(viewer, "GET", mill, nil).want(http.StatusOK).json)
		x.call(admin, "DELETE", tenantHours+"?version=1", nil).want(http.StatusNoContent)
		testworld.Same(t, always.json, x.call(viewer, "GET", harbour, nil).want(http.StatusOK).json)
	})
}

func TestAClockIsTriedAgainstTheHours(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		viewer := x.Actor(org.Viewer)
		in := calendar.Input{Name: "Wednesdays", Openings: []calendar.Opening{{Weekday: time.Wednesday, From: 9 * 60, Until: 17 * 60}},
			Holidays: []calendar.Holiday{{Day: "2026-12-02", Name: "A day off"}}}
		if _, err := x.Calendar.Put(t.Context(), x.System, &x.Mill.ID, 0, in); err != nil {
			t.Fatal(err)
		}
		got := x.call(viewer, "GET", "/api/v1/calendars/sites/"+x.Mill.ID.String()+"/trial?start=2026-11-25T15:30:00%2B05:30&minutes=120", nil).want(http.StatusOK)
		row := func(day, from, until string, counted, sum int, holiday string) o {
			return o{"day": day, "from": from, "until": until, "counted_seconds": counted, "sum_seconds": sum, "holiday": holiday, "merged": 0}
		}
		testworld.Same(t, normal(t, o{"zone": "Asia/Kolkata", "start": "2026-11-25T10:00:00Z", "minutes": 120, "end": "2026-12-09T04:00:00Z", "rows": []o{
			row("2026-11-25", "2026-11-25T10:00:00Z", "2026-11-25T11:30:00Z", 5400, 5400, ""),
			row("2026-12-02", "2026-12-02T03:30:00Z", "2026-12-02T11:30:00Z", 0, 5400, "A day off"),
			row("2026-12-09", "2026-12-09T03:30:00Z", "2026-12-09T04:00:00Z", 1800, 7200, ""),
		}}), got.json)
		now := x.call(viewer, "GET", tenantHours+"/trial", nil).want(http.StatusOK)
		if now.text("start") != "2026-11-25T09:00:00Z" || now.text("end") != "2026-11-25T17:00:00Z" || now.json["minutes"] != 480.0 {
			t.Errorf("eight hours from now: %s", now.raw)
		}
		none := x.call(viewer, "GET", tenantHours+"/trial?minutes=0", nil).want(http.StatusOK)
		if none.text("end") != none.text("start") || len(none.json["rows"].([]any)) != 0 {
			t.Errorf("no minutes: %s", none.raw)
		}
		for query, want := range map[string][]string{
			"minutes=-1&start=today": {"minutes range", "start format"}, "minutes=527041": {"minutes range"}, "start=9999-01-01T00:00:00Z": {"start range"}, "hours=1": {"hours unknown"},
		} {
			testworld.Same(t, want, x.call(viewer, "GET", tenantHours+"/trial?"+query, nil).want(http.StatusUnprocessableEntity).faults())
		}
	})
}

func TestHoursAreRefusedAtTheRightField(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	admin := x.Actor(org.Administrator)
	for _, c := range []struct {
		body any
		want []string
	}{
		{o{"name": "A", "openings": []o{{"weekday": "FUNDAY", "from": -1, "until": 1441}}, "version": 0}, []string{"openings[0].from range", "openings[0].until range", "openings[0].weekday unknown"}},
		{o{"openings": []o{}, "holidays": []o{{"day": "Christmas", "name": "A"}}}, []string{"openings required", "name required", "version required", "holidays[0].day grammar"}},
		{o{"name": "A", "openings": []o{{"weekday": "MONDAY", "from": 600, "until": 600}, {"weekday": "MONDAY", "from": 500, "until": 700}, {"weekday": "MONDAY", "from": 690, "until": 700}}, "version": 0},
			[]string{"openings[0].until order", "openings[1] overlap", "openings[2] overlap"}},
		{o{"name": "A", "openings": []o{{"weekday": "MONDAY", "from": 1, "until": 2, "lunch": 1}}, "holidays": make([]o, 401), "version": 0}, []string{"holidays too_many", "openings[0].lunch unknown"}},
	} {
		for _, path := range []string{tenantHours, "/api/v1/calendars/sites/" + x.Mill.ID.String()} {
			testworld.Same(t, c.want, x.call(admin, "PUT", path, c.body).want(http.StatusUnprocessableEntity).faults())
		}
	}
}

// TestHoursAreSetWhereOneMay: at one's own site, not the organisation's; a site that one does not see is not there.
func TestHoursAreSetWhereOneMay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		m := x.Someone(nil)
		x.Grant(m.ID, nil, &x.Harbour.ID, calendar.CanRead, calendar.CanUpdate)
		x.Grant(m.ID, nil, &x.Mill.ID, calendar.CanRead)
		who := x.As(m)
		body := o{"name": "A", "openings": []o{{"weekday": "MONDAY", "from": 1, "until": 2}}, "version": 0}
		at := func(s org.Site) string { return "/api/v1/calendars/sites/" + s.ID.String() }
		for _, path := range []string{tenantHours, at(x.Mill)} {
			testworld.Same(t, []string{"permission calendar.update"}, x.call(who, "PUT", path, body).want(http.StatusForbidden).faults())
			testworld.Same(t, []string{"permission calendar.update"}, x.call(who, "DELETE", path+"?version=1", nil).want(http.StatusForbidden).faults())
			x.call(who, "GET", path, nil).want(http.StatusOK)
		}
		x.call(who, "PUT", at(x.Harbour), body).want(http.StatusOK)
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			path, sent := at(x.Tower), any(nil)
			switch method {
			case "PUT":
				sent = body
			case "DELETE":
				path += "?version=1"
			}
			x.call(who, method, path, sent).want(http.StatusNotFound)
		}
		x.call(who, "GET", at(x.Tower)+"/trial", nil).want(http.StatusNotFound)
		x.call(who, "GET", "/api/v1/calendars/sites/00000000-0000-0000-0000-000000000000", nil).want(http.StatusNotFound)
		x.call(x.Actor(org.Administrator), "PUT", "/api/v1/calendars/sites/00000000-0000-0000-0000-000000000000", body).want(http.StatusNotFound)
		if _, err := x.Calendar.Put(t.Context(), x.System, &x.Tower.ID, 0, calendar.Input{Name: "T", Openings: []calendar.Opening{{Until: 5}}}); err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []any{"Harbour"}, x.call(who, "GET", "/api/v1/calendars", nil).want(http.StatusOK).items("site_name"))
		guard := x.Actor(org.Guard)
		for _, path := range []string{"/api/v1/calendars", tenantHours, tenantHours + "/trial", at(x.Harbour), at(x.Harbour) + "/trial"} {
			x.call(guard, "GET", path, nil).want(http.StatusForbidden)
		}
	})
}

// TestHoursCostTheSameWhateverTheyHold: the statements of a list, of the hours of a site, and of a trial.
func TestHoursCostTheSameWhateverTheyHold(t *testing.T) {
	var statements atomic.Int64
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		site := "/api/v1/calendars/sites/" + x.Mill.ID.String()
		week := []calendar.Opening{}
		for day := range time.Weekday(7) {
			for i := range 12 {
				week = append(week, calendar.Opening{Weekday: day, From: 100 * i, Until: 100*i + 50})
			}
		}
		for n, s := range []org.Site{x.Harbour, x.Mill} {
			if _, err := x.Calendar.Put(t.Context(), x.System, &s.ID, 0, calendar.Input{Name: "A", Openings: slices.Clone(week[:1+83*n])}); err != nil {
				t.Fatal(err)
			}
			for path, want := range map[string]int64{"/api/v1/calendars": 1, "/api/v1/calendars/sites/" + s.ID.String(): 3, site + "/trial?minutes=9000": 3} {
				statements.Store(0)
				x.call(admin, "GET", path, nil).want(http.StatusOK)
				if got := statements.Load(); got != want {
					t.Errorf("%s: %d statements, want %d", path, got, want)
				}
			}
		}
	}, func(o *db.Options) { o.Observe = func(db.Stat) { statements.Add(1) } })
}
