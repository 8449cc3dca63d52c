package graph_test

import (
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
		const fields = ` { id name url events active failingSince personId personName createdAt version }`
		in := o{"name": "Room", "url": "https://hooks.example/in", "events": []string{"site.updated"}}
		made := x.ask(admin, `mutation($in: WebhookInput!) { x: createWebhook(input: $in) { secret webhook`+fields+` } }`, o{"in": in}).data()["x"]
		secret, hook := at(made, "secret").(string), at(made, "webhook")
		if !strings.HasPrefix(secret, "whsec_") {
			t.Error(made)
		}
		id := at(hook, "id")
		want := o{"id": id, "name": "Room", "url": "https://hooks.example/in", "events": []any{"site.updated"}, "active": true, "failingSince": nil,
			"personId": admin.Person().String(), "personName": x.Staff[org.Administrator].Name, "createdAt": "2026-11-25T09:00:00Z", "version": 1.0}
		testworld.Same(t, any(want), hook)
		testworld.Same(t, hook, x.ask(admin, `query($id: ID!) { x: webhook(id: $id)`+fields+` }`, o{"id": id}).data()["x"])
		testworld.Same(t, []any{"Room"}, nodes(x.ask(admin, `{ x: webhooks { edges { node { name } } } }`, nil).data()["x"], "name"))
		if at(x.ask(admin, `{ x: webhookEvents { name label area } }`, nil).data(), "x", "0", "name") != "ticket.created" {
			t.Error("no events")
		}
		in["name"], in["active"] = "Room 2", false
		const update = `mutation($id: ID!, $in: WebhookInput!) { x: updateWebhook(id: $id, version: 1, input: $in)` + fields + ` }`
		want["name"], want["active"], want["version"] = "Room 2", false, 2.0
		testworld.Same(t, any(want), x.ask(admin, update, o{"id": id, "in": in}).data()["x"])
		testworld.Same(t, []string{"conflict x: version stale"}, x.ask(admin, update, o{"id": id, "in": in}).faults())
		fresh := x.ask(admin, `mutation($id: ID!) { x: changeWebhookSecret(id: $id, version: 2) { secret webhook { version } } }`, o{"id": id}).data()["x"]
		if at(fresh, "secret") == secret || at(fresh, "webhook", "version") != 3.0 {
			t.Error(fresh)
		}
		ping := at(x.ask(admin, `mutation($id: ID!) { x: pingWebhook(id: $id) { id } }`, o{"id": id}).data(), "x", "id")
		const message = ` { id webhookId messageId event body state attempts status tookMs problem answer createdAt triedAt nextAt }`
		sent := x.ask(admin, `query($id: ID!) { x: delivery(id: $id)`+message+` }`, o{"id": ping}).data()["x"]
		if at(sent, "state") != "QUEUED" || at(sent, "event") != "webhook.ping" || at(sent, "webhookId") != id || !strings.Contains(at(sent, "body").(string), `"webhook.ping"`) {
			t.Error(sent)
		}
		again := at(x.ask(admin, `mutation($id: ID!) { x: replayDelivery(id: $id) { id } }`, o{"id": ping}).data(), "x", "id")
		log := x.ask(admin, `query($id: ID!) { x: webhookDeliveries(id: $id, state: QUEUED) { edges { node { id } } } }`, o{"id": id}).data()["x"]
		testworld.Same(t, []any{again, ping}, nodes(log, "id"))
		testworld.Same(t, id, x.ask(admin, `mutation($id: ID!) { x: deleteWebhook(id: $id, version: 3) }`, o{"id": id}).data()["x"])
		testworld.Same(t, []string{"not_found x"}, x.ask(admin, `query($id: ID!) { x: webhook(id: $id) { id } }`, o{"id": id}).faults())
	})
}
