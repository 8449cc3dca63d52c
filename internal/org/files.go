package org

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
)

// FileAccess says what an actor may do about the files of a site: who may see the site sees them, who may change it adds and deletes.
func (s *Service) FileAccess(ctx context.Context, who actor.Actor, site id.Any) (at *id.Site, see, change error) {
	x, err := s.GetSite(ctx, who, id.Of[id.Site](site.Bytes()))
	if err != nil {
		return nil, err, err
	}
	return &x.ID, nil, who.RequireAt(CanUpdateSite, x.ID)
}
