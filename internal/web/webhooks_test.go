package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/org"
)

func TestAWebhookIsMadeChangedAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		b.get("/webhooks").is(http.StatusOK, "No webhooks yet", "New webhook")
		form := b.get("/webhooks/new").is(http.StatusOK, "New webhook", "Site changed", "Status of an asset changed").lacks("Signed in")
		typed := append(with(form.fields("/webhooks"), "name", "<b>Room", "url", "https://hooks.example/T0?x=1"), "events", "site.updated")
		a := b.post("/webhooks", with(typed, "url", "https://192.168.1.1/")...).is(http.StatusUnprocessableEntity, "The address is not on the public internet.")
		if a.value("name") != "<b>Room" || a.message("url") == "" {
			t.Error("what was typed is gone, or the fault stands elsewhere")
		}
		made := b.post("/webhooks", typed...).is(http.StatusCreated, "Copy the secret now", "I have copied it", "whsec_")
		list := b.get("/webhooks").is(http.StatusOK, "<b>Room", "hooks.example", "1 sort of event", "Active").lacks("whsec_", "T0")
		at := attr(list.all("a")[0], "href")
		for _, x := range list.all("a") {
			if href := attr(x, "href"); strings.HasPrefix(href, "/webhooks/") && href != "/webhooks/new" {
				at = href
			}
		}
		if !made.linksTo(at) {
			t.Errorf("the page with the secret does not lead to %s", at)
		}
		page := b.get(at).is(http.StatusOK, "https://hooks.example/T0?x=1", "Site changed", "Nothing was sent yet", "Messages in fourteen days", "Added").lacks("whsec_")
		edit := b.get(at+"/edit").is(http.StatusOK, "Change <b>Room").fields(at)
		b.post(at, with(edit, "name", "Room")...).goes(at)
		b.post(at, with(edit, "name", "Mine")...).is(http.StatusConflict).differs("Name", "Room", "Mine")
		b.post(at+"/secret", "version", "2").is(http.StatusOK, "Make a new secret for Room?")
		b.post(at+"/secret", "version", "2", "confirm", "yes").is(http.StatusOK, "whsec_", "Copy the secret now")
		b.post(at+"/secret", "version", "2", "confirm", "yes").is(http.StatusConflict, "Somebody changed this webhook")
		del := page.fields(at + "/delete")
		b.post(at+"/delete", with(del, "version", "3")...).is(http.StatusOK, "Delete the webhook Room?")
		b.post(at+"/delete", "version", "1", "confirm", "yes").is(http.StatusConflict, "Somebody changed this webhook")
		b.post(at+"/delete", "version", "3", "confirm", "yes").goes("/webhooks")
		b.get(at).is(http.StatusNotFound)
		for _, role := range []string{org.Supervisor, org.Viewer, org.Auditor, org.Guard} {
			h.as(role).get("/webhooks").is(http.StatusForbidden)
		}
	})
}

func TestWhatAWebhookWasSent(t *testing.T) {
	h := fresh(t)
	h.Clock.Advance(-24 * time.Hour) // what is put off is due
	r := h.Receiver()
	r.Say(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<i>busy</i>", http.StatusBadGateway) })
	m, first := h.Webhook("Room", r.URL)
	at := "/webhooks/" + m.ID.String()
	b := h.as(org.Administrator)
	b.get(at).is(http.StatusOK, "On its way", "All have arrived, or are on their way").lacks("Send again")
	h.Start()
	b.wait(at, "answered 502")
	b.get(at).is(http.StatusOK, "Test", "1 attempt", "answered 502", "The server answered 502.", "1 failed", "Send again")
	one := "/deliveries/" + first.ID.String()
	b.get(one).is(http.StatusOK, "Failed", "webhook.ping", "<i>busy</i>", "The server answered 502.", first.Message)
	r.Say(nil)
	b.post(one + "/replay").goes(at)
	b.wait(at+"?state=delivered", "answered 204")
	b.get(at+"?state=queued").is(http.StatusOK, "There is no such message", "Show all")
	b.post(at + "/ping").goes(at)
	b.wait(at+"?state=delivered", "2 messages")
	if len(r.Calls()) != 3 {
		t.Errorf("%d calls", len(r.Calls()))
	}
}

// wait asks for a page until it has a text.
func (b *browser) wait(path, text string) {
	b.t.Helper()
	for range 500 {
		if strings.Contains(b.get(path).text(), text) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.t.Fatalf("%s never says %q", path, text)
}
