package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// migrateLock is the advisory lock of a database that migrates; the number means nothing.
const migrateLock = 7_203_114_921

func migratePostgres(ctx context.Context, o Options, all fs.FS, now time.Time) error {
	c, err := pgxpool.ParseConfig(o.MigrateURL)
	if err != nil {
		return errURL
	}
	c.MaxConns = 4
	c.ConnConfig.ConnectTimeout = o.AcquireTimeout
	c.ConnConfig.RuntimeParams["application_name"] = "intelliwiz migrate"
	c.ConnConfig.RuntimeParams["timezone"] = "UTC"
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return err
	}
	defer pool.Close()
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", int64(migrateLock)); err != nil {
		return err
	}
	defer func() {
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), o.AcquireTimeout)
		defer cancel()
		if _, err := conn.Exec(short, "select pg_advisory_unlock($1)", int64(migrateLock)); err != nil {
			_ = conn.Conn().Close(short) // the lock ends with its session
		}
	}()
	var may bool
	if err := conn.QueryRow(ctx, "select has_schema_privilege('public', 'create')").Scan(&may); err != nil {
		return err
	} else if !may {
		return nothingToDo(ctx, conn, all)
	}
	if err := makeRoles(ctx, conn); err != nil {
		return fmt.Errorf("roles: %w", err)
	}
	driver := riverpgxv5.New(pool)
	if is, err := complete(all, driver, func(dest ...any) error { return conn.QueryRow(ctx, completeQuery).Scan(dest...) }); err != nil {
		return err
	} else if !is {
		db := stdlib.OpenDBFromPool(pool)
		defer func() { _ = db.Close() }()
		if err := up(ctx, goose.DialectPostgres, db, all, forPostgres, driver); err != nil {
			return err
		}
	}
	if _, err := conn.Exec(ctx, "select make_partitions($1)", now); err != nil {
		return fmt.Errorf("partitions: %w", err)
	}
	if err := makePolicies(ctx, conn); err != nil {
		return fmt.Errorf("policies: %w", err)
	}
	return nil
}

// nothingToDo is what a role without rights on the schema hopes for.
func nothingToDo(ctx context.Context, conn *pgxpool.Conn, all fs.FS) error {
	want, err := lastVersion(all)
	if err != nil {
		return err
	}
	var have int64
	if err := conn.QueryRow(ctx, versionQuery).Scan(&have); err != nil {
		return fmt.Errorf("the schema is not there for this database role; migrate as its owner: %w", err)
	}
	if have < want {
		return fmt.Errorf("the schema is at version %d of %d, and this database role cannot change it: migrate as its owner", have, want)
	}
	if have > want {
		return mayRun(have, want, func(minimum *string) error { return conn.QueryRow(ctx, minimumQuery).Scan(minimum) })
	}
	return nil
}

// MakeRoles makes the roles of which a schema speaks, for whoever brings one from elsewhere; url is the owner's.
func MakeRoles(ctx context.Context, url string) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return errURL
	}
	defer pool.Close()
	return pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error { return makeRoles(ctx, c) })
}

// makeRoles makes the two roles and lets the owner act as them, so that one URL serves a developer. Roles belong to the server, not
// to the database: another database's migration may be making them at this moment.
func makeRoles(ctx context.Context, conn *pgxpool.Conn) error {
	for _, role := range []string{roleApp, roleSys} {
		for try := 0; ; try++ {
			err := makeRole(ctx, conn, role)
			if err == nil {
				break
			}
			e, ok := errors.AsType[*pgconn.PgError](err)
			raced := ok && slices.Contains([]string{"42710", "23505", "XX000"}, e.Code) // exists, the same in its index, tuple concurrently updated
			if !raced || try == 5 {
				return err
			}
		}
	}
	return nil
}

// makeRole asks first what is there: a start on a database that was migrated finds all of it.
func makeRole(ctx context.Context, conn *pgxpool.Conn, role string) error {
	var exists, acts, member bool
	err := conn.QueryRow(ctx, "select count(*) = 1, coalesce(bool_and(pg_has_role(oid, 'usage')), false) from pg_roles where rolname = $1", role).Scan(&exists, &acts)
	if err != nil || acts {
		return err
	}
	if !exists {
		if _, err := conn.Exec(ctx, "create role "+role+" nologin"); err != nil {
			return err
		}
	}
	if err := conn.QueryRow(ctx, "select pg_has_role($1, 'member')", role).Scan(&member); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "grant "+role+" to current_user") // from PostgreSQL 16 on also for the maker, who could not act as it
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "42501" && member {
		return nil // somebody else granted it
	}
	return err
}
