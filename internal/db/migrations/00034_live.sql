-- +goose Up

-- What the live board and the planner read: tasks and runs without their visits in their time; those that are still to be done, whenever they began;
-- maintenance by the time at which it was due; what was not met lately, and what is to be forgotten.
create index tasks_waiting on tasks (tenant_id, begins_at) where parent_id is null and status in ('ASSIGNED', 'INPROGRESS');
create index tasks_heads on tasks (tenant_id, begins_at, id) where parent_id is null;
create index tasks_ppm on tasks (tenant_id, site_id, due_at) where kind = 'PPM' and parent_id is null;
create index deadlines_ended on deadlines (tenant_id, ended_at) where state <> 'OPEN';
