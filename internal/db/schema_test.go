package db_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/db/dbtest"
)

// catalogue asks PostgreSQL's as the owner.
func catalogue(t *testing.T) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dbtest.URL(t, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) })
	return c
}

// ours leaves out the tables of River and goose, and partitions.
const ours = `c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
	and c.relname not like 'river\_%' and c.relname not like 'goose\_%'`

const tenantTables = ours + ` and c.relname not like 'sys\_%'`

const primaryKey = `(select string_agg(a.attname, ',' order by k.n) from pg_constraint p, unnest(p.conkey) with ordinality k(att, n)
	join pg_attribute a on a.attnum = k.att where p.contype = 'p' and p.conrelid = c.oid and a.attrelid = c.oid)`

// foreignKeys names the columns of every reference, f, on both sides.
const foreignKeys = `with f as (select f.conname, f.conrelid, f.confrelid, c.relname, f.conkey,
		(select string_agg(a.attname, ',' order by k.n) from unnest(f.conkey) with ordinality k(att, n) join pg_attribute a on a.attnum = k.att and a.attrelid = f.conrelid) own,
		(select string_agg(a.attname, ',' order by k.n) from unnest(f.confkey) with ordinality k(att, n) join pg_attribute a on a.attnum = k.att and a.attrelid = f.confrelid) their
	from pg_constraint f join pg_class c on c.oid = f.conrelid where f.contype = 'f' and ` + ours + `) `

// schemaRules are what holds for every table; a query's rows are what breaks its rule, and bad is a change that does.
var schemaRules = []struct{ claim, query, bad string }{
	{"a tenant table's primary key is (tenant_id, id)", "select relname::text from pg_class c where " + tenantTables + " and " + primaryKey + " is distinct from 'tenant_id,id'",
		"create table bad (tenant_id uuid references sys_tenants (id), id uuid primary key)"},
	{"row-level security is forced", "select relname::text from pg_class c where " + tenantTables + " and not (relrowsecurity and relforcerowsecurity)",
		"alter table sites no force row level security"},
	{"iw_app has the one policy of the tenant, for everything", "select relname::text from pg_class c where " + tenantTables + ` and not exists (
		select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polroles = array['iw_app'::regrole::oid]
		and pg_get_expr(p.polqual, p.polrelid) like '%tenant_id = ( SELECT (NULLIF(current_setting(''app.tenant''%')`,
		"drop policy tenant on units; create policy tenant on units to iw_app using (true)"},
	{"nobody else has a policy, but the sealer", "select relname || ': ' || polname from pg_policy p join pg_class c on c.oid = p.polrelid where " + ours +
		" and not (polname = 'tenant' or polname = 'sealer' and relname = 'journal' and polroles = array['iw_sys'::regrole::oid])",
		"create policy more on units to iw_app using (true)"},
	{"the tenant is one that exists", "select relname::text from pg_class c where " + tenantTables + ` and not exists (
		select from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and f.confrelid = 'sys_tenants'::regclass)`,
		"create table bad (tenant_id uuid, id uuid, primary key (tenant_id, id))"},
	{"there are no views: they would show what their owner sees", "select relname::text from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace",
		"create view bad as select * from units"},
	{"no partition is readable by its own name", `select c.relname || ' by ' || r from pg_class c, unnest(array['iw_app', 'iw_sys']) r
		where c.relispartition and has_any_column_privilege(r, c.oid, 'select, insert, update, references')`,
		"grant select on journal_default to iw_app"},
	{"row-level security is forced on every partition, so that one shows nothing by its own name", `select c.relname::text from pg_class c
		where c.relispartition and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not (c.relrowsecurity and c.relforcerowsecurity)`,
		"alter table journal_default no force row level security"},
	{"nobody is let in where months are set aside", `select n.nspname || ' by ' || r from pg_namespace n, unnest(array['iw_app', 'iw_sys', 'public']) r
		where n.nspname = 'set_aside' and has_schema_privilege(r, n.oid, 'usage, create')`, "grant usage on schema set_aside to iw_sys"},
	{"the roles own nothing", "select relname::text from pg_class where relowner in ('iw_app'::regrole, 'iw_sys'::regrole)",
		"grant create on schema public to iw_app; alter table units owner to iw_app"},
	{"a reference is of (tenant_id, x) to (tenant_id, id), or to the tenant itself", foreignKeys + `select relname || '.' || conname || ' (' || own || ')' from f
		where not (their = 'tenant_id,id' and own like 'tenant_id,%' or confrelid = 'sys_tenants'::regclass and own in ('tenant_id', 'id'))`,
		"create unique index bad on units (id); create table worse (tenant_id uuid, id uuid references units (id))"},
	{"a reference has an index that begins with its columns", foreignKeys + `select relname || '.' || conname || ' (' || own || ')' from f where not exists (
		select from pg_index i where i.indrelid = f.conrelid and i.indpred is null and i.indisvalid
			and (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey and (i.indkey::int2[])[0:cardinality(f.conkey) - 1] <@ f.conkey)`,
		"drop index sites_unit"},
	{"an index begins with the tenant", `select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid where ` + tenantTables + `
		and (i.indkey::int2[])[0] <> (select attnum from pg_attribute where attrelid = c.oid and attname = 'tenant_id')`,
		"create index sites_bad on sites (code)"},
	{"an index has a name that begins with its table's", `select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid where ` + ours + `
		and not starts_with(i.indexrelid::regclass::text, c.relname)`,
		"create index bad on sites (tenant_id, name)"},
}

