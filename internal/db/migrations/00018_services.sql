-- +goose Up

-- From where a token may be used: networks as CIDR between blanks; '' = from anywhere.
alter table api_tokens add column networks text not null default '';

-- A program that acts for the tenant and not for a person, with a token and a role of its own, which holds at a site or in the whole tenant.
-- networks: as of api_tokens.
create table services (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  name       text not null check (name <> ''),
  name_key   text not null check (name_key <> ''),
  role_id    uuid not null,
  site_id    uuid,
  hint       text not null,
  hash       bytea not null,
  networks   text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, role_id) references roles (tenant_id, id),
  foreign key (tenant_id, site_id) references sites (tenant_id, id)
);
create unique index services_hash on services (tenant_id, hash);
create unique index services_name on services (tenant_id, name_key);
create index services_role on services (tenant_id, role_id);
create index services_site on services (tenant_id, site_id);
