package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// latest gives the newest entry with a verb.
func (h *house) latest(verb string) journal.Entry {
	h.t.Helper()
	l, err := h.Journal.List(h.t.Context(), h.System, journal.Filter{Verb: verb}, page.Request{})
	if err != nil || len(l.Items) == 0 {
		h.t.Fatalf("no entry %s: %v", verb, err)
	}
	return l.Items[0]
}

// renamed changes a site as an administrator.
func (h *house) renamed(s org.Site, change func(*org.SiteInput)) org.Site {
	h.t.Helper()
	in := org.SiteInput{Unit: s.Unit, Type: s.Type, Code: s.Code, Name: s.Name, Zone: s.Zone, Point: s.Point, Radius: s.Radius, Address: s.Address, Active: s.Active}
	change(&in)
	now, err := h.Org.UpdateSite(h.t.Context(), h.Actor(org.Administrator), s.ID, s.Version, in)
	if err != nil {
		h.t.Fatal(err)
	}
	return now
}

func TestAuditIsNewestFirstAndGrows(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for range 30 {
			h.Actor(org.Guard)
		}
		h.Actor(org.Viewer)
		b := h.as(org.Auditor)
		a := b.get("/audit").is(200, "Arun Ash signed in", "Vani Vale signed in", "from 192.0.2.1", "50 entries shown", "Show more", "Today", "Times are in Asia/Kolkata.")
		if strings.Index(a.text(), "Arun Ash signed in") > strings.Index(a.text(), "Vani Vale signed in") {
			t.Error("the newest entry is not the first")
		}
		more := ""
		for _, n := range a.all("a") {
			if strings.Contains(textIn(n), "Show more") {
				more = attr(n, "href")
			}
		}
		rest := b.get(more).is(200, "entries").lacks("Arun Ash signed in", "Show more")
		seen := map[string]bool{}
		for _, x := range []answer{a, rest} {
			for _, n := range x.all("a") {
				if href := attr(n, "href"); strings.HasPrefix(href, "/audit/0") {
					if seen[href] {
						t.Errorf("%s stands twice", href)
					}
					seen[href] = true
				}
			}
		}
		if len(seen) < 60 {
			t.Errorf("%d entries in all", len(seen))
		}
	})
}

func TestAuditIsNarrowed(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.renamed(h.Mill, func(in *org.SiteInput) { in.Name = "Mill Two" })
		b := h.as(org.Administrator)
		a := b.get("/audit?what=site.updated").is(200, "Asha Alder changed the site Mill Two", "MILL", "1 entry", "What Site changed remove", "Clear all").lacks("signed in with", "Tower")
		if !a.linksTo("/audit") {
			t.Error("the filter cannot be taken away")
		}
		b.get("/audit?what=site").is(200, "changed the site Mill Two", "added the site Tower").lacks("added the unit")

		me := h.Staff[org.Administrator].ID.String()
		a = b.get("/audit?what=site&who="+me).is(200, "Mill Two", "Who Asha Alder").lacks("added the site Tower")
		if !a.linksTo("/audit?who="+me) || !a.linksTo("/audit?what=site") {
			t.Error("one filter cannot be taken away alone")
		}
		guard := h.Staff[org.Guard].ID.String()
		h.Actor(org.Guard)
		a = b.get("/audit?who="+guard).is(200, "Gopal Gale signed in")
		if got := a.all("option", "value", guard); len(got) != 1 || !hasAttr(got[0], "selected") {
			t.Error("who was chosen is not chosen in the form")
		}
		b.get("/audit?subject="+h.Mill.ID.String()).is(200, "Mill Two", "added the site Mill", "The chosen one").lacks("Tower")
		b.get("/audit?from=2026-11-26").is(200, "Nothing that fits", "From 26 Nov 2026")
		b.get("/audit?from=2026-11-25&to=2026-11-25&what=site.updated").is(200, "Mill Two")
		b.get("/audit?to=2026-11-24").is(200, "Nothing that fits", "Show the whole trail")

		b.get("/audit?who=x&from=y").is(http.StatusUnprocessableEntity, "Choose a day")
		b.get("/audit?after=x").is(http.StatusUnprocessableEntity)
	})
}

func TestAuditKeepsToTheActorsSites(t *testing.T) {
	h := fresh(t)
	m := h.Someone(&h.Mill.ID)
	h.Grant(m.ID, nil, &h.Mill.ID, journal.CanRead, org.CanReadSite)
	b := h.signedIn(m)
	b.get("/audit").is(200, "the site Mill").lacks("Tower", "Harbour", "Verify")
	tower := h.latest("site.created")
	for _, e := range []string{tower.ID.String(), id.New[id.Entry]().String(), "x"} { // Depot was the last
		b.get("/audit/" + e).is(http.StatusNotFound)
	}
	other := h.of(h.SecondTenant(), org.Administrator)
	other.get("/audit/" + tower.ID.String()).is(http.StatusNotFound)
	h.as(org.Guard).get("/audit").is(http.StatusForbidden)
	h.as(org.Viewer).post("/audit/verify").is(http.StatusForbidden)
}

