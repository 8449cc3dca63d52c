-- +goose Up

-- What was said about a feature that the program declares: for the installation (ALL, KILL), for an organisation, for a person of one. The value
-- is as its type writes it. percent: of people or organisations (by), of whom an ALL row holds; the same ones as long as the flag has its name.
create table sys_flags (
  id         uuid not null primary key,
  flag       text not null check (flag <> ''),
  scope      text not null check (scope in ('ALL', 'KILL', 'TENANT', 'PERSON')),
  tenant_id  uuid references sys_tenants (id),
  person_id  uuid,
  value      text not null,
  percent    bigint not null default 100 check (percent between 0 and 100),
  sticks_to  text not null default 'PERSON' check (sticks_to in ('PERSON', 'TENANT')),
  reason     text not null,
  who        text not null,
  changed_at timestamptz not null,
  check ((scope in ('TENANT', 'PERSON')) = (tenant_id is not null)),
  check ((scope = 'PERSON') = (person_id is not null))
);
create index sys_flags_of_tenant on sys_flags (tenant_id);
create unique index sys_flags_installation on sys_flags (flag, scope) where tenant_id is null;
create unique index sys_flags_tenant on sys_flags (tenant_id, flag) where tenant_id is not null and person_id is null;
create unique index sys_flags_person on sys_flags (tenant_id, person_id, flag) where person_id is not null;

-- What is stopped while somebody looks into an incident: all changes (READONLY), what comes from addresses (SOURCE, source is a CIDR), an
-- organisation, a person.
create table sys_holds (
  id        uuid not null primary key,
  kind      text not null check (kind in ('READONLY', 'SOURCE', 'TENANT', 'PERSON')),
  source    text not null default '',
  tenant_id uuid references sys_tenants (id),
  person_id uuid,
  reason    text not null,
  who       text not null,
  since     timestamptz not null,
  check ((kind = 'SOURCE') = (source <> '')),
  check ((kind in ('TENANT', 'PERSON')) = (tenant_id is not null)),
  check ((kind = 'PERSON') = (person_id is not null))
);
create index sys_holds_of_tenant on sys_holds (tenant_id);
create unique index sys_holds_readonly on sys_holds (kind) where kind = 'READONLY';
create unique index sys_holds_source on sys_holds (source) where source <> '';
create unique index sys_holds_tenant on sys_holds (tenant_id) where tenant_id is not null and person_id is null;
create unique index sys_holds_person on sys_holds (tenant_id, person_id) where person_id is not null;
