-- +goose Up

-- What is to do is the list that is looked at all day; it is a small part of all tickets.
create index tickets_active on tickets (tenant_id, id) where status in ('NEW', 'OPEN', 'ONHOLD');
