-- +goose Up

-- Forms that wait while somebody proves who they are somewhere else, for a quarter of an hour. session: who may have it back. body: path and
-- fields, sealed with the installation's key for this row; passwords are not among them.
create table waiting_forms (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  person_id  uuid not null,
  session    uuid not null,
  body       bytea not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create index waiting_forms_person on waiting_forms (tenant_id, person_id);
create index waiting_forms_expires on waiting_forms (tenant_id, expires_at);
