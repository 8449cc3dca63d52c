package rest_test

import (
	"net/http"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestAPostOverTheAPI: made, rostered, taken over, left, changed and deleted.
func TestAPostOverTheAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		boss, guard := x.Actor(org.Supervisor), x.Actor(org.Guard)
		body := o{"site_id": x.Harbour.ID.String(), "code": "gate", "name": "Main gate", "hours": []o{{"weekday": 3, "from": 480, "until": 480}}, "grace_minutes": 10}
		made := x.call(boss, "POST", "/api/v1/posts", body).want(http.StatusCreated)
		at := "/api/v1/posts/" + made.text("id")
		testworld.Same(t, []any{"GATE", "UNCOVERED", "Wed 08:00 to 08:00", 1.0}, []any{made.text("code"), made.text("standing"), made.text("words"), made.json["needed"]})
		gap := x.call(boss, "GET", "/api/v1/uncovered?until=2026-11-25T12:00:00Z", nil).want(http.StatusOK)
		testworld.Same(t, []any{"2026-11-25T09:00:00Z"}, gap.items("from"))
		turn := x.call(boss, "POST", at+"/assignments", o{"person_id": guard.Person().String(), "from": "2026-11-25T09:00:00Z", "until": "2026-11-25T12:00:00Z"}).want(http.StatusCreated)
		testworld.Same(t, []any{}, x.call(boss, "GET", "/api/v1/uncovered?until=2026-11-25T12:00:00Z", nil).want(http.StatusOK).items("from"))
		x.call(guard, "POST", at+"/assignments", o{"person_id": guard.Person().String(), "from": "2026-11-25T13:00:00Z", "until": "2026-11-25T14:00:00Z"}).want(http.StatusForbidden)
		taken := x.call(guard, "POST", at+"/take", o{"remark": "All quiet."}).want(http.StatusOK)
		testworld.Same(t, "COVERED", taken.text("standing"))
		x.call(guard, "POST", at+"/take", o{}).want(http.StatusConflict)
		whole := x.call(guard, "GET", at, nil).want(http.StatusOK)
		for _, part := range []string{"held", "roster", "duties", "expectations"} {
			if all, _ := whole.json[part].([]any); len(all) == 0 {
				t.Errorf("no %s: %s", part, whole.raw)
			}
		}
		testworld.Same(t, "UNCOVERED", x.call(guard, "POST", at+"/leave", o{}).want(http.StatusOK).text("standing"))
		x.call(boss, "DELETE", "/api/v1/assignments/"+turn.text("id"), nil).want(http.StatusNoContent)
		body["active"], body["version"] = false, 1
		testworld.Same(t, "QUIET", x.call(boss, "PUT", at, body).want(http.StatusOK).text("standing"))
		testworld.Same(t, "GATE", x.call(boss, "PUT", at, body).want(http.StatusConflict).json["current"].(map[string]any)["code"])
		x.call(boss, "DELETE", at+"?version=2", nil).want(http.StatusConflict)
		testworld.Same(t, []any{"GATE"}, x.call(boss, "GET", "/api/v1/posts?inactive=true&search=gate", nil).want(http.StatusOK).items("code"))
	})
}
