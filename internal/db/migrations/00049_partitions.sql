-- +goose Up

-- Partitions are made by the database itself, so that a process whose role may make no table never runs out of them. make_partitions gives every
-- partitioned table a default partition and one for each month from the one before a moment to the thirteenth after it, as far as they are missing; their
-- bounds are the least ids of the months, for an id begins with its milliseconds. make_partitions_ahead does it by the database's clock with the owner's
-- rights, takes nothing from its caller, and gives up rather than hold others up.
-- +pg begin
-- +goose StatementBegin
create function make_partitions(moment timestamptz) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
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
      continue when to_regclass(format('public.%I', part)) is not null;
      select array_agg(substr(x.hex, 1, 8) || '-' || substr(x.hex, 9) || '-0000-0000-000000000000' order by x.hex) into least
        from (select lpad(to_hex((extract(epoch from m) * 1000)::bigint), 12, '0') as hex from unnest(array[month, month + interval '1 month']) m) x;
      begin
        execute format('create table public.%I partition of public.%I for values from (%L) to (%L)', part, parent, least[1], least[2]);
      exception
        when check_violation then null; -- rows of the month are in the default partition already, and are found there
        when duplicate_table then null; -- another has made it
      end;
    end loop;
  end loop;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function make_partitions_ahead() returns void language plpgsql security definer
  set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
begin
  perform public.make_partitions(clock_timestamp());
end $$;
-- +goose StatementEnd
-- +pg end
