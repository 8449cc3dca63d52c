package web

import (
	"net/http"
	"slices"
	"strconv"
	"testing"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/ticket"
)

func TestCategoriesAreAddedChangedAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		if a := b.get("/categories").is(http.StatusOK, "No ticket categories yet", "Add the first category", "Set-up", "Ticket categories"); !a.linksTo("/categories/new") {
			t.Error("the empty list leads nowhere")
		}
		form := b.get("/categories/new").is(http.StatusOK, "Every minute", "Nights, weekends and holidays too.", "days (24 hours)", "(optional)")
		if form.chosen("priority") != "MEDIUM" || form.chosen("resolve_minutes_unit") != "hours" {
			t.Errorf("a new category is %s, in %s", form.chosen("priority"), form.chosen("resolve_minutes_unit"))
		}
		b.post("/categories", with(form.fields("/categories"), "code", "hvac", "name", "Air conditioning", "clock", "BUSINESS", "resolve_minutes", "2", "resolve_minutes_unit", "days", "pause_on_hold", "true")...)
		list := b.get("/categories").is(http.StatusOK, "HVAC", "Air conditioning", "Medium", "Business hours", "48 h", "1 category", "Air conditioning is added")
		at := attr(list.all("a", "class", "")[0], "href")
		for _, n := range list.all("a") {
			if textIn(n) == "Air conditioning" {
				at = attr(n, "href")
			}
		}
		b.get(at).is(http.StatusOK, "HVAC", "The clock stands still", "48 h of business hours", "There is none: a ticket stays with whom it has.", "Changes", "Added")

		edit := b.get(at+"/edit").is(http.StatusOK, "Change Air conditioning")
		if edit.value("resolve_minutes") != "2" || edit.chosen("resolve_minutes_unit") != "days" || edit.value("version") != "1" {
			t.Errorf("shows %s %s of version %s", edit.value("resolve_minutes"), edit.chosen("resolve_minutes_unit"), edit.value("version"))
		}
		mine := edit.fields(at)
		b.post(at, with(mine, "name", "Cooling", "priority", "HIGH", "resolve_minutes", "", "active", "-")...).goes(at)
		b.get(at).is(http.StatusOK, "Cooling is changed", "Inactive", "High", "No deadline")
		b.get("/categories").is(http.StatusOK).lacks("Cooling")
		b.get("/categories?inactive=true&q=cool").is(http.StatusOK, "Cooling", "Inactive")
		b.get("/categories?q=boiler").is(http.StatusOK, "No category has “boiler” in its code or name")
		a := b.post(at, with(mine, "name", "Mine")...).is(http.StatusConflict, "Somebody changed this category").
			differs("Name", "Cooling", "Mine", "Priority", "High", "Medium", "To be resolved in", "Nothing", "2", "Unit", "hours", "days (24 hours)", "Active", "No", "Yes")
		if a.value("version") != "2" || !a.linksTo(at+"/edit") {
			t.Errorf("on version %q", a.value("version"))
		}
		b.post(at, a.fields(at)...).goes(at)

		b.post(at+"/delete", "version", "3").is(http.StatusOK, "Delete the category Mine?", "HVAC")
		b.post(at+"/delete", "version", "1", "confirm", "HVAC").is(http.StatusConflict, "Nothing is deleted")
		b.post(at+"/delete", "version", "3", "confirm", "HVAC").goes("/categories")
		b.get(at).is(http.StatusNotFound)
		b.get("/audit?what=category.deleted").is(http.StatusOK, "deleted the ticket category Mine")
	})
}

