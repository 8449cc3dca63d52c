package web

import (
	"net/http"
	"strings"
	"testing"

	"intelliwiz/internal/exchange"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

// TestWhatIsAnothersIsLikeWhatIsNot calls every page that takes an id as the administrator of one tenant with an id of another, with one
// that nothing has, and with a text that is none: the answers differ in nothing but the id.
func TestWhatIsAnothersIsLikeWhatIsNot(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		other := h.SecondTenant()
		group, err := h.People.CreateGroup(t.Context(), other.System, people.GroupInput{Kind: people.OfPeople, Name: "Theirs", Active: true})
		if err != nil {
			t.Fatal(err)
		}
		imported, err := h.Exchange.Try(t.Context(), other.Actor(org.Administrator), exchange.Sites, "theirs.csv", strings.NewReader("Code,Name\nQUAY,Quay\n"))
		if err != nil {
			t.Fatal(err)
		}
		theirs := map[string]string{
			"/sites": other.Harbour.ID.String(), "/units": other.North.ID.String(), "/people": other.Staff[org.Guard].ID.String(), "/groups": group.ID.String(),
			"/lookups": other.Security.ID.String(), "/roles": other.Roles[org.Guard].ID.String(), "/grants": other.Grants[org.Guard].ID.String(),
			"/imports":    imported.ID.String(),
			"/categories": other.Category("FAR").ID.String(),
		}
		session := id.New[id.Session]().String()
		p := newPages(h.config)
		b, asked := h.as(org.Administrator), 0
		for _, route := range p.setupRoutes() {
			if !strings.Contains(route.Path, "{id}") {
				continue
			}
			asked++
			prefix := "/" + firstPart(route.Path)
			answers := map[string]string{}
			for kind, text := range map[string]string{"foreign": theirs[prefix], "unknown": id.New[id.Any]().String(), "no id": "nonsense"} {
				path := strings.NewReplacer("{id}", text, "{list}", "department", "{session}", session).Replace(route.Path)
				a := b.get(path)
				if route.Method == http.MethodPost {
					a = b.post(path, "version", "1", "confirm", "yes")
				}
				a.is(http.StatusNotFound)
				answers[kind] = strings.ReplaceAll(a.body, text, "ID")
			}
			if answers["foreign"] != answers["unknown"] || answers["unknown"] != answers["no id"] {
				t.Errorf("%s %s tells another tenant's record from one that is not there:\n%s\n%s", route.Method, route.Path, answers["foreign"], answers["unknown"])
			}
		}
		if asked < 20 {
			t.Errorf("only %d routes with an id", asked)
		}
		// Ids of another tenant in a field are as unknown as any.
		for _, text := range []string{other.North.ID.String(), id.New[id.Unit]().String()} {
			a := b.post("/sites", with(newSiteFields, "unit_id", text)...).is(http.StatusUnprocessableEntity)
			if a.message("unit_id") != "There is no such unit." {
				t.Errorf("a unit of another tenant: %q", a.message("unit_id"))
			}
		}
		a := b.post("/people", with(newPersonFields, "home_site_id", other.Harbour.ID.String(), "department_id", other.Security.ID.String())...).is(http.StatusUnprocessableEntity, "2 things to put right")
		if a.message("home_site_id") == "" || a.message("department_id") == "" {
			t.Error("places of another tenant are taken")
		}
		b.post("/groups", "kind", "people", "name", "Mixed", "active", "true", "people", other.Staff[org.Guard].ID.String()).is(http.StatusUnprocessableEntity, "There is no such person.")
		for path, sees := range map[string]string{"/people?site=" + other.Harbour.ID.String(): "Nobody is at home at this site", "/grants?role=" + other.Roles[org.Guard].ID.String(): "Nobody whom you see has this role"} {
			b.get(path).is(http.StatusOK, sees)
		}
	})
}
