package exchange

import (
	"context"
	"slices"
	"strings"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

func locationsTable() kind[asset.Location, asset.LocationInput] {
	return kind[asset.Location, asset.LocationInput]{
		heading: heading{kind: Locations, title: "Locations", key: []string{"site_id", "code"}, parent: "parent_id", columns: []Column{
			siteColumn, codeColumn("ROOF"), nameColumn("Roof"),
			{Key: "parent_id", Title: "Belongs to", Help: "Code of a location of the same site.", Example: "TOWER-A"},
			{Key: "type_id", Title: "Type", Help: "Code from the list location_type.", Example: "FLOOR"}, statusColumn, critical, latitude, longitude, activeColumn,
		}},
		fetch: fetchLocations, point: pointLocations, learn: (*run).learnLocation, build: buildLocation, check: (*asset.LocationInput).Check, save: saveLocation,
		show: showLocation,
	}
}

// learnLocation gives the key that a row about the location has: the codes of its site and its own.
func (r *run) learnLocation(l asset.Location) string {
	r.locations[l.Site.String()+"/"+l.Code], r.codes[anyID(l.ID)] = l.ID, l.Code
	return code(r, &l.Site) + "/" + l.Code
}

// knowLocations reads the locations of all sites that have some codes.
func (r *run) knowLocations(ctx context.Context, codes []string) ([]asset.Location, error) {
	all, err := chunks(unknown(codes, map[string]bool{}), func(part []string) (map[string]asset.Location, error) {
		return r.s.Assets.LocationsByCode(ctx, r.who, part)
	})
	for _, l := range all {
		r.learnLocation(l)
	}
	return all, err
}

func (r *run) nameLocations(ctx context.Context, ids []*id.Location) error {
	all, err := chunks(unnamed(r, ids), func(part []id.Location) (map[id.Location]asset.Location, error) {
		return r.s.Assets.LocationsByID(ctx, r.who, part)
	})
	for _, l := range all {
		r.learnLocation(l)
	}
	return err
}

func fetchLocations(ctx context.Context, r *run, _ []string) ([]asset.Location, error) {
	if _, err := r.knowLookups(ctx); err != nil {
		return nil, err
	}
	if _, err := r.knowSites(ctx, r.column("site_id")); err != nil {
		return nil, err
	}
	return r.knowLocations(ctx, slices.Concat(r.column("code"), r.column("parent_id")))
}

func pointLocations(ctx context.Context, r *run, all []asset.Location) error {
	if _, err := r.knowLookups(ctx); err != nil {
		return err
	}
	sites, parents := make([]*id.Site, len(all)), make([]*id.Location, len(all))
	for i, l := range all {
		sites[i], parents[i] = &l.Site, l.Parent
	}
	if err := r.nameSites(ctx, sites); err != nil {
		return err
	}
	return r.nameLocations(ctx, parents)
}

func buildLocation(r *run, c *cells, old *asset.Location) asset.LocationInput {
	if old == nil {
		old = &asset.Location{Active: true}
	}
	site := deref(ref(c, "site_id", &old.Site, r.sites, "site"))
	return asset.LocationInput{
		Site: site, Parent: refIn(c, "parent_id", old.Parent, r.locations, site, "location"), Type: ref(c, "type_id", old.Type, r.lookups[org.LocationType], "type of location"),
		Code: c.text("code", old.Code), Name: c.text("name", old.Name), Status: asset.Status(strings.ToUpper(c.text("status", string(old.Status)))),
		Critical: c.yes("critical", old.Critical), Point: point(c, old.Point), Active: c.yes("active", old.Active),
	}
}

func saveLocation(ctx context.Context, r *run, in asset.LocationInput, old *asset.Location) (asset.Location, error) {
	if old == nil {
		return r.s.Assets.CreateLocation(ctx, r.who, in)
	}
	return r.s.Assets.UpdateLocation(ctx, r.who, old.ID, old.Version, in)
}

func showLocation(r *run, l asset.Location) map[string]string {
	cells := map[string]string{
		"site_id": code(r, &l.Site), "code": l.Code, "name": l.Name, "parent_id": code(r, l.Parent), "type_id": code(r, l.Type), "status": string(l.Status),
		"critical": yesNo(l.Critical), "active": yesNo(l.Active),
	}
	showPoint(cells, l.Point)
	return cells
}
