package web

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestAnothersAssetIsLikeNone calls every page that takes an id as another tenant, with a foreign id, an unknown one and a text that is none.
func TestAnothersAssetIsLikeNone(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		other := h.SecondTenant()
		theirs := map[string]string{"/assets": other.NewAsset(other.Harbour.ID, "THEIRS").ID.String(), "/locations": other.Location(other.Harbour.ID, "THEIRS", nil).ID.String()}
		p := newPages(h.config)
		b, asked := h.as(org.Administrator), 0
		for _, route := range p.assetRoutes() {
			if !strings.Contains(route.Path, "{id}") {
				continue
			}
			asked++
			answers := map[string]string{}
			for kind, text := range map[string]string{"foreign": theirs["/"+firstPart(route.Path)], "unknown": id.New[id.Any]().String(), "no id": "nonsense"} {
				path := strings.Replace(route.Path, "{id}", text, 1)
				a := b.get(path)
				if route.Method == http.MethodPost {
					a = b.post(path, "version", "1", "confirm", "yes")
				}
				if route.Name == "asset.status" && route.Method == http.MethodPost {
					a = b.post(path, "version", "1", "status", "STANDBY")
				}
				a.is(http.StatusNotFound)
				answers[kind] = strings.ReplaceAll(a.body, text, "ID")
			}
			if answers["foreign"] != answers["unknown"] || answers["unknown"] != answers["no id"] {
				t.Errorf("%s %s tells another tenant's record from one that is not there", route.Method, route.Path)
			}
		}
		if asked != 9 {
			t.Errorf("%d routes with an id", asked)
		}
		for _, text := range []string{other.Harbour.ID.String(), id.New[id.Site]().String()} {
			a := b.post("/assets", assetFilled(h, "site_id", text)...).is(http.StatusUnprocessableEntity)
			if a.message("site_id") != "There is no such site." {
				t.Errorf("a site of another tenant: %q", a.message("site_id"))
			}
		}
		for _, path := range []string{"/assets?site=" + other.Harbour.ID.String(), "/assets?location=" + theirs["/locations"], "/assets?parent=" + theirs["/assets"],
			"/assets/map?site=" + other.Harbour.ID.String(), "/locations?site=" + other.Harbour.ID.String(), "/assets/new?site=" + other.Harbour.ID.String()} {
			b.get(path).is(http.StatusOK).lacks("THEIRS")
		}
	})
}

// TestAssetPagesAskAsOftenForManyRowsAsForFew holds the pages to a number of statements that does not grow with their rows.
func TestAssetPagesAskAsOftenForManyRowsAsForFew(t *testing.T) {
	var asked atomic.Int64
	d := dbtest.Open(t, "sqlite", func(o *db.Options) { o.Observe = func(db.Stat) { asked.Add(1) } })
	h := open(t, testworld.New(t, d))
	house, crane := h.Location(h.Harbour.ID, "HOUSE", nil), h.NewAsset(h.Harbour.ID, "CRANE")
	hvac, pump := h.Value(org.AssetCategory, "HVAC"), h.Value(org.AssetType, "PUMP")
	grown := 0
	grow := func(to int) {
		for ; grown < to; grown++ {
			l := h.Location(h.Harbour.ID, fmt.Sprint("L", grown), &house.ID)
			h.NewAsset(h.Harbour.ID, fmt.Sprint("A", grown), func(in *asset.AssetInput) {
				in.Location, in.Parent, in.Category, in.Type, in.WarrantyUntil = &l.ID, &crane.ID, &hvac.ID, &pump.ID, "2026-12-01"
				in.Point = &org.Point{Latitude: 1, Longitude: 2}
			})
			h.Value(org.AssetBrand, fmt.Sprint("B", grown))
			status := []asset.Status{asset.Standby, asset.Working}[grown%2]
			var err error
			if crane, err = h.Asset.SetStatus(t.Context(), h.System, crane.ID, crane.Version, status, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	site := h.Harbour.ID.String()
	paths := []string{"/assets", "/assets?expiring=90", "/assets?location=" + house.ID.String(), "/assets/map?site=" + site, "/assets/labels?site=" + site, "/assets/new", "/assets/" + crane.ID.String(),
		"/assets/" + crane.ID.String() + "/edit", "/locations", "/locations/new", "/locations/" + house.ID.String(), "/locations/" + house.ID.String() + "/edit"}
	b := h.as(org.Administrator)
	count := func() map[string]int64 {
		out := map[string]int64{}
		for _, path := range paths {
			before := asked.Load()
			b.get(path).is(http.StatusOK)
			out[path] = asked.Load() - before
		}
		return out
	}
	grow(10)
	count() // the first visit fills caches
	few := count()
	grow(100)
	for path, n := range count() {
		if n != few[path] {
			t.Errorf("%s: %d statements for few rows, %d for many", path, few[path], n)
		}
		if n > 12 {
			t.Errorf("%s: %d statements", path, n)
		}
	}
}
