package app

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/rest"
)

// nounOf says what {id} names in a path, by what stands before it.
func nounOf(path string) string {
	nouns := map[string]string{
		"units": "unit", "sites": "site", "lookups": "lookup", "roles": "role", "grants": "grant", "people": "person", "groups": "group",
		"audit": "entry", "tokens": "token", "services": "service", "sso": "provider", "sso-providers": "provider", "provider": "provider", "devices": "device", "impersonations": "impersonation", "factors": "factor", "sessions": "session", "notices": "notice", "mutes": "record", "push": "subscription", "locations": "location", "assets": "asset", "tickets": "ticket", "ticket-categories": "category",
		"questions": "question", "checklists": "checklist", "checklist-forms": "form", "plans": "plan", "blackouts": "blackout", "tasks": "task", "posts": "post", "assignments": "assignment", "views": "view", "imports": "import", "categories": "category", "webhooks": "webhook", "deliveries": "delivery", "{list}": "lookup", "files": "file", "{noun}": "asset",
	}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{id") && i > 0 {
			return nouns[parts[i-1]]
		}
	}
	return ""
}

// TestIsolation calls every page and REST operation as the administrator of another tenant with the ids of the first: the answer is the one
// for an id that does not exist, word for word, and no answer at all names a record of the first tenant.
func TestIsolation(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			h := openHouse(t, engine)
			tried := 0
			for _, r := range h.table {
				if strings.HasPrefix(r.Path, "/static/") || r.Path == "/graphql" {
					continue
				}
				noun := nounOf(r.Path)
				if strings.Contains(r.Path, "{id}") && noun == "" {
					t.Errorf("%s: what does its {id} name? Add it to nounOf", r.Path)
					continue
				}
				tried++
				h.compare(r, noun)
			}
			if tried < 100 {
				t.Errorf("only %d routes were tried", tried)
			}
		})
	}
}

// compare calls one route twice, with a foreign and with an unknown id, in the path and wherever the body names records.
func (h *house) compare(r reply.Route, noun string) {
	h.t.Helper()
	nobody := unknown()
	contentType, foreign, none := h.bodies(r, nobody)
	if noun == "" && foreign == none && foreign != "" {
		return // it names no record
	}
	const who = "B ADMINISTRATOR"
	got, gotBody := h.ask(who, r.Method, fill(r.Path, h.ids[noun]), contentType, foreign)
	want, wantBody := h.ask(who, r.Method, fill(r.Path, nobody), contentType, none)
	moves := r.Name == "operations" // it counts requests, also these; of whom it tells is tested with its page
	if got.StatusCode != want.StatusCode || !moves && h.neutral(gotBody, nobody) != h.neutral(wantBody, nobody) {
		h.t.Errorf("%s %s: a foreign id is told from an unknown one: %d and %d\n%s\n%s", r.Method, r.Path, got.StatusCode, want.StatusCode,
			h.neutral(gotBody, nobody), h.neutral(wantBody, nobody))
	}
	if noun != "" && r.Method == http.MethodGet && got.StatusCode != http.StatusNotFound {
		h.t.Errorf("GET %s with a foreign id answers %d", r.Path, got.StatusCode)
	}
	for kind, id := range h.ids {
		if noun == "" && foreign == "" && strings.Contains(gotBody, id) {
			h.t.Errorf("%s %s shows a %s of another tenant", r.Method, r.Path, kind)
		}
	}
}

