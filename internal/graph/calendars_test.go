package graph_test

import (
	"sync/atomic"
	"testing"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

const hours = `{ id source siteId name zone version openings { weekday from until } holidays { day yearly name } }`

// TestHoursAreSetFollowedTriedAndDeleted walks from no hours at all to the organisation's, to a site's own, and back.
func TestHoursAreSetFollowedTriedAndDeleted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin, viewer := x.Actor(org.Administrator), x.Actor(org.Viewer)
		mill := o{"s": x.Mill.ID.String()}
		always := x.ask(viewer, `query($s: ID!) { x: siteCalendar(id: $s) { id source version openings { from until } } }`, mill).data()["x"]
		if at(always, "id") != nil || at(always, "source") != "BUILTIN" || len(at(always, "openings").([]any)) != 7 {
			t.Errorf("nobody has set any: %v", always)
		}
		put := `mutation($v: Int!) { x: putCalendar(version: $v, input: {name: "Days", openings: [{weekday: WEDNESDAY, from: 540, until: 1020}, {weekday: SUNDAY, from: 0, until: 60}],
			holidays: [{day: "2026-12-02", name: "A day off"}]}) ` + hours + ` }`
		made := x.ask(admin, put, o{"v": 0}).data()["x"]
		want := o{"id": at(made, "id"), "source": "TENANT", "siteId": nil, "name": "Days", "zone": "Asia/Kolkata", "version": 1.0,
			"openings": []any{o{"weekday": "SUNDAY", "from": 0.0, "until": 60.0}, o{"weekday": "WEDNESDAY", "from": 540.0, "until": 1020.0}},
			"holidays": []any{o{"day": "2026-12-02", "yearly": false, "name": "A day off"}}}
		testworld.Same(t, any(want), made)
		testworld.Same(t, any(want), x.ask(viewer, `{ x: calendar `+hours+` }`, nil).data()["x"])
		stale := x.ask(admin, put, o{"v": 0})
		testworld.Same(t, []string{"conflict x: version stale"}, stale.faults())
		testworld.Same(t, any(1.0), at(stale.json, "errors", "0", "extensions", "current", "version"))

		want["version"] = 0.0
		testworld.Same(t, any(want), x.ask(viewer, `query($s: ID!) { x: siteCalendar(id: $s) `+hours+` }`, mill).data()["x"])
		own := x.ask(admin, `mutation($s: ID!) { x: putSiteCalendar(id: $s, input: {name: "Mill", openings: [{weekday: WEDNESDAY, from: 540, until: 1020}],
			holidays: [{day: "2026-12-02", yearly: true, name: "A day off"}]}) { source siteId version trial(start: "2026-11-25T10:00:00Z", minutes: 120) { start minutes end rows { day countedSeconds holiday } } } }`, mill).data()["x"]
		testworld.Same(t, any(o{"source": "SITE", "siteId": mill["s"], "version": 1.0, "trial": o{"start": "2026-11-25T10:00:00Z", "minutes": 120.0, "end": "2026-12-09T04:00:00Z", "rows": []any{
			o{"day": "2026-11-25", "countedSeconds": 5400.0, "holiday": ""}, o{"day": "2026-12-02", "countedSeconds": 0.0, "holiday": "A day off"},
			o{"day": "2026-12-09", "countedSeconds": 1800.0, "holiday": ""}}}}), own)
		owners := x.ask(viewer, `{ x: calendarOwners { siteId siteName name } }`, nil).data()["x"]
		testworld.Same(t, any([]any{o{"siteId": mill["s"], "siteName": "Mill", "name": "Mill"}}), owners)
		x.ask(admin, `mutation($s: ID!) { deleteSiteCalendar(id: $s, version: 1) }`, mill).data()
		testworld.Same(t, any("TENANT"), at(x.ask(viewer, `query($s: ID!) { x: siteCalendar(id: $s) { source } }`, mill).data()["x"], "source"))
		testworld.Same(t, any(true), x.ask(admin, `mutation { x: deleteCalendar(version: 1) }`, nil).data()["x"])
		testworld.Same(t, any([]any{}), x.ask(viewer, `{ x: calendarOwners { name } }`, nil).data()["x"])
	})
}

func TestHoursAreRefusedAtTheRightField(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	m := x.Someone(nil)
	x.Grant(m.ID, nil, &x.Harbour.ID, calendar.CanRead, calendar.CanUpdate)
	who, admin := x.As(m), x.Actor(org.Administrator)
	some := `input: {name: "A", openings: [{weekday: MONDAY, from: 1, until: 2}]}`
	for query, want := range map[string]string{
		`mutation { x: putCalendar(input: {name: "", openings: [{weekday: MONDAY, from: -1, until: 1}, {weekday: MONDAY, from: 0, until: 2}], holidays: [{day: "2026-12-25", name: ""}]}) { name } }`: "invalid x: name required, openings[0].from range, openings[1] overlap, holidays[0].name required",
		`mutation { x: deleteCalendar(version: 1) }`:                       "not_found x",
		`{ calendar { x: trial(minutes: 527041) { end } } }`:               "invalid calendar.x: minutes range",
		`{ calendar { x: trial(start: "9999-01-01T00:00:00Z") { end } } }`: "invalid calendar.x: start range",
	} {
		testworld.Same(t, []string{want}, x.ask(admin, query, nil).faults())
	}
	for query, want := range map[string]string{
		`mutation { x: putCalendar(` + some + `) { name } }`:                                        "forbidden x: permission calendar.update",
		`mutation { x: putSiteCalendar(id: "` + x.Tower.ID.String() + `", ` + some + `) { name } }`: "not_found x",
		`{ x: siteCalendar(id: "` + x.Tower.ID.String() + `") { name } }`:                           "not_found x",
	} {
		testworld.Same(t, []string{want}, x.ask(who, query, nil).faults())
	}
	x.ask(who, `mutation { x: putSiteCalendar(id: "`+x.Harbour.ID.String()+`", `+some+`) { name } }`, nil).data()
}

// TestHoursAreReadInOneTrip: a trial on top costs nothing.
func TestHoursAreReadInOneTrip(t *testing.T) {
	var statements atomic.Int64
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		statements.Store(0)
		x.ask(admin, `query($s: ID!) { siteCalendar(id: $s) { name openings { from } a: trial { end } b: trial(minutes: 9000) { rows { day } } } }`, o{"s": x.Mill.ID.String()}).data()
		if got := statements.Load(); got != 3 {
			t.Errorf("%d statements", got)
		}
	}, func(o *db.Options) { o.Observe = func(db.Stat) { statements.Add(1) } })
}
