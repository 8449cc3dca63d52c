-- +goose Up

-- An address that is told of changes. verbs: those of the journal between blanks; secret: sealed with the installation's key.
create table webhooks (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  name       text not null check (name <> ''),
  url        text not null check (url <> ''),
  verbs      text not null check (verbs <> ''),
  secret     bytea not null,
  active     boolean not null,
  version    bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index webhooks_name on webhooks (tenant_id, name);

-- One message to a webhook. key makes sending one change twice impossible to ask for; state moves queued -> delivered, or -> failed.
create table webhook_deliveries (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  webhook_id  uuid not null,
  key         text not null check (key <> ''),
  verb        text not null,
  body        text not null,
  state       text not null check (state in ('queued', 'delivered', 'failed')),
  attempts    bigint not null,
  status      bigint,
  answer      text not null default '',
  created_at  timestamptz not null,
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, webhook_id) references webhooks (tenant_id, id)
);
create unique index webhook_deliveries_key on webhook_deliveries (tenant_id, webhook_id, key);
create index webhook_deliveries_webhook on webhook_deliveries (tenant_id, webhook_id, id);
