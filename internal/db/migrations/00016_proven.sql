-- +goose Up

-- When the person of a session last proved who they are; null: at its start.
alter table sessions add column proven_at timestamptz;
