package rest_test

import (
	"net/http"
	"strings"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestWebhooks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		const all = "/api/v1/webhooks"
		in := o{"name": "Room", "url": "https://hooks.example/in", "events": []string{"site.updated", "asset.created"}}
		made := x.call(admin, "POST", all, in).want(http.StatusCreated)
		at := all + "/" + made.text("id")
		if made.header.Get("Location") != at || !strings.HasPrefix(made.text("secret"), "whsec_") {
			t.Error(made.header, made.raw)
		}
		want := o{"id": made.json["id"], "name": "Room", "url": "https://hooks.example/in", "events": []string{"asset.created", "site.updated"}, "active": true,
			"failing_since": nil, "person_id": admin.Person().String(), "person_name": x.Staff[org.Administrator].Name, "created_at": "2026-11-25T09:00:00Z", "version": 1}
		got := x.call(admin, "GET", at, nil).want(200)
		testworld.Same(t, normal(t, want), got.json)
		testworld.Same(t, []any{"Room"}, x.call(admin, "GET", all, nil).want(200).items("name"))
		if names := x.call(admin, "GET", "/api/v1/webhook-events", nil).want(200).items("name"); len(names) < 10 || names[0] != "ticket.created" {
			t.Error(names)
		}
		change := o{"name": "Room 2", "url": "https://hooks.example/2", "events": []string{"site.created"}, "active": false, "version": 1}
		put := x.call(admin, "PUT", at, change).want(200)
		want["name"], want["url"], want["events"], want["active"], want["version"] = "Room 2", "https://hooks.example/2", []string{"site.created"}, false, 2
		testworld.Same(t, normal(t, want), put.json)
		stale := x.call(admin, "PUT", at, change).want(http.StatusConflict)
		testworld.Same(t, put.json, stale.json["current"].(map[string]any))
		in["events"], in["url"] = []string{"token.created"}, "https://10.1.2.3/"
		testworld.Same(t, []string{"events unknown", "url address"}, x.call(admin, "POST", all, in).want(422).faults())
		in["events"] = []string{"site.updated"}
		testworld.Same(t, []string{"url address"}, x.call(admin, "POST", all, in).want(422).faults())

		fresh := x.call(admin, "POST", at+"/secret", o{"version": 2}).want(200)
		if fresh.text("secret") == made.text("secret") || fresh.json["version"] != 3.0 {
			t.Error(fresh.raw)
		}
		x.call(admin, "POST", at+"/secret", o{"version": 2}).want(http.StatusConflict)
		ping := x.call(admin, "POST", at+"/ping", nil).want(http.StatusAccepted)
		one := "/api/v1/deliveries/" + ping.text("id")
		sent := x.call(admin, "GET", one, nil).want(200)
		body, _ := sent.json["body"].(map[string]any)
		if sent.text("state") != "queued" || sent.text("event") != "webhook.ping" || sent.text("webhook_id") != made.text("id") || body["type"] != "webhook.ping" {
			t.Error(sent.raw)
		}
		again := x.call(admin, "POST", one+"/replay", nil).want(http.StatusAccepted)
		if again.text("message_id") != ping.text("message_id") {
			t.Error(again.raw)
		}
		testworld.Same(t, []any{again.text("id"), ping.text("id")}, x.call(admin, "GET", at+"/deliveries?state=queued", nil).want(200).items("id"))
		testworld.Same(t, []any{}, x.call(admin, "GET", at+"/deliveries?state=failed", nil).want(200).items("id"))
		for _, role := range []string{org.Supervisor, org.Viewer, org.Auditor, org.Guard} {
			x.call(x.Actor(role), "GET", all, nil).want(http.StatusForbidden)
		}
		x.call(admin, "DELETE", at+"?version=3", nil).want(http.StatusNoContent)
		x.call(admin, "GET", at, nil).want(http.StatusNotFound)
		x.call(admin, "GET", one, nil).want(http.StatusNotFound)
	})
}
