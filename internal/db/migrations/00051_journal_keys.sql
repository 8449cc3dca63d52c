-- +goose Up

-- The key that opens what the audit trail says of a person, whose id it has: their name and the rows of their record. key is null once it was thrown away,
-- when the person was erased. since: from when on these words are encrypted; null = from the first row on.
create table journal_keys (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  key       bytea,
  since     timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references persons (tenant_id, id)
);
