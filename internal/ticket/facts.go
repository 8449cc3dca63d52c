package ticket

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// named is what a ticket is to be given: nil = nothing of the kind. What it has already is not asked for again, so that a ticket keeps what
// has become inactive or moved away since.
type named struct {
	category *id.Category
	location *id.Location
	asset    *id.Asset
	assignee Assignee
}

// facts is what the database knows of what is named and may be given to a ticket of a site: active, and of that site. A thing that is not
// there, or that may not be given, has no name.
type facts struct {
	siteCode, siteName string
	category           Category
	locationName       string
	assetCode          string
	assetName          string
	assetLocation      *id.Location
	assetLocationName  string
	personName         string
	groupName          string
}

func scanFacts(r db.Row) (f facts, err error) {
	c := &f.category
	err = r.Scan(&f.siteCode, &f.siteName, &c.ID, &c.Name, &c.Priority, &c.Clock, &c.Pause, db.Null(&c.Resolve),
		&f.locationName, &f.assetCode, &f.assetName, db.Null(&f.assetLocation), &f.assetLocationName, &f.personName, &f.groupName)
	return f, err
}

const factsGet db.SQL = `-- ticket.factsGet
select s.code, s.name,
  c.id, coalesce(c.name, ''), coalesce(c.priority, ''), coalesce(c.clock, ''), coalesce(c.pause_on_hold, false), c.resolve_minutes,
  coalesce(l.name, ''), coalesce(a.code, ''), coalesce(a.name, ''), al.id, coalesce(al.name, ''), coalesce(p.name, ''), coalesce(g.name, '')
from sites s
left join ticket_categories c on c.tenant_id = s.tenant_id and c.id = $3 and c.active
left join locations l on l.tenant_id = s.tenant_id and l.id = $4 and l.site_id = s.id and l.active
left join assets a on a.tenant_id = s.tenant_id and a.id = $5 and a.site_id = s.id and a.active
left join locations al on al.tenant_id = s.tenant_id and al.id = a.location_id and al.active
left join persons p on p.tenant_id = s.tenant_id and p.id = $6 and p.active
left join member_groups g on g.tenant_id = s.tenant_id and g.id = $7 and g.kind = 'people' and g.active
where s.tenant_id = $1 and s.id = $2`

// getFacts reads them. NotFound without such a site.
func getFacts(ctx context.Context, tx *db.Tx, site id.Site, n named) (facts, error) {
	f, err := db.One(ctx, tx, scanFacts, factsGet, site, n.category, n.location, n.asset, n.assignee.Person, n.assignee.Group)
	return f, fault.Named(err, "site")
}

// check names everything that may not be given.
func (f facts) check(c *fault.Check, n named) {
	c.That(n.category == nil || !f.category.ID.IsZero(), "category_id", "unknown", "There is no such active category.")
	c.That(n.location == nil || f.locationName != "", "location_id", "unknown", "There is no such active location at this site.")
	c.That(n.asset == nil || f.assetName != "", "asset_id", "unknown", "There is no such active asset at this site.")
	c.That(n.assignee.Person == nil || f.personName != "", "person_id", "unknown", "There is no such active person.")
	c.That(n.assignee.Group == nil || f.groupName != "", "group_id", "unknown", "There is no such active group of people.")
}

// give writes what was named into a ticket.
func (f facts) give(t *Ticket, n named) {
	if n.category != nil {
		t.Category, t.CategoryName = *n.category, f.category.Name
	}
	if n.location != nil {
		t.Location, t.LocationName = n.location, f.locationName
	}
	if n.asset != nil {
		t.Asset, t.AssetCode, t.AssetName = n.asset, f.assetCode, f.assetName
	}
	if !n.assignee.nobody() {
		t.Person, t.Group, t.PersonName, t.GroupName = n.assignee.Person, n.assignee.Group, f.personName, f.groupName
	}
}