// bodies gives the example body of an operation with its references to other records replaced by foreign and by unknown ids; for pages, a
// form that names records of every noun.
func (h *house) bodies(r reply.Route, nobody string) (contentType, foreign, none string) {
	if reply.Safe(r.Method) {
		return "", "", ""
	}
	if !reply.IsAPI(r.Path) {
		with := func(pick func(noun string) string) string {
			form := "version=1&code=X1&name=X&login_id=xyz&zone=Asia%2FKolkata&radius=100&kind=people&permissions=site.read&active=on"
			for field, noun := range references {
				form += "&" + field + "=" + pick(noun)
			}
			return form
		}
		return "application/x-www-form-urlencoded", with(func(noun string) string { return h.ids[noun] }), with(func(string) string { return nobody })
	}
	if strings.HasPrefix(r.Name, "file.") && strings.HasSuffix(r.Name, ".create") {
		return uploadType, uploaded("All is well."), uploaded("All is well.")
	}
	body := exampleOf(h.t, r.Name)
	if body == nil {
		return "application/json", "", ""
	}
	with := func(pick func(noun string) string) string {
		for _, field := range referring[strings.Split(r.Name, ".")[0]] {
			if noun, single := references[field]; single {
				body[field[strings.Index(field, ".")+1:]] = pick(noun)
			} else {
				body[field] = []string{pick(strings.TrimSuffix(strings.Replace(field, "people", "person", 1), "s"))}
			}
		}
		raw, err := json.Marshal(body)
		if err != nil {
			h.t.Fatal(err)
		}
		return string(raw)
	}
	return "application/json", with(func(noun string) string { return h.ids[noun] }), with(func(string) string { return nobody })
}

// referring are the input fields of a noun that name other records.
var referring = map[string][]string{
	"unit": {"parent_id", "kind_id"}, "site": {"unit_id", "type_id", "manager_id"},
	"person": {"home_site_id", "manager_id", "department_id", "designation_id"}, "group": {"lead_id", "people"},
	"grant": {"person_id", "role_id", "site_id"}, "location": {"site_id", "location.parent_id", "type_id"},
	"asset":  {"site_id", "location_id", "asset.parent_id", "type_id", "category_id", "brand_id", "provider_id", "asset.unit_id", "meter_id"},
	"ticket": {"site_id", "ticket.category_id", "location_id", "asset_id", "person_id", "group_id"}, "ladder": {"site_id"},
	"plan": {"site_id", "checklist_id", "asset_id", "person_id", "group_id", "post_id", "plan.category_id"}, "blackout": {"site_id"}, "task": {"person_id", "group_id"}, "post": {"site_id", "location_id", "plan.category_id", "person_id"},
}

// references are the input fields that name other records; where nouns differ about one, the noun stands before it.
var references = map[string]string{
	"parent_id": "unit", "unit_id": "unit", "kind_id": "lookup", "type_id": "lookup", "department_id": "lookup", "designation_id": "lookup",
	"manager_id": "person", "lead_id": "person", "person_id": "person", "home_site_id": "site", "site_id": "site", "role_id": "role",
	"location.parent_id": "location", "asset.parent_id": "asset", "asset.unit_id": "lookup", "location_id": "location",
	"category_id": "lookup", "ticket.category_id": "category", "plan.category_id": "category", "checklist_id": "checklist", "asset_id": "asset", "group_id": "group", "post_id": "post", "brand_id": "lookup", "provider_id": "lookup", "meter_id": "lookup",
}

func exampleOf(t testing.TB, name string) map[string]any {
	t.Helper()
	all, err := rest.Operations()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range all {
		if o.Name != name || o.Body == "" || o.Takes != nil {
			continue
		}
		var body map[string]any
		if err := json.Unmarshal([]byte(o.Body), &body); err != nil {
			t.Fatalf("example of %s: %v", name, err)
		}
		return body
	}
	return nil
}

var (
	requestIDs = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{6}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}`)
	nonces     = regexp.MustCompile(`nonce="[^"]*"`)
	clocks     = regexp.MustCompile(`\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?|\d{8}T\d{6}Z`)
)

// neutral takes out of an answer what differs from request to request and the ids that were asked for.
func (h *house) neutral(body, nobody string) string {
	body = requestIDs.ReplaceAllString(body, "REQUEST")
	body = nonces.ReplaceAllString(body, "NONCE")
	body = clocks.ReplaceAllString(body, "TIME")
	body = strings.ReplaceAll(body, nobody, "ID")
	for _, id := range h.ids {
		body = strings.ReplaceAll(body, id, "ID")
	}
	return body
}
