-- +goose Up

-- What is expected: of a record (subject_id), by a moment (due_at). The id is made of the kind and the subject, so that one thing is expected once.
-- try_at: when it is looked at next; later than due_at only after a look that failed. BROKEN: it was not met, and what follows has been done, in the
-- transaction that says so here. note: what followed, for people.
create table deadlines (
  tenant_id  uuid not null references sys_tenants (id),
  id         uuid not null,
  kind       text not null check (kind <> ''),
  subject_id uuid not null,
  due_at     timestamptz not null,
  try_at     timestamptz not null,
  state      text not null check (state in ('OPEN', 'MET', 'BROKEN')),
  ended_at   timestamptz,
  tries      bigint not null check (tries >= 0),
  note       text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create index deadlines_open on deadlines (tenant_id, try_at) where state = 'OPEN';
create index deadlines_subject on deadlines (tenant_id, subject_id);

-- What is to be known of a task before its time is over: silence, in minutes without a scan on a round, 0 for none; reminders, minutes before it may be
-- begun, between blanks. moves_asset: its asset is in maintenance while it is done.
alter table plans add column silence bigint not null default 0 check (silence >= 0);
alter table plans add column reminders text not null default '';
alter table plans add column moves_asset boolean not null default false;
alter table tasks add column silence bigint not null default 0 check (silence >= 0);
alter table tasks add column reminders text not null default '';
alter table tasks add column moves_asset boolean not null default false;
