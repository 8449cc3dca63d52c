package db_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// setAside sets a month of the journal aside, by the role that serves.
func setAside(t *testing.T, d *db.DB, table string, month time.Time, months int) error {
	t.Helper()
	return d.SetAside(t.Context(), table, month.Format("200601"), months)
}

// TestOldMonthsAreSetAside and nothing else is, by a login of production: nobody but the owner reads them then, and they can be brought back.
func TestOldMonthsAreSetAside(t *testing.T) {
	owner := dbtest.URL(t, "postgres")
	d := open(t, login(t, owner))
	who := dbtest.Actor(dbtest.Tenant(t, d))
	now := time.Now().UTC()
	month := func(n int) time.Time {
		return time.Date(now.Year(), now.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	}
	dbtest.Exec(t, owner, "select make_partitions('"+month(-13).Format(time.DateOnly)+"')")
	for n := range 3 {
		mustPut(t, d, who, entryInsert, id.NewAt[id.Entry](month(-14+n).Add(time.Hour)), now, []byte{1})
	}
	due := func(months int) (due []string) {
		t.Helper()
		due, err := d.Due(t.Context(), "journal", months)
		if err != nil {
			t.Fatal(err)
		}
		return due
	}
	names := func(all ...int) (out []string) {
		for _, n := range all {
			out = append(out, month(n).Format("200601"))
		}
		return out
	}
	if !slices.Equal(due(12), names(-14, -13)) || !slices.Equal(due(13), names(-14)) {
		t.Errorf("due after 12 months %v, after 13 %v", due(12), due(13))
	}
	for claim, err := range map[string]error{
		"too young":          setAside(t, d, "journal", month(-12), 12),
		" too young":         setAside(t, d, "journal", month(-14), 11),
		"no month of a":      setAside(t, d, "sites", month(-14), 12),
		"is no partition":    setAside(t, d, "journal", month(-40), 12),
		"db.Together":        d.Write(t.Context(), who, func(tx *db.Tx) error { tx.SetAside("journal", "202001", 12); return nil }),
		"permission denied ": second(d.App().Exec(t.Context(), "select set_month_aside('journal', '"+month(-14).Format("200601")+"', 12)")),
	} {
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(claim)) {
			t.Errorf("%s: got %v", claim, err)
		}
	}
	c, err := pgx.Connect(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.WithoutCancel(t.Context()))
	exec(t, c, "begin; select from journal") // who reads is not held up
	if err := setAside(t, d, "journal", month(-14), 12); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("beside a reader: %v", err)
	}
	exec(t, c, "commit")
	if got := verbs(t, d, who); len(got) != 3 || len(due(12)) != 2 {
		t.Errorf("after giving up: %v, %v", got, due(12))
	}
	if until, err := d.AsideUntil(t.Context(), "journal", month(-14)); err != nil || !until.IsZero() {
		t.Errorf("%v %v", until, err)
	}
	for _, n := range []int{-14, -13} {
		if err := setAside(t, d, "journal", month(n), 12); err != nil {
			t.Fatal(err)
		}
	}
	if got := verbs(t, d, who); len(got) != 1 || len(due(12)) != 0 {
		t.Errorf("the young one: %v, due %v", got, due(12))
	}
	if until, err := d.AsideUntil(t.Context(), "journal", month(-14)); err != nil || !until.Equal(month(-12)) {
		t.Errorf("set aside until %v, %v, want %v", until, err, month(-12))
	}
	if until, err := d.AsideUntil(t.Context(), "journal", month(-12)); err != nil || !until.IsZero() {
		t.Errorf("what is there is set aside until %v, %v", until, err)
	}
	guarded(t, d, c, owner, "journal"+month(-14).Format("_200601"))
	comesBack(t, d, owner, "journal"+month(-14).Format("_200601"))
	if got := verbs(t, d, who); len(got) != 2 || !slices.Equal(due(12), names(-14)) {
		t.Errorf("brought back: %v, due %v", got, due(12))
	}
	if err := d.CheckProduction(t.Context()); err != nil {
		t.Error(err)
	}
}

