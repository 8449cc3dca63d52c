-- +goose Up

-- What comes again. rule: when, as package recur reads it, from a local day until another; duration and graces in minutes. seed: what a random
-- order is drawn from. schedule_version grows when a change moves what is to come. generated_until: the firings up to here have their tasks.
create table plans (
  tenant_id        uuid not null references sys_tenants (id),
  id               uuid not null,
  kind             text not null check (kind in ('TASK', 'TOUR', 'ROUTE', 'PPM')),
  site_id          uuid not null,
  name             text not null check (name <> ''),
  name_key         text not null,
  description      text not null default '',
  checklist_id     uuid,
  asset_id         uuid,
  person_id        uuid,
  group_id         uuid,
  priority         text not null check (priority in ('LOW', 'MEDIUM', 'HIGH')),
  proof            text not null check (proof in ('NONE', 'QR', 'NFC', 'GPS')),
  rule             text not null check (rule <> ''),
  valid_from       date not null,
  valid_until      date,
  holidays         text not null check (holidays in ('GENERATE', 'SKIP', 'SHIFT')),
  duration         bigint not null check (duration > 0),
  grace_before     bigint not null check (grace_before >= 0),
  grace_after      bigint not null check (grace_after >= 0),
  rounds           bigint not null check (rounds between 1 and 3),
  pause            bigint not null check (pause >= 0),
  random           boolean not null,
  ordered          boolean not null,
  seed             bigint not null,
  on_expiry        text not null check (on_expiry in ('CLOSE', 'MAIL', 'TICKET')),
  category_id      uuid,
  schedule_version bigint not null,
  generated_until  timestamptz,
  active           boolean not null default true,
  version          bigint not null,
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  primary key (tenant_id, id),
  check (person_id is null or group_id is null),
  foreign key (tenant_id, site_id) references sites (tenant_id, id),
  foreign key (tenant_id, checklist_id) references checklists (tenant_id, id),
  foreign key (tenant_id, asset_id) references assets (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id),
  foreign key (tenant_id, group_id) references member_groups (tenant_id, id),
  foreign key (tenant_id, category_id) references ticket_categories (tenant_id, id)
);
create unique index plans_name on plans (tenant_id, site_id, kind, name_key);
create index plans_checklist on plans (tenant_id, checklist_id);
create index plans_asset on plans (tenant_id, asset_id);
create index plans_person on plans (tenant_id, person_id);
create index plans_group on plans (tenant_id, group_id);
create index plans_category on plans (tenant_id, category_id);
create index plans_generated on plans (tenant_id, generated_until);

-- A point of a tour (an asset of the site) or of a route (a site), in order from 0.
create table plan_stops (
  tenant_id    uuid not null references sys_tenants (id),
  id           uuid not null,
  plan_id      uuid not null,
  seq          bigint not null check (seq >= 0),
  asset_id     uuid,
  site_id      uuid,
  checklist_id uuid,
  travel       bigint not null check (travel >= 0),
  pause        bigint not null check (pause >= 0),
  metres       bigint not null check (metres >= 0),
  primary key (tenant_id, id),
  check ((asset_id is null) <> (site_id is null)),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id),
  foreign key (tenant_id, asset_id) references assets (tenant_id, id),
  foreign key (tenant_id, site_id) references sites (tenant_id, id),
  foreign key (tenant_id, checklist_id) references checklists (tenant_id, id)
);
create unique index plan_stops_seq on plan_stops (tenant_id, plan_id, seq);
create index plan_stops_asset on plan_stops (tenant_id, asset_id);
create index plan_stops_site on plan_stops (tenant_id, site_id);
create index plan_stops_checklist on plan_stops (tenant_id, checklist_id);

-- A time in which plans do not come as usual, at one site or (site_id is null) at all.
create table blackouts (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  site_id    uuid,
  from_at    timestamptz not null,
  until_at   timestamptz not null,
  reason     text not null check (reason <> ''),
  version    bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  check (from_at < until_at),
  foreign key (tenant_id, site_id) references sites (tenant_id, id)
);
create index blackouts_site on blackouts (tenant_id, site_id, until_at);