func TestTheSchemaKeepsTenantsApart(t *testing.T) {
	c := catalogue(t)
	if got := rowsOf(t, c, "select relname::text from pg_class c where "+tenantTables); !slices.Contains(got, "journal") {
		t.Fatalf("got %v", got)
	}
	for _, r := range schemaRules {
		for _, wrong := range rowsOf(t, c, r.query) {
			t.Errorf("%s: not %s", r.claim, wrong)
		}
	}
}

func TestTheRulesOfTheSchemaFindWhatBreaksThem(t *testing.T) {
	c := catalogue(t)
	for _, r := range schemaRules {
		tx, err := c.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), r.bad, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatalf("%s: %v", r.bad, err)
		}
		if got := rowsOf(t, tx, r.query); len(got) == 0 {
			t.Errorf("%s: %q was not found", r.claim, r.bad)
		}
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBothEnginesHaveTheSameTablesAndColumns(t *testing.T) {
	c := catalogue(t)
	pg := rowsOf(t, c, `select c.relname || '.' || a.attname || case when a.attnotnull then ' not null' else '' end
		from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped where `+ours)
	pgIndexes := rowsOf(t, c, `select x.relname || case when i.indisunique then ' unique' else '' end || ' on ' || c.relname from pg_index i
		join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
		where not exists (select from pg_constraint where conindid = i.indexrelid) and `+ours)
	path := strings.TrimPrefix(dbtest.URL(t, "sqlite"), "sqlite:")
	d, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	const mine = ` m.type = 'table' and m.name not like 'river\_%' escape '\' and m.name not like 'goose\_%' escape '\' and m.name not like 'sqlite\_%' escape '\'`
	same := func(what, query string, want []string) {
		got := column(t, d, query)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (- PostgreSQL, + SQLite):\n%s", what, diff)
		}
	}
	same("columns", `select m.name || '.' || i.name || iif(i."notnull" or i.pk, ' not null', '') from sqlite_schema m join pragma_table_info(m.name) i where`+mine, pg)
	same("indexes", `select l.name || iif(l."unique", ' unique', '') || ' on ' || m.name from sqlite_schema m join pragma_index_list(m.name) l where l.origin = 'c' and`+mine, pgIndexes)
	for _, loose := range column(t, d, "select m.name from sqlite_schema m join pragma_table_list(m.name) l where not l.strict and"+mine) {
		t.Errorf("%s is not strict", loose)
	}
}

func column(t *testing.T, d *sql.DB, query string) (got []string) {
	t.Helper()
	rows, err := d.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		got = append(got, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return got
}
