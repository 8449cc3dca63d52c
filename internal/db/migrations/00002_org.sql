-- +goose Up

-- What a tenant may change about itself; id is the tenant's own.
create table tenants (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  code       text not null check (code <> ''),
  name       text not null check (name <> ''),
  zone       text not null check (zone <> ''),
  version    bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  check (tenant_id = id)
);

-- Values of the code lists that a tenant may extend: kinds of unit, types of site, departments and so on.
create table lookups (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  list       text not null check (list <> ''),
  code       text not null check (code <> ''),
  name       text not null check (name <> ''),
  active     boolean not null default true,
  version    bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index lookups_code on lookups (tenant_id, list, code);

-- The tenant's tree between itself and its sites: regions, branches, zones.
create table units (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  parent_id  uuid,
  kind_id    uuid,
  code       text not null check (code <> ''),
  name       text not null check (name <> ''),
  search_key text not null,
  active     boolean not null default true,
  version    bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  check (parent_id is null or parent_id <> id),
  foreign key (tenant_id, parent_id) references units (tenant_id, id),
  foreign key (tenant_id, kind_id) references lookups (tenant_id, id)
);
create unique index units_code on units (tenant_id, code);
create index units_parent on units (tenant_id, parent_id);
create index units_kind on units (tenant_id, kind_id);

-- Where work happens. Radius in metres around the point; both or neither coordinate.
create table sites (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  unit_id    uuid,
  type_id    uuid,
  code       text not null check (code <> ''),
  name       text not null check (name <> ''),
  search_key text not null,
  zone       text not null check (zone <> ''),
  latitude   double precision check (latitude between -90 and 90),
  longitude  double precision check (longitude between -180 and 180),
  radius     bigint not null check (radius between 10 and 50000),
  address    text not null default '',
  active     boolean not null default true,
  version    bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  check ((latitude is null) = (longitude is null)),
  foreign key (tenant_id, unit_id) references units (tenant_id, id),
  foreign key (tenant_id, type_id) references lookups (tenant_id, id)
);
create unique index sites_code on sites (tenant_id, code);
create index sites_unit on sites (tenant_id, unit_id);
create index sites_type on sites (tenant_id, type_id);
