-- +goose Up

-- When work is done: of one site, or of the tenant for every site without its own (site_id is null).
create table calendars (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  site_id    uuid,
  name       text not null check (name <> ''),
  version    bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, site_id) references sites (tenant_id, id)
);
create unique index calendars_site on calendars (tenant_id, site_id);
create unique index calendars_tenant on calendars (tenant_id) where site_id is null;

-- An opening: minutes of the local day, from included and until not; what lies between two openings is a break. 0 = Sunday.
create table calendar_hours (
  tenant_id    uuid not null references sys_tenants (id),
  id           uuid not null,
  calendar_id  uuid not null,
  weekday      bigint not null check (weekday between 0 and 6),
  from_minute  bigint not null check (from_minute between 0 and 1439),
  until_minute bigint not null check (until_minute between 1 and 1440),
  primary key (tenant_id, id),
  check (from_minute < until_minute),
  foreign key (tenant_id, calendar_id) references calendars (tenant_id, id)
);
create index calendar_hours_calendar on calendar_hours (tenant_id, calendar_id, weekday, from_minute);

-- A day on which the calendar is shut; yearly ones come again on the same day of the month.
create table holidays (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  calendar_id uuid not null,
  day         date not null,
  yearly      boolean not null,
  name        text not null check (name <> ''),
  primary key (tenant_id, id),
  foreign key (tenant_id, calendar_id) references calendars (tenant_id, id)
);
create unique index holidays_day on holidays (tenant_id, calendar_id, day);
