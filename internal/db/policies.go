package db

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// table is what the catalogue says of one of our tables.
type table struct {
	name   string
	tenant bool     // it has a tenant_id
	forced bool     // row-level security is on, for the owner too
	policy bool     // it has the policy of iw_app
	has    []string // rights of the two roles, as rights gives them
}

// System tables may have a tenant_id, and belong to no tenant all the same.
func (t table) system() bool { return strings.HasPrefix(t.name, "sys_") }
func (t table) river() bool  { return strings.HasPrefix(t.name, "river_") }
func (t table) goose() bool  { return strings.HasPrefix(t.name, "goose_") }

// owned is what a tenant's rows are in.
func (t table) owned() bool { return t.tenant && !t.system() && !t.river() && !t.goose() }

// tablesQuery leaves out partitions: nobody has a right on one, all go through its parent, whose policy holds then.
const tablesQuery = `select c.relname, exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped),
	c.relrowsecurity and c.relforcerowsecurity, exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant'),
	array(select r.rolname || ' ' || lower(x.privilege_type) from aclexplode(c.relacl) x join pg_roles r on r.oid = x.grantee where r.rolname in ('iw_app', 'iw_sys')
		union all select r.rolname || ' ' || lower(x.privilege_type) || ' ' || a.attname from pg_attribute a, aclexplode(a.attacl) x join pg_roles r on r.oid = x.grantee
		where a.attrelid = c.oid and a.attacl is not null and not a.attisdropped and r.rolname in ('iw_app', 'iw_sys'))
	from pg_class c where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace order by c.relname`

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func tables(ctx context.Context, q querier) ([]table, error) {
	rows, err := q.Query(ctx, tablesQuery)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (t table, err error) {
		err = r.Scan(&t.name, &t.tenant, &t.forced, &t.policy, &t.has)
		return t, err
	})
}

// makePolicies gives the two roles their rights, and every tenant table its policy, in one transaction. It asks first what is there:
// changing a table's security waits for all who read it.
func makePolicies(ctx context.Context, conn *pgxpool.Conn) error {
	all, err := tables(ctx, conn)
	if err != nil {
		return err
	}
	var todo []string
	for _, t := range all {
		todo = append(todo, t.grants()...)
	}
	var rest bool
	if err := conn.QueryRow(ctx, restQuery).Scan(&rest); err != nil {
		return err
	}
	if !rest {
		todo = append(todo, restGrants...)
	}
	if len(todo) == 0 {
		return nil
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, s := range todo {
			if _, err := tx.Exec(ctx, s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
}

// What the roles need beside tables, and whether they have it and nobody else does.
var restGrants = []string{
	"grant usage on schema public to iw_app, iw_sys",
	"grant usage on sequence river_job_id_seq to iw_app", "grant usage, select on all sequences in schema public to iw_sys",
	"revoke all on function make_partitions(timestamptz), make_partitions_ahead(), set_month_aside(text, text, bigint), attach_month(text) from public, iw_app, iw_sys",
	"grant execute on function make_partitions_ahead(), set_month_aside(text, text, bigint) to iw_sys",
}

const restQuery = `select has_schema_privilege('iw_app', 'public', 'usage') and has_schema_privilege('iw_sys', 'public', 'usage')
	and has_sequence_privilege('iw_app', 'river_job_id_seq', 'usage')
	and (select bool_and(has_sequence_privilege('iw_sys', oid, 'usage') and has_sequence_privilege('iw_sys', oid, 'select')) from pg_class
		where relkind = 'S' and relnamespace = 'public'::regnamespace)
	and has_function_privilege('iw_sys', 'make_partitions_ahead()', 'execute') and not has_function_privilege('iw_sys', 'make_partitions(timestamptz)', 'execute')
	and not has_function_privilege('iw_app', 'make_partitions_ahead()', 'execute') and has_function_privilege('iw_sys', 'set_month_aside(text, text, bigint)', 'execute')
	and not has_function_privilege('iw_app', 'set_month_aside(text, text, bigint)', 'execute') and not has_function_privilege('iw_sys', 'attach_month(text)', 'execute')`

// ofTenant is asked once a statement, not once a row: the sub-select makes it so.
const ofTenant = "tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid)"

// rights are what the roles need on a table: "role right" or, of some columns, "role right column".
func (t table) rights() []string {
	var all []string
	add := func(role string, rights ...string) {
		for _, r := range rights {
			all = append(all, role+" "+r)
		}
	}
	switch {
	case t.name == "river_job":
		add(roleApp, "insert")
		add(roleSys, "select", "insert", "update", "delete")
	case t.system() || t.river():
		add(roleSys, "select", "insert", "update", "delete")
	case t.goose():
		add(roleSys, "select")
	case t.name == "journal":
		add(roleApp, "select", "insert")
		add(roleSys, "select", "update seq", "update hash", "update who_name", "update before", "update after", "update erased_of", "update erasure")
	case t.owned():
		add(roleApp, "select", "insert", "update", "delete")
	}
	return all
}

// grants are the statements that give the roles what they need on a table and nothing else; none where that is so.
func (t table) grants() (todo []string) {
	name := pgx.Identifier{t.name}.Sanitize()
	add := func(format string) { todo = append(todo, strings.ReplaceAll(format, "TABLE", name)) }
	if want := t.rights(); !slices.Equal(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(t.has))) {
		add("revoke all on TABLE from iw_app, iw_sys")
		for _, x := range want {
			part := strings.Fields(x)
			if len(part) == 3 {
				part[1] += " (" + part[2] + ")"
			}
			add("grant " + part[1] + " on TABLE to " + part[0])
		}
	}
	if !t.owned() {
		return todo
	}
	if !t.forced {
		add("alter table TABLE enable row level security")
		add("alter table TABLE force row level security")
	}
	if !t.policy {
		add("create policy tenant on TABLE to iw_app using (" + ofTenant + ")")
		if t.name == "journal" {
			add("create policy sealer on TABLE to iw_sys using (true)")
		}
	}
	return todo
}
