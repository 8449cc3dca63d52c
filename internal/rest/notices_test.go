package rest_test

import (
	"net/http"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestNotices(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		guard := x.Actor(org.Guard)
		first := x.Notice(guard.Person(), "first", "site", x.Harbour.ID)
		second := x.Notice(guard.Person(), "second", "ticket", id.New[id.Ticket]())
		testworld.Same(t, []any{"second", "first"}, x.call(guard, "GET", "/api/v1/notices", nil).want(200).items("title"))
		testworld.Same(t, []any{"first"}, x.call(guard, "GET", "/api/v1/notices?subject_id="+x.Harbour.ID.String(), nil).want(200).items("title"))
		one := "/api/v1/notices/" + first.ID.String()
		if a := x.call(guard, "GET", one, nil).want(200); a.text("reason") != "a test says so" || a.json["read_at"] != nil || a.text("subject_id") != x.Harbour.ID.String() {
			t.Error(a.raw)
		}
		x.call(guard, "POST", one+"/read", nil).want(http.StatusNoContent)
		testworld.Same(t, []any{"second"}, x.call(guard, "GET", "/api/v1/notices?unread=true", nil).want(200).items("title"))
		if a := x.call(guard, "GET", "/api/v1/account/notices", nil).want(200); a.json["unread"] != 1.0 {
			t.Error(a.raw)
		}
		x.call(guard, "POST", "/api/v1/account/notices/read", o{"until_id": first.ID.String()}).want(http.StatusNoContent)
		x.call(guard, "POST", "/api/v1/account/notices/read", o{"until_id": second.ID.String()}).want(http.StatusNoContent)
		testworld.Same(t, []any{}, x.call(guard, "GET", "/api/v1/notices?unread=true", nil).want(200).items("title"))

		x.call(guard, "PUT", "/api/v1/account/notices", o{"mail": false, "quiet_from": 1320, "quiet_until": 360, "version": 0}).want(200)
		a := x.call(guard, "PUT", "/api/v1/account/notices", o{"mail": true, "quiet_from": 0, "quiet_until": 0, "version": 0}).want(409)
		if now, _ := a.json["current"].(map[string]any); now["quiet_from"] != 1320.0 || now["version"] != 1.0 {
			t.Error(a.raw)
		}
		testworld.Same(t, []string{"quiet_from range"}, x.call(guard, "PUT", "/api/v1/account/notices", o{"mail": true, "quiet_from": 1440, "quiet_until": 0, "version": 1}).want(422).faults())

		mute := "/api/v1/account/mutes/" + x.Harbour.ID.String()
		x.call(guard, "PUT", mute, nil).want(http.StatusNoContent)
		testworld.Same(t, []any{"first"}, x.call(guard, "GET", "/api/v1/account/mutes", nil).want(200).items("title"))
		x.call(guard, "DELETE", mute, nil).want(http.StatusNoContent)
		x.call(guard, "DELETE", mute, nil).want(404)
	})
}
