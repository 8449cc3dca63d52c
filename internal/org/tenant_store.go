package org

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

func scanTenantID(r db.Row) (t id.Tenant, err error) { err = r.Scan(&t); return t, err }

func scanTenant(r db.Row) (t Tenant, err error) {
	err = r.Scan(&t.ID, &t.Code, &t.Name, &t.Zone, &t.Version)
	return t, err
}

const tenantByCode db.SQL = `-- org.tenantByCode
select t.id from sys_tenants t where t.code = $1 and t.active`

const tenantIDs db.SQL = `-- org.tenantIDs
select t.id from sys_tenants t where t.active order by t.id limit 10000`

const tenantRegister db.SQL = `-- org.tenantRegister
insert into sys_tenants (id, code, active, created_at) values ($1, $2, true, $3) on conflict (id) do nothing`

const tenantGet db.SQL = `-- org.tenantGet
select t.id, t.code, t.name, t.zone, t.version from tenants t where t.tenant_id = $1`

func getTenant(ctx context.Context, tx *db.Tx) (Tenant, error) {
	t, err := db.One(ctx, tx, scanTenant, tenantGet)
	return t, fault.Named(err, "organisation")
}

const tenantInsert db.SQL = `-- org.tenantInsert
insert into tenants (tenant_id, id, code, name, zone, version, created_at, updated_at) values ($1, $1, $2, $3, $4, $5, $6, $6)`

const tenantUpdate db.SQL = `-- org.tenantUpdate
update tenants set name = $2, zone = $3, version = $4, updated_at = $5 where tenant_id = $1 and version = $6`

const epochInsert db.SQL = `-- org.epochInsert
insert into access_epochs (tenant_id, id, epoch) values ($1, $1, 1)`

const epochBump db.SQL = `-- org.epochBump
update access_epochs set epoch = epoch + 1 where tenant_id = $1`

// lockTree puts changes of one tenant's tree, roles and grants in a row, so that two moves cannot make a cycle together, and makes what
// was computed from them stale.
func (s *Service) lockTree(tx *db.Tx) { tx.Later(epochBump) }
