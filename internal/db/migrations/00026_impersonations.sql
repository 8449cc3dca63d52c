-- +goose Up

-- Somebody acts as another person for a while: by_id does, in one session, and may do what person_id may. It ends by ended_at,
-- or when ends_at comes. The rows stay: each person sees who acted as them.
create table impersonations (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  session_id uuid not null,
  by_id      uuid not null,
  person_id  uuid not null,
  reason     text not null check (reason <> ''),
  started_at timestamptz not null,
  ends_at    timestamptz not null,
  ended_at   timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, by_id) references persons (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create index impersonations_session on impersonations (tenant_id, session_id);
create index impersonations_by on impersonations (tenant_id, by_id);
create index impersonations_person on impersonations (tenant_id, person_id, id);

-- As whom who_id did it; null: as themselves.
alter table journal add column as_id uuid;
