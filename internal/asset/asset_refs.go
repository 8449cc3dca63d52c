package asset

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// assetRefs answers about everything that an asset points to in one statement, one row a thing that exists.
const assetRefs db.SQL = `-- asset.assetRefs
select 'site_id', s.name, s.code, s.zone, s.id from sites s where s.tenant_id = $1 and s.id = $2
union all select 'location_id', l.name, l.code, '', l.site_id from locations l where l.tenant_id = $1 and l.id = $3
union all select 'parent_id', p.name, p.code, '', p.site_id from assets p where p.tenant_id = $1 and p.id = $4
union all select k.list, k.name, k.code, '', k.id from lookups k where k.tenant_id = $1 and k.id in_list($5)`

// pointed is a code list's value that an asset points to.
type pointed struct {
	path   string
	list   org.List
	lookup *id.Lookup
	remark string
}

func (a Asset) lookups() []pointed {
	return []pointed{
		{"type_id", org.AssetType, a.Type, "There is no such type of asset."},
		{"category_id", org.AssetCategory, a.Category, "There is no such category of asset."},
		{"brand_id", org.AssetBrand, a.Brand, "There is no such brand."},
		{"provider_id", org.Provider, a.Provider, "There is no such service provider."},
		{"unit_id", org.AssetUnit, a.Unit, "There is no such unit of capacity."},
		{"meter_id", org.AssetMeter, a.Meter, "There is no such kind of meter."},
	}
}

// checkAsset finds out what only the database knows, and fills in the names. moved says that the parent is another than before.
func (in AssetInput) checkAsset(ctx context.Context, tx *db.Tx, s *Service, a *Asset, moved bool) error {
	var c fault.Check
	wanted := []id.Lookup{}
	for _, x := range a.lookups() {
		if x.lookup != nil {
			wanted = append(wanted, *x.lookup)
		}
	}
	rows, err := db.All(ctx, tx, scanRef, assetRefs, a.Site, a.Location, a.Parent, wanted)
	if err != nil {
		return err
	}
	found, values := map[string]ref{}, map[pointedAt]bool{}
	for _, r := range rows {
		found[r.field] = r
		values[pointedAt{org.List(r.field), id.Of[id.Lookup](r.at.Bytes())}] = true
	}
	a.SiteName, a.Zone, a.LocationName, a.ParentName = found["site_id"].name, found["site_id"].zone, found["location_id"].name, found["parent_id"].name
	checkPlace(&c, *a, found)
	for _, x := range a.lookups() {
		c.That(x.lookup == nil || values[pointedAt{x.list, *x.lookup}], x.path, "unknown", x.remark)
	}
	if site, known := found["site_id"]; known {
		today, err := dateIn(s.now(), site.zone)
		if err != nil {
			return err
		}
		in.checkPast(&c, today)
	}
	if _, known := found["parent_id"]; known && moved {
		if err := checkAssetTree(ctx, tx, &c, *a); err != nil {
			return err
		}
	}
	return c.Err()
}

type pointedAt struct {
	list   org.List
	lookup id.Lookup
}

// checkPlace gives the violations of where an asset stands: one site for it, its location and what it belongs to.
func checkPlace(c *fault.Check, a Asset, found map[string]ref) {
	_, known := found["site_id"]
	c.That(known, "site_id", "unknown", "There is no such site.")
	if a.Location != nil {
		c.That(found["location_id"].standsAt(a.Site), "location_id", "unknown", "There is no such location at this site.")
	}
	if a.Parent != nil {
		parent, known := found["parent_id"]
		c.That(parent.standsAt(a.Site), "parent_id", "unknown", "There is no such asset at this site.")
		c.That(!known || parent.code != a.Code || *a.Parent == a.ID, "code", "parent", "The code must differ from that of the asset that it belongs to.")
	}
}

func checkAssetTree(ctx context.Context, tx *db.Tx, c *fault.Check, a Asset) error {
	above, err := db.All(ctx, tx, scanAssetID, assetAbove, *a.Parent)
	if err != nil {
		return err
	}
	height, err := db.One(ctx, tx, scanInt, assetHeight, a.ID)
	if err != nil {
		return err
	}
	checkAbove(c, above, height, a.ID, "asset")
	return nil
}

// assetChildren says whether something belongs to an asset.
const assetChildren db.SQL = `-- asset.assetChildren
select count(*) from assets a where a.tenant_id = $1 and a.parent_id = $2`

// checkMove keeps an asset at its site while others there belong to it.
func checkMove(ctx context.Context, tx *db.Tx, old, a Asset) error {
	if old.Site == a.Site {
		return nil
	}
	n, err := db.One(ctx, tx, scanInt, assetChildren, a.ID)
	if err != nil || n == 0 {
		return err
	}
	return also(nil, fault.Field{Path: "site_id", Code: "has_parts", Message: "Other assets of this site belong to it. Move or part them first."})
}
