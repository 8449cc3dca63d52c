package db_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
)

// TestPartitionsAreMadeByWhoMayMakeNoTable as a login of production, which has no right but those of the two roles.
func TestPartitionsAreMadeByWhoMayMakeNoTable(t *testing.T) {
	owner := dbtest.URL(t, "postgres")
	d := open(t, login(t, owner))
	next := time.Now().UTC().AddDate(0, 1, 1-time.Now().UTC().Day()).Truncate(24 * time.Hour)
	name := next.Format("_200601")
	dbtest.Exec(t, owner, "drop table journal"+name+", answers"+name)
	c, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.WithoutCancel(t.Context()))
	if _, err := c.Exec(t.Context(), "begin; select from journal"); err != nil { // who reads is not held up, and not waited for
		t.Fatal(err)
	}
	if err := d.Ahead(t.Context()); err == nil {
		t.Error("it waited for a reader")
	}
	if _, err := c.Exec(t.Context(), "commit"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds them there
		if err := d.Ahead(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	who, other := dbtest.Actor(dbtest.Tenant(t, d)), dbtest.Actor(dbtest.Tenant(t, d))
	e := id.NewAt[id.Entry](next)
	mustPut(t, d, who, entryInsert, e, next, []byte{1})
	if got := rowsOf(t, c, "select tableoid::regclass::text from journal where id = $1", e.String()); len(got) != 1 || got[0] != "journal"+name {
		t.Errorf("a row of next month is in %v", got)
	}
	if n, err := d.App().Exec(t.Context(), "select from journal"+name); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("its partition is read by its name: %v, %v", n, err)
	}
	if got := verbs(t, d, other); len(got) != 0 {
		t.Errorf("another tenant reads %v", got)
	}
	if got := verbs(t, d, who); len(got) != 1 {
		t.Errorf("its own tenant reads %v", got)
	}
	if err := d.CheckProduction(t.Context()); err != nil {
		t.Error(err)
	}
}
