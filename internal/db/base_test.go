package db_test

import (
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

const (
	entryInsert db.SQL = "-- journal.entryInsert\ninsert into journal (tenant_id, id, at, who_kind, who_name, verb, noun, subject_id, request_id, before, after, mac)" +
		" values ($1, $2, $3, 'system', $4, 'create', 'thing', $2, '', '', '', $5)"
	entryGet db.SQL = "-- journal.entryGet\nselect id, at, who_name, site_id, mac, seq from journal where tenant_id = $1 and id = $2"
)

func TestTenantWritesAndReads(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		a, b := dbtest.Tenant(t, d), dbtest.Tenant(t, d)
		e := id.New[id.Entry]()
		err := d.Write(ctx, dbtest.Actor(a), func(tx *db.Tx) error {
			tx.Later(entryInsert, e, e.Time(), "me", []byte{1, 2})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		get := func(who id.Tenant) (got id.Entry, err error) {
			err = d.Read(ctx, dbtest.Actor(who), func(tx *db.Tx) error {
				got, err = db.One(ctx, tx, func(r db.Row) (i id.Entry, err error) {
					var at = e.Time()
					var name string
					var site *id.Site
					var mac []byte
					var seq *int64
					return i, r.Scan(&i, &at, &name, db.Null(&site), &mac, db.Null(&seq))
				}, entryGet, e)
				return err
			})
			return got, err
		}
		if got, err := get(a); err != nil || got != e {
			t.Errorf("own row: got %v, %v, want %v", got, err, e)
		}
		if _, err := get(b); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another tenant's row: got %v, want not found", err)
		}
	})
}
