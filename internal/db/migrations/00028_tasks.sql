-- +goose Up

-- One occurrence of a plan, or ad hoc (plan_id is null); the visits of a run are the children of its header. The id of a planned one is made of
-- its plan, nominal time, stop and round, and so is this row's key: made twice, or on two nodes, it is one. form_id: the checklist as it was
-- published when the task was made. by_hand: somebody called it off or gave it to another, and the plan leaves
-- it so. begins_at and due_at: when it may be done; started_at and ended_at: when it was.
create table tasks (
  tenant_id        uuid not null references sys_tenants (id),
  id               uuid not null,
  plan_id          uuid,
  parent_id        uuid,
  stop_id          uuid,
  kind             text not null check (kind in ('TASK', 'TOUR', 'ROUTE', 'PPM')),
  source           text not null check (source in ('PLAN', 'ADHOC')),
  site_id          uuid not null,
  name             text not null check (name <> ''),
  search_key       text not null,
  asset_id         uuid,
  form_id          uuid,
  person_id        uuid,
  group_id         uuid,
  priority         text not null check (priority in ('LOW', 'MEDIUM', 'HIGH')),
  proof            text not null check (proof in ('NONE', 'QR', 'NFC', 'GPS')),
  ordered          boolean not null,
  on_expiry        text not null check (on_expiry in ('CLOSE', 'MAIL', 'TICKET')),
  category_id      uuid,
  nominal          text not null,
  round            bigint not null check (round >= 0),
  seq              bigint not null check (seq >= 0),
  schedule_version bigint not null,
  fires_at         timestamptz not null,
  begins_at        timestamptz not null,
  due_at           timestamptz not null,
  status           text not null check (status in ('ASSIGNED', 'INPROGRESS', 'COMPLETED', 'PARTIALLYCOMPLETED', 'AUTOCLOSED', 'CANCELLED')),
  started_at       timestamptz,
  ended_at         timestamptz,
  performer_id     uuid,
  received_at      timestamptz,
  late             boolean not null,
  deviation        boolean not null,
  alerts           bigint not null check (alerts >= 0),
  latitude         double precision,
  longitude        double precision,
  remark           text not null default '',
  ticket_id        uuid,
  by_hand          boolean not null default false,
  version          bigint not null,
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  primary key (tenant_id, id),
  check (begins_at <= due_at),
  check (started_at is null or ended_at is null or started_at <= ended_at),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id),
  foreign key (tenant_id, parent_id) references tasks (tenant_id, id),
  foreign key (tenant_id, site_id) references sites (tenant_id, id),
  foreign key (tenant_id, asset_id) references assets (tenant_id, id),
  foreign key (tenant_id, form_id) references checklist_forms (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id),
  foreign key (tenant_id, group_id) references member_groups (tenant_id, id),
  foreign key (tenant_id, category_id) references ticket_categories (tenant_id, id),
  foreign key (tenant_id, performer_id) references persons (tenant_id, id),
  foreign key (tenant_id, ticket_id) references tickets (tenant_id, id)
);
create unique index tasks_nominal on tasks (tenant_id, plan_id, nominal, round, stop_id) where stop_id is not null;
create unique index tasks_header on tasks (tenant_id, plan_id, nominal) where stop_id is null and plan_id is not null;
create index tasks_plan on tasks (tenant_id, plan_id, fires_at);
create index tasks_parent on tasks (tenant_id, parent_id, seq);
create index tasks_site on tasks (tenant_id, site_id, begins_at);
create index tasks_begins on tasks (tenant_id, begins_at, id);
create index tasks_due on tasks (tenant_id, status, due_at);
create index tasks_changed on tasks (tenant_id, updated_at, id);
create index tasks_asset on tasks (tenant_id, asset_id, begins_at);
create index tasks_form on tasks (tenant_id, form_id);
create index tasks_person on tasks (tenant_id, person_id, begins_at);
create index tasks_group on tasks (tenant_id, group_id, begins_at);
create index tasks_category on tasks (tenant_id, category_id);
create index tasks_performer on tasks (tenant_id, performer_id);
create index tasks_ticket on tasks (tenant_id, ticket_id);

-- What was answered to an item of a task's form. The id is made of the task and the item: an answer that is sent twice is one.
create table answers (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  task_id     uuid not null,
  item_id     uuid not null,
  question_id uuid not null,
  text        text not null,
  number      bigint,
  choices     text not null default '',
  files       bigint not null check (files >= 0),
  alert       text not null default '',
  at          timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, task_id) references tasks (tenant_id, id),
  foreign key (tenant_id, question_id) references questions (tenant_id, id)
)
-- +pg begin
partition by range (id)
-- +pg end
;
create index answers_task on answers (tenant_id, task_id);
create index answers_question on answers (tenant_id, question_id, at);

-- A report under the id that its phone or program gave it: sent again, it is answered as it was the first time. merged: it named no task, and
-- one that was planned was found for it.
create table task_reports (
  tenant_id   uuid not null references sys_tenants (id),
  id          uuid not null,
  person_id   uuid,
  task_id     uuid not null,
  merged      boolean not null,
  received_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references persons (tenant_id, id),
  foreign key (tenant_id, task_id) references tasks (tenant_id, id)
);
create index task_reports_task on task_reports (tenant_id, task_id);
create index task_reports_person on task_reports (tenant_id, person_id);
