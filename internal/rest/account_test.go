package rest_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestAccountSessionsAndTokens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		member := x.Staff[org.Guard]
		_, secret, err := x.Auth.IssueToken(t.Context(), x.System, member.ID, auth.TokenInput{Name: "Phone", Expires: x.Clock.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		guard, err := x.Auth.ByToken(t.Context(), secret, "")
		if err != nil {
			t.Fatal(err)
		}
		first, second := x.As(member), x.As(member)

		account := x.call(guard, "GET", "/api/v1/account", nil).want(http.StatusOK)
		if account.text("name") != member.Name || account.text("password_changed_at") == "" || account.json["must_change_password"] != false {
			t.Errorf("account: %s", account.raw)
		}
		testworld.Same(t, []any{first.Session().String(), second.Session().String()}, x.call(guard, "GET", "/api/v1/account/sessions", nil).want(http.StatusOK).items("id"),
			anyOrder)
		x.call(guard, "DELETE", "/api/v1/sessions/"+first.Session().String(), nil).want(http.StatusNoContent)
		testworld.Same(t, []any{second.Session().String()}, x.call(guard, "GET", "/api/v1/account/sessions", nil).want(http.StatusOK).items("id"))
		x.call(guard, "DELETE", "/api/v1/account/sessions", nil).want(http.StatusNoContent)
		testworld.Same(t, []any{}, x.call(guard, "GET", "/api/v1/account/sessions", nil).want(http.StatusOK).items("id"))

		tokens := x.call(guard, "GET", "/api/v1/account/tokens", nil).want(http.StatusOK)
		testworld.Same(t, []any{"Phone"}, tokens.items("name"))
		x.call(guard, "DELETE", "/api/v1/account/tokens/"+guard.Token().String(), nil).want(http.StatusNoContent)
		testworld.Same(t, []any{}, x.call(guard, "GET", "/api/v1/account/tokens", nil).want(http.StatusOK).items("name"))

		admin := x.Actor(org.Administrator)
		made, _, err := x.Auth.CreateProgram(t.Context(), admin, auth.ProgramInput{Name: "Payroll", Role: x.Roles[org.Viewer].ID, Expires: x.Clock.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []any{"Viewer"}, x.call(admin, "GET", "/api/v1/services", nil).want(http.StatusOK).items("role_name"))
		x.call(admin, "DELETE", "/api/v1/services/"+made.ID.String(), nil).want(http.StatusNoContent)
		testworld.Same(t, []any{}, x.call(admin, "GET", "/api/v1/services", nil).want(http.StatusOK).items("name"))
	})
}

// anyOrder compares lists of texts whatever their order.
var anyOrder = cmpopts.SortSlices(func(a, b any) bool { return a.(string) < b.(string) })

func TestOthersSessionsAndPasswords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		guard := x.Actor(org.Guard)
		at := "/api/v1/people/" + guard.Person().String()
		testworld.Same(t, []any{guard.Session().String()}, x.call(admin, "GET", at+"/sessions", nil).want(http.StatusOK).items("id"))
		x.call(admin, "DELETE", at+"/sessions", nil).want(http.StatusNoContent)
		testworld.Same(t, []any{}, x.call(admin, "GET", at+"/sessions", nil).want(http.StatusOK).items("id"))

		weak := x.call(admin, "POST", at+"/password", o{"password": "short"}).want(http.StatusUnprocessableEntity)
		testworld.Same(t, []string{"password too_short"}, weak.faults())
		x.call(admin, "POST", at+"/password", o{"password": "walnut orbit teacup seventeen"}).want(http.StatusNoContent)
		again := x.As(testworld.Member{Person: x.Staff[org.Guard].Person, Password: "walnut orbit teacup seventeen"})
		if x.call(again, "GET", "/api/v1/account", nil).want(http.StatusOK).json["must_change_password"] != true {
			t.Error("a password given by somebody else need not be changed")
		}
	})
}

