-- +goose Up

-- A workbook that somebody wants to import: rows as they were read, what would change and what is wrong, and what became of it.
create table imports (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  person_id  uuid not null,
  kind       text not null check (kind <> ''),
  file_name  text not null,
  state      text not null check (state in ('checked', 'applied', 'dropped')),
  total      bigint not null,
  wrong      bigint not null,
  rows       text not null,
  report     text not null,
  version    bigint not null,
  created_at timestamptz not null,
  applied_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create index imports_person on imports (tenant_id, person_id, id);
