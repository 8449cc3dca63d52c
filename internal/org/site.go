package org

import (
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// DefaultRadius is the radius of a site that nobody measured, in metres.
const DefaultRadius = 150

// Site is a place where work happens.
type Site struct {
	ID      id.Site    `json:"id"`
	Unit    *id.Unit   `json:"unit_id,omitzero"` // nil: directly under the tenant
	Type    *id.Lookup `json:"type_id,omitzero"` // of the list site_type
	Manager *id.Person `json:"manager_id,omitzero"`
	Code    string     `json:"code"` // unique in the tenant; people read and scan it
	Name    string     `json:"name"`
	Zone    string     `json:"zone"` // IANA name; dates and times of the site are in it
	Point   *Point     `json:"point,omitzero"`
	Radius  int64      `json:"radius"` // metres around the point that count as being there, 10 to 50000
	Address string     `json:"address"`
	Active  bool       `json:"active"`
	Version int64      `json:"version"`
}

// Point is a place on earth, WGS 84, degrees.
type Point struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// SiteInput is what one says about a site, new or changed.
type SiteInput struct {
	Unit    *id.Unit
	Type    *id.Lookup
	Manager *id.Person
	Code    string
	Name    string
	Zone    string // "" on a new site: the tenant's
	Point   *Point
	Radius  int64 // metres; 0: DefaultRadius
	Address string
	Active  bool
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *SiteInput) Check() error {
	var c fault.Check
	in.Code, in.Name = checkCodeName(&c, in.Code, in.Name)
	if in.Zone != "" {
		_, err := clock.Zone(in.Zone)
		c.That(err == nil, "zone", "unknown", "There is no such time zone. One has a name like Asia/Kolkata.")
	}
	if in.Point != nil {
		c.That(in.Point.Latitude >= -90 && in.Point.Latitude <= 90, "latitude", "range", "A latitude is between -90 and 90 degrees.")
		c.That(in.Point.Longitude >= -180 && in.Point.Longitude <= 180, "longitude", "range", "A longitude is between -180 and 180 degrees.")
	}
	if in.Radius == 0 {
		in.Radius = DefaultRadius
	}
	c.That(in.Radius >= 10 && in.Radius <= 50000, "radius", "range", "The radius is between 10 and 50000 metres.")
	c.Text("address", in.Address, 0, 500)
	return c.Err()
}

// searchKey is what a search among sites looks through.
func (in SiteInput) searchKey() string { return fold.Key(in.Code + " " + in.Name + " " + in.Address) }

// SiteFilter narrows a list of sites.
type SiteFilter struct {
	Unit     *id.Unit // only sites directly in this unit
	Search   string   // part of the code, name or address
	Inactive bool     // inactive sites too
}
