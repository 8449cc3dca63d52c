// Package asset is what stands at a site: the tree of its locations, and its assets, which are equipment, checkpoints and other things that
// are kept account of, each with a code to scan and a log of its status. It refuses trees with cycles, trees across sites, codes that are
// taken, and a change of status that leaves no row in the log.
package asset

import (
	"slices"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Kind says what sort of thing an asset is.
type Kind string

// The kinds of asset.
const (
	Equipment  Kind = "EQUIPMENT"
	Checkpoint Kind = "CHECKPOINT" // a point that patrols scan
	Other      Kind = "OTHER"      // kept account of, and not maintained
)

// Kinds gives every kind.
func Kinds() []Kind { return []Kind{Equipment, Checkpoint, Other} }

// Valid says that there is such a kind.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Label is the kind in the user's words.
func (k Kind) Label() string {
	return map[Kind]string{Equipment: "Equipment", Checkpoint: "Checkpoint", Other: "Other"}[k]
}

// Asset is equipment, a checkpoint, or another thing that is kept account of.
type Asset struct {
	ID            id.Asset     `json:"id"`
	Site          id.Site      `json:"site_id"`
	Location      *id.Location `json:"location_id,omitzero"` // of the same site
	Parent        *id.Asset    `json:"parent_id,omitzero"`   // what it belongs to, of the same site
	Kind          Kind         `json:"kind"`
	Type          *id.Lookup   `json:"type_id,omitzero"`     // of the list asset_type
	Category      *id.Lookup   `json:"category_id,omitzero"` // of the list asset_category
	Brand         *id.Lookup   `json:"brand_id,omitzero"`    // of the list asset_brand
	Provider      *id.Lookup   `json:"provider_id,omitzero"` // who services it, of the list provider
	Code          string       `json:"code"`                 // unique in the tenant; its label shows it and a phone scans it
	Name          string       `json:"name"`
	Status        Status       `json:"status"`
	Critical      bool         `json:"critical"`
	Capacity      *float64     `json:"capacity,omitzero"` // in Unit
	Unit          *id.Lookup   `json:"unit_id,omitzero"`  // of capacity, of the list asset_unit
	Meter         *id.Lookup   `json:"meter_id,omitzero"` // what its meter counts, of the list asset_meter; nil: it has none
	MeterFactor   float64      `json:"meter_factor"`      // a reading times this is what was used
	Model         string       `json:"model"`
	Serial        string       `json:"serial"`
	MadeYear      *int64       `json:"made_year,omitzero"`
	PurchasedOn   clock.Date   `json:"purchased_on,omitzero"`
	InstalledOn   clock.Date   `json:"installed_on,omitzero"`
	WarrantyUntil clock.Date   `json:"warranty_until,omitzero"` // its last day
	ServiceFrom   clock.Date   `json:"service_from,omitzero"`   // the service contract's first and last day
	ServiceUntil  clock.Date   `json:"service_until,omitzero"`
	Point         *org.Point   `json:"point,omitzero"`
	Active        bool         `json:"active"` // an inactive one stays where it is used and is no longer offered
	Version       int64        `json:"version"`
	Updated       time.Time    `json:"-"` // when it was last changed

	// Names for people, read with the asset.
	SiteName     string `json:"site_name"`
	Zone         string `json:"-"`             // the site's; the asset's dates and times are in it
	LocationName string `json:"location_name"` // "" = none
	ParentName   string `json:"parent_name"`   // "" = none
}

// AssetInput is what one says about an asset, new or changed.
type AssetInput struct {
	ID            id.Asset `json:"-"` // of a new one, made by the caller; zero: made here
	Site          id.Site
	Location      *id.Location
	Parent        *id.Asset
	Kind          Kind // "": Equipment
	Type          *id.Lookup
	Category      *id.Lookup
	Brand         *id.Lookup
	Provider      *id.Lookup
	Code          string
	Name          string
	Status        Status // "": Working
	StatusNote    string // why the status is what it is now; kept only when it changes
	Critical      bool
	Capacity      *float64
	Unit          *id.Lookup
	Meter         *id.Lookup
	MeterFactor   float64 // 0: 1
	Model         string
	Serial        string
	MadeYear      *int64
	PurchasedOn   clock.Date
	InstalledOn   clock.Date
	WarrantyUntil clock.Date
	ServiceFrom   clock.Date
	ServiceUntil  clock.Date
	Point         *org.Point
	Active        bool
}

// Bounds of an asset's numbers.
const (
	maxCapacity = 1e12
	maxFactor   = 1e6
	firstYear   = 1900
)

// Check folds the input into its stored form and gives every violation at its field.
func (in *AssetInput) Check() error {
	var c fault.Check
	c.That(!in.Site.IsZero(), "site_id", "required", "Choose a site.")
	in.Code, in.Name = checkCodeName(&c, in.Code, in.Name)
	if in.Kind == "" {
		in.Kind = Equipment
	}
	c.That(in.Kind.Valid(), "kind", "unknown", "There is no such kind of asset.")
	if in.Status == "" {
		in.Status = Working
	}
	c.That(in.Status.Valid(), "status", "unknown", "There is no such status.")
	in.StatusNote = fold.Line(in.StatusNote)
	c.Text("status_note", in.StatusNote, 0, maxNote)
	in.checkNumbers(&c)
	in.Model, in.Serial = fold.Line(in.Model), fold.Line(in.Serial)
	c.Text("model", in.Model, 0, 120)
	c.Text("serial", in.Serial, 0, 120)
	in.checkDates(&c)
	checkPoint(&c, in.Point)
	return c.Err()
}

func (in *AssetInput) checkNumbers(c *fault.Check) {
	if in.Capacity != nil {
		c.That(*in.Capacity >= 0 && *in.Capacity <= maxCapacity, "capacity", "range", "A capacity is not negative.")
	}
	if in.MeterFactor == 0 {
		in.MeterFactor = 1
	}
	c.That(in.MeterFactor > 0 && in.MeterFactor <= maxFactor, "meter_factor", "range", "The factor is above 0 and at most 1000000.")
	if in.MadeYear != nil {
		c.That(*in.MadeYear >= firstYear, "made_year", "range", "The year has four digits, from 1900.")
	}
}

func (in *AssetInput) checkDates(c *fault.Check) {
	for _, d := range []struct {
		path string
		date clock.Date
	}{
		{"purchased_on", in.PurchasedOn}, {"installed_on", in.InstalledOn}, {"warranty_until", in.WarrantyUntil},
		{"service_from", in.ServiceFrom}, {"service_until", in.ServiceUntil},
	} {
		c.That(d.date == "" || d.date.Valid(), d.path, "date", "A date looks like 2026-11-25.")
	}
	if in.ServiceFrom.Valid() && in.ServiceUntil.Valid() {
		c.That(in.ServiceFrom <= in.ServiceUntil, "service_until", "order", "The service contract cannot end before it begins.")
	}
}

// checkPast holds what has happened to the site's calendar.
func (in AssetInput) checkPast(c *fault.Check, today clock.Date) {
	c.That(in.PurchasedOn <= today, "purchased_on", "future", "The purchase cannot lie in the future.")
	if in.MadeYear != nil {
		c.That(*in.MadeYear <= int64(yearOf(today)), "made_year", "future", "The year cannot lie in the future.")
	}
}

func yearOf(d clock.Date) int {
	t, _ := time.Parse(time.DateOnly, string(d)) // of a date that a clock gave
	return t.Year()
}

func (in AssetInput) searchKey() string {
	return fold.Key(in.Code + " " + in.Name + " " + in.Model + " " + in.Serial)
}

func (in AssetInput) asset(asset id.Asset, version int64, now time.Time) Asset {
	return Asset{
		ID: asset, Site: in.Site, Location: in.Location, Parent: in.Parent, Kind: in.Kind, Type: in.Type, Category: in.Category, Brand: in.Brand,
		Provider: in.Provider, Code: in.Code, Name: in.Name, Status: in.Status, Critical: in.Critical, Capacity: in.Capacity, Unit: in.Unit,
		Meter: in.Meter, MeterFactor: in.MeterFactor, Model: in.Model, Serial: in.Serial, MadeYear: in.MadeYear, PurchasedOn: in.PurchasedOn,
		InstalledOn: in.InstalledOn, WarrantyUntil: in.WarrantyUntil, ServiceFrom: in.ServiceFrom, ServiceUntil: in.ServiceUntil,
		Point: in.Point, Active: in.Active, Version: version, Updated: now,
	}
}
