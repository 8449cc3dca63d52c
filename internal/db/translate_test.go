package db_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/db"
)

func TestMigrationInTheWordsOfEachEngine(t *testing.T) {
	const text = `-- +goose Up
-- uuid and date (of a comment) stay
create table things (
  id uuid not null, -- a (uuid
  day date not null default 'date',
  at timestamptz, yes boolean not null default true, note jsonb, size bigint,
  width Double precision, weight double precision, raw bytea, updated_at timestamptz,
  primary key (id), check (size > 0 and (size < 9))
)
-- +pg begin
partition by range (id)
-- +pg end
;
CREATE TABLE if not exists others (id uuid);
create index things_day on things (day);
alter table things add column more bigint;
`
	const sqlite = `-- +goose Up
-- uuid and date (of a comment) stay
create table things (
  id text not null, -- a (uuid
  day text not null default 'date',
  at integer, yes integer not null default true, note text, size integer,
  width Double precision, weight real, raw blob, updated_at integer,
  primary key (id), check (size > 0 and (size < 9))
) strict
;
CREATE TABLE if not exists others (id text) strict;
create index things_day on things (day);
alter table things add column more integer;
`
	if diff := cmp.Diff(sqlite, db.ForSQLite(text)); diff != "" {
		t.Error(diff) // "Double" is no word of ours: strict tables refuse it when it is run
	}
	const postgres = `create table a (id uuid)
partition by range (id)
;
`
	if diff := cmp.Diff(postgres, db.ForPostgres("create table a (id uuid)\n-- +pg begin\npartition by range (id)\n-- +pg end\n;\n")); diff != "" {
		t.Error(diff)
	}
}
