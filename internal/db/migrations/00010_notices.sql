-- +goose Up

-- What one person is told of a change. key makes telling it twice impossible; reason says why they are told.
create table notices (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  person_id  uuid not null,
  key        text not null check (key <> ''),
  verb       text not null check (verb <> ''),
  subject    text not null check (subject <> ''),
  subject_id uuid not null,
  title      text not null check (title <> ''),
  detail     text not null default '',
  reason     text not null check (reason <> ''),
  at         timestamptz not null,
  read_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index notices_key on notices (tenant_id, person_id, key);
create index notices_person on notices (tenant_id, person_id, id);
create index notices_unread on notices (tenant_id, person_id) where read_at is null;

-- How a person wants to be told; id is the person's. Quiet hours are minutes of the person's local day and may pass midnight; equal = none.
create table notice_settings (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  mail        boolean not null,
  quiet_from  bigint not null check (quiet_from between 0 and 1439),
  quiet_until bigint not null check (quiet_until between 0 and 1439),
  version     bigint not null,
  updated_at  timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references persons (tenant_id, id)
);

-- A record that a person does not want to hear of.
create table notice_mutes (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  person_id  uuid not null,
  subject_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index notice_mutes_subject on notice_mutes (tenant_id, person_id, subject_id);
