-- +goose Up

-- A provider of the tenant's that proves people. secret: of this product there, sealed with the installation's key for this row, null for a
-- public client. scopes, proofs: words between blanks; proofs are those by which it says that it asked for a second step. groups_claim: what
-- lists groups, '' = nothing. joins: who has no account here gets one.
create table sso_providers (
  tenant_id    uuid not null references sys_tenants (id),
  id           uuid not null,
  name         text not null check (name <> ''),
  name_key     text not null check (name_key <> ''),
  issuer       text not null check (issuer <> ''),
  client       text not null,
  secret       bytea,
  scopes       text not null,
  groups_claim text not null,
  proofs       text not null,
  joins        boolean not null,
  active       boolean not null,
  version      bigint not null,
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  primary key (tenant_id, id)
);
create unique index sso_providers_name on sso_providers (tenant_id, name_key);

-- The role that members of a provider's group have, in the whole tenant or at a site.
create table sso_groups (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  provider_id uuid not null,
  name        text not null check (name <> ''),
  role_id     uuid not null,
  site_id     uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, provider_id) references sso_providers (tenant_id, id),
  foreign key (tenant_id, role_id) references roles (tenant_id, id),
  foreign key (tenant_id, site_id) references sites (tenant_id, id)
);
create index sso_groups_provider on sso_groups (tenant_id, provider_id);
create index sso_groups_role on sso_groups (tenant_id, role_id);
create index sso_groups_site on sso_groups (tenant_id, site_id);

-- Who a provider's subject is here: one person, and the person one subject.
create table sso_people (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  provider_id uuid not null,
  subject     text not null check (subject <> ''),
  person_id   uuid not null,
  created_at  timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, provider_id) references sso_providers (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index sso_people_subject on sso_people (tenant_id, provider_id, subject);
create unique index sso_people_person on sso_people (tenant_id, person_id, provider_id);

-- The grants that a provider's groups gave; id is the grant's. One whose grant is gone says nothing.
create table sso_grants (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  provider_id uuid not null,
  person_id   uuid not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, provider_id) references sso_providers (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create index sso_grants_provider on sso_grants (tenant_id, provider_id, person_id);
create index sso_grants_person on sso_grants (tenant_id, person_id);

-- That people sign in by a provider only; id is the tenant's own. Without a row they may sign in by a password too.
create table sso_rules (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  since     timestamptz not null,
  primary key (tenant_id, id)
);

-- sso: the provider by which somebody signed in, null for none. strong: it asked for a second step.
alter table sessions add column sso uuid;
alter table sessions add column strong boolean not null default false;
alter table second_steps add column sso uuid;
