-- +goose Up

-- The newest link by which somebody sets their password: id is that of the person. kind: whether it is their first. asked_at: when it was
-- asked for; it is made when its mail goes out, which is when hash, address (where it went) and expires_at come. hash is null again once the
-- link was used. A link from before opens nothing.
create table password_links (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  kind       text not null check (kind in ('invite', 'reset')),
  asked_at   timestamptz not null,
  hash       bytea,
  address    text,
  expires_at timestamptz,
  used_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references persons (tenant_id, id)
);
create unique index password_links_hash on password_links (tenant_id, hash);