func TestOrganisationAndPermissions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		tenant := x.call(admin, "GET", "/api/v1/tenant", nil).want(http.StatusOK)
		testworld.Same(t, o{"id": x.ID.String(), "code": "HOUSE", "name": "Tin Lantern Estates", "zone": "Asia/Kolkata", "version": 1.0}, tenant.json)
		change := o{"name": "Lantern", "zone": "Europe/Paris", "version": 1}
		testworld.Same(t, "Lantern", x.call(admin, "PUT", "/api/v1/tenant", change).want(http.StatusOK).text("name"))
		stale := x.call(admin, "PUT", "/api/v1/tenant", change).want(http.StatusConflict)
		testworld.Same(t, 2.0, stale.json["current"].(map[string]any)["version"].(float64))

		all := x.call(admin, "GET", "/api/v1/permissions", nil).want(http.StatusOK)
		if got, want := len(all.items("name")), len(testworld.Permissions()); got != want {
			t.Errorf("%d permissions, want %d", got, want)
		}
	})
}

func TestAuditTrail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		made := x.call(admin, "POST", "/api/v1/units", o{"code": "W", "name": "West"}).want(http.StatusCreated)
		entry := x.call(admin, "GET", "/api/v1/audit?verb=unit.created&limit=1", nil).want(http.StatusOK)
		one := x.call(admin, "GET", "/api/v1/audit/"+entry.items("id")[0].(string), nil).want(http.StatusOK)
		if one.json["seq"] != nil || one.json["before"] != nil || one.text("request_id") != "req-1" || one.text("subject_id") != made.text("id") {
			t.Errorf("entry: %s", one.raw)
		}
		if after, _ := one.json["after"].(map[string]any); after["code"] != "W" {
			t.Errorf("after: %v", one.json["after"])
		}

		x.Seal()
		feed := x.call(admin, "GET", "/api/v1/audit/feed?limit=3", nil).want(http.StatusOK)
		testworld.Same(t, []any{1.0, 2.0, 3.0}, feed.items("seq"))
		testworld.Same(t, 3.0, feed.json["last_seq"].(float64))
		next := x.call(admin, "GET", "/api/v1/audit/feed?after_seq=3", nil).want(http.StatusOK)
		if next.items("seq")[0] != 4.0 {
			t.Errorf("after 3 comes %v", next.items("seq")[0])
		}
		end := x.call(admin, "GET", "/api/v1/audit/feed?after_seq=100000", nil).want(http.StatusOK)
		testworld.Same(t, 100000.0, end.json["last_seq"].(float64))

		report := x.call(admin, "POST", "/api/v1/audit/verify", nil).want(http.StatusOK)
		if report.json["whole"] != true || report.json["rows"].(float64) < 10 || len(report.json["findings"].([]any)) != 0 {
			t.Errorf("report: %s", report.raw)
		}
	})
}

func TestDamageOfTheTrailIsReported(t *testing.T) {
	url := dbtest.URL(t, "sqlite")
	x := newAPI(t, dbtest.Open(t, "sqlite", func(o *db.Options) { o.URL = url }))
	x.Seal()
	dbtest.Exec(t, url, "update journal set after = 'no json' where seq = 2")
	admin := x.Actor(org.Administrator)
	report := x.call(admin, "POST", "/api/v1/audit/verify", nil).want(http.StatusOK)
	finding := report.json["findings"].([]any)[0].(map[string]any)
	if report.json["whole"] != false || finding["kind"] != "edited" || finding["seq"] != 2.0 || finding["entry_id"] == nil {
		t.Errorf("report: %s", report.raw)
	}
	feed := x.call(admin, "GET", "/api/v1/audit/feed?after_seq=1&limit=1", nil).want(http.StatusOK)
	testworld.Same(t, []any{"no json"}, feed.items("after"))
	if !json.Valid([]byte(feed.raw)) {
		t.Error("a damaged record damages the answer")
	}
}
