package org

import (
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// Unit is a node of the tenant's tree between the tenant and its sites: a region, branch, zone.
type Unit struct {
	ID      id.Unit    `json:"id"`
	Parent  *id.Unit   `json:"parent_id,omitzero"` // nil: at the top
	Kind    *id.Lookup `json:"kind_id,omitzero"`   // of the list unit_kind
	Code    string     `json:"code"`               // unique in the tenant
	Name    string     `json:"name"`
	Active  bool       `json:"active"`
	Version int64      `json:"version"`
}

// UnitInput is what one says about a unit, new or changed.
type UnitInput struct {
	Parent *id.Unit
	Kind   *id.Lookup
	Code   string
	Name   string
	Active bool
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *UnitInput) Check() error {
	var c fault.Check
	in.Code, in.Name = checkCodeName(&c, in.Code, in.Name)
	return c.Err()
}

// checkCodeName folds and checks the two fields that everything in the tree has.
func checkCodeName(c *fault.Check, code, name string) (string, string) {
	folded := fold.Code(code)
	if c.Text("code", fold.Line(code), 1, 30) {
		c.That(fold.ValidCode(folded), "code", "grammar", "Use letters, digits and - _ # ( ), starting with a letter or digit, at most 30.")
	}
	name = fold.Line(name)
	c.Text("name", name, 1, 200)
	return folded, name
}

// UnitFilter narrows a list of units.
type UnitFilter struct {
	Parent *id.Unit // only direct children of this unit
	Search string   // part of the code or name
}
