-- +goose Up

-- The trace of the request that made the change, as W3C writes it (traceparent): what the row causes later belongs to it. Null: none was kept.
alter table journal add column trace text;
