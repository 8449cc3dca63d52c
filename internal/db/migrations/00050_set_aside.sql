-- +goose Up

-- Months of partitioned tables that the retention of the installation has taken out of the live tables: each is a table of the schema set_aside, which
-- nobody but the owner reads. name: "answers_202401". On SQLite nothing is partitioned, and both tables stay empty.
create table sys_set_aside (
  name   text not null primary key,
  parent text not null check (parent <> ''),
  month  text not null check (month <> ''),
  at     timestamptz not null
);

-- What the trail of a tenant has in such a month: numbers first_seq to last_seq, of which the last has this hash, signed with a key outside the database.
-- Where rows with these numbers are missing, they are set aside; others are gone.
create table sys_journal_asides (
  tenant_id uuid not null references sys_tenants (id),
  first_seq bigint not null check (first_seq > 0),
  last_seq  bigint not null,
  hash      bytea not null,
  name      text not null,
  at        timestamptz not null,
  signature bytea not null,
  primary key (tenant_id, first_seq),
  check (first_seq <= last_seq)
);

-- +pg begin
create schema if not exists set_aside;

-- month_bounds gives the least ids of a month and of the one after it.
-- +goose StatementBegin
create function month_bounds(month timestamp) returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array_agg(substr(x.hex, 1, 8) || '-' || substr(x.hex, 9) || '-0000-0000-000000000000' order by x.hex)
    from (select lpad(to_hex((extract(epoch from m) * 1000)::bigint), 12, '0') as hex from unnest(array[month, month + interval '1 month']) m) x
$$;
-- +goose StatementEnd

-- make_partitions is as it was, and forces row-level security on every partition, without a policy: by its own name one shows nothing, whoever is granted it.
-- +goose StatementBegin
create or replace function make_partitions(moment timestamptz) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  parent text;
  part   text;
  month  timestamp;
  least  text[];
begin
  for parent in select c.relname from pg_class c where c.relkind = 'p' and c.relnamespace = 'public'::regnamespace order by 1 loop
    if to_regclass(format('public.%I', parent || '_default')) is null then
      execute format('create table public.%I partition of public.%I default', parent || '_default', parent);
    end if;
    for i in -1 .. 13 loop
      month := date_trunc('month', moment at time zone 'UTC') + make_interval(months => i);
      part := parent || to_char(month, '_YYYYMM');
      continue when to_regclass(format('public.%I', part)) is not null or exists (select from public.sys_set_aside s where s.name = part);
      least := public.month_bounds(month);
      begin
        execute format('create table public.%I partition of public.%I for values from (%L) to (%L)', part, parent, least[1], least[2]);
      exception
        when check_violation then null; -- rows of the month are in the default partition already, and are found there
        when duplicate_table then null; -- another has made it
      end;
    end loop;
  end loop;
  for part in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where c.relkind = 'r' and c.relispartition and c.relnamespace = 'public'::regnamespace and not (c.relrowsecurity and c.relforcerowsecurity) order by 1 loop
    execute format('alter table public.%I enable row level security, force row level security', part);
  end loop;
end $$;
-- +goose StatementEnd

-- set_month_aside detaches a month of a table ("answers", "202401") that is over for longer than some months, at least twelve, by the database's clock. It
-- drops nothing, has the owner's rights, and gives up rather than hold others up.
-- +goose StatementBegin
create function set_month_aside(parent text, month text, months bigint) returns void language plpgsql strict security definer
  set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare
  part text := parent || '_' || month;
begin
  if parent not in ('answers', 'journal') or month !~ '^[0-9]{6}$' then
    raise exception 'no month of a table of which months are set aside';
  end if;
  if months < 12 or to_date(month, 'YYYYMM') + make_interval(months => months::integer + 1) > clock_timestamp() at time zone 'UTC' then
    raise exception '% is too young to be set aside', part;
  end if;
  if not exists (select from pg_inherits where inhrelid = to_regclass(format('public.%I', part)) and inhparent = to_regclass(format('public.%I', parent))) then
    raise exception '% is no partition', part;
  end if;
  execute format('alter table public.%I detach partition public.%I', parent, part);
  execute format('alter table public.%I set schema set_aside', part);
  execute format('revoke all on set_aside.%I from public, iw_app, iw_sys', part);
  execute format('alter table set_aside.%I enable row level security, force row level security', part);
  insert into public.sys_set_aside (name, parent, month, at) values (part, parent, month, clock_timestamp());
end $$;
-- +goose StatementEnd

-- attach_month brings back what was set aside. It runs with the rights of its caller, who must be the owner. Columns that came since are added.
-- +goose StatementBegin
create function attach_month(part text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  was   record;
  added record;
  least text[];
begin
  select s.parent, s.month into was from public.sys_set_aside s where s.name = part;
  if not found or to_regclass(format('set_aside.%I', part)) is null then
    raise exception '% is not set aside here', part;
  end if;
  for added in select a.attname, format_type(a.atttypid, a.atttypmod) as kind from pg_attribute a
      where a.attrelid = format('public.%I', was.parent)::regclass and a.attnum > 0 and not a.attisdropped and not exists (select from pg_attribute b
        where b.attrelid = format('set_aside.%I', part)::regclass and b.attname = a.attname and not b.attisdropped) order by a.attnum loop
    execute format('alter table set_aside.%I add column %I %s', part, added.attname, added.kind);
  end loop;
  least := public.month_bounds(to_date(was.month, 'YYYYMM')::timestamp);
  execute format('alter table set_aside.%I set schema public', part);
  execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)', was.parent, part, least[1], least[2]);
  delete from public.sys_journal_asides a where a.name = part;
  delete from public.sys_set_aside s where s.name = part;
end $$;
-- +goose StatementEnd
-- +pg end
