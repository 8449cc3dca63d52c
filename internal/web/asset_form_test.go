package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// assetFilled is a form about a new asset as somebody fills it in.
func assetFilled(h *house, more ...string) []string {
	return with([]string{
		"code", "lift-1", "name", "Lift one", "site_id", h.Tower.ID.String(), "location_id", "", "parent_id", "", "kind", "EQUIPMENT", "status", "STANDBY", "capacity", "630.5",
		"meter_factor", "10", "model", "L-9", "serial", "S-77", "made_year", "2021", "purchased_on", "2021-04-01", "installed_on", "", "warranty_until", "2027-01-01",
		"service_from", "2026-01-01", "service_until", "2026-12-31", "latitude", "18.5", "longitude", "73.8", "active", "true", "critical", "true",
	}, more...)
}

func TestAnAssetIsAddedChangedAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		room, brand := h.Location(h.Tower.ID, "ROOM", nil), h.Value(org.AssetBrand, "NORDIC")
		motor := h.NewAsset(h.Tower.ID, "MOTOR", func(in *asset.AssetInput) { in.Name = "Motor 1" })
		b := h.as(org.Administrator)
		form := b.get("/assets/new?site="+h.Tower.ID.String()+"&location="+room.ID.String()).is(http.StatusOK, "New asset").lacks("Why the status changes")
		if form.chosen("site_id") != h.Tower.ID.String() || form.chosen("location_id") != room.ID.String() || form.chosen("status") != "WORKING" || form.value("meter_factor") != "1" {
			t.Errorf("a new asset starts at %q, %q, %q, %q", form.chosen("site_id"), form.chosen("location_id"), form.chosen("status"), form.value("meter_factor"))
		}
		a := b.post("/assets", assetFilled(h, "location_id", room.ID.String(), "parent_id", "motor Motor 1", "brand_id", brand.ID.String())...)
		at := a.header.Get("Location")
		a.goes(at)
		made, err := h.Asset.GetAsset(t.Context(), h.System, mustID[id.Asset](t, at))
		if err != nil {
			t.Fatal(err)
		}
		if made.Code != "LIFT-1" || made.Parent == nil || *made.Parent != motor.ID || *made.Location != room.ID || *made.Brand != brand.ID || *made.Capacity != 630.5 ||
			made.MeterFactor != 10 || *made.MadeYear != 2021 || made.WarrantyUntil != "2027-01-01" || !made.Critical || made.Point == nil || made.Status != asset.Standby {
			t.Errorf("got %+v", made)
		}
		b.get(at).is(http.StatusOK, "Lift one is added")

		// the form of the page changes nothing when it is sent as it stands
		edit := b.get(at+"/edit").is(http.StatusOK, "Change Lift one", "Why the status changes")
		b.post(at, edit.fields(at)...).goes(at)
		again, err := h.Asset.GetAsset(t.Context(), h.System, made.ID)
		if err != nil {
			t.Fatal(err)
		}
		made.Version = 2
		if again.Updated = made.Updated; assetForm(again, "").values.Encode() != assetForm(made, "").values.Encode() {
			t.Errorf("got %+v, want %+v", again, made)
		}
		b.post(at, with(b.get(at+"/edit").fields(at), "name", "Lift 1", "status", "WORKING", "status_note", "wired", "critical", "-", "parent_id", "Motor 1")...).goes(at)
		b.get(at).is(http.StatusOK, "Lift 1 is changed", "Working, was standby", "wired").lacks("Equipment, critical")

		// somebody was faster: both versions stand side by side
		stale := b.post(at, with(edit.fields(at), "name", "Mine", "parent_id", "")...).is(http.StatusConflict)
		stale.differs("Name", "Lift 1", "Mine", "Belongs to", "MOTOR Motor 1", "Nothing", "Status", "Working", "Standby", "Critical", "No", "Yes")
		b.post(at, stale.fields(at)...).goes(at)

		b.post(at+"/delete", "version", "4").is(http.StatusOK, "Delete the asset Mine?", "Type LIFT-1 to go on")
		b.post(at+"/delete", "version", "1", "confirm", "LIFT-1").is(http.StatusConflict, "That was not done")
		b.post("/assets/"+motor.ID.String()+"/delete", "version", "1", "confirm", "MOTOR").goes("/assets")
		b.post(at+"/delete", "version", "4", "confirm", "LIFT-1").goes("/assets")
		b.get("/assets").is(http.StatusOK, "Mine is deleted")
		b.get(at).is(http.StatusNotFound)
	})
}

