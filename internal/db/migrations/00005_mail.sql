-- +goose Up

-- A mail on its way. key makes sending it twice impossible to ask for; state moves queued -> sent, or -> failed for good.
create table mails (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  key        text not null check (key <> ''),
  recipient  text not null check (recipient <> ''),
  subject    text not null,
  body       text not null,
  state      text not null check (state in ('queued', 'sent', 'failed')),
  attempts   bigint not null,
  created_at timestamptz not null,
  sent_at    timestamptz,
  primary key (tenant_id, id)
);
create unique index mails_key on mails (tenant_id, key);
