package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

func TestLocationsStandInATreeBelowTheirSites(t *testing.T) {
	h := fresh(t)
	house := h.Location(h.Harbour.ID, "HOUSE", nil)
	floor := h.Location(h.Harbour.ID, "FLOOR", &house.ID)
	gate := h.Location(h.Mill.ID, "GATE", nil)
	in := asset.LocationInput{Site: h.Mill.ID, Code: "GATE", Name: "GATE", Status: asset.Maintenance, Active: true}
	if _, err := h.Asset.UpdateLocation(t.Context(), h.System, gate.ID, 1, in); err != nil {
		t.Fatal(err)
	}
	h.NewAsset(h.Harbour.ID, "A", func(in *asset.AssetInput) { in.Location = &floor.ID })
	b := h.as(org.Administrator)
	a := b.get("/locations").is(http.StatusOK, "3 places inside sites", "Harbour What is in Harbour HOUSE HOUSE What is in HOUSE FLOOR FLOOR 1 asset", "Mill What is in Mill GATE GATE Maintenance", "New location")
	if !a.linksTo("/locations/"+floor.ID.String()) || !a.linksTo("/locations?site="+h.Mill.ID.String()) {
		t.Error("the tree leads nowhere")
	}
	b.get("/locations?q=flo").is(http.StatusOK, "HOUSE", "FLOOR").lacks("GATE")
	b.get("/locations?q=hou").is(http.StatusOK, "FLOOR").lacks("GATE")
	b.get("/locations?q=nowhere").is(http.StatusOK, "No location has “nowhere”")
	mill := b.get("/locations?site="+h.Mill.ID.String()).is(http.StatusOK, "GATE").lacks("HOUSE")
	if mill.chosen("site") != h.Mill.ID.String() || !mill.linksTo("/locations/new?site="+h.Mill.ID.String()) {
		t.Error("the site is forgotten")
	}
	b.get("/locations?site="+h.Depot.ID.String()).is(http.StatusOK, "This site has no locations yet")
	b.get("/locations?site=nonsense").is(http.StatusUnprocessableEntity)
	h.as(org.Guard).get("/locations").is(http.StatusOK, "FLOOR", "1 asset").lacks("GATE", "New location")
	h.as(org.Technician).get("/locations").is(http.StatusOK, "No locations yet")
	if e := noLocations(actor.New(actor.Facts{Kind: actor.System})); e.Act.Href != "/locations/new" {
		t.Errorf("who may add a location is not led there: %+v", e)
	}
}

func TestALocationIsAddedChangedAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		house, room := h.Location(h.Harbour.ID, "HOUSE", nil), h.Value(org.LocationType, "ROOM")
		b := h.as(org.Supervisor) // of North
		form := b.get("/locations/new?site="+h.Harbour.ID.String()+"&inside="+house.ID.String()).is(http.StatusOK, "New location")
		if form.chosen("site_id") != h.Harbour.ID.String() || form.chosen("parent_id") != house.ID.String() {
			t.Errorf("a new location starts at %q, %q", form.chosen("site_id"), form.chosen("parent_id"))
		}
		a := b.post("/locations", with(form.fields("/locations"), "code", "r 1", "name", "Room 1", "type_id", room.ID.String(), "critical", "true", "latitude", "18.5", "longitude", "73.8")...)
		at := a.header.Get("Location")
		a.goes(at)
		b.get(at).is(http.StatusOK, "Room 1 is added", "R_1", "Critical.", "Inside HOUSE", "Type ROOM", "18.50000° N", "Nothing stands here yet.")
		made, err := h.Asset.GetLocation(t.Context(), h.System, mustID[id.Location](t, at))
		if err != nil {
			t.Fatal(err)
		}
		edit := b.get(at+"/edit").is(http.StatusOK, "Change Room 1", "At Harbour, for good")
		if len(edit.all("select", "name", "site_id")) != 0 || slices.Contains(edit.offers("parent_id"), "HOUSE / Room 1") {
			t.Error("the site is asked, or the location may stand in itself")
		}
		b.post(at, edit.fields(at)...).goes(at)
		if same, err := h.Asset.GetLocation(t.Context(), h.System, made.ID); err != nil || locationForm(same).values.Encode() != locationForm(made).values.Encode() {
			t.Errorf("sent as it stands it became %+v, %v", same, err)
		}
		b.post(at, with(b.get(at+"/edit").fields(at), "name", "Room one", "status", "STANDBY", "parent_id", "")...).goes(at)
		stale := b.post(at, with(edit.fields(at), "name", "Mine")...).is(http.StatusConflict)
		stale.differs("Name", "Room one", "Mine", "Inside", "Directly in the site", "HOUSE", "Status", "Standby", "Working")
		bad := b.post(at, with(b.get(at+"/edit").fields(at), "code", "", "longitude", "x")...).is(http.StatusUnprocessableEntity, "2 things to put right")
		if bad.message("code") == "" || bad.message("longitude") == "" {
			t.Error("what is wrong is not at its field")
		}
		h.NewAsset(h.Harbour.ID, "CRANE", func(in *asset.AssetInput) { in.Location = &made.ID })
		full := b.get(at).is(http.StatusOK, "CRANE", "New asset here", "Labels")
		if !full.linksTo("/assets/new?site=" + h.Harbour.ID.String() + "&location=" + made.ID.String()) {
			t.Error("no way to add an asset here")
		}
		b.post(at+"/delete", "version", "3").is(http.StatusOK, "Delete the location Room one?")
		b.post(at+"/delete", "version", "3", "confirm", "R_1").is(http.StatusConflict, "This location is in use.")
		b.get("/locations/" + house.ID.String()).is(http.StatusOK).lacks("Inside it")
		b.post("/locations/"+house.ID.String()+"/delete", "version", "1", "confirm", "HOUSE").goes("/locations")
		b.post("/locations", with(form.fields("/locations"), "code", "N", "name", "N", "site_id", h.Mill.ID.String())...).is(http.StatusForbidden)
		h.as(org.Guard).get(at).is(http.StatusOK, "CRANE").lacks("Delete", "New asset here")
	})
}