func TestWhatIsWrongWithAnAssetIsSaidAtItsField(t *testing.T) {
	h := fresh(t)
	deck := h.Location(h.Harbour.ID, "DECK", nil)
	h.NewAsset(h.Tower.ID, "P1", func(in *asset.AssetInput) { in.Name = "Pump" })
	h.NewAsset(h.Tower.ID, "P2", func(in *asset.AssetInput) { in.Name = "Pump" })
	b := h.as(org.Administrator)
	in := assetFilled(h, "code", "A__B", "name", "", "capacity", "much", "meter_factor", "0", "made_year", "x", "purchased_on", "2026-11-26", "warranty_until", "soon",
		"service_until", "2025-01-01", "latitude", "")
	a := b.post("/assets", in...).is(http.StatusUnprocessableEntity, "things to put right", "Code: Use letters")
	for field, want := range map[string]string{
		"name": "Enter a value.", "capacity": "Enter a number", "meter_factor": "The factor is above 0", "made_year": "Enter a whole number", "warranty_until": "A date looks like",
		"service_until": "cannot end before it begins", "latitude": "Enter the latitude too",
	} {
		if !strings.Contains(a.message(field), want) {
			t.Errorf("%s: %q, want %q", field, a.message(field), want)
		}
	}
	if a.value("capacity") != "much" || a.value("code") != "A__B" {
		t.Error("what was typed is lost")
	}
	a = b.post("/assets", assetFilled(h, "location_id", deck.ID.String(), "purchased_on", "2026-11-26")...).is(http.StatusUnprocessableEntity)
	if a.message("location_id") != "There is no such location at this site." || !strings.Contains(a.message("purchased_on"), "future") {
		t.Errorf("%q %q", a.message("location_id"), a.message("purchased_on"))
	}
	for typed, want := range map[string]string{"pump": "2 assets fit. Write one like this: P1 Pump, P2 Pump.", "nothing like it": "No asset that you see", "P1": "", "p2 pump": "", "P1 Other": "No asset that you see"} {
		f := newForm("parent_id", typed)
		p := newPages(h.config)
		found, err := p.readAssetRef(t.Context(), h.Actor(org.Administrator), &f, "parent_id")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := f.check.Err(); err != nil {
			got = faultsOf(err).At("parent_id")
		}
		if !strings.HasPrefix(got, want) || want == "" && (got != "" || found == nil) {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	b.post("/assets", assetFilled(h, "colour", "red")...).is(http.StatusBadRequest)
	b.post("/assets", assetFilled(h, "code", "P1")...).is(http.StatusConflict, "Another asset has this code.")
	h.as(org.Guard).get("/assets/new").is(http.StatusForbidden)
	h.as(org.Supervisor).post("/assets", assetFilled(h, "site_id", h.Mill.ID.String())...).is(http.StatusForbidden)
}

func TestAFormOffersWhatMayBeChosen(t *testing.T) {
	h := fresh(t)
	house := h.Location(h.Harbour.ID, "HOUSE", nil)
	h.Location(h.Harbour.ID, "FLOOR", &house.ID)
	h.Location(h.Mill.ID, "GATE", nil)
	gone := h.Location(h.Harbour.ID, "GONE", nil)
	if _, err := h.Asset.UpdateLocation(t.Context(), h.System, gone.ID, 1, asset.LocationInput{Site: h.Harbour.ID, Code: "GONE", Name: "GONE"}); err != nil {
		t.Fatal(err)
	}
	h.NewAsset(h.Harbour.ID, "OLD", func(in *asset.AssetInput) { in.Status = asset.Scrapped })
	crane := h.NewAsset(h.Harbour.ID, "CRANE", func(in *asset.AssetInput) { in.Location = &gone.ID })
	a := h.as(org.Administrator).get("/assets/" + crane.ID.String() + "/edit")
	if got := a.offers("location_id"); !slices.Equal(got, []string{"None", "GONE", "HOUSE", "HOUSE / FLOOR", "GATE"}) {
		t.Errorf("locations: %q", got)
	}
	for _, list := range a.all("datalist", "id", "f-parent_id-l") {
		for n := range list.Descendants() {
			if n.Data == "option" {
				t.Errorf("%q is offered: itself, or scrapped", attr(n, "value"))
			}
		}
	}
	// who may see neither lookups nor locations changes the rest, and loses nothing
	room, brand := h.Location(h.Tower.ID, "ROOM", nil), h.Value(org.AssetBrand, "NORDIC")
	lift := h.NewAsset(h.Tower.ID, "LIFT", func(in *asset.AssetInput) { in.Location, in.Brand = &room.ID, &brand.ID })
	m := h.Someone(nil, asset.CanRead, asset.CanUpdate, org.CanReadSite)
	b, at := h.signedIn(m), "/assets/"+lift.ID.String()
	form := b.get(at+"/edit").is(http.StatusOK).lacks("Brand", "Location")
	b.post(at, with(form.fields(at), "name", "Lift 2")...).goes(at)
	got, err := h.Asset.GetAsset(t.Context(), h.System, lift.ID)
	if err != nil || got.Name != "Lift 2" || got.Location == nil || got.Brand == nil {
		t.Errorf("%+v %v", got, err)
	}
}
