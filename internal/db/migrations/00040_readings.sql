-- +goose Up

-- What the meter of an asset showed: an answer of that type, under the id of the answer, in ten-thousandths. Plans come by it: their rule is then
-- "METER 250"; that of one which comes by the end of its last task "AFTER 30 DAYS AT 08:00". Readings count from this version on.
create table readings (
  tenant_id uuid not null references sys_tenants (id),
  id        uuid not null,
  asset_id  uuid not null,
  task_id   uuid not null,
  number    bigint not null,
  at        timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, asset_id) references assets (tenant_id, id),
  foreign key (tenant_id, task_id) references tasks (tenant_id, id)
);
create index readings_asset on readings (tenant_id, asset_id, at, id);
create index readings_task on readings (tenant_id, task_id);
