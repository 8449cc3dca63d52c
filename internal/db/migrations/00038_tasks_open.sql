-- +goose Up

-- What is to be done, by its time: a small part of the tasks of a year. With what counting them asks for, so that the rows need not be read.
create index tasks_open on tasks (tenant_id, begins_at, id, due_at, status, parent_id, site_id) where status in ('ASSIGNED', 'INPROGRESS');