func TestEntryShowsBeforeAndAfter(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		manager := h.Staff[org.Supervisor].ID
		h.renamed(h.Mill, func(in *org.SiteInput) {
			in.Name, in.Zone, in.Unit, in.Manager, in.Active = "Mill Two", "Europe/Berlin", &h.North.ID, &manager, false
			in.Point = &org.Point{Latitude: 18.5, Longitude: 74}
		})
		h.Seal()
		b := h.as(org.Auditor)
		a := b.get("/audit/"+h.latest("site.updated").ID.String()).is(200, "Asha Alder changed the site Mill Two", "Wednesday, 25 November 2026, 10:00:00", "Times are in Europe/Berlin.",
			"In a browser", "5 fields stayed as before")
		want := map[string][2]string{
			"Name": {"Mill", "→ Mill Two"}, "Time zone": {"Asia/Kolkata", "→ Europe/Berlin"}, "Unit": {"South", "→ North"}, "Manager": {"Nothing", "→ Samir Stone"},
			"Active": {"Yes", "→ No"}, "Longitude": {"73.8", "→ 74"}, "Latitude": {"", "18.5"}, "Type": {"", "Office"}, "Code": {"", "MILL"}, "Address": {"", "Nothing"},
			"Radius in metres": {"", "150"},
		}
		if diff := cmp.Diff(want, a.rows()); diff != "" {
			t.Error(diff)
		}
		for _, to := range []string{"/sites/" + h.Mill.ID.String(), "/people/" + h.Staff[org.Administrator].ID.String(), "/audit?subject=" + h.Mill.ID.String(), "/audit?what=site.updated"} {
			if !a.linksTo(to) {
				t.Errorf("no link to %s", to)
			}
		}
		if number := h.latest("site.updated").Seq; number == nil || !strings.Contains(a.text(), "Number "+grouped(*number)) {
			t.Error("the number in the chain is not shown")
		}
		b.get("/audit/"+h.latest("session.started").ID.String()).is(200, "Not sealed yet", "Arun Ash signed in", "Browser")
	})
}

// rows reads the comparison of a page: the field, before, after.
func (a answer) rows() map[string][2]string {
	out := map[string][2]string{}
	for _, tr := range a.all("tr") {
		var cells []string
		for n := range tr.ChildNodes() {
			if n.Data == "td" || attr(n, "scope") == "row" {
				cells = append(cells, textIn(n))
			}
		}
		switch len(cells) {
		case 2: // one column: what it is
			out[cells[0]] = [2]string{"", cells[1]}
		case 3:
			out[cells[0]] = [2]string{cells[1], cells[2]}
		}
	}
	return out
}