func TestFaultsOfACategory(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	c := h.Category("HVAC")
	h.NewTicket(h.Harbour.ID, c.ID, "Warm")
	a := b.post("/categories", "code", "?!", "name", "", "priority", "MEDIUM", "clock", "ELAPSED", "resolve_minutes", "x", "resolve_minutes_unit", "hours").is(http.StatusUnprocessableEntity, "3 things to put right")
	for _, field := range []string{"code", "name", "resolve_minutes"} {
		if a.message(field) == "" {
			t.Errorf("nothing is said at %s", field)
		}
	}
	if a.value("resolve_minutes") != "x" {
		t.Error("what was typed is gone")
	}
	for _, n := range []string{"0", "-1", "367", "99999999999999999"} {
		if a := b.post("/categories", "code", "X", "name", "X", "resolve_minutes", n, "resolve_minutes_unit", "days").is(http.StatusUnprocessableEntity); a.message("resolve_minutes") != "A deadline is 1 minute to 366 days ahead." {
			t.Errorf("%s days: %q", n, a.message("resolve_minutes"))
		}
	}
	if a := b.post("/categories", "code", "X", "name", "X", "resolve_minutes", "1", "resolve_minutes_unit", "moons").is(http.StatusUnprocessableEntity); a.message("resolve_minutes_unit") == "" {
		t.Error("an unknown unit is taken")
	}
	if a := b.post("/categories", "code", "hvac", "name", "Again").is(http.StatusConflict); a.message("code") != "Another category has this code." {
		t.Errorf("a taken code: %q", a.message("code"))
	}
	at := "/categories/" + c.ID.String()
	b.post(at+"/delete", "version", "1", "confirm", "HVAC").is(http.StatusConflict, "This category is in use. There are tickets about it: make it inactive instead.")
	for _, path := range []string{"/categories/nonsense", "/categories/" + id.New[id.Category]().String(), "/categories/" + h.SecondTenant().Category("FAR").ID.String()} {
		b.get(path).is(http.StatusNotFound)
		b.get(path + "/edit").is(http.StatusNotFound)
		b.get(path + "/ladder").is(http.StatusNotFound)
		b.post(path+"/delete", "confirm", "yes").is(http.StatusNotFound)
		b.post(path, "name", "x").is(http.StatusNotFound)
	}
}

func TestWhoMayDoWhatWithCategories(t *testing.T) {
	h := fresh(t)
	c := h.Category(ticket.VisitorCategory)
	tech := h.Staff[org.Technician].ID
	h.Ladder(c.ID, nil, ticket.RungInput{After: 60, Person: &tech, Mails: []string{"boss@lantern.example"}}, ticket.RungInput{After: 90})
	h.Ladder(c.ID, &h.Harbour.ID, ticket.RungInput{After: 5, Person: &tech})
	h.Ladder(c.ID, &h.Mill.ID, ticket.RungInput{After: 7})
	at := "/categories/" + c.ID.String()
	guard := h.as(org.Guard)
	a := guard.get(at).is(http.StatusOK, "What visitors report by the code on a label", "Level 1 1 h Tara Thorn boss@lantern.example Level 2 1 h 30 min Stays with whom it has", "Harbour 5 min Tara Thorn").
		lacks("Mill", "Delete", "Change the ladder", "Another ladder")
	if !a.linksTo("/tickets?category="+c.ID.String()) || !a.linksTo(at+"/ladder") || !a.linksTo(at+"/ladder?site="+h.Harbour.ID.String()) {
		t.Error("the ladders cannot be opened")
	}
	guard.get("/categories").is(http.StatusOK, "VISITOR").lacks("New category")
	for _, path := range []string{"/categories/new", at + "/edit"} {
		guard.get(path).is(http.StatusForbidden)
	}
	guard.post("/categories", "name", "x").is(http.StatusForbidden)
	guard.post(at+"/delete", "confirm", "yes").is(http.StatusForbidden)
	if !guard.get("/").linksTo("/categories") {
		t.Error("the rail does not lead to the categories that a guard sees")
	}
	admin := h.as(org.Administrator).get(at).is(http.StatusOK, "Mill", "Another ladder for one site", "Change the ladder")
	if got := admin.offers("site"); !slices.Contains(got, "TOWER Tower") {
		t.Errorf("offers %q", got)
	}
}

func TestManyCategoriesComeInPieces(t *testing.T) {
	h := fresh(t)
	for i := range 60 {
		h.Category("C" + strconv.Itoa(i))
	}
	b := h.as(org.Administrator)
	a := b.get("/categories?q=C").is(http.StatusOK)
	next := ""
	for _, n := range a.all("a") {
		if textIn(n) == "Show more" {
			next = attr(n, "href")
		}
	}
	if len(a.subjects("categories")) != 50 || next == "" {
		t.Fatalf("%d rows, then %q", len(a.subjects("categories")), next)
	}
	if got := b.get(next).is(http.StatusOK).subjects("categories"); len(got) != 10 {
		t.Errorf("%d more", len(got))
	}
}
