package org

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
)

// maxLookups is how many values LookupsIn gives at most.
const maxLookups = 5000

// LookupsIn gives the values of several code lists at once, each by code, inactive ones too, at most 5000 in all: for forms that offer from
// many lists. Needs lookup.read.
func (s *Service) LookupsIn(ctx context.Context, who actor.Actor, lists ...List) (map[List][]Lookup, error) {
	if err := who.Require(CanReadLookup); err != nil {
		return nil, err
	}
	names := make([]string, len(lists))
	for i, l := range lists {
		names[i] = string(l)
	}
	var rows []Lookup
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanLookup, lookupsIn, names, int64(maxLookups))
		return err
	})
	out := map[List][]Lookup{}
	for _, l := range rows {
		out[l.List] = append(out[l.List], l)
	}
	return out, err
}

const lookupsIn db.SQL = `-- org.lookupsIn
select ` + lookupColumns + ` from lookups l where l.tenant_id = $1 and l.list in_list($2) order by l.list, l.code limit $3`
