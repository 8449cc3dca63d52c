-- +goose Up

-- What the planner reads: tasks and runs without their visits, in their time; what tells how maintenance kept its time; what was not met lately, and what
-- is to be forgotten.
create index tasks_heads on tasks (tenant_id, begins_at, id) where parent_id is null;
create index tasks_ppm on tasks (tenant_id, site_id, due_at) where kind = 'PPM' and parent_id is null;
create index deadlines_ended on deadlines (tenant_id, ended_at) where state <> 'OPEN';
