-- +goose Up

-- What a person proves who they are with beside the password. kind app: an authenticator app (RFC 6238); seed: sealed with the
-- installation's key for this row, last_step: the last half minute whose code was taken, 0 = none; missed: wrong codes since missed_since,
-- which is a day at most. One that is not confirmed is being set up and proves nothing.
create table factors (
  tenant_id    uuid not null references sys_tenants (id),
  id           uuid not null,
  person_id    uuid not null,
  kind         text not null check (kind in ('app', 'passkey')),
  name         text not null check (name <> ''),
  seed         bytea,
  last_step    bigint not null,
  missed       bigint not null,
  missed_since timestamptz not null,
  created_at   timestamptz not null,
  confirmed_at timestamptz,
  used_at      timestamptz,
  primary key (tenant_id, id),
  check (kind <> 'app' or seed is not null),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create index factors_person on factors (tenant_id, person_id);
create unique index factors_app on factors (tenant_id, person_id) where kind = 'app' and confirmed_at is not null;

-- What opens once each when the factor is lost. hash is an argon2id string; those that were made together have one salt.
create table recovery_codes (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  person_id uuid not null,
  hash      text not null check (hash <> ''),
  used_at   timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create index recovery_codes_person on recovery_codes (tenant_id, person_id);

-- A sign-in between its password and its second step. It is no session; the row goes when the step is done.
create table second_steps (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  person_id   uuid not null,
  hash        bytea not null,
  must_change boolean not null,
  tries       bigint not null,
  expires_at  timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index second_steps_hash on second_steps (tenant_id, hash);
create index second_steps_person on second_steps (tenant_id, person_id);
