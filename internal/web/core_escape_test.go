package web

import (
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// evil breaks out of text, attributes and scripts, if anything lets it. Markup in a name is a name.
const evil = `"'><img src=x onerror=alert(1)><script>alert(2)</script>{{7}}&lt;`

func TestNothingThatPeopleTypeIsMarkup(t *testing.T) {
	h := fresh(t)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	h.renamed(h.Harbour, func(in *org.SiteInput) { in.Name, in.Address = evil, evil })
	tenant, err := h.Org.GetTenant(ctx, h.System)
	must(err)
	_, err = h.Org.UpdateTenant(ctx, h.System, tenant.Version, org.TenantInput{Name: evil, Zone: "Asia/Kolkata"})
	must(err)
	for _, role := range []string{org.Guard, org.Administrator} {
		m := h.Staff[role]
		_, err = h.People.UpdatePerson(ctx, h.System, m.ID, m.Version, people.PersonInput{Code: m.Code, Name: evil, Login: m.Login, HomeSite: &h.Harbour.ID, Active: true})
		must(err)
	}
	_, err = h.People.CreateGroup(ctx, h.System, people.GroupInput{Kind: people.OfPeople, Name: evil, Active: true})
	must(err)
	_, err = h.Org.CreateRole(ctx, h.System, org.RoleInput{Code: "EVIL", Name: evil, Description: evil, Permissions: []actor.Permission{org.CanReadSite}})
	must(err)
	_, _, err = h.Auth.CreateToken(ctx, h.Actor(org.Administrator), auth.TokenInput{Name: evil, Expires: testworld.Morning.AddDate(0, 1, 0)})
	must(err)
	_, err = h.Auth.SignIn(ctx, auth.SignIn{Tenant: "HOUSE", Login: h.Staff[org.Administrator].Login, Password: testworld.Password, From: auth.Origin{Agent: evil, Source: evil}})
	must(err)

	admin, guard := h.as(org.Administrator), h.as(org.Guard)
	plain := func(name string, a answer) {
		t.Helper()
		if a.status >= 500 {
			t.Fatalf("%s: status %d", name, a.status)
		}
		if n := len(a.all("img")); n > 0 || strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s: markup of a user is markup of the page", name)
		}
	}
	for _, path := range []string{"/", "/account", "/account/password", "/account/sessions", "/account/tokens", "/account/tokens/new", "/audit", "/audit?what=" + "%22%3E%3Cimg%20src=x%3E",
		"/search?q=img", "/search?q=%22%3E%3Cimg%20src=x%3E%3Cscript%3Ealert(1)%3C/script%3E"} {
		plain(path, admin.get(path))
	}
	plain("guard", guard.get("/").is(200, evil))
	for _, verb := range []string{"site.updated", "tenant.updated", "person.updated", "group.created", "role.created", "token.created", "session.started"} {
		plain(verb, admin.get("/audit/"+h.latest(verb).ID.String()).is(200))
	}
	admin.get("/audit").is(200, evil)
	admin.get("/search?q=img").is(200, evil)
	admin.get("/account/tokens").is(200, evil)
	if hits := admin.get("/search/hits?q=img"); strings.Contains(hits.body, "<img") || !strings.Contains(hits.body, `\u003cimg`) {
		t.Error("the palette's answer has raw markup")
	}

	visitor := h.browser()
	plain("org", visitor.get("/login?org=%22%3E%3Cimg%20src=x%3E&next=/%22%3E%3Cimg%3E"))
	plain("sign-in", visitor.post("/login", "tenant", evil, "known", "true", "login", evil, "password", "x", "next", "/"+evil).is(422))
	plain("sign-in, short", visitor.post("/login", "tenant", `"><img src=x>`, "known", "true", "login", evil, "password", "x", "next", "/?"+evil).is(401, `"><img src=x>`))
	a := admin.post("/account/tokens", "name", evil, "expires_at", evil, "scopes", evil).is(422)
	plain("token", a)
	if a.value("name") != evil {
		t.Errorf("the name came back as %q", a.value("name"))
	}
	plain("new token", admin.post("/account/tokens", "name", evil, "expires_at", "2026-12-31").is(201, evil))
}
