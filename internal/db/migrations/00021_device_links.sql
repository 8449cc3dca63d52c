-- +goose Up

-- Links by which a person's mailbox lets a device try to sign in to an account at which too many devices tried. They open once, and sign
-- nobody in.
create table device_links (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  person_id  uuid not null,
  hash       bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index device_links_hash on device_links (tenant_id, hash);
create index device_links_person on device_links (tenant_id, person_id);
