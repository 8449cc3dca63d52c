-- +goose Up

-- A phone on which a person signed in. hash: of what the phone proves with that it is the same one; every refresh token holds it. While the
-- person is signed in there: access is the hash of the access token, refresh of the refresh token that is good until expires_at, and
-- refresh_before of the one before, which it replaced at rotated_at. All are null after signing out.
create table devices (
  tenant_id      uuid not null references sys_tenants (id),
  id             uuid not null,
  person_id      uuid not null,
  name           text not null check (name <> ''),
  hash           bytea not null,
  source         text not null,
  access         bytea,
  access_until   timestamptz,
  refresh        bytea,
  refresh_before bytea,
  rotated_at     timestamptz,
  expires_at     timestamptz,
  created_at     timestamptz not null,
  seen_at        timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index devices_hash on devices (tenant_id, hash);
create unique index devices_access on devices (tenant_id, access);
create index devices_person on devices (tenant_id, person_id, seen_at);

-- On how many phones a person may be registered at once; id is the tenant's own. Without a row there is no such limit, and the least recently
-- used phones beyond ten are forgotten.
create table device_rules (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  most      bigint not null check (most between 1 and 10),
  primary key (tenant_id, id)
);
