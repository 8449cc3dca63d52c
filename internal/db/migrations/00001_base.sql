-- +goose Up

-- A customer organisation. What may change about it (name, zone) is a tenant table; see 00002.
create table sys_tenants (
  id         uuid not null primary key,
  code       text not null check (code <> ''),
  active     boolean not null default true,
  created_at timestamptz not null
);
create unique index sys_tenants_code on sys_tenants (code);

-- One signed fact about this installation a row: the id of the journal key, the demo's seed.
create table sys_facts (
  name  text not null primary key,
  value text not null
);

-- What happened, one row a change. before and after are text because they are signed: a jsonb column reorders its keys.
create table journal (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  at         timestamptz not null,
  who_kind   text not null check (who_kind in ('visitor', 'person', 'token', 'system')),
  who_id     uuid,
  who_name   text not null,
  verb       text not null check (verb <> ''),
  noun       text not null check (noun <> ''),
  subject_id uuid not null,
  site_id    uuid,
  request_id text not null,
  before     text not null,
  after      text not null,
  mac        bytea not null,
  seq        bigint,
  hash       bytea,
  primary key (tenant_id, id)
)
-- +pg begin
partition by range (id)
-- +pg end
;
create index journal_seq on journal (tenant_id, seq);
create index journal_unsealed on journal (tenant_id, id) where seq is null;
create index journal_subject on journal (tenant_id, subject_id, id);
create index journal_site on journal (tenant_id, site_id, id);
create index journal_who on journal (tenant_id, who_id, id);

-- How far each tenant's journal is numbered and chained; the sealer locks the row while it works.
create table sys_journal_heads (
  tenant_id uuid not null primary key references sys_tenants (id),
  seq       bigint not null,
  hash      bytea not null,
  sealed_at timestamptz not null
);