// guarded: nobody but the owner reads what is set aside, also when somebody has been let in by mistake; and it is not made anew.
func guarded(t *testing.T, d *db.DB, c *pgx.Conn, owner, name string) {
	t.Helper()
	for role, err := range map[string]error{
		"iw_app": second(d.App().Exec(t.Context(), "select from set_aside."+name)), "iw_sys": second(d.PG().Exec(t.Context(), "select from set_aside."+name)),
		"attach": second(d.PG().Exec(t.Context(), "select attach_month('"+name+"')")), "drop": second(d.PG().Exec(t.Context(), "drop table set_aside."+name)),
	} {
		if err == nil || !strings.Contains(err.Error(), "permission denied") && !strings.Contains(err.Error(), "must be owner") {
			t.Errorf("%s: %v", role, err)
		}
	}
	if got := rowsOf(t, c, "select relname::text from pg_class c where c.relnamespace in ('public'::regnamespace, 'set_aside'::regnamespace) and c.relkind = 'r' and (c.relispartition or c.relnamespace = 'set_aside'::regnamespace) and not (c.relrowsecurity and c.relforcerowsecurity)"); len(got) > 0 {
		t.Errorf("without forced row-level security: %v", got)
	}
	exec(t, c, "grant usage on schema set_aside to iw_app; grant select on set_aside."+name+" to iw_app")
	if got := rowsOf(t, d.App(), "select verb from set_aside."+name); len(got) != 0 {
		t.Errorf("let in by mistake: sees %v", got)
	}
	exec(t, c, "revoke all on schema set_aside from iw_app; revoke all on set_aside."+name+" from iw_app; select make_partitions(clock_timestamp() - interval '13 months')")
	if got := rowsOf(t, c, "select relname::text from pg_class where relname = '"+name+"' and relnamespace = 'public'::regnamespace"); len(got) > 0 {
		t.Error("its partition was made anew")
	}
}

// comesBack: attaching needs the owner, adds what came since, and works once.
func comesBack(t *testing.T, d *db.DB, owner, name string) {
	t.Helper()
	all, err := d.Asides(t.Context())
	if err != nil || len(all) != 2 || all[0].Name != name || all[0].Table != "journal" || all[0].Gone || time.Since(all[0].At) > time.Minute {
		t.Errorf("%+v %v", all, err)
	}
	dbtest.Exec(t, owner, "alter table journal add column later text")
	if err := db.Attach(t.Context(), owner, name); err != nil {
		t.Error(err)
	}
	dbtest.Exec(t, owner, "drop table set_aside."+all[1].Name)
	if left, err := open(t, owner).Asides(t.Context()); err != nil || len(left) != 1 || !left[0].Gone {
		t.Errorf("one brought back, one dropped: %+v %v", left, err)
	}
	if err := db.Attach(t.Context(), "postgres://owner:secret@127.0.0.1:1/x", name); fault.KindOf(err) != fault.Unavailable || strings.Contains(err.Error(), "secret") {
		t.Errorf("where nobody answers: %v", err)
	}
	if err := db.Attach(t.Context(), owner, name); fault.KindOf(err) != fault.Invalid {
		t.Errorf("once more: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func exec(t *testing.T, c *pgx.Conn, text string) {
	t.Helper()
	if _, err := c.Exec(t.Context(), text, pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
}

func TestNothingIsSetAsideOnSQLite(t *testing.T) {
	d := open(t, dbtest.URL(t, "sqlite"))
	due, err := d.Due(t.Context(), "journal", 12)
	all, err2 := d.Asides(t.Context())
	if err != nil || err2 != nil || len(due) != 0 || len(all) != 0 {
		t.Errorf("%v %v, %v %v", due, err, all, err2)
	}
}
