-- +goose Up

-- Whom a second factor is asked of: id is that of a role, or the tenant's own for everybody. days: how long somebody may put it off, from
-- since or from when they came or got the role, whichever is later. A rule of a role that is gone holds for nobody.
create table factor_rules (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  days      bigint not null check (days between 0 and 90),
  since     timestamptz not null,
  primary key (tenant_id, id)
);
