package org

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// maxNodes bounds the tree that is shown at once; beyond it the lists with their search serve.
const maxNodes = 5000

// Tree is what the actor sees of the tenant's units and sites.
type Tree struct {
	Units []Unit // by code
	Sites []Site // by code
	More  bool   // there are more than are shown
}

// Tree gives the units and sites that the actor sees, for the tree and the map, inactive ones too. Needs site.read.
func (s *Service) Tree(ctx context.Context, who actor.Actor) (t Tree, err error) {
	if err := who.Require(CanReadSite); err != nil {
		return Tree{}, err
	}
	units, allUnits := who.Units(CanReadSite)
	sites, allSites := who.Sites(CanReadSite)
	err = s.db.ReadAll(ctx, who, func(tx *db.Tx) error {
		if t.Units, err = db.All(ctx, tx, scanUnit, unitList, allUnits, units, true, noUnit, "", "", "", maxNodes+1); err != nil {
			return err
		}
		t.Sites, err = db.All(ctx, tx, scanSite, siteList, allSites, sites, true, noUnit, "", "", true, "", maxNodes+1)
		return err
	})
	if len(t.Units) > maxNodes {
		t.Units, t.More = t.Units[:maxNodes], true
	}
	if len(t.Sites) > maxNodes {
		t.Sites, t.More = t.Sites[:maxNodes], true
	}
	return t, err
}

var noUnit *id.Unit
