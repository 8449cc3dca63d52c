package org

import (
	"context"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

const roleColumns = "r.id, r.code, r.name, r.description, r.builtin, r.permissions, r.version"

func (s *Service) scanRole(row db.Row) (r Role, err error) {
	var held string
	err = row.Scan(&r.ID, &r.Code, &r.Name, &r.Description, &r.Builtin, &held, &r.Version)
	r.Permissions = s.permissions(r.Code, r.Builtin, held)
	return r, err
}

// permissions reads the stored words. The administrator holds whatever is declared, so that a new version's operations are theirs.
func (s *Service) permissions(code string, builtin bool, held string) []actor.Permission {
	if builtin && code == Administrator {
		all := make([]actor.Permission, len(s.declared))
		for i, d := range s.declared {
			all[i] = d.Name
		}
		return all
	}
	fields := strings.Fields(held)
	out := make([]actor.Permission, len(fields))
	for i, f := range fields {
		out[i] = actor.Permission(f)
	}
	return out
}

func words(permissions []actor.Permission) string {
	parts := make([]string, len(permissions))
	for i, p := range permissions {
		parts[i] = string(p)
	}
	return strings.Join(parts, " ")
}

const roleGet db.SQL = `-- org.roleGet
select ` + roleColumns + ` from roles r where r.tenant_id = $1 and r.id = $2`

func (s *Service) getRole(ctx context.Context, tx *db.Tx, role id.Role) (Role, error) {
	r, err := db.One(ctx, tx, s.scanRole, roleGet, role)
	return r, fault.Named(err, "role")
}

const roleList db.SQL = `-- org.roleList
select ` + roleColumns + ` from roles r where r.tenant_id = $1 and r.code > $2 order by r.code limit $3`

const roleInsert db.SQL = `-- org.roleInsert
insert into roles (tenant_id, id, code, name, description, builtin, permissions, version, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`

const roleUpdate db.SQL = `-- org.roleUpdate
update roles set code = $3, name = $4, description = $5, permissions = $6, version = $7, updated_at = $8
where tenant_id = $1 and id = $2`

const roleDelete db.SQL = `-- org.roleDelete
delete from roles where tenant_id = $1 and id = $2`
