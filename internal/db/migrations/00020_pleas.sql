-- +goose Up

-- Somebody lost every second step, and asks that they be taken away; or an administrator does. Two administrators agree: agreed_by is the
-- first of them. waits: when ends_at comes, the second steps go without them; otherwise nothing comes of it then. mails: how many warnings
-- went.
create table factor_pleas (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  person_id uuid not null,
  asked_at  timestamptz not null,
  ends_at   timestamptz not null,
  waits     boolean not null,
  agreed_by uuid,
  mails     bigint not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id),
  foreign key (tenant_id, agreed_by) references persons (tenant_id, id)
);
create unique index factor_pleas_person on factor_pleas (tenant_id, person_id);
create index factor_pleas_agreed on factor_pleas (tenant_id, agreed_by);
