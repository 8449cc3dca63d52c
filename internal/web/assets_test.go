package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/org"
)

// subjects gives what the rows of a list are called, in order.
func (a answer) subjects(list string) (out []string) {
	for _, body := range a.all("tbody", "id", list) {
		for n := range body.Descendants() {
			if n.Data == "td" && attr(n, "class") == "subj" {
				for x := range n.Descendants() {
					if x.Data == "a" {
						out = append(out, textIn(x))
					}
				}
			}
		}
	}
	return out
}

// tabs gives the words, the number and the address of each status tab.
func (a answer) tabs() map[string][2]string {
	out := map[string][2]string{}
	for _, nav := range a.all("nav", "aria-label", "By status") {
		for n := range nav.Descendants() {
			if n.Data == "a" && n.Type == html.ElementNode {
				words := strings.Fields(textIn(n))
				count := "0"
				if len(words) > 1 {
					count = words[1]
				}
				out[words[0]] = [2]string{count, attr(n, "href")}
			}
		}
	}
	return out
}

// equip makes assets that differ in what a list is narrowed by.
func equip(h *house) (house asset.Location, hvac org.Lookup) {
	house = h.Location(h.Harbour.ID, "HOUSE", nil)
	floor := h.Location(h.Harbour.ID, "FLOOR", &house.ID)
	hvac = h.Value(org.AssetCategory, "HVAC")
	pump := h.Value(org.AssetType, "PUMPS")
	a := h.NewAsset(h.Harbour.ID, "ALPHA", func(in *asset.AssetInput) { in.Location, in.Critical, in.Type = &floor.ID, true, &pump.ID })
	h.NewAsset(h.Harbour.ID, "BETA", func(in *asset.AssetInput) {
		in.Parent, in.Category, in.Status, in.WarrantyUntil, in.ServiceUntil = &a.ID, &hvac.ID, asset.Maintenance, "2026-12-20", "2026-12-10"
	})
	h.NewAsset(h.Mill.ID, "GAMMA", func(in *asset.AssetInput) {
		in.Kind, in.WarrantyUntil, in.ServiceUntil = asset.Checkpoint, "2027-01-31", "2026-01-01"
	})
	h.NewAsset(h.Mill.ID, "OLD", func(in *asset.AssetInput) { in.Status = asset.Scrapped })
	h.NewAsset(h.Mill.ID, "GONE", func(in *asset.AssetInput) { in.Active = false })
	return house, hvac
}

func TestAssetsAreNarrowedAndTheirCountsOpenThoseRows(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		house, hvac := equip(h)
		b := h.as(org.Viewer)
		for _, c := range []struct {
			path string
			want string
			says []string
		}{
			{"/assets", "ALPHA BETA GAMMA OLD", []string{"4 assets", "PUMPS", "Critical", "Harbour FLOOR"}},
			{"/assets?state=all", "ALPHA BETA GAMMA GONE OLD", []string{"Inactive"}},
			{"/assets?site=" + h.Mill.ID.String(), "GAMMA OLD", []string{"Site MILL Mill remove"}},
			{"/assets?location=" + house.ID.String(), "ALPHA", []string{"In HOUSE remove", "1 asset"}},
			{"/assets?kind=CHECKPOINT", "GAMMA", []string{"Kind Checkpoint remove"}},
			{"/assets?category=" + hvac.ID.String(), "BETA", []string{"Category HVAC remove"}},
			{"/assets?critical=true", "ALPHA", []string{"Critical yes remove", "Clear all"}},
			{"/assets?expiring=90", "BETA GAMMA", []string{"Ends", "10 Dec 2026 Service contract", "31 Jan 2027 Warranty", "Within 90 days remove"}},
			{"/assets?expiring=16", "BETA", []string{"Within 16 days"}},
			{"/assets?q=be", "BETA", nil},
			{"/assets?status=SCRAPPED", "OLD", nil},
		} {
			a := b.get(c.path).is(http.StatusOK, c.says...)
			if got := strings.Join(a.subjects("assets"), " "); got != c.want {
				t.Errorf("%s shows %q, want %q", c.path, got, c.want)
			}
			sum := 0
			for name, tab := range a.tabs() {
				n, err := strconv.Atoi(tab[0])
				if err != nil {
					t.Fatal(err)
				}
				if rows := len(b.get(tab[1]).subjects("assets")); rows != n {
					t.Errorf("%s: the tab %s says %d and opens %d rows at %s", c.path, name, n, rows, tab[1])
				}
				if name != "All" {
					sum += n
				}
			}
			if all := a.tabs()["All"][0]; all != strconv.Itoa(sum) {
				t.Errorf("%s: all are %s, the statuses together %d", c.path, all, sum)
			}
		}
		b.get("/assets?site=nonsense").is(http.StatusUnprocessableEntity)
		b.get("/assets?kind=THING").is(http.StatusUnprocessableEntity)
		b.get("/assets?q=nothing+like+it").is(http.StatusOK, "No asset has “nothing like it”", "Show all assets")
		b.get("/assets?status=STANDBY").is(http.StatusOK, "No asset here is standby", "Whatever the status")
		b.get("/assets?critical=true&kind=OTHER").is(http.StatusOK, "No asset fits these filters")
	})
}

func TestAFilterKeepsWhatHasNoField(t *testing.T) {
	h := fresh(t)
	house, _ := equip(h)
	a := h.as(org.Viewer).get("/assets?status=WORKING&critical=true&site=" + h.Harbour.ID.String() + "&location=" + house.ID.String())
	for name, want := range map[string]string{"status": "WORKING", "critical": "true", "location": house.ID.String()} {
		found := a.all("input", "name", name)
		if len(found) != 1 || attr(found[0], "value") != want || attr(found[0], "type") != "hidden" {
			t.Errorf("%s is lost when another filter changes: %v", name, found)
		}
	}
	if a.chosen("site") != h.Harbour.ID.String() {
		t.Errorf("the site is %q", a.chosen("site"))
	}
}

