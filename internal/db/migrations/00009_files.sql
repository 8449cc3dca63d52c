-- +goose Up

-- A file that somebody added to a record. The content lies under key in the blob store, which the server chose; hash is the SHA-256 of what is stored.
create table files (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  owner      text not null check (owner <> ''),
  owner_id   uuid not null,
  site_id    uuid,
  name       text not null check (name <> ''),
  media_type text not null check (media_type <> ''),
  size       bigint not null check (size >= 0),
  width      bigint,
  height     bigint,
  hash       bytea not null,
  key        text not null check (key <> ''),
  person_id  uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, site_id) references sites (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index files_key on files (tenant_id, key);
create index files_owner on files (tenant_id, owner_id, id);
create index files_site on files (tenant_id, site_id);
create index files_person on files (tenant_id, person_id);

-- How many bytes the tenant's files take; id is the tenant's own.
create table file_usage (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  bytes     bigint not null check (bytes >= 0),
  primary key (tenant_id, id)
);
