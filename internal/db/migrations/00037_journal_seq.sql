-- +goose Up

-- A row of the journal is written with every change; it stands in the order of the numbers only once it has one.
drop index journal_seq;
create index journal_seq on journal (tenant_id, seq) where seq is not null;