func TestAssetsAreThoseOfOnesSites(t *testing.T) {
	h := fresh(t)
	equip(h)
	a := h.as(org.Guard).get("/assets").is(http.StatusOK).lacks("GAMMA", "OLD", "New asset", "Mill")
	if got := strings.Join(a.subjects("assets"), " "); got != "ALPHA BETA" {
		t.Errorf("a guard of Harbour sees %q", got)
	}
	h.as(org.Technician).get("/assets").is(http.StatusOK, "No assets yet").lacks("ALPHA")
	nobody := h.Someone(nil, org.CanReadSite)
	h.signedIn(nobody).get("/assets").is(http.StatusForbidden)
	only := h.Someone(nil, asset.CanRead) // sees assets and nothing around them
	h.signedIn(only).get("/assets").is(http.StatusOK, "ALPHA").lacks("Category")
	if e := noAssets(actor.New(actor.Facts{Kind: actor.System}), assetQuery{}); e.Act.Href != "/assets/new" {
		t.Errorf("who may add an asset is not led there: %+v", e)
	}
}

func TestALongListGrows(t *testing.T) {
	h := fresh(t)
	for i := range 55 {
		h.NewAsset(h.Harbour.ID, "A"+strconv.Itoa(100+i))
	}
	a := h.as(org.Viewer).get("/assets?kind=EQUIPMENT").is(http.StatusOK, "50 assets shown")
	next := ""
	for _, n := range a.all("a") {
		if textIn(n) == "Show more" {
			next = attr(n, "href")
		}
	}
	rest := h.as(org.Viewer).get(next).is(http.StatusOK, "5 assets")
	if got := rest.subjects("assets"); len(got) != 5 || got[0] != "A150" || !strings.Contains(next, "kind=EQUIPMENT") {
		t.Errorf("behind %s: %v", next, got)
	}
}

func TestTheMapShowsAssetsAndTheLocationsOfASite(t *testing.T) {
	h := fresh(t)
	equip(h)
	at := &org.Point{Latitude: 18.5, Longitude: 73.8}
	h.NewAsset(h.Harbour.ID, "CRANE", func(in *asset.AssetInput) { in.Point = at })
	if _, err := h.Asset.CreateLocation(t.Context(), h.System, asset.LocationInput{Site: h.Harbour.ID, Code: "PIER", Name: "Pier", Point: at, Active: true}); err != nil {
		t.Fatal(err)
	}
	b := h.as(org.Viewer)
	codes := func(a answer) string {
		var out []string
		for n := range a.doc.Descendants() {
			if code := attr(n, "data-code"); code != "" {
				out = append(out, code)
			}
		}
		return strings.Join(out, " ")
	}
	if got := codes(b.get("/assets/map").is(http.StatusOK, "1 of 5 assets on the map")); got != "CRANE" {
		t.Errorf("without a site: %q", got)
	}
	a := b.get("/assets/map?site="+h.Harbour.ID.String()+"&q=crane").is(http.StatusOK, "1 asset on the map.")
	if got := codes(a); got != "PIER CRANE" {
		t.Errorf("with a site: %q", got)
	}
	if !a.linksTo("/assets?q=crane&site=" + h.Harbour.ID.String()) {
		t.Error("no way back to the list with its filters")
	}
	b.get("/assets/map?site="+h.Mill.ID.String()).is(http.StatusOK, "Nothing here has a position")
}

func TestWhatIsSearchedForMayBeAnAsset(t *testing.T) {
	h := fresh(t)
	equip(h)
	h.as(org.Guard).get("/search?q=alpha").is(http.StatusOK, "Assets", "ALPHA, Harbour")
	if got := h.as(org.Guard).get("/search/hits?q=gamma").body; strings.Contains(got, "GAMMA") {
		t.Errorf("a guard of Harbour finds %s", got)
	}
}

func TestTheTrailTellsOfAssets(t *testing.T) {
	h := fresh(t)
	crane := h.NewAsset(h.Harbour.ID, "CRANE")
	house := h.Location(h.Harbour.ID, "HOUSE", nil)
	hook := h.NewAsset(h.Harbour.ID, "HOOK", func(in *asset.AssetInput) { in.Parent, in.Location = &crane.ID, &house.ID })
	h.Clock.Advance(time.Minute)
	if _, err := h.Asset.SetStatus(t.Context(), h.Actor(org.Supervisor), hook.ID, 1, asset.Scrapped, "bent"); err != nil {
		t.Fatal(err)
	}
	b := h.as(org.Administrator)
	list := b.get("/audit?subject="+hook.ID.String()).is(http.StatusOK, "Samir Stone changed the status of HOOK", "added the asset HOOK")
	var entries []string
	for _, n := range list.all("a") {
		if href := attr(n, "href"); strings.HasPrefix(href, "/audit/") {
			entries = append(entries, href)
		}
	}
	changed := b.get(entries[0]).is(http.StatusOK).rows()
	if changed["Status"] != [2]string{"Working", "→ Scrapped"} || changed["Why"][1] != "→ bent" {
		t.Errorf("got %q", changed)
	}
	made := b.get(entries[len(entries)-1]).is(http.StatusOK)
	if got := made.rows(); got["Belongs to"][1] != "CRANE" || got["Location"][1] != "HOUSE" || got["Site"][1] != "Harbour" {
		t.Errorf("got %q", got)
	}
	if !made.linksTo("/assets/" + hook.ID.String()) {
		t.Error("the entry does not lead to the asset")
	}
}
