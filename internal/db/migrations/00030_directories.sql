-- +goose Up

-- kind: how a provider proves people. Of a directory (ldap) issuer is its address, client the account that searches, groups_claim the attribute
-- with groups, and directory, as JSON, how people are found in it; null for others.
alter table sso_providers add column kind text not null default 'oidc' check (kind in ('oidc', 'ldap'));
alter table sso_providers add column directory text;
