-- +goose Up

-- No statement reads the journal by its sites, and every change paid for this index twice: when its row was written, and when it was sealed.
-- contracts: index journal_site, read by no statement of schema 45 or later
drop index journal_site;
insert into sys_facts (name, value) values ('schema.minimum', '45') on conflict (name) do update set value = excluded.value;