func TestEntriesAreToldInWords(t *testing.T) {
	h := fresh(t)
	ctx, admin := t.Context(), h.Actor(org.Administrator)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	guard, viewer := h.Staff[org.Guard], h.Staff[org.Viewer]
	must(h.Org.DeleteGrant(ctx, admin, h.Grants[org.Viewer].ID))
	_, err := h.Org.CreateGrant(ctx, admin, org.GrantInput{Person: guard.ID, Role: h.Roles[org.Viewer].ID, Unit: &h.North.ID})
	must(err)
	must(h.Auth.SetPassword(ctx, admin, viewer.ID, "walnut glider copper anthem"))
	must(h.Auth.EndSessions(ctx, admin, guard.ID))
	must(h.Auth.EndSession(ctx, admin, h.Actor(org.Guard).Session()))
	must(h.Auth.EndSessions(ctx, admin, admin.Person()))
	must(h.Auth.ChangePassword(ctx, admin, testworld.Password, "walnut glider copper anthem"))
	token, _, err := h.Auth.CreateToken(ctx, admin, auth.TokenInput{Name: "Payroll", Scopes: []actor.Permission{org.CanReadSite}, Expires: testworld.Morning.AddDate(0, 1, 0)})
	must(err)
	must(h.Auth.DeleteToken(ctx, admin, token.ID))
	g, err := h.People.CreateGroup(ctx, admin, people.GroupInput{Kind: people.OfPeople, Name: "Owls", Active: true, People: []id.Person{guard.ID, viewer.ID}})
	must(err)
	_, err = h.People.UpdateGroup(ctx, admin, g.ID, g.Version, people.GroupInput{Kind: people.OfPeople, Name: "Owls", Active: true, People: []id.Person{guard.ID}})
	must(err)
	role, err := h.Org.CreateRole(ctx, admin, org.RoleInput{Code: "R", Name: "Reader", Permissions: []actor.Permission{org.CanReadSite, org.CanReadUnit}})
	must(err)
	_, err = h.Org.UpdateRole(ctx, admin, role.ID, role.Version, org.RoleInput{Code: "R", Name: "Reader", Permissions: []actor.Permission{org.CanReadSite, org.CanReadLookup}})
	must(err)

	b := h.signedIn(testworld.Member{Person: h.Staff[org.Auditor].Person, Password: testworld.Password})
	b.get("/audit").is(200,
		"Asha Alder took away the role Viewer everywhere from Vani Vale", "Asha Alder gave Gopal Gale the role Viewer in North", "Asha Alder gave Vani Vale a new password",
		"Asha Alder ended the sessions of Gopal Gale", "Asha Alder ended all their other sessions", "Asha Alder changed their own password",
		"Asha Alder made the API token Payroll", "Asha Alder revoked the API token Payroll", "Asha Alder added the group Owls", "Asha Alder changed the role Reader", "Test world added Vani Vale", "by the system",
		"Test world gave Gopal Gale the role Guard at Harbour", "Test world gave Vani Vale a password")

	a := b.get("/audit/" + h.latest("group.updated").ID.String()).is(200)
	if got := a.rows()["Members: only what differs"]; got != [2]string{"Vani Vale", "→ Nothing"} {
		t.Errorf("members %v", got)
	}
	a = b.get("/audit/" + h.latest("role.updated").ID.String()).is(200)
	if got := a.rows()["Permissions: only what differs"]; got != [2]string{"See units", "→ See lookups"} {
		t.Errorf("permissions %v", got)
	}
	a = b.get("/audit/" + h.latest("grant.created").ID.String()).is(200)
	if got := a.rows(); got["Person"][1] != "Gopal Gale" || got["Role"][1] != "Viewer" || got["Unit"][1] != "North" || got["Created"][1] != "Today, 14:30" {
		t.Errorf("grant %v", got)
	}
	b.get("/audit/" + h.latest("session.ended").ID.String()).lacks("Nothing")
	// A ticket is told with the words of its page, and leads to it.
	lamp := h.NewTicket(h.Mill.ID, h.Category("LAMPS").ID, "Lamp out")
	if a = b.get("/audit/"+h.latest("ticket.created").ID.String()).is(200, "Category LAMPS", "Status New", "Came from SYSTEM").lacks("another record", "Updated at", "Held micros"); !a.linksTo("/tickets/" + lamp.ID.String()) {
		t.Error("no way to the ticket")
	}
	b.get("/audit/"+h.latest("token.deleted").ID.String()).is(200, "As it was last", "Payroll").lacks("As it was made")
	b.get("/audit/"+h.latest("role.created").ID.String()).is(200, "As it was made", "Reader").lacks("As it was last")
	b.get("/audit/"+h.latest("person.password_set").ID.String()).is(200, "This entry keeps no record")
}

func TestNamesOfWhatCannotBeSeen(t *testing.T) {
	h := fresh(t)
	m := h.Someone(nil)
	h.Grant(m.ID, nil, nil, journal.CanRead)
	b := h.signedIn(m)
	b.get("/audit").is(200, "Test world gave somebody the role that is gone")
	h.renamed(h.Mill, func(in *org.SiteInput) { in.Unit = &h.North.ID; in.Name = "Mill Two" })
	a := b.get("/audit/"+h.latest("site.updated").ID.String()).is(200, "Times are in Asia/Kolkata.")
	if got := a.rows()["Unit"]; got != [2]string{"a unit", "→ a unit"} {
		t.Errorf("unit %v", got)
	}
	if got := a.rows()["Type"]; got[1] != "a value" {
		t.Errorf("type %v", got)
	}
}

func TestUnknownVerbsAndRecordsAreTold(t *testing.T) {
	if got := told("rocket.launched_twice"); got.label != "rocket launched twice" || got.sentence != "{who}: rocket launched twice {what}" {
		t.Errorf("told %+v", got)
	}
	for text, want := range map[string]int{"": 0, "[1]": 0, "{": 0, `{"a":`: 0, `{"a":1,"b":[{"name":"x"},{"z":2},"y"],"c":{"d":null,"e":true}}`: 4} {
		if got := readKept(text); len(got) != want {
			t.Errorf("%s gives %v", text, got)
		}
	}
	f := readKept(`{"b":[{"name":"x"},{"z":2},"y"]}`)[0]
	if diff := cmp.Diff([]string{"x", `{"z":2}`, "y"}, f.values); diff != "" {
		t.Error(diff)
	}
	for key, want := range map[string]string{"login_id": "Login", "new_thing": "New thing", "": ""} {
		if got := labelOf("site", key); got != want {
			t.Errorf("labelOf(%q) = %q", key, got)
		}
	}
}
