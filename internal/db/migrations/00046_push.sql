-- +goose Up

-- The pair of keys by which push services know this installation (RFC 8292). Browsers subscribe to the public half, so that the pair stays; the private
-- half is sealed.
create table sys_push_keys (
  name    text not null primary key,
  public  text not null,
  private bytea not null,
  made_at timestamptz not null
);

-- A browser in which a person wants to be told. hash is that of the address at its push service, by which the browser knows itself; address and keys are
-- sealed. session_id: of the sign-in in which it was turned on, which may be over. failures: since the last message that was taken.
create table push_subscriptions (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  person_id  uuid not null,
  session_id uuid not null,
  hash       text not null,
  sealed     bytea not null,
  agent      text not null,
  failures   bigint not null default 0,
  created_at timestamptz not null,
  used_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index push_subscriptions_hash on push_subscriptions (tenant_id, hash);
create index push_subscriptions_person on push_subscriptions (tenant_id, person_id);
create index push_subscriptions_session on push_subscriptions (tenant_id, session_id);

-- Whether a person wants to be told on their devices too, and when a notice first reached one.
alter table notice_settings add column push boolean not null default true;
alter table notices add column pushed_at timestamptz;
