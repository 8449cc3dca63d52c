-- +goose Up

-- Which item of a task's form a file of the task was sent for: a photo, a signature. The id is the file's.
create table answer_files (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  task_id    uuid not null,
  item_id    uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references files (tenant_id, id) on delete cascade,
  foreign key (tenant_id, task_id) references tasks (tenant_id, id)
);
create index answer_files_task on answer_files (tenant_id, task_id, item_id);
