package rest_test

import (
	"net/http"
	"strings"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// TestFeaturesAreSwitchedByPrograms: for the organisation and for a person of it, by the administrator alone.
func TestFeaturesAreSwitchedByPrograms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin, guard := x.Actor(org.Administrator), x.Actor(org.Guard)
		list := x.call(admin, "GET", "/api/v1/flags", nil).want(http.StatusOK)
		if n := len(list.json["items"].([]any)); n != 4 {
			t.Errorf("%d features", n)
		}
		for _, c := range []struct {
			body  o
			words string
		}{
			{o{"key": "board.posts", "value": "false", "reason": "very many"}, `"why":"organisation"`},
			{o{"key": "board.posts", "value": "true", "reason": "on trial", "person_id": admin.Person().String()}, `"why":"person"`},
			{o{"key": "board.posts", "value": "", "reason": "over", "person_id": admin.Person().String()}, `"why":"organisation"`},
		} {
			if raw := x.call(admin, "PUT", "/api/v1/flags", c.body).want(http.StatusOK).raw; !strings.Contains(raw, c.words) {
				t.Errorf("%v: %s", c.body, raw)
			}
		}
		x.call(admin, "PUT", "/api/v1/flags", o{"key": "board.posts", "value": "maybe", "reason": "r"}).want(http.StatusUnprocessableEntity)
		x.call(admin, "PUT", "/api/v1/flags", o{"key": "no.such", "value": "true", "reason": "r"}).want(http.StatusNotFound)
		x.call(admin, "PUT", "/api/v1/flags", o{"key": "board.posts", "value": "true", "reason": "r", "person_id": id.New[id.Person]().String()}).want(http.StatusNotFound)
		x.call(guard, "PUT", "/api/v1/flags", o{"key": "board.posts", "value": "true", "reason": "r"}).want(http.StatusForbidden)
		x.call(guard, "GET", "/api/v1/flags", nil).want(http.StatusForbidden)
	})
}
