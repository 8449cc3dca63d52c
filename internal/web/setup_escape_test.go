package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
)

// infested fills the house with names that are markup, and gives the pages of what bears them.
func infested(t *testing.T, h *house) []string {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, who := t.Context(), h.System
	unit, err := h.Org.CreateUnit(ctx, who, org.UnitInput{Code: "EVIL", Name: evil, Active: true})
	must(err)
	kind, err := h.Org.CreateLookup(ctx, who, org.LookupInput{List: org.SiteType, Code: "EVIL", Name: evil, Active: true})
	must(err)
	person, err := h.People.CreatePerson(ctx, who, people.PersonInput{Code: "EVIL", Name: evil, Login: "evil", HomeSite: &h.Harbour.ID, Active: true})
	must(err)
	site, err := h.Org.CreateSite(ctx, who, org.SiteInput{Code: "EVIL", Name: evil, Unit: &unit.ID, Type: &kind.ID, Manager: &person.ID, Address: evil, Zone: "UTC", Active: true, Point: &org.Point{Latitude: 1, Longitude: 2}})
	must(err)
	role, err := h.Org.CreateRole(ctx, who, org.RoleInput{Code: "EVIL", Name: evil, Description: evil, Permissions: []actor.Permission{org.CanReadSite}})
	must(err)
	_, err = h.Org.CreateGrant(ctx, who, org.GrantInput{Person: person.ID, Role: role.ID, Site: &site.ID})
	must(err)
	group, err := h.People.CreateGroup(ctx, who, people.GroupInput{Kind: people.OfPeople, Name: evil, Lead: &person.ID, Active: true, People: []id.Person{person.ID}})
	must(err)
	places, err := h.People.CreateGroup(ctx, who, people.GroupInput{Kind: people.OfSites, Name: evil, Active: true, Sites: []id.Site{site.ID}})
	must(err)
	category, err := h.Ticket.CreateCategory(ctx, who, ticket.CategoryInput{Code: "EVIL", Name: evil, Active: true})
	must(err)
	_, err = h.Ticket.PutLadder(ctx, who, 0, ticket.LadderInput{Category: category.ID, Rungs: []ticket.RungInput{{After: 60, Person: &person.ID}, {After: 90, Group: &group.ID}}})
	must(err)
	_, err = h.Ticket.PutLadder(ctx, who, 0, ticket.LadderInput{Category: category.ID, Site: &site.ID, Rungs: []ticket.RungInput{{After: 60, Person: &person.ID}}})
	must(err)
	return []string{"/categories/" + category.ID.String(), "/units/" + unit.ID.String(), "/lookups/site_type/" + kind.ID.String(), "/people/" + person.ID.String(), "/sites/" + site.ID.String(), "/roles/" + role.ID.String(),
		"/groups/" + group.ID.String(), "/groups/" + places.ID.String()}
}

func TestNamesThatAreMarkupStayNames(t *testing.T) {
	h := fresh(t)
	records := infested(t, h)
	b := h.as(org.Administrator)
	plain := func(path string, a answer) {
		t.Helper()
		if a.status >= http.StatusInternalServerError {
			t.Fatalf("%s: status %d", path, a.status)
		}
		if len(a.all("img")) > 0 || slices.ContainsFunc(a.all("script"), func(n *html.Node) bool { return attr(n, "src") == "" }) {
			t.Errorf("%s: markup of a user is markup of the page", path)
		}
	}
	for _, at := range records {
		if a := b.get(at); !strings.Contains(a.text(), `<script>alert(2)</script>`) {
			t.Errorf("%s does not show the name as it is", at)
		}
		for _, path := range []string{at, at + "/edit"} {
			plain(path, b.get(path))
		}
		plain("delete "+at, b.post(at+"/delete", "version", evil))
		plain("change "+at, b.post(at, "name", evil, "version", evil, "code", evil))
	}
	query := "?q=%22%3E%3Cimg%20src=x%3E&site=x&kind=%3Cimg%3E&unit=%22%3E%3Cimg%3E&role=%22%3E%3Cimg%3E&person=x&state=%3Cimg%3E"
	for _, path := range []string{"/sites", "/people", "/groups", "/lookups", "/lookups/site_type", "/roles", "/grants", "/settings", "/sites/new", "/units/new", "/people/new", "/groups/new", "/roles/new", "/grants/new", "/categories", "/categories/new", records[0] + "/ladder"} {
		plain(path, b.get(path))
		plain(path+query, b.get(path+query))
		if strings.HasSuffix(path, "/new") {
			at := strings.TrimSuffix(path, "/new")
			plain("post "+at, b.post(at, "name", evil, "code", evil, "kind", ""))
		}
	}
	plain("find", b.post("/groups", "kind", "people", "name", evil, "lead_id", evil, "find", evil, "op", "find"))
	plain("report", b.get("/r/HOUSE/s/EVIL"))
	plain("reported", b.postParts("/r/HOUSE/s/EVIL", nil, "title", evil, "contact", strings.Repeat(evil, 9)))
	b.postParts("/r/HOUSE/s/EVIL", nil, "title", evil).goes("/r/status?new=yes")
	plain("status", b.get("/r/status?new=%22%3E%3Cimg%3E"))
	plain("code", b.post("/r/status", "code", evil))
	plain("lookup", b.post("/lookups/site_type", "name", evil, "code", evil))
	plain("grant", b.post("/grants", "person_id", evil, "role_id", evil, "place", evil))
	plain("settings", b.post("/settings", "name", evil, "zone", evil, "version", evil))
	a := b.post("/settings", "name", evil, "zone", "UTC", "version", "1")
	a.goes("/settings")
	plain("flash", b.get("/settings").is(http.StatusOK, "is changed"))
	plain("password", b.post(records[2]+"/password", "password", evil))
}

func TestWhatCannotBeStoredIsRefusedAtItsField(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	for path, fields := range map[string][]string{
		"/sites":              with(newSiteFields, "name", "a\x00b"),
		"/units":              {"code", "X", "name", "a\xffb", "parent_id", "", "kind_id", "", "active", "true"},
		"/people":             with(newPersonFields, "name", "a\x00b"),
		"/groups":             {"kind", "people", "name", "a\x00b"},
		"/lookups/department": {"name", "a\x00b", "code", "X"},
		"/roles":              {"name", "a\x00b", "code", "X", "permissions", "site.read"},
		"/settings":           {"name", "a\x00b", "zone", "UTC", "version", "1"},
	} {
		if a := b.post(path, fields...).is(http.StatusUnprocessableEntity); a.message("name") != "This contains characters that cannot be stored." {
			t.Errorf("%s: %q", path, a.message("name"))
		}
	}
}
