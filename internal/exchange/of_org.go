package exchange

import (
	"context"
	"strings"

	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

var activeColumn = Column{Key: "active", Title: "Active", Help: "Yes when left blank.", Example: "yes", Choices: []string{"yes", "no"}}

func codeColumn(example string) Column {
	return Column{Key: "code", Title: "Code", Required: true, Help: "Letters, digits and - _ # ( ), at most 30. Names the record: a code that exists is changed.", Example: example}
}

func nameColumn(example string) Column {
	return Column{Key: "name", Title: "Name", Required: true, Example: example}
}

func lookupsTable() kind[org.Lookup, org.LookupInput] {
	lists := make([]string, 0, len(org.Lists()))
	for _, l := range org.Lists() {
		lists = append(lists, string(l))
	}
	return kind[org.Lookup, org.LookupInput]{
		heading: heading{kind: Lookups, title: "Lookups", key: []string{"list", "code"}, columns: []Column{
			{Key: "list", Title: "List", Required: true, Help: "Which code list the value belongs to.", Example: "site_type", Choices: lists},
			codeColumn("OFFICE"), nameColumn("Office"), activeColumn,
		}},
		fetch: func(ctx context.Context, r *run, _ []string) ([]org.Lookup, error) { return r.knowLookups(ctx) },
		point: func(context.Context, *run, []org.Lookup) error { return nil },
		learn: func(r *run, l org.Lookup) string { r.learnLookup(l); return fold.Code(string(l.List)) + "/" + l.Code },
		build: func(_ *run, c *cells, old *org.Lookup) org.LookupInput {
			if old == nil {
				old = &org.Lookup{Active: true}
			}
			return org.LookupInput{
				List: org.List(strings.ToLower(c.text("list", string(old.List)))), Code: c.text("code", old.Code), Name: c.text("name", old.Name), Active: c.yes("active", old.Active),
			}
		},
		check: (*org.LookupInput).Check,
		save: func(ctx context.Context, r *run, in org.LookupInput, old *org.Lookup) (org.Lookup, error) {
			if old == nil {
				return r.s.Org.CreateLookup(ctx, r.who, in)
			}
			return r.s.Org.UpdateLookup(ctx, r.who, old.ID, old.Version, in)
		},
		show: func(_ *run, l org.Lookup) map[string]string {
			return map[string]string{"list": string(l.List), "code": l.Code, "name": l.Name, "active": yesNo(l.Active)}
		},
	}
}

func unitsTable() kind[org.Unit, org.UnitInput] {
	return kind[org.Unit, org.UnitInput]{
		heading: heading{kind: Units, title: "Units", key: []string{"code"}, parent: "parent_id", columns: []Column{
			codeColumn("PUNE"), nameColumn("Pune region"),
			{Key: "parent_id", Title: "Belongs to", Help: "Code of the unit above; blank at the top.", Example: "WEST"},
			{Key: "kind_id", Title: "Kind", Help: "Code from the list unit_kind.", Example: "REGION"}, activeColumn,
		}},
		fetch: func(ctx context.Context, r *run, _ []string) ([]org.Unit, error) {
			if _, err := r.knowLookups(ctx); err != nil {
				return nil, err
			}
			return r.knowUnits(ctx)
		},
		point: func(ctx context.Context, r *run, _ []org.Unit) error {
			if _, err := r.knowLookups(ctx); err != nil {
				return err
			}
			_, err := r.knowUnits(ctx)
			return err
		},
		learn: (*run).learnUnit,
		build: func(r *run, c *cells, old *org.Unit) org.UnitInput {
			if old == nil {
				old = &org.Unit{Active: true}
			}
			return org.UnitInput{
				Parent: ref(c, "parent_id", old.Parent, r.units, "unit"), Kind: ref(c, "kind_id", old.Kind, r.lookups[org.UnitKind], "kind of unit"),
				Code: c.text("code", old.Code), Name: c.text("name", old.Name), Active: c.yes("active", old.Active),
			}
		},
		check: (*org.UnitInput).Check,
		save: func(ctx context.Context, r *run, in org.UnitInput, old *org.Unit) (org.Unit, error) {
			if old == nil {
				return r.s.Org.CreateUnit(ctx, r.who, in)
			}
			return r.s.Org.UpdateUnit(ctx, r.who, old.ID, old.Version, in)
		},
		show: func(r *run, u org.Unit) map[string]string {
			return map[string]string{"code": u.Code, "name": u.Name, "parent_id": code(r, u.Parent), "kind_id": code(r, u.Kind), "active": yesNo(u.Active)}
		},
	}
}

func sitesTable() kind[org.Site, org.SiteInput] {
	return kind[org.Site, org.SiteInput]{
		heading: heading{kind: Sites, title: "Sites", key: []string{"code"}, columns: []Column{
			codeColumn("PUN-TP1"), nameColumn("Mula Tech Park"),
			{Key: "unit_id", Title: "Belongs to", Help: "Code of a unit.", Example: "PUNE"},
			{Key: "type_id", Title: "Type", Help: "Code from the list site_type.", Example: "OFFICE"},
			{Key: "zone", Title: "Time zone", Help: "A name like Asia/Kolkata; blank: the organisation's.", Example: "Asia/Kolkata"},
			latitude, longitude,
			{Key: "radius", Title: "Radius (m)", Help: "Metres around the point that count as being there; 150 when blank.", Example: "200"},
			{Key: "address", Title: "Address", Example: "Baner Road, Pune"},
			{Key: "manager_id", Title: "Manager", Help: "Code of a person, who may stand further down in the same workbook.", Example: "E0001", later: true}, activeColumn,
		}},
		fetch: fetchSites, point: pointSites, learn: (*run).learnSite, build: buildSite, check: (*org.SiteInput).Check, save: saveSite, show: showSite,
		more: laterManager,
	}
}

func fetchSites(ctx context.Context, r *run, keys []string) ([]org.Site, error) {
	if err := pointSites(ctx, r, nil); err != nil {
		return nil, err
	}
	if _, err := r.knowPeople(ctx, r.column("manager_id")); err != nil {
		return nil, err
	}
	return r.knowSites(ctx, keys)
}

func pointSites(ctx context.Context, r *run, all []org.Site) error {
	if _, err := r.knowLookups(ctx); err != nil {
		return err
	}
	if _, err := r.knowUnits(ctx); err != nil {
		return err
	}
	managers := make([]*id.Person, len(all))
	for i, x := range all {
		managers[i] = x.Manager
	}
	return r.namePeople(ctx, managers)
}

func buildSite(r *run, c *cells, old *org.Site) org.SiteInput {
	if old == nil {
		old = &org.Site{Active: true}
	}
	in := org.SiteInput{
		Unit: ref(c, "unit_id", old.Unit, r.units, "unit"), Type: ref(c, "type_id", old.Type, r.lookups[org.SiteType], "type of site"), Manager: old.Manager,
		Code: c.text("code", old.Code), Name: c.text("name", old.Name), Zone: c.text("zone", old.Zone), Radius: c.whole("radius", old.Radius),
		Address: c.text("address", old.Address), Active: c.yes("active", old.Active),
	}
	in.Point = point(c, old.Point)
	return in
}

// point reads two coordinates, of which one alone is none.
func point(c *cells, old *org.Point) *org.Point {
	var lat, lng *float64
	if old != nil {
		lat, lng = &old.Latitude, &old.Longitude
	}
	lat, lng = c.decimal("latitude", lat), c.decimal("longitude", lng)
	switch {
	case lat != nil && lng != nil:
		return &org.Point{Latitude: *lat, Longitude: *lng}
	case lat != nil:
		c.check.Add("longitude", "required", "A point has both coordinates.")
	case lng != nil:
		c.check.Add("latitude", "required", "A point has both coordinates.")
	}
	return nil
}

func saveSite(ctx context.Context, r *run, in org.SiteInput, old *org.Site) (org.Site, error) {
	if old == nil {
		return r.s.Org.CreateSite(ctx, r.who, in)
	}
	return r.s.Org.UpdateSite(ctx, r.who, old.ID, old.Version, in)
}

func showSite(r *run, x org.Site) map[string]string {
	cells := map[string]string{
		"code": x.Code, "name": x.Name, "unit_id": code(r, x.Unit), "type_id": code(r, x.Type), "zone": x.Zone, "radius": whole(x.Radius),
		"address": x.Address, "manager_id": code(r, x.Manager), "active": yesNo(x.Active),
	}
	showPoint(cells, x.Point)
	return cells
}

// laterManager sets a site's manager once the people of the file are there.
func laterManager(_ context.Context, r *run, c *cells, x org.Site) ([]Change, error) {
	want, before := fold.Code(c.raw("manager_id")), code(r, x.Manager)
	if want == "" || want == before {
		return nil, nil
	}
	if _, known := r.people[want]; !known && !r.coming[People][want] {
		c.check.Add("manager_id", "unknown", "There is no person with the code "+want+".")
		return nil, c.check.Err()
	}
	r.later = append(r.later, func(ctx context.Context) error {
		now, err := r.s.Org.GetSite(ctx, r.who, x.ID)
		if err != nil {
			return err
		}
		person := r.people[want]
		_, err = r.s.Org.UpdateSite(ctx, r.who, now.ID, now.Version, org.SiteInput{
			Unit: now.Unit, Type: now.Type, Manager: &person, Code: now.Code, Name: now.Name, Zone: now.Zone, Point: now.Point, Radius: now.Radius,
			Address: now.Address, Active: now.Active,
		})
		return err
	})
	return []Change{{Column: "Manager", Before: before, After: want}}, nil
}
