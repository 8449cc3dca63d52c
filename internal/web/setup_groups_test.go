package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

func TestAGroupIsMadeByTickingWithoutScripts(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		b.get("/groups").is(http.StatusOK, "No groups yet", "Add the first group")
		form := b.get("/groups/new?kind=people").is(http.StatusOK, "New group of people", "Nobody is in it yet", "Who could join.", "Gopal Gale E4, Harbour")
		guard, stone := h.Staff[org.Guard].ID.String(), h.Staff[org.Supervisor].ID.String()

		fields := append(with(form.fields("/groups"), "name", "Night watch", "lead_id", "E2"), "people", guard)
		found := b.post("/groups", append(with(fields, "find", "samir"), "op", "find")...).is(http.StatusOK, "1 member. Take the tick away", "Samir Stone").lacks("Tara Thorn", "Error:")
		if found.value("name") != "Night watch" || found.value("lead_id") != "E2" || !slices.Equal(found.ticks("people"), []string{guard}) {
			t.Errorf("finding loses what was typed: name %q, lead %q, ticks %v", found.value("name"), found.value("lead_id"), found.ticks("people"))
		}
		if button := found.all("button", "value", "find"); len(button) != 1 || attr(button[0], "formaction") != "/groups#f-people" {
			t.Error("finding does not come back to the members")
		}
		a := b.post("/groups", append(found.fields("/groups"), "people", stone)...)
		to := a.header.Get("Location")
		a.goes(to)
		a = b.get(to).is(http.StatusOK, "Night watch is added", "Gopal Gale", "2 members", "Lead Samir Stone", "Added")
		if !a.linksTo("/people/" + guard) {
			t.Error("a member cannot be opened")
		}
		b.get("/groups").is(http.StatusOK, "Night watch", "1 group")
		b.get("/groups?kind=sites").is(http.StatusOK, "No groups of sites yet")
		b.get("/groups?q=day").is(http.StatusOK, "No group has “day” in its name")
		b.get("/groups?kind=people&q=night").is(http.StatusOK, "Night watch")

		mine := b.get(to + "/edit").fields(to)
		var kept []string
		for i := 0; i < len(mine); i += 2 {
			if mine[i] != "people" || mine[i+1] == stone {
				kept = append(kept, mine[i], mine[i+1])
			}
		}
		b.post(to, with(kept, "active", "-")...).goes(to)
		b.get(to).is(http.StatusOK, "1 member", "Inactive", "Changed members and whether it is active").lacks("Gopal Gale")
		b.post(to, append(with(mine, "find", "tara"), "op", "find")...).is(http.StatusOK, "Tara Thorn", "2 members")
		a = b.post(to, with(mine, "name", "Mine")...).is(http.StatusConflict, "Somebody changed this group").differs("Name", "Night watch", "Mine", "Active", "No", "Yes", "Members", "Samir Stone", "Gopal Gale, Samir Stone")
		b.post(to, a.fields(to)...).goes(to)

		del := b.get(to).fields(to + "/delete")
		b.post(to+"/delete", del...).is(http.StatusOK, "Delete the group Mine?", "Type Mine to go on")
		b.post(to+"/delete", with(del, "version", "1", "confirm", "Mine")...).is(http.StatusConflict, "That was not done")
		b.post(to+"/delete", with(del, "confirm", "Mine")...).goes("/groups")
		b.get(to).is(http.StatusNotFound)
	})
}

func TestAGroupOfSites(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	form := b.get("/groups/new?kind=sites").is(http.StatusOK, "New group of sites", "Harbour HARBOUR")
	mill := h.Mill.ID.String()
	found := b.post("/groups", append(with(form.fields("/groups"), "name", "Banks", "find", "nothing like it"), "sites", mill, "op", "find")...).is(http.StatusOK, "Nobody else fits “nothing like it”.", "Mill MILL")
	a := b.post("/groups", found.fields("/groups")...)
	to := a.header.Get("Location")
	a.goes(to)
	if !b.get(to).is(http.StatusOK, "Mill", "Of Sites").linksTo("/sites/" + mill) {
		t.Error("a site of the group cannot be opened")
	}
	if _, err := h.People.CreateGroup(t.Context(), h.System, people.GroupInput{Kind: people.OfSites, Name: "All", Active: true, Sites: []id.Site{h.Harbour.ID, h.Mill.ID, h.Tower.ID}}); err != nil {
		t.Fatal(err)
	}
	supervisor := h.as(org.Supervisor)
	list := supervisor.get("/groups").is(http.StatusOK, "All", "Banks").lacks("New group")
	for _, n := range list.all("a") {
		if textIn(n) == "All" {
			supervisor.get(attr(n, "href")).is(http.StatusOK, "Harbour", "Tower", "2 members", "1 more is at a site that you do not see.").lacks("Mill", "Change", "Delete")
		}
	}
	supervisor.get(to).is(http.StatusOK, "Nobody whom you see is in it.", "1 more is at a site that you do not see.")
	supervisor.get(to + "/edit").is(http.StatusForbidden)

	keeper := h.Someone(nil, people.CanReadGroup, people.CanUpdateGroup, people.CanCreateGroup)
	k := h.signedIn(keeper)
	edit := k.get(to+"/edit").is(http.StatusOK, "A site that you do not see", "You do not see anybody who could join.")
	k.post(to, with(edit.fields(to), "name", "Mills")...).goes(to)
	g, err := h.People.ListGroups(t.Context(), h.System, people.GroupFilter{Search: "mills"}, pageOf(1))
	if err != nil || g.Items[0].Count != 1 {
		t.Errorf("who sees no sites takes them out: %+v, %v", g, err)
	}
	k.get("/groups/new?kind=people").is(http.StatusOK, "You do not see anybody who could join.")
}

