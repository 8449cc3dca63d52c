package db

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// table is what the catalogue says of one of our tables.
type table struct {
	name   string
	tenant bool // it has a tenant_id
	forced bool // row-level security is on, for the owner too
	policy bool // it has the policy of iw_app
}

// System tables may have a tenant_id, and belong to no tenant all the same.
func (t table) system() bool { return strings.HasPrefix(t.name, "sys_") }
func (t table) river() bool  { return strings.HasPrefix(t.name, "river_") }
func (t table) goose() bool  { return strings.HasPrefix(t.name, "goose_") }

// owned is what a tenant's rows are in.
func (t table) owned() bool { return t.tenant && !t.system() && !t.river() && !t.goose() }

// tablesQuery leaves out partitions: nobody has a right on one, all go through its parent, whose policy holds then.
const tablesQuery = `select c.relname, exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped),
	c.relrowsecurity and c.relforcerowsecurity, exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant')
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
		err = r.Scan(&t.name, &t.tenant, &t.forced, &t.policy)
		return t, err
	})
}

// makePolicies gives the two roles their rights, and every tenant table its policy, in one transaction. It asks first what is there:
// changing a table's security waits for all who read it.
func makePolicies(ctx context.Context, conn *pgxpool.Conn) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		all, err := tables(ctx, tx)
		if err != nil {
			return err
		}
		todo := []string{"grant usage on schema public to iw_app, iw_sys"}
		for _, t := range all {
			todo = append(todo, t.grants()...)
		}
		todo = append(todo, "grant usage on sequence river_job_id_seq to iw_app", "grant usage, select on all sequences in schema public to iw_sys")
		for _, s := range todo {
			if _, err := tx.Exec(ctx, s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
}

// ofTenant is asked once a statement, not once a row: the sub-select makes it so.
const ofTenant = "tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid)"

// grants are the statements that give the roles what they need on a table and nothing else.
func (t table) grants() []string {
	name := pgx.Identifier{t.name}.Sanitize()
	todo := []string{"revoke all on " + name + " from iw_app, iw_sys"}
	add := func(format string) { todo = append(todo, strings.ReplaceAll(format, "TABLE", name)) }
	switch {
	case t.name == "river_job":
		add("grant insert on TABLE to iw_app")
		add("grant select, insert, update, delete on TABLE to iw_sys")
	case t.system() || t.river():
		add("grant select, insert, update, delete on TABLE to iw_sys")
	case t.goose():
		add("grant select on TABLE to iw_sys")
	case t.name == "journal":
		add("grant select, insert on TABLE to iw_app")
		add("grant select, update (seq, hash, who_name, before, after, erased_of, erasure) on TABLE to iw_sys")
	case t.owned():
		add("grant select, insert, update, delete on TABLE to iw_app")
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
