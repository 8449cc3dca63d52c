-- +goose Up

-- What a ticket is about, and by which rules it climbs. clock: ELAPSED counts every minute, BUSINESS those of the site's calendar.
-- resolve_minutes: how long resolving may take, null = no deadline; holding stops both clocks when pause_on_hold.
create table ticket_categories (
  tenant_id       uuid not null references sys_tenants (id),
  id              uuid not null,
  code            text not null check (code <> ''),
  name            text not null check (name <> ''),
  name_key        text not null,
  priority        text not null check (priority in ('LOW', 'MEDIUM', 'HIGH')),
  clock           text not null check (clock in ('ELAPSED', 'BUSINESS')),
  pause_on_hold   boolean not null,
  resolve_minutes bigint check (resolve_minutes > 0),
  active          boolean not null default true,
  version         bigint not null,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (tenant_id, id)
);
create unique index ticket_categories_code on ticket_categories (tenant_id, code);

-- The ladder of a category: at one site, or at every site without its own (site_id is null).
create table escalation_ladders (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  category_id uuid not null,
  site_id     uuid,
  version     bigint not null,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, category_id) references ticket_categories (tenant_id, id),
  foreign key (tenant_id, site_id) references sites (tenant_id, id)
);
create unique index escalation_ladders_site on escalation_ladders (tenant_id, category_id, site_id) where site_id is not null;
create unique index escalation_ladders_all on escalation_ladders (tenant_id, category_id) where site_id is null;
create index escalation_ladders_category on escalation_ladders (tenant_id, category_id, site_id);
create index escalation_ladders_of_site on escalation_ladders (tenant_id, site_id);

-- A rung: so many minutes after the ticket was opened (or reopened) it goes to this person or group; neither = it stays where it is.
create table escalation_levels (
  tenant_id     uuid not null references sys_tenants (id),
  id            uuid not null,
  ladder_id     uuid not null,
  level         bigint not null check (level between 1 and 9),
  after_minutes bigint not null check (after_minutes > 0),
  person_id     uuid,
  group_id      uuid,
  mails         text not null default '',
  primary key (tenant_id, id),
  check (person_id is null or group_id is null),
  foreign key (tenant_id, ladder_id) references escalation_ladders (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id),
  foreign key (tenant_id, group_id) references member_groups (tenant_id, id)
);
create unique index escalation_levels_level on escalation_levels (tenant_id, ladder_id, level);
create index escalation_levels_person on escalation_levels (tenant_id, person_id);
create index escalation_levels_group on escalation_levels (tenant_id, group_id);

-- The number that a site's last ticket got; id is the site's.
create table ticket_counters (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  last      bigint not null check (last >= 0),
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references sites (tenant_id, id)
);

-- A request or an incident. It has at most one assignee: a person or a group. creator_id is null for what a visitor or the system reports.
-- opened_at: when its clocks began, at creation and again when it is reopened; held_at: since when they stand still; held_micros: how long
-- they stood before that, in microseconds of their own time.
create table tickets (
  tenant_id          uuid not null references sys_tenants (id),
  id                 uuid not null,
  site_id            uuid not null,
  number             bigint not null check (number > 0),
  kind               text not null check (kind in ('INCIDENT', 'REQUEST')),
  source             text not null check (source in ('PERSON', 'PUBLIC', 'SYSTEM')),
  title              text not null check (title <> ''),
  description        text not null default '',
  search_key         text not null,
  status             text not null check (status in ('NEW', 'OPEN', 'ONHOLD', 'RESOLVED', 'CLOSED', 'CANCELLED')),
  priority           text not null check (priority in ('LOW', 'MEDIUM', 'HIGH')),
  category_id        uuid not null,
  location_id        uuid,
  asset_id           uuid,
  creator_id         uuid,
  person_id          uuid,
  group_id           uuid,
  reporter           text not null default '',
  secret_hash        bytea,
  level              bigint not null check (level >= 0),
  opened_at          timestamptz not null,
  held_at            timestamptz,
  held_micros        bigint not null check (held_micros >= 0),
  due_at             timestamptz,
  next_escalation_at timestamptz,
  resolved_at        timestamptz,
  comments           bigint not null,
  version            bigint not null,
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  primary key (tenant_id, id),
  check (person_id is null or group_id is null),
  foreign key (tenant_id, site_id) references sites (tenant_id, id),
  foreign key (tenant_id, category_id) references ticket_categories (tenant_id, id),
  foreign key (tenant_id, location_id) references locations (tenant_id, id),
  foreign key (tenant_id, asset_id) references assets (tenant_id, id),
  foreign key (tenant_id, creator_id) references persons (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id),
  foreign key (tenant_id, group_id) references member_groups (tenant_id, id)
);
create unique index tickets_number on tickets (tenant_id, site_id, number);
create unique index tickets_secret on tickets (tenant_id, secret_hash) where secret_hash is not null;
create index tickets_site on tickets (tenant_id, site_id, id);
create index tickets_status on tickets (tenant_id, status, site_id);
create index tickets_changed on tickets (tenant_id, updated_at, id);
create index tickets_category on tickets (tenant_id, category_id, id);
create index tickets_location on tickets (tenant_id, location_id);
create index tickets_asset on tickets (tenant_id, asset_id, id);
create index tickets_creator on tickets (tenant_id, creator_id, id);
create index tickets_person on tickets (tenant_id, person_id, id);
create index tickets_group on tickets (tenant_id, group_id, id);
create index tickets_escalation on tickets (tenant_id, next_escalation_at);

-- What somebody said of a ticket. person_id is null for a visitor and the system. Never changed, never deleted.
create table ticket_comments (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  ticket_id uuid not null,
  person_id uuid,
  body      text not null check (body <> ''),
  status    text not null default '',
  at        timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, ticket_id) references tickets (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create index ticket_comments_ticket on ticket_comments (tenant_id, ticket_id, id);
create index ticket_comments_person on ticket_comments (tenant_id, person_id);

-- A list with its filters that somebody keeps under a name: area is the page, query what stands behind its "?".
create table saved_views (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  person_id  uuid not null,
  area       text not null check (area <> ''),
  name       text not null check (name <> ''),
  query      text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index saved_views_name on saved_views (tenant_id, person_id, area, name);
