-- +goose Up

-- credential: the name by which a passkey's device knows it. Its seed is its public key with what belongs to it, its last_step how often the
-- device says that it has signed.
alter table factors add column credential bytea;
create unique index factors_credential on factors (tenant_id, credential) where credential is not null;

-- Challenges that a passkey has answered: none is answered twice.
create table spent_challenges (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id)
);
