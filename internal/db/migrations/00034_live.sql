-- +goose Up

-- What the live board reads: the tasks and runs that are still to be done, whenever they began; what was not met lately, and what comes next.
create index tasks_open on tasks (tenant_id, begins_at) where parent_id is null and status in ('ASSIGNED', 'INPROGRESS');
create index deadlines_ended on deadlines (tenant_id, ended_at) where state <> 'OPEN';
