-- +goose Up

-- Members of staff. What they sign in with stands in person_identifiers.
create table persons (
  tenant_id      uuid not null references sys_tenants (id),
  id             uuid not null,
  code           text not null check (code <> ''),
  name           text not null check (name <> ''),
  name_key       text not null,
  search_key     text not null,
  login_id       text not null check (login_id <> ''),
  email          text not null default '',
  mobile         text not null default '',
  home_site_id   uuid,
  manager_id     uuid,
  department_id  uuid,
  designation_id uuid,
  active         boolean not null default true,
  version        bigint not null,
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  primary key (tenant_id, id),
  check (manager_id is null or manager_id <> id),
  foreign key (tenant_id, home_site_id) references sites (tenant_id, id),
  foreign key (tenant_id, manager_id) references persons (tenant_id, id),
  foreign key (tenant_id, department_id) references lookups (tenant_id, id),
  foreign key (tenant_id, designation_id) references lookups (tenant_id, id)
);
create unique index persons_code on persons (tenant_id, code);
create index persons_name on persons (tenant_id, name_key, id);
create index persons_site on persons (tenant_id, home_site_id, name_key, id);
create index persons_manager on persons (tenant_id, manager_id);
create index persons_department on persons (tenant_id, department_id);
create index persons_designation on persons (tenant_id, designation_id);

-- One normalised key a row, unique in the tenant whatever its kind: one person's mobile number cannot be another's login id.
create table person_identifiers (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  person_id uuid not null,
  kind      text not null check (kind in ('login', 'email', 'mobile')),
  key       text not null check (key <> ''),
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index person_identifiers_key on person_identifiers (tenant_id, key);
create unique index person_identifiers_kind on person_identifiers (tenant_id, person_id, kind);

-- Who is in charge of a site; id is the site's. A table of its own because sites come before persons.
create table site_managers (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  person_id uuid not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references sites (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create index site_managers_person on site_managers (tenant_id, person_id);

-- Groups of people or of sites.
create table member_groups (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  kind       text not null check (kind in ('people', 'sites')),
  name       text not null check (name <> ''),
  name_key   text not null check (name_key <> ''),
  lead_id    uuid,
  active     boolean not null default true,
  version    bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, lead_id) references persons (tenant_id, id)
);
create unique index member_groups_name on member_groups (tenant_id, kind, name_key);
create index member_groups_lead on member_groups (tenant_id, lead_id);

create table members (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  group_id  uuid not null,
  person_id uuid,
  site_id   uuid,
  primary key (tenant_id, id),
  check ((person_id is null) <> (site_id is null)),
  foreign key (tenant_id, group_id) references member_groups (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id),
  foreign key (tenant_id, site_id) references sites (tenant_id, id)
);
create unique index members_person on members (tenant_id, group_id, person_id) where person_id is not null;
create unique index members_site on members (tenant_id, group_id, site_id) where site_id is not null;
create index members_group on members (tenant_id, group_id);
create index members_of_person on members (tenant_id, person_id);
create index members_of_site on members (tenant_id, site_id);