func TestALocationShowsWhatIsInsideIt(t *testing.T) {
	h := fresh(t)
	house := h.Location(h.Harbour.ID, "HOUSE", nil)
	floor := h.Location(h.Harbour.ID, "FLOOR", &house.ID)
	in := asset.LocationInput{Site: h.Harbour.ID, Parent: &house.ID, Code: "CELLAR", Name: "CELLAR"}
	if _, err := h.Asset.CreateLocation(t.Context(), h.System, in); err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		h.NewAsset(h.Harbour.ID, "A"+string(rune('A'+i%26))+string(rune('A'+i/26)), func(in *asset.AssetInput) { in.Location = &floor.ID })
	}
	a := h.as(org.Viewer).get("/locations/"+house.ID.String()).is(http.StatusOK, "Inside it", "CELLAR", "Inactive", "2 locations", "25 assets", "All of them")
	if got := strings.Join(a.subjects("inside"), " "); got != "CELLAR FLOOR" || len(a.subjects("standing")) != 25 {
		t.Errorf("inside %q, standing %d", got, len(a.subjects("standing")))
	}
	blind := h.Someone(nil, asset.CanReadLocation)
	h.signedIn(blind).get("/locations/"+house.ID.String()).is(http.StatusOK, "FLOOR").lacks("Assets here", "Labels")
}

func TestLocationsAndAssetsGoOutAsTheyAreNarrowed(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		equip(h)
		h.Location(h.Mill.ID, "GATE", nil)
		b := h.as(org.Administrator)
		for page, gives := range map[string][2]string{
			"assets?status=MAINTENANCE":               {"BETA", "GAMMA"},
			"assets?critical=true":                    {"ALPHA", "BETA"},
			"locations?site=" + h.Harbour.ID.String(): {"FLOOR", "GATE"},
			"locations?q=gate":                        {"GATE", "HOUSE"},
		} {
			list, query, _ := strings.Cut(page, "?")
			given, err := url.ParseQuery(query + "&format=xlsx")
			if err != nil {
				t.Fatal(err)
			}
			link := `href="/exports/` + list + `?` + strings.ReplaceAll(given.Encode(), "&", "&amp;") + `"`
			if !strings.Contains(b.get("/"+page).body, link) {
				t.Errorf("/%s does not offer what it shows", page)
			}
			a := b.get("/exports/" + page + "&format=csv").is(http.StatusOK)
			if a.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(a.body, gives[0]) || strings.Contains(a.body, ","+gives[1]+",") {
				t.Errorf("%s: %s", page, a.body)
			}
		}
		b.get("/exports/assets?site=nonsense").is(http.StatusUnprocessableEntity)
		b.get("/exports/locations?site=nonsense").is(http.StatusUnprocessableEntity)
		if a := h.as(org.Guard).get("/assets").is(http.StatusOK); strings.Contains(a.body, "/exports/") {
			t.Error("a guard is offered an export that he may not run")
		}
	})
}
