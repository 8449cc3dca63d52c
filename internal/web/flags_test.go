package web

import (
	"net/http"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/hold"
	"intelliwiz/internal/org"
)

// TestFeaturesAreSwitched: on the page, by the administrator alone, and what they switch is gone and comes back.
func TestFeaturesAreSwitched(t *testing.T) {
	h := fresh(t)
	b, guard := h.as(org.Administrator), h.as(org.Guard)
	b.get("/flags").is(http.StatusOK, "Posts on the live board", "board.posts", "as the product has it", "Nothing said", "30 Jun 2027")
	b.get("/flags/board.posts").is(http.StatusOK, "As for everybody", "The audit trail says it.")
	b.get("/flags/no.such").is(http.StatusNotFound)
	b.post("/flags/board.posts", "value", "perhaps", "reason", "").is(http.StatusUnprocessableEntity, "This is no value of a flag of type bool.", "Enter a value.")
	guard.get("/flags").is(http.StatusForbidden)
	guard.post("/flags/board.posts", "value", "false", "reason", "r").is(http.StatusForbidden)

	form := b.get("/posts/new?site=" + h.Harbour.ID.String()).fields("/posts")
	b.post("/posts", with(form, "code", "gate 1", "name", "Main gate", coverName(3), "20:00-06:00")...)
	b.get("/board/live").is(http.StatusOK, "posts uncovered")
	b.post("/flags/board.posts", "value", "false", "reason", "very many posts").goes("/flags")
	b.get("/flags").is(http.StatusOK, "Off", "said for the organisation", "very many posts")
	b.get("/board/live").is(http.StatusOK).lacks("posts uncovered")
	b.post("/flags/board.posts", "value", "", "reason", "few again").goes("/flags")
	b.get("/board/live").is(http.StatusOK, "posts uncovered")

	b.get("/search/hits?q=harbour").is(http.StatusOK, "Harbour")
	b.post("/flags/palette.found", "value", "0", "reason", "too slow").goes("/flags")
	b.get("/search/hits?q=harbour").is(http.StatusOK).lacks("Harbour")

	openDesk(h)
	boxes := func() int { return len(b.get("/tickets").is(http.StatusOK).all("input", "name", "pick")) }
	if n := boxes(); n == 0 {
		t.Error("no box to pick a ticket by")
	}
	err := h.Flags.SetForAll(t.Context(), []actor.Actor{h.System}, flag.Input{Flag: string(flag.BulkAssign), Scope: flag.Killed, Value: "off", Reason: "it assigns to the wrong people"})
	if err != nil {
		t.Fatal(err)
	}
	if n := boxes(); n != 0 {
		t.Errorf("%d boxes although it is switched off", n)
	}
	b.post("/tickets/assign", "pick", "x.1", "nobody", "true", "back", "").is(http.StatusServiceUnavailable, "switched off just now")
	b.get("/flags").is(http.StatusOK, "switched off for everybody by those who run the installation")
}

// TestEveryPageSaysThatNothingCanBeChanged: those of people who are signed in, and sign-in.
func TestEveryPageSaysThatNothingCanBeChanged(t *testing.T) {
	h := fresh(t)
	stop := hold.Hold{Kind: hold.ReadOnly, Reason: "A backup comes back."}
	if err := h.Holds.Begin(t.Context(), []actor.Actor{h.System}, stop); err != nil {
		t.Fatal(err)
	}
	b := h.as(org.Administrator)
	for _, path := range []string{"/", "/tickets", "/people", "/account", "/audit"} {
		b.get(path).is(http.StatusOK, "Nothing can be changed just now", "A backup comes back.")
	}
	h.browser().get("/login").is(http.StatusOK, "Nothing can be changed just now")
	if err := h.Holds.End(t.Context(), []actor.Actor{h.System}, stop); err != nil {
		t.Fatal(err)
	}
	b.get("/").is(http.StatusOK).lacks("Nothing can be changed")
}
