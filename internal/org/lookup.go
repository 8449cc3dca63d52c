package org

import (
	"slices"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// List names a code list whose values a tenant may extend.
type List string

// The code lists.
const (
	UnitKind      List = "unit_kind"
	SiteType      List = "site_type"
	Department    List = "department"
	Designation   List = "designation"
	LocationType  List = "location_type"
	AssetType     List = "asset_type"
	AssetCategory List = "asset_category"
	AssetBrand    List = "asset_brand"
	AssetUnit     List = "asset_unit"
	AssetMeter    List = "asset_meter"
	Provider      List = "provider"
	QuestionUnit  List = "question_unit"
	QuestionKind  List = "question_category"
)

// labels are the headings of the lists, in the order of the set-up page.
var labels = []struct {
	list  List
	label string
}{
	{UnitKind, "Kinds of unit"}, {SiteType, "Types of site"}, {Department, "Departments"}, {Designation, "Designations"},
	{LocationType, "Types of location"}, {AssetType, "Types of asset"}, {AssetCategory, "Categories of asset"}, {AssetBrand, "Brands"},
	{AssetUnit, "Units of capacity"}, {AssetMeter, "Kinds of meter"}, {Provider, "Service providers"},
	{QuestionUnit, "Units of readings"}, {QuestionKind, "Categories of question"},
}

// Lists gives every code list in the order of the set-up page.
func Lists() []List {
	out := make([]List, len(labels))
	for i, l := range labels {
		out[i] = l.list
	}
	return out
}

// Label is the list's heading.
func (l List) Label() string {
	for _, x := range labels {
		if x.list == l {
			return x.label
		}
	}
	return ""
}

// Valid says that there is such a list.
func (l List) Valid() bool { return slices.Contains(Lists(), l) }

// Lookup is one value of a code list.
type Lookup struct {
	ID      id.Lookup `json:"id"`
	List    List      `json:"list"`
	Code    string    `json:"code"` // unique in its list
	Name    string    `json:"name"`
	Active  bool      `json:"active"` // inactive values stay where they are used and are no longer offered
	Version int64     `json:"version"`
}

// LookupInput is what one says about a value. The list of an existing value does not change.
type LookupInput struct {
	List   List
	Code   string
	Name   string
	Active bool
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *LookupInput) Check() error {
	var c fault.Check
	c.That(in.List.Valid(), "list", "unknown", "There is no such list.")
	in.Code, in.Name = checkCodeName(&c, in.Code, in.Name)
	return c.Err()
}
