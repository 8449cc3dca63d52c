package db

import (
	"context"
	"errors"
	"fmt"
)

// check asks the server, not the configuration. The role that the session logged in with counts as well: it could take its
// own rights back.
func (p *postgres) check(ctx context.Context) error {
	conn, err := p.acquire(ctx, readOne, false)
	if err != nil {
		return unavailable(err)
	}
	defer conn.Release()
	rows, err := conn.Query(ctx, `select rolname, rolsuper, rolbypassrls, rolcreaterole or rolcreatedb,
			has_schema_privilege(oid, 'public', 'create'),
			exists (select from pg_class c where pg_has_role(r.oid, c.relowner, 'member') and c.relnamespace = 'public'::regnamespace)
		from pg_roles r where rolname in (session_user, current_user) order by rolname`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var found []error
	for rows.Next() {
		var name string
		var is [5]bool
		if err := rows.Scan(&name, &is[0], &is[1], &is[2], &is[3], &is[4]); err != nil {
			return err
		}
		for i, what := range []string{"is a superuser", "bypasses row-level security", "can create roles or databases",
			"can create in the schema", "owns tables, or may act as their owner"} {
			if is[i] {
				found = append(found, fmt.Errorf("database role %s %s", name, what))
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	all, err := tables(ctx, conn)
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.owned() && (!t.forced || !t.policy) {
			found = append(found, fmt.Errorf("table %s has no forced row-level security policy", t.name))
		}
	}
	return errors.Join(found...)
}
