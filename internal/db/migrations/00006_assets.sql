-- +goose Up

-- A place inside a site: a building, floor, room, gate. Both or neither coordinate.
create table locations (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  site_id    uuid not null,
  parent_id  uuid,
  type_id    uuid,
  code       text not null check (code <> ''),
  name       text not null check (name <> ''),
  name_key   text not null,
  search_key text not null,
  status     text not null check (status in ('WORKING', 'STANDBY', 'MAINTENANCE', 'SCRAPPED')),
  critical   boolean not null,
  latitude   double precision check (latitude between -90 and 90),
  longitude  double precision check (longitude between -180 and 180),
  active     boolean not null default true,
  version    bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  check (parent_id is null or parent_id <> id),
  check ((latitude is null) = (longitude is null)),
  foreign key (tenant_id, site_id) references sites (tenant_id, id),
  foreign key (tenant_id, parent_id) references locations (tenant_id, id),
  foreign key (tenant_id, type_id) references lookups (tenant_id, id)
);
create unique index locations_code on locations (tenant_id, site_id, code);
create index locations_parent on locations (tenant_id, parent_id);
create index locations_type on locations (tenant_id, type_id);
create index locations_name on locations (tenant_id, name_key, id);

-- Equipment, a checkpoint of patrols, or another thing that is kept account of. The code is what its label shows and a phone scans.
create table assets (
  tenant_id      uuid not null references sys_tenants (id),
  id             uuid not null,
  site_id        uuid not null,
  location_id    uuid,
  parent_id      uuid,
  kind           text not null check (kind in ('EQUIPMENT', 'CHECKPOINT', 'OTHER')),
  type_id        uuid,
  category_id    uuid,
  brand_id       uuid,
  unit_id        uuid,
  provider_id    uuid,
  meter_id       uuid,
  code           text not null check (code <> ''),
  name           text not null check (name <> ''),
  name_key       text not null,
  search_key     text not null,
  status         text not null check (status in ('WORKING', 'STANDBY', 'MAINTENANCE', 'SCRAPPED')),
  critical       boolean not null,
  capacity       double precision check (capacity >= 0),
  meter_factor   double precision not null check (meter_factor > 0),
  model          text not null default '',
  serial         text not null default '',
  made_year      bigint check (made_year between 1900 and 2200),
  purchased_on   date,
  installed_on   date,
  warranty_until date,
  service_from   date,
  service_until  date,
  latitude       double precision check (latitude between -90 and 90),
  longitude      double precision check (longitude between -180 and 180),
  active         boolean not null default true,
  version        bigint not null,
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  primary key (tenant_id, id),
  check (parent_id is null or parent_id <> id),
  check ((latitude is null) = (longitude is null)),
  check (service_until >= service_from),
  foreign key (tenant_id, site_id) references sites (tenant_id, id),
  foreign key (tenant_id, location_id) references locations (tenant_id, id),
  foreign key (tenant_id, parent_id) references assets (tenant_id, id),
  foreign key (tenant_id, type_id) references lookups (tenant_id, id),
  foreign key (tenant_id, category_id) references lookups (tenant_id, id),
  foreign key (tenant_id, brand_id) references lookups (tenant_id, id),
  foreign key (tenant_id, unit_id) references lookups (tenant_id, id),
  foreign key (tenant_id, provider_id) references lookups (tenant_id, id),
  foreign key (tenant_id, meter_id) references lookups (tenant_id, id)
);
create unique index assets_code on assets (tenant_id, code);
create index assets_name on assets (tenant_id, name_key, id);
create index assets_site on assets (tenant_id, site_id, name_key, id);
create index assets_location on assets (tenant_id, location_id);
create index assets_parent on assets (tenant_id, parent_id);
create index assets_type on assets (tenant_id, type_id);
create index assets_category on assets (tenant_id, category_id);
create index assets_brand on assets (tenant_id, brand_id);
create index assets_unit on assets (tenant_id, unit_id);
create index assets_provider on assets (tenant_id, provider_id);
create index assets_meter on assets (tenant_id, meter_id);
create index assets_warranty on assets (tenant_id, warranty_until);
create index assets_service on assets (tenant_id, service_until);

-- One row a change of an asset's status, whatever the channel; the first has no from. Never changed; deleted only together with its asset.
create table asset_statuses (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  asset_id    uuid not null,
  from_status text not null,
  to_status   text not null check (to_status in ('WORKING', 'STANDBY', 'MAINTENANCE', 'SCRAPPED')),
  person_id   uuid,
  note        text not null default '',
  at          timestamptz not null,
  primary key (tenant_id, id),
  check (from_status <> to_status),
  foreign key (tenant_id, asset_id) references assets (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create index asset_statuses_asset on asset_statuses (tenant_id, asset_id, at);
create index asset_statuses_person on asset_statuses (tenant_id, person_id);
