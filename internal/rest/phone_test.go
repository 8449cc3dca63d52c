package rest_test

import (
	"net/http"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestSigningInOnAPhone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		guard, nobody := x.Staff[org.Guard], actor.Actor{}
		typed := o{"organisation": x.Code, "login": guard.Login, "password": "a wrong one", "device": "Nokia"}
		x.call(nobody, "POST", "/api/v1/phone/sign-in", typed).want(http.StatusUnauthorized)
		typed["password"] = testworld.Password
		first := x.call(nobody, "POST", "/api/v1/phone/sign-in", typed).want(http.StatusOK).json["pair"].(map[string]any)
		who, err := x.Auth.ByToken(t.Context(), first["access_token"].(string), "")
		if err != nil || first["person_id"] != guard.ID.String() {
			t.Fatal(err, first)
		}
		phones := x.call(who, "GET", "/api/v1/account/devices", nil).want(http.StatusOK)
		testworld.Same(t, []any{"Nokia"}, phones.items("name"))
		testworld.Same(t, []any{true}, phones.items("current"))
		testworld.Same(t, []any{"192.0.2.9"}, phones.items("source"))
		next := x.call(nobody, "POST", "/api/v1/phone/refresh", o{"refresh_token": first["refresh_token"]}).want(http.StatusOK)
		x.call(nobody, "POST", "/api/v1/phone/refresh", o{"refresh_token": next.text("access_token")}).want(http.StatusUnauthorized)
		if who, err = x.Auth.ByToken(t.Context(), next.text("access_token"), ""); err != nil {
			t.Fatal(err)
		}
		x.call(who, "DELETE", "/api/v1/phone", nil).want(http.StatusNoContent)
		x.call(nobody, "POST", "/api/v1/phone/refresh", o{"refresh_token": next.text("refresh_token")}).want(http.StatusUnauthorized)

		admin := x.Actor(org.Administrator)
		if err := x.Auth.SetDeviceRule(t.Context(), admin, 1); err != nil {
			t.Fatal(err)
		}
		x.call(nobody, "POST", "/api/v1/phone/sign-in", typed).want(http.StatusConflict)
		typed["device_token"] = first["device_token"]
		x.call(nobody, "POST", "/api/v1/phone/sign-in", typed).want(http.StatusOK)
		at := "/api/v1/people/" + guard.ID.String() + "/devices"
		theirs := x.call(admin, "GET", at, nil).want(http.StatusOK).items("id")
		x.call(admin, "DELETE", "/api/v1/devices/"+theirs[0].(string), nil).want(http.StatusNoContent)
		testworld.Same(t, []any{}, x.call(admin, "GET", at, nil).want(http.StatusOK).items("id"))
	})
}

func TestTheSecondStepOnAPhone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		guard, nobody := x.Staff[org.Guard], actor.Actor{}
		app := x.SetUpApp(guard)
		x.Clock.Advance(time.Minute)
		half := x.call(nobody, "POST", "/api/v1/phone/sign-in", o{"organisation": x.Code, "login": guard.Login, "password": testworld.Password, "device": "Nokia"}).want(http.StatusOK)
		if half.json["pair"] != nil || half.text("step") == "" {
			t.Fatalf("no second step is asked: %s", half.raw)
		}
		step := o{"step": half.text("step"), "code": "000000", "device": "Nokia"}
		x.call(nobody, "POST", "/api/v1/phone/second-step", step).want(http.StatusUnauthorized)
		step["code"] = app.At(x.Clock.Now())
		done := x.call(nobody, "POST", "/api/v1/phone/second-step", step).want(http.StatusOK)
		if pair, ok := done.json["pair"].(map[string]any); !ok || done.text("step") != "" || pair["access_token"] == "" {
			t.Errorf("after the second step: %s", done.raw)
		}
	})
}
