package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
)

// TestAPostInABrowser: made, found in the list and in the planner, taken over and left by a guard, rostered, changed, planned for, and kept.
func TestAPostInABrowser(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		b.get("/posts").is(http.StatusOK, "No posts yet")
		form := b.get("/posts/new?site="+h.Harbour.ID.String()).is(http.StatusOK, "New post", "Hours of cover").fields("/posts")
		filled := with(form, "code", "gate 1", "name", "Main  gate", coverName(3), "20:00-06:00", coverName(4), "08:00-20:00, 20:00-08:00")
		bad := b.post("/posts", with(filled, coverName(3), "soon", "alarm", "TICKET", "needed", "0")...).is(http.StatusUnprocessableEntity)
		if bad.message(coverName(3)) == "" || bad.message("category_id") == "" || bad.value(coverName(3)) != "soon" {
			t.Errorf("faults at %q, %q", bad.message(coverName(3)), bad.message("category_id"))
		}
		a := b.post("/posts", filled...)
		at := a.header.Get("Location")
		a.goes(at)
		b.get(at).is(http.StatusOK, "Main gate", "GATE_1", "Wed 20:00 to 06:00; Thu 08:00 to 20:00, 20:00 to 08:00", "Nobody expected", "Nobody holds this post now.", "Nobody is rostered.", "What is expected", "by today, 20:10", "Harbour")
		b.get("/posts").is(http.StatusOK, "Main gate", "Nobody expected")
		b.get("/planner").is(http.StatusOK, "Uncovered posts", "Main gate: 0 of 1 rostered")

		roster := b.get(at).fields(at + "/roster")
		turn := with(roster, "rostered", h.Staff[org.Guard].Code, "from_day", "2026-11-25", "from_time", "20:00", "until_day", "2026-11-26", "until_time", "06:00")
		b.post(at+"/roster", with(turn, "until_day", "2026-11-25")...).is(http.StatusUnprocessableEntity, "It ends after it begins.")
		b.post(at+"/roster", turn...).goes(at)
		b.post(at+"/roster", turn...).is(http.StatusConflict, "is rostered there at that time already.")
		b.get(at).is(http.StatusOK, "Gopal Gale", "Take off")

		h.Clock.Advance(6 * time.Hour)
		b = h.as(org.Administrator)
		guard := h.as(org.Guard)
		b.get("/board/live").is(http.StatusOK, "posts uncovered", "Uncovered: Main gate", "0 of 1 there")
		guard.get("/posts?with=me").is(http.StatusOK, "Main gate", "Uncovered")
		guard.get(at).is(http.StatusOK, "Take over now").lacks("Change", "Take off", "Leave now")
		guard.post(at+"/take", with(guard.get(at).fields(at+"/take"), "remark", "Keys are in the box.")...).goes(at)
		b.get("/board/live").is(http.StatusOK, "posts uncovered").lacks("Uncovered: Main gate")
		guard.get(at).is(http.StatusOK, "Covered", "Keys are in the box.", "Leave now")
		guard.post(at+"/take").is(http.StatusConflict, "Gopal Gale holds this post already.")
		b.post(at+"/take", with(b.get(at).fields(at+"/take"), "person", h.Staff[org.Supervisor].Code, "relieves_id", h.Staff[org.Guard].ID.String())...).goes(at)
		b.get(at).is(http.StatusOK, "Samir Stone", "Who was there")
		b.post(at+"/leave", with(b.get(at).fields(at+"/leave"), "leaves_id", h.Staff[org.Supervisor].ID.String(), "left", "All quiet.")...).goes(at)
		b.get(at).is(http.StatusOK, "Uncovered", "All quiet.")
		b.get("/audit").is(http.StatusOK, "Gopal Gale took over the post Main gate", "took over the post Main gate, for Samir Stone")

		edit := b.get(at+"/edit").is(http.StatusOK, "Change Main gate").fields(at)
		b.post(at, with(edit, "needed", "2")...).goes(at)
		b.post(at, with(edit, "name", "Mine")...).is(http.StatusConflict).differs("Name", "Main gate", "Mine", "People needed", "2", "1")
		planOfAPost(t, h, b, mustID[id.Post](t, at))
		b.post(at+"/delete", "version", "2", "confirm", "yes")
		if x, err := h.Posts.Get(h.Ctx(), h.System, mustID[id.Post](t, at)); err != nil || x.Needed != 2 {
			t.Errorf("what was held is kept: %v", err)
		}
		x := h.Post(h.Harbour.ID, "EMPTY", func(in *post.Input) { in.Active = false })
		away := b.post("/posts/"+x.ID.String()+"/delete", "version", "1").is(http.StatusOK, "Delete the post EMPTY?").fields("/posts/" + x.ID.String() + "/delete")
		b.post("/posts/"+x.ID.String()+"/delete", away...).goes("/posts")
	})
}

// planOfAPost makes a plan of a post, and finds it and its task again.
func planOfAPost(t *testing.T, h *house, b *browser, at id.Post) {
	t.Helper()
	list := h.Checklist("Book", h.Question("Is it kept?"))
	form := with(b.get("/plans/new?kind=TASK&site="+h.Harbour.ID.String()).is(http.StatusOK).fields("/plans"), "name", "Gate book", "checklist_id", list.ID.String(), "valid_from", "2026-11-25")
	b.post("/plans", with(form, "assignee", "Post: Nowhere")...).is(http.StatusUnprocessableEntity, "No post of this site has this name or code.")
	made := b.post("/plans", with(form, "assignee", "Post: main gate")...)
	path := made.header.Get("Location")
	made.goes(path)
	x, err := h.Plans.Get(h.Ctx(), h.System, mustID[id.Plan](t, path))
	must(t, err)
	if x.Post == nil || *x.Post != at || x.Person != nil {
		t.Errorf("%+v", x)
	}
	b.get(path).is(http.StatusOK, "Whoever holds Main gate")
	b.post(path, b.get(path+"/edit").fields(path)...).goes(path)
	b.get("/plans?post="+at.String()).is(http.StatusOK, "Gate book", "Whoever holds the post")
	one := h.FirstTask(plan.Plan{ID: x.ID})
	b.get("/tasks/"+one.ID.String()).is(http.StatusOK, "Whoever holds Main gate")
	if text := b.get("/tasks?when=ever&post=" + at.String()).is(http.StatusOK).text(); !strings.Contains(text, "Gate book") {
		t.Error("the tasks of the post do not show it")
	}
}
