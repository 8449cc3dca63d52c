package asset

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

const assetColumns = `a.id, a.site_id, a.location_id, a.parent_id, a.kind, a.type_id, a.category_id, a.brand_id, a.provider_id, a.code, a.name,
  a.status, a.critical, a.capacity, a.unit_id, a.meter_id, a.meter_factor, a.model, a.serial, a.made_year, a.purchased_on, a.installed_on,
  a.warranty_until, a.service_from, a.service_until, a.latitude, a.longitude, a.active, a.version, a.updated_at,
  s.name, s.zone, coalesce(l.name, ''), coalesce(p.name, '')`

const assetFrom = ` from assets a join sites s on s.tenant_id = a.tenant_id and s.id = a.site_id
left join locations l on l.tenant_id = a.tenant_id and l.id = a.location_id
left join assets p on p.tenant_id = a.tenant_id and p.id = a.parent_id `

func scanAsset(r db.Row) (a Asset, err error) {
	var lat, lng *float64
	err = r.Scan(&a.ID, &a.Site, db.Null(&a.Location), db.Null(&a.Parent), &a.Kind, db.Null(&a.Type), db.Null(&a.Category), db.Null(&a.Brand),
		db.Null(&a.Provider), &a.Code, &a.Name, &a.Status, &a.Critical, db.Null(&a.Capacity), db.Null(&a.Unit), db.Null(&a.Meter), &a.MeterFactor,
		&a.Model, &a.Serial, db.Null(&a.MadeYear), &a.PurchasedOn, &a.InstalledOn, &a.WarrantyUntil, &a.ServiceFrom, &a.ServiceUntil,
		db.Null(&lat), db.Null(&lng), &a.Active, &a.Version, &a.Updated, &a.SiteName, &a.Zone, &a.LocationName, &a.ParentName)
	a.Point = point(lat, lng)
	return a, err
}

func scanAssetID(r db.Row) (a id.Asset, err error) { err = r.Scan(&a); return a, err }

const assetGet db.SQL = `-- asset.assetGet
select ` + assetColumns + assetFrom + `where a.tenant_id = $1 and a.id = $2 and ($3 or a.site_id in_list($4))`

// getAsset reads an asset for a use case that asks for the right afterwards.
func getAsset(ctx context.Context, tx *db.Tx, asset id.Asset) (Asset, error) {
	a, err := db.One(ctx, tx, scanAsset, assetGet, asset, true, []id.Site{})
	return a, fault.Named(err, "asset")
}

const assetWhere = `
where a.tenant_id = $1 and ($2 or a.site_id in_list($3)) and (a.site_id = $4 or $4 is null) and ($5 or a.location_id in_list($6))
  and (a.parent_id = $7 or $7 is null) and ($8 = '' or a.kind = $8) and (a.category_id = $9 or $9 is null)
  and (a.type_id = $10 or $10 is null) and (a.critical or not $11)
  and ($12 or a.warranty_until between $13 and $14 or a.service_until between $13 and $14)
  and ($15 = '' or a.search_key like $16 escape '\') and ($17 or a.active) and (not $18 or a.active and a.status <> 'SCRAPPED')
  and (a.updated_at >= $19 or $19 is null)`

const assetList db.SQL = `-- asset.assetList
select ` + assetColumns + assetFrom + assetWhere + ` and ($20 = '' or a.status = $20) and (a.name_key, a.id) > ($21, $22)
order by a.name_key, a.id limit $23`

const assetCount db.SQL = `-- asset.assetCount
select a.status, count(*) from assets a ` + assetWhere + ` group by a.status`

const assetsByID db.SQL = `-- asset.assetsByID
select ` + assetColumns + assetFrom + `where a.tenant_id = $1 and a.id in_list($2) and ($3 or a.site_id in_list($4))`

const assetByCode db.SQL = `-- asset.assetByCode
select ` + assetColumns + assetFrom + `where a.tenant_id = $1 and a.code = $2 and ($3 or a.site_id in_list($4))`

const assetAbove db.SQL = `-- asset.assetAbove
with recursive above (id, parent_id, depth) as (
  select a.id, a.parent_id, 1 from assets a where a.tenant_id = $1 and a.id = $2
  union all
  select a.id, a.parent_id, b.depth + 1 from assets a join above b on a.tenant_id = $1 and a.id = b.parent_id where b.depth < 50
) select id from above`

// assetHeight is how many stand above one another from an asset down, itself with them; 1 for one that is not there yet.
const assetHeight db.SQL = `-- asset.assetHeight
with recursive below (id, depth) as (
  select a.id, 1 from assets a where a.tenant_id = $1 and a.id = $2
  union all
  select a.id, b.depth + 1 from assets a join below b on a.tenant_id = $1 and a.parent_id = b.id where b.depth < 50
) select coalesce(max(depth), 1) from below`

const assetInsert db.SQL = `-- asset.assetInsert
insert into assets (tenant_id, id, site_id, location_id, parent_id, kind, type_id, category_id, brand_id, provider_id, code, name, name_key,
  search_key, status, critical, capacity, unit_id, meter_id, meter_factor, model, serial, made_year, purchased_on, installed_on,
  warranty_until, service_from, service_until, latitude, longitude, active, version, updated_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28,
  $29, $30, $31, $32, $33, $33)`

const assetUpdate db.SQL = `-- asset.assetUpdate
update assets set site_id = $3, location_id = $4, parent_id = $5, kind = $6, type_id = $7, category_id = $8, brand_id = $9,
  provider_id = $10, code = $11, name = $12, name_key = $13, search_key = $14, status = $15, critical = $16, capacity = $17, unit_id = $18,
  meter_id = $19, meter_factor = $20, model = $21, serial = $22, made_year = $23, purchased_on = $24, installed_on = $25,
  warranty_until = $26, service_from = $27, service_until = $28, latitude = $29, longitude = $30, active = $31, version = $32,
  updated_at = $33
where tenant_id = $1 and id = $2 and version = $34`

// arguments gives what assetInsert and assetUpdate bind from $2 on.
func (a Asset) arguments(searchKey string) []any {
	lat, lng := columns(a.Point)
	return []any{
		a.ID, a.Site, a.Location, a.Parent, a.Kind, a.Type, a.Category, a.Brand, a.Provider, a.Code, a.Name, fold.Key(a.Name), searchKey,
		a.Status, a.Critical, a.Capacity, a.Unit, a.Meter, a.MeterFactor, a.Model, a.Serial, a.MadeYear, a.PurchasedOn, a.InstalledOn,
		a.WarrantyUntil, a.ServiceFrom, a.ServiceUntil, lat, lng, a.Active, a.Version, a.Updated,
	}
}

const assetStatus db.SQL = `-- asset.assetStatus
update assets set status = $3, version = $4, updated_at = $5 where tenant_id = $1 and id = $2 and version = $6`

const assetDelete db.SQL = `-- asset.assetDelete
delete from assets where tenant_id = $1 and id = $2 and version = $3`

const statusInsert db.SQL = `-- asset.statusInsert
insert into asset_statuses (tenant_id, id, asset_id, from_status, to_status, person_id, note, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`

const statusesDelete db.SQL = `-- asset.statusesDelete
delete from asset_statuses where tenant_id = $1 and asset_id = $2`
