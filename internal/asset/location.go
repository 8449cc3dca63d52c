package asset

import (
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Location is a place inside a site: a building, floor, room, gate.
type Location struct {
	ID       id.Location  `json:"id"`
	Site     id.Site      `json:"site_id"`            // for good: places do not move
	Parent   *id.Location `json:"parent_id,omitzero"` // of the same site
	Type     *id.Lookup   `json:"type_id,omitzero"`   // of the list location_type
	Code     string       `json:"code"`               // unique in its site
	Name     string       `json:"name"`
	Status   Status       `json:"status"`
	Critical bool         `json:"critical"`
	Point    *org.Point   `json:"point,omitzero"`
	Active   bool         `json:"active"` // an inactive one stays where it is used and is no longer offered
	Version  int64        `json:"version"`
	Updated  time.Time    `json:"-"` // when it was last changed

	// Names for people, read with the location.
	SiteName   string `json:"site_name"`
	Zone       string `json:"-"`           // the site's
	ParentName string `json:"parent_name"` // "" = directly in the site
}

// LocationInput is what one says about a location, new or changed.
type LocationInput struct {
	ID       id.Location `json:"-"` // of a new one, made by the caller; zero: made here
	Site     id.Site
	Parent   *id.Location
	Type     *id.Lookup
	Code     string
	Name     string
	Status   Status // "": Working
	Critical bool
	Point    *org.Point
	Active   bool
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *LocationInput) Check() error {
	var c fault.Check
	c.That(!in.Site.IsZero(), "site_id", "required", "Choose a site.")
	in.Code, in.Name = checkCodeName(&c, in.Code, in.Name)
	if in.Status == "" {
		in.Status = Working
	}
	c.That(in.Status.Valid(), "status", "unknown", "There is no such status.")
	checkPoint(&c, in.Point)
	return c.Err()
}

func (in LocationInput) searchKey() string { return fold.Key(in.Code + " " + in.Name) }

func (in LocationInput) location(location id.Location, version int64, now time.Time) Location {
	return Location{
		ID: location, Site: in.Site, Parent: in.Parent, Type: in.Type, Code: in.Code, Name: in.Name, Status: in.Status, Critical: in.Critical,
		Point: in.Point, Active: in.Active, Version: version, Updated: now,
	}
}

// LocationFilter narrows a list of locations.
type LocationFilter struct {
	Site         *id.Site     // only locations of this site
	Parent       *id.Location // only what stands directly below this location
	Type         *id.Lookup
	Status       Status // "" = every one
	Critical     bool   // only critical ones
	Search       string // part of the code or name
	Inactive     bool   // inactive locations too
	Offered      bool   // only what may be chosen: neither inactive nor scrapped
	ChangedAfter time.Time
}
