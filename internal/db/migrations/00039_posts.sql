-- +goose Up

-- A place of a site at which somebody is to be. hours: the week in which people are to be there, as package post writes it; needed: how many. grace:
-- minutes in which fewer may be there before it is an alarm; alarm: what follows then. expected_at: since when this is expected as it stands.
create table posts (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  site_id     uuid not null,
  location_id uuid,
  code        text not null check (code <> ''),
  name        text not null check (name <> ''),
  name_key    text not null,
  search_key  text not null,
  hours       text not null,
  needed      bigint not null check (needed >= 1),
  grace       bigint not null check (grace >= 0),
  alarm       text not null check (alarm in ('MAIL', 'TICKET')),
  category_id uuid,
  active      boolean not null,
  expected_at timestamptz not null,
  version     bigint not null,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, site_id) references sites (tenant_id, id),
  foreign key (tenant_id, location_id) references locations (tenant_id, id),
  foreign key (tenant_id, category_id) references ticket_categories (tenant_id, id)
);
create unique index posts_code on posts (tenant_id, code);
create index posts_name on posts (tenant_id, name_key, id);
create index posts_site on posts (tenant_id, site_id, name_key);
create index posts_location on posts (tenant_id, location_id);
create index posts_category on posts (tenant_id, category_id);

-- Who is rostered at a post, from when until when.
create table post_assignments (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  post_id    uuid not null,
  person_id  uuid not null,
  from_at    timestamptz not null,
  until_at   timestamptz not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  check (from_at < until_at),
  foreign key (tenant_id, post_id) references posts (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create index post_assignments_post on post_assignments (tenant_id, post_id, until_at);
create index post_assignments_person on post_assignments (tenant_id, person_id, post_id, until_at);

-- Who held a post, from when until when; ended_at is null while they do.
create table post_duties (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  post_id   uuid not null,
  person_id uuid not null,
  began_at  timestamptz not null,
  ended_at  timestamptz,
  remark    text not null,
  primary key (tenant_id, id),
  check (ended_at is null or began_at <= ended_at),
  foreign key (tenant_id, post_id) references posts (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index post_duties_held on post_duties (tenant_id, post_id, person_id) where ended_at is null;
create index post_duties_post on post_duties (tenant_id, post_id, began_at);
create index post_duties_person on post_duties (tenant_id, person_id, post_id);

-- Whose a plan and its tasks are: a person's, a group's or those of who holds a post. SQLite adds no reference to a table that is there: there, that a
-- post is one of the plan's site is held by what writes plans, and that none is deleted which has some, by what deletes posts.
alter table plans add column post_id uuid;
alter table tasks add column post_id uuid;
create index plans_post on plans (tenant_id, post_id);
create index tasks_post on tasks (tenant_id, post_id, begins_at);
-- +pg begin
alter table plans add foreign key (tenant_id, post_id) references posts (tenant_id, id);
alter table tasks add foreign key (tenant_id, post_id) references posts (tenant_id, id);
-- +pg end