func TestFaultsOfAGroup(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	a := b.post("/groups", "kind", "people", "name", "", "lead_id", "Nemo", "active", "true", "people", "nonsense").is(http.StatusUnprocessableEntity, "3 things to put right", "Choose from the list.")
	if a.message("name") != "Enter a value." || a.message("lead_id") == "" || !a.linksTo("#f-people") {
		t.Errorf("at name %q, at lead %q", a.message("name"), a.message("lead_id"))
	}
	b.post("/groups", "kind", "people", "name", "Ghosts", "active", "true", "people", id.New[id.Person]().String()).is(http.StatusUnprocessableEntity, "There is no such person.", unseen)
	if _, err := h.People.CreateGroup(t.Context(), h.System, people.GroupInput{Kind: people.OfPeople, Name: "Night", Active: true}); err != nil {
		t.Fatal(err)
	}
	if a = b.post("/groups", "kind", "people", "name", "night", "active", "true").is(http.StatusConflict); a.message("name") != "Another group has this name." {
		t.Errorf("a taken name: %q", a.message("name"))
	}
	b.post("/groups", "kind", "ghosts", "name", "x").is(http.StatusNotFound)
	b.get("/groups/new?kind=ghosts").is(http.StatusNotFound)
	b.post("/groups", "kind", "people", "owner", "x").is(http.StatusBadRequest)
	other, err := h.People.CreateGroup(t.Context(), h.SecondTenant().System, people.GroupInput{Kind: people.OfPeople, Name: "Theirs", Active: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []string{other.ID.String(), id.New[id.Group]().String(), "nonsense"} {
		b.get("/groups/" + x).is(http.StatusNotFound)
		b.get("/groups/" + x + "/edit").is(http.StatusNotFound)
		b.post("/groups/"+x, "name", "Mine").is(http.StatusNotFound)
		b.post("/groups/"+x+"/delete", "confirm", "Theirs").is(http.StatusNotFound)
	}
	h.as(org.Guard).get("/groups").is(http.StatusForbidden)
	b.get("/groups?after=nonsense").is(http.StatusUnprocessableEntity)
}

func TestGroupsAreListedInPieces(t *testing.T) {
	h := fresh(t)
	for i := range 60 {
		if _, err := h.People.CreateGroup(t.Context(), h.System, people.GroupInput{Kind: people.OfSites, Name: fmt.Sprintf("Group %02d", i), Active: true}); err != nil {
			t.Fatal(err)
		}
	}
	b := h.as(org.Administrator)
	next := attr(b.get("/groups?kind=sites&q=group").is(http.StatusOK, "50 groups shown").all("a", "hx-target", "#groups")[0], "href")
	if !strings.Contains(next, "kind=sites") || !strings.Contains(next, "q=group") {
		t.Errorf("the next piece forgets the filters: %s", next)
	}
	b.get(next).is(http.StatusOK, "10 groups", "Group 59")
}

func TestWhoCouldJoinIsCut(t *testing.T) {
	b := groupAsk{Sighted: true, Others: make([]choice, offered+1)}
	if b.cut(false); len(b.Others) != offered || !b.More || !strings.HasPrefix(b.othersWords(), "The first") {
		t.Errorf("%d offered, more %v", len(b.Others), b.More)
	}
	if got := (groupAsk{Sighted: true}).othersWords(); got != "Everybody whom you see is in it." {
		t.Errorf("nobody left: %q", got)
	}
}
