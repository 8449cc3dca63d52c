package asset

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

const locationColumns = `l.id, l.site_id, l.parent_id, l.type_id, l.code, l.name, l.status, l.critical, l.latitude, l.longitude, l.active,
  l.version, l.updated_at, s.name, s.zone, coalesce(p.name, '')`

const locationFrom = ` from locations l join sites s on s.tenant_id = l.tenant_id and s.id = l.site_id
left join locations p on p.tenant_id = l.tenant_id and p.id = l.parent_id `

func scanLocation(r db.Row) (l Location, err error) {
	var lat, lng *float64
	err = r.Scan(&l.ID, &l.Site, db.Null(&l.Parent), db.Null(&l.Type), &l.Code, &l.Name, &l.Status, &l.Critical, db.Null(&lat), db.Null(&lng),
		&l.Active, &l.Version, &l.Updated, &l.SiteName, &l.Zone, &l.ParentName)
	l.Point = point(lat, lng)
	return l, err
}

func scanLocationID(r db.Row) (l id.Location, err error) { err = r.Scan(&l); return l, err }

const locationGet db.SQL = `-- asset.locationGet
select ` + locationColumns + locationFrom + `where l.tenant_id = $1 and l.id = $2 and ($3 or l.site_id in_list($4))`

// getLocation reads a location for a use case that asks for the right afterwards.
func getLocation(ctx context.Context, tx *db.Tx, location id.Location) (Location, error) {
	l, err := db.One(ctx, tx, scanLocation, locationGet, location, true, []id.Site{})
	return l, fault.Named(err, "location")
}

const locationWhere = `
where l.tenant_id = $1 and ($2 or l.site_id in_list($3)) and (l.site_id = $4 or $4 is null) and (l.parent_id = $5 or $5 is null)
  and (l.type_id = $6 or $6 is null) and ($7 = '' or l.status = $7) and (l.critical or not $8)
  and ($9 = '' or l.search_key like $10 escape '\') and ($11 or l.active) and (not $12 or l.active and l.status <> 'SCRAPPED')
  and (l.updated_at >= $13 or $13 is null)`

const locationList db.SQL = `-- asset.locationList
select ` + locationColumns + locationFrom + locationWhere + ` and (l.name_key, l.id) > ($14, $15)
order by l.name_key, l.id limit $16`

const locationCount db.SQL = `-- asset.locationCount
select count(*) from locations l ` + locationWhere

const locationsByID db.SQL = `-- asset.locationsByID
select ` + locationColumns + locationFrom + `where l.tenant_id = $1 and l.id in_list($2) and ($3 or l.site_id in_list($4))`

// locationBelow gives a location and all that stand below it.
const locationBelow db.SQL = `-- asset.locationBelow
with recursive below (id, depth) as (
  select l.id, 1 from locations l where l.tenant_id = $1 and l.id = $2
  union all
  select l.id, b.depth + 1 from locations l join below b on l.tenant_id = $1 and l.parent_id = b.id where b.depth < 50
) select id from below limit 5000`

const locationAbove db.SQL = `-- asset.locationAbove
with recursive above (id, parent_id, depth) as (
  select l.id, l.parent_id, 1 from locations l where l.tenant_id = $1 and l.id = $2
  union all
  select l.id, l.parent_id, a.depth + 1 from locations l join above a on l.tenant_id = $1 and l.id = a.parent_id where a.depth < 50
) select id from above`

// locationHeight is how many stand above one another from a location down, itself with them; 1 for one that is not there yet.
const locationHeight db.SQL = `-- asset.locationHeight
with recursive below (id, depth) as (
  select l.id, 1 from locations l where l.tenant_id = $1 and l.id = $2
  union all
  select l.id, b.depth + 1 from locations l join below b on l.tenant_id = $1 and l.parent_id = b.id where b.depth < 50
) select coalesce(max(depth), 1) from below`

const locationInsert db.SQL = `-- asset.locationInsert
insert into locations (tenant_id, id, site_id, parent_id, type_id, code, name, name_key, search_key, status, critical, latitude, longitude,
  active, version, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)`

const locationUpdate db.SQL = `-- asset.locationUpdate
update locations set parent_id = $3, type_id = $4, code = $5, name = $6, name_key = $7, search_key = $8, status = $9, critical = $10,
  latitude = $11, longitude = $12, active = $13, version = $14, updated_at = $15
where tenant_id = $1 and id = $2 and version = $16`

const locationDelete db.SQL = `-- asset.locationDelete
delete from locations where tenant_id = $1 and id = $2 and version = $3`

// siteLock puts changes of the trees of one site in a row, so that two moves cannot make a cycle together.
const siteLock db.SQL = `-- asset.siteLock
update sites set version = version where tenant_id = $1 and id = $2`

// locationRefs answers about everything that a location points to in one statement, one row a thing that exists.
const locationRefs db.SQL = `-- asset.locationRefs
select 'site_id', s.name, s.code, s.zone, s.id from sites s where s.tenant_id = $1 and s.id = $2
union all select 'parent_id', p.name, p.code, '', p.site_id from locations p where p.tenant_id = $1 and p.id = $3
union all select k.list, k.name, k.code, '', k.id from lookups k where k.tenant_id = $1 and k.id = $4`

// ref is a thing that a location or asset points to and that exists.
type ref struct {
	field, name, code string
	zone              string // of a site
	at                id.Any // the site where it stands, or the lookup itself
}

// standsAt says that the thing exists and is of a site.
func (x ref) standsAt(site id.Site) bool { return x.at == id.Of[id.Any](site.Bytes()) }

func scanRef(r db.Row) (x ref, err error) {
	err = r.Scan(&x.field, &x.name, &x.code, &x.zone, &x.at)
	return x, err
}

// checkLocation finds out what only the database knows, and fills in the names. moved says that the parent is another than before.
func checkLocation(ctx context.Context, tx *db.Tx, l *Location, moved bool) error {
	var c fault.Check
	rows, err := db.All(ctx, tx, scanRef, locationRefs, l.Site, l.Parent, l.Type)
	if err != nil {
		return err
	}
	found := map[string]ref{}
	for _, r := range rows {
		found[r.field] = r
	}
	l.SiteName, l.Zone, l.ParentName = found["site_id"].name, found["site_id"].zone, found["parent_id"].name
	_, known := found["site_id"]
	c.That(known, "site_id", "unknown", "There is no such site.")
	_, known = found[string(org.LocationType)]
	c.That(known || l.Type == nil, "type_id", "unknown", "There is no such type of location.")
	if l.Parent != nil {
		parent, known := found["parent_id"]
		c.That(parent.standsAt(l.Site), "parent_id", "unknown", "There is no such location at this site.")
		c.That(parent.code != l.Code || *l.Parent == l.ID, "code", "parent", "The code must differ from that of the location above.")
		if known && moved {
			if err := checkLocationTree(ctx, tx, &c, *l); err != nil {
				return err
			}
		}
	}
	return c.Err()
}

func checkLocationTree(ctx context.Context, tx *db.Tx, c *fault.Check, l Location) error {
	above, err := db.All(ctx, tx, scanLocationID, locationAbove, *l.Parent)
	if err != nil {
		return err
	}
	height, err := db.One(ctx, tx, scanInt, locationHeight, l.ID)
	if err != nil {
		return err
	}
	checkAbove(c, above, height, l.ID, "location")
	return nil
}
