-- +goose Up

-- A role is a set of permissions, kept as words between blanks; the built-in ones come with the tenant.
create table roles (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  code        text not null check (code <> ''),
  name        text not null check (name <> ''),
  description text not null default '',
  builtin     boolean not null,
  permissions text not null,
  version     bigint not null,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  primary key (tenant_id, id)
);
create unique index roles_code on roles (tenant_id, code);

-- A person has a role in the whole tenant (neither unit nor site), in a unit's subtree, or at a site.
create table grants (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  person_id  uuid not null,
  role_id    uuid not null,
  unit_id    uuid,
  site_id    uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  check (unit_id is null or site_id is null),
  foreign key (tenant_id, person_id) references persons (tenant_id, id),
  foreign key (tenant_id, role_id) references roles (tenant_id, id),
  foreign key (tenant_id, unit_id) references units (tenant_id, id),
  foreign key (tenant_id, site_id) references sites (tenant_id, id)
);
create unique index grants_tenant on grants (tenant_id, person_id, role_id) where unit_id is null and site_id is null;
create unique index grants_unit on grants (tenant_id, person_id, role_id, unit_id) where unit_id is not null;
create unique index grants_site on grants (tenant_id, person_id, role_id, site_id) where site_id is not null;
create index grants_person on grants (tenant_id, person_id);
create index grants_role on grants (tenant_id, role_id);
create index grants_of_unit on grants (tenant_id, unit_id);
create index grants_of_site on grants (tenant_id, site_id);

-- Counts the changes to roles, grants and the tree; what was computed from them holds for one epoch. id is the tenant's own.
create table access_epochs (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  epoch     bigint not null,
  primary key (tenant_id, id)
);

-- How a person proves who they are; id is the person's. hash is an argon2id string.
create table credentials (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  hash        text not null check (hash <> ''),
  must_change boolean not null,
  changed_at  timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references persons (tenant_id, id)
);

-- A sign-in in one browser. Only the hash of its secret is kept; a row that is gone is a session that has ended.
create table sessions (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  person_id  uuid not null,
  hash       bytea not null,
  source     text not null,
  agent      text not null,
  created_at timestamptz not null,
  seen_at    timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index sessions_hash on sessions (tenant_id, hash);
create index sessions_person on sessions (tenant_id, person_id, seen_at);

-- A personal API token. scopes: the permissions that it is cut down to, as words between blanks; '' = all of the person's.
create table api_tokens (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  person_id  uuid not null,
  name       text not null check (name <> ''),
  hint       text not null,
  hash       bytea not null,
  scopes     text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index api_tokens_hash on api_tokens (tenant_id, hash);
create index api_tokens_person on api_tokens (tenant_id, person_id);
