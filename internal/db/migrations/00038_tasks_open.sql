-- +goose Up

-- What is to be done, by its time: a small part of the tasks of a year.
create index tasks_open on tasks (tenant_id, begins_at, id) where status in ('ASSIGNED', 'INPROGRESS');
