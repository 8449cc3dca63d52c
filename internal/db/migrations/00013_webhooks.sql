-- +goose Up

-- The tables of 00011, which nothing has written to, with what keeping and showing a log of deliveries takes.
drop table webhook_deliveries;
drop table webhooks;

-- An address that is told of changes. verbs: those of the journal between blanks; secret and old_secret: sealed with the installation's
-- key, the old one signs too until old_until. failing_since: the first of the failures since the last success. person_id: who is told
-- when it is stopped, the one who made or changed it last.
create table webhooks (
  tenant_id     uuid not null references sys_tenants (id),
  id            uuid not null,
  name          text not null check (name <> ''),
  name_key      text not null check (name_key <> ''),
  url           text not null check (url <> ''),
  verbs         text not null check (verbs <> ''),
  secret        bytea not null,
  old_secret    bytea,
  old_until     timestamptz,
  active        boolean not null,
  failing_since timestamptz,
  person_id     uuid,
  version       bigint not null,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id)
);
create unique index webhooks_name on webhooks (tenant_id, name_key);
create index webhooks_person on webhooks (tenant_id, person_id);

-- One message to a webhook. key makes sending one change twice impossible to ask for; message is the id that the receiver knows it by, which
-- a replay has too. state moves queued -> delivered, or -> failed. status, answer, problem and took_ms are those of the last attempt.
create table webhook_deliveries (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  webhook_id  uuid not null,
  key         text not null check (key <> ''),
  message     text not null check (message <> ''),
  verb        text not null check (verb <> ''),
  body        text not null,
  state       text not null check (state in ('queued', 'delivered', 'failed')),
  attempts    bigint not null,
  status      bigint,
  took_ms     bigint,
  problem     text not null default '',
  answer      text not null default '',
  created_at  timestamptz not null,
  tried_at    timestamptz,
  next_at     timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, webhook_id) references webhooks (tenant_id, id)
);
create unique index webhook_deliveries_key on webhook_deliveries (tenant_id, webhook_id, key);
create index webhook_deliveries_webhook on webhook_deliveries (tenant_id, webhook_id, id);
create index webhook_deliveries_created on webhook_deliveries (tenant_id, created_at);
