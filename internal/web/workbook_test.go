package web

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	tables "intelliwiz/internal/sheet" // a sheet is a form here
	"intelliwiz/internal/testworld"
)

// everySheet is a workbook with all its tables: a whole organisation, each sheet with its name, its headings and its rows.
var everySheet = [][]string{ //nolint:gochecknoglobals // a table of the test
	{"Lookups", "List|Code|Name", "site_type|PLANT|Plant", "location_type|ROOM|Room", "asset_type|PUMP|Pump", "department|TECH|Engineering"},
	{"Units", "Code|Name|Belongs to", "EAST-1|East one|EAST", "EAST|East|"},
	{"Sites", "Code|Name|Belongs to|Type|Time zone|Latitude|Longitude|Manager", "PIER|Pier nine|EAST-1|PLANT|Asia/Kolkata|18.5|73.8|P2", "QUAY|Quay|EAST-1|PLANT||||"},
	{"People", "Code|Name|Login|Home site|Reports to|Department|Role|Role holds at",
		"P1|Ada Pier|ada.p|PIER|P2|TECH|TECHNICIAN|", "P2|Bo Pier|bo.p|PIER||TECH|SUPERVISOR|EAST"},
	{"Groups", "Kind|Name|Lead|Members", "people|Pier crew|P2|P1, P2", "sites|Piers||PIER, QUAY"},
	{"Locations", "Site|Code|Name|Belongs to|Type", "PIER|CELLAR|Cellar|HALL|ROOM", "PIER|HALL|Hall||ROOM"},
	{"Assets", "Site|Code|Name|Location|Type|Critical", "PIER|PUMP-1|Bilge pump|CELLAR|PUMP|yes"},
	{"Ticket categories", "Code|Name|Priority|Clock|To be resolved in (min)", "PUMPS|Pumps and drains|HIGH|ELAPSED|120"},
}

func workbook(t *testing.T, sheets [][]string) string {
	t.Helper()
	b, out := tables.NewBook(), &bytes.Buffer{}
	for _, s := range sheets {
		must(t, b.Sheet(s[0]))
		for _, line := range s[1:] {
			must(t, b.Write(strings.Split(line, "|")))
		}
	}
	must(t, b.Send(out))
	return out.String()
}

// TestATenantBuiltFromAWorkbookCanBeWorkedWithAtOnce begins with an empty installation and touches nothing but pages.
func TestATenantBuiltFromAWorkbookCanBeWorkedWithAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, testworld.Empty(t, d))
		if all := h.Exchange.Kinds(); len(all) != len(everySheet)+2 { // plans ask checklists, which no sheet brings
			t.Fatalf("the workbook has %d sheets, there are %d kinds beside plans", len(everySheet), len(all)-2)
		}
		admin := h.founded(t)
		tried := admin.upload("/imports", "workbook", "all.xlsx", workbook(t, everySheet))
		at := tried.header.Get("Location")
		admin.get(at).is(http.StatusOK, "Import 16 rows", "Bilge pump", "Pumps and drains").lacks("Left out")
		admin.get("/sites").is(http.StatusOK).lacks("Pier nine") // a preview brings nothing in
		admin.post(at+"/apply", "version", "1").goes(at)
		admin.get(at).is(http.StatusOK, "16 rows imported")

		bo, ada := h.welcomed(t, admin, "Bo Pier", "bo.p"), h.welcomed(t, admin, "Ada Pier", "ada.p")
		pump := bo.get("/assets").is(http.StatusOK).leads(t, "Bilge pump")
		bo.get(pump).is(http.StatusOK, "PUMP-1", "Cellar", "Equipment, critical")
		site := strings.TrimPrefix(bo.get("/sites").is(http.StatusOK).leads(t, "Pier nine"), "/sites/")
		form := bo.get("/tickets/new?site="+site+"&asset=PUMP-1").is(http.StatusOK, "Pumps and drains")
		category := ""
		for _, o := range form.all("option") {
			if textIn(o) == "Pumps and drains" {
				category = attr(o, "value")
			}
		}
		made := bo.post("/tickets", with(form.fields("/tickets"), "title", "Pump runs dry", "description", "Since noon", "category_id", category, "priority", "")...)
		ticket := made.header.Get("Location")
		made.goes(ticket)
		bo.get(ticket).is(http.StatusOK, "PIER#1 is reported", "Bilge pump", "Cellar", "High", "Bo Pier")
		version := func() string { t.Helper(); return bo.get(ticket).value("version") }
		bo.post(ticket+"/assign", "version", version(), "to_whom", "Ada Pier").goes(ticket)
		bo.post(ticket+"/comment", "version", version(), "comment", "Look at the float first").goes(ticket)

		ada.get("/").is(http.StatusOK, "Pump runs dry")
		ada.get("/tickets?with=me").is(http.StatusOK, "Pump runs dry", "Bilge pump")
		ada.get(ticket).is(http.StatusOK, "Look at the float first", "Take")
		ada.post(ticket+"/move", "version", version(), "to", "OPEN").goes(ticket)
		bo.get(pump).is(http.StatusOK, "Pump runs dry")
		bo.post(ticket+"/move", "version", version(), "to", "RESOLVED", "comment", "The float was stuck").goes(ticket)
		bo.get(ticket).is(http.StatusOK, "The float was stuck", "It is resolved.")
		bo.get("/tickets").is(http.StatusOK).lacks("Pump runs dry") // nothing is to do any more
		bo.get("/tickets?status=RESOLVED").is(http.StatusOK, "Pump runs dry", "Pumps and drains", "Ada Pier", "Pier nine")
		if out := admin.get("/exports/tickets?status=all&format=csv").is(http.StatusOK); !strings.Contains(out.body, "PIER#1,Pump runs dry,RESOLVED,HIGH,INCIDENT,Pumps and drains,PIER") {
			t.Errorf("goes out as %s", out.body)
		}
	})
}

// founded sets the installation up by its first page, and gives the administrator's browser.
func (h *house) founded(t *testing.T) *browser {
	t.Helper()
	secret, err := h.Auth.OpenSetup(t.Context())
	must(t, err)
	b := h.browser()
	b.post("/setup/"+secret, "organisation", "Tin Lantern", "code", "lantern", "zone", "Asia/Kolkata", "name", "Asha Alder", "login_id", "asha", "email", "",
		"password", "walnut glider copper anthem", "again", "walnut glider copper anthem").goes("/")
	return b
}

// welcomed gives somebody of the workbook a first password, and has them sign in and choose their own.
func (h *house) welcomed(t *testing.T, admin *browser, name, login string) *browser {
	t.Helper()
	const first, own = "anvil breeze cotton dune", "marble otter quilt sextant"
	at := admin.get("/people").is(http.StatusOK).leads(t, name)
	admin.post(at+"/password", "password", first).goes(at)
	b := h.browser()
	b.post("/login", "tenant", "LANTERN", "login", login, "password", first, "next", "")
	b.post("/account/password", "current", first, "password", own, "again", own, "next", "")
	b.get("/").is(http.StatusOK, name)
	return b
}

// leads gives the address behind a link with a text in it.
func (a answer) leads(t *testing.T, text string) string {
	t.Helper()
	for _, n := range a.all("a") {
		if strings.Contains(textIn(n), text) {
			return attr(n, "href")
		}
	}
	t.Fatalf("no link %q on\n%s", text, a.text())
	return ""
}
