package app

import (
	"strings"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
)

// collectAssets finds, or makes, a location, an asset and its file of the first tenant, and one of each for the second.
func (h *house) collectAssets() {
	for _, prefix := range []string{"B ", ""} {
		who := operator(h.actors[prefix+"ADMINISTRATOR"].Tenant())
		sites, err := h.org.ListSites(h.t.Context(), who, org.SiteFilter{}, page.Request{Limit: 1})
		if err != nil {
			h.t.Fatal(err)
		}
		in := asset.LocationInput{ID: id.New[id.Location](), Site: sites.Items[0].ID, Code: "ISO-ROOM", Name: "Isolation room", Active: true}
		l, err := h.asset.CreateLocation(h.t.Context(), who, in)
		if err != nil {
			h.t.Fatal(err)
		}
		a, err := h.asset.CreateAsset(h.t.Context(), who, asset.AssetInput{Site: l.Site, Location: &l.ID, Code: "ISO-1", Name: "Isolation pump", Active: true})
		if err != nil {
			h.t.Fatal(err)
		}
		f, err := h.files.Upload(h.t.Context(), who, "asset", id.Of[id.Any](a.ID.Bytes()), "isolation.txt", strings.NewReader("Isolation valve."))
		if err != nil {
			h.t.Fatal(err)
		}
		h.ids["location"], h.ids["asset"], h.ids["file"] = l.ID.String(), a.ID.String(), f.ID.String()
	}
}
