package org

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// CheckRole gives every violation of what one says about a role at its field, without asking the database.
func (s *Service) CheckRole(in RoleInput) error { return in.check(s.declared) }

// RolesByID gives several roles at once, at most page.Max of them; what is not there is absent. Needs role.read.
func (s *Service) RolesByID(ctx context.Context, who actor.Actor, roles []id.Role) (map[id.Role]Role, error) {
	if err := who.Require(CanReadRole); err != nil {
		return nil, err
	}
	return byID(ctx, s.db, who, s.scanRole, rolesByID, func(r Role) id.Role { return r.ID }, first(roles))
}

const rolesByID db.SQL = `-- org.rolesByID
select ` + roleColumns + ` from roles r where r.tenant_id = $1 and r.id in_list($2)`
