-- +goose Up

-- Of whom a row was erased: what named them is gone from who_name, before and after, which are no longer what mac signs. erasure signs what they are now
-- together with mac, which stays, and the chain with it. Null: nothing was.
alter table journal add column erased_of uuid;
alter table journal add column erasure bytea;
