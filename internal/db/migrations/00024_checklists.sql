-- +goose Up

-- The library that checklists ask from. rule: how it is answered and what raises an alert, as JSON of checklist.Rule; its type never changes.
create table questions (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  text        text not null check (text <> ''),
  text_key    text not null,
  type        text not null check (type <> ''),
  rule        text not null,
  unit_id     uuid,
  category_id uuid,
  active      boolean not null default true,
  version     bigint not null,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references lookups (tenant_id, id),
  foreign key (tenant_id, category_id) references lookups (tenant_id, id)
);
create unique index questions_text on questions (tenant_id, text_key, type);
create index questions_unit on questions (tenant_id, unit_id);
create index questions_category on questions (tenant_id, category_id);

-- What is asked when a task is done. draft: the form that is being worked on, as JSON of checklist.Form; form_id: the published one, null before
-- the first. everywhere = applies at every site; else where checklist_places say.
create table checklists (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  kind       text not null check (kind <> ''),
  name       text not null check (name <> ''),
  name_key   text not null,
  draft      text not null,
  form_id    uuid,
  everywhere boolean not null,
  active     boolean not null default true,
  version    bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index checklists_name on checklists (tenant_id, kind, name_key);

-- A published version of a checklist. Never changed: tasks and answers point to it.
create table checklist_forms (
  tenant_id    uuid not null references sys_tenants (id),
  id           uuid not null,
  checklist_id uuid not null,
  number       bigint not null check (number > 0),
  body         text not null,
  person_id    uuid,
  published_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, checklist_id) references checklists (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index checklist_forms_number on checklist_forms (tenant_id, checklist_id, number);
create index checklist_forms_person on checklist_forms (tenant_id, person_id);

-- Which questions a checklist asks, in its draft or in what is published: such a question cannot be deleted.
create table checklist_questions (
  tenant_id    uuid not null references sys_tenants (id),
  id           uuid not null,
  checklist_id uuid not null,
  question_id  uuid not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, checklist_id) references checklists (tenant_id, id),
  foreign key (tenant_id, question_id) references questions (tenant_id, id)
);
create unique index checklist_questions_once on checklist_questions (tenant_id, checklist_id, question_id);
create index checklist_questions_question on checklist_questions (tenant_id, question_id);

-- Where a checklist applies that does not apply everywhere: a site, the sites of a group, the sites of a type, or an asset.
create table checklist_places (
  tenant_id    uuid not null references sys_tenants (id),
  id           uuid not null,
  checklist_id uuid not null,
  site_id      uuid,
  group_id     uuid,
  type_id      uuid,
  asset_id     uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, checklist_id) references checklists (tenant_id, id),
  foreign key (tenant_id, site_id) references sites (tenant_id, id),
  foreign key (tenant_id, group_id) references member_groups (tenant_id, id),
  foreign key (tenant_id, type_id) references lookups (tenant_id, id),
  foreign key (tenant_id, asset_id) references assets (tenant_id, id)
);
create index checklist_places_checklist on checklist_places (tenant_id, checklist_id);
create index checklist_places_site on checklist_places (tenant_id, site_id);
create index checklist_places_group on checklist_places (tenant_id, group_id);
create index checklist_places_type on checklist_places (tenant_id, type_id);
create index checklist_places_asset on checklist_places (tenant_id, asset_id);
