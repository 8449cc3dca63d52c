package dbtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"intelliwiz/internal/db"
)

// written makes a package of one file and gives what Statements finds in it.
func written(t *testing.T, pkg, code string) (found []Statement, problems []string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte("package "+pkg+"\n"+code), 0o600); err != nil {
		t.Fatal(err)
	}
	found, problems, err := Statements(dir)
	if err != nil {
		t.Fatal(err)
	}
	return found, problems
}

const imported = "import \"intelliwiz/internal/db\"\n"

func TestStatementsAreFoundAndFolded(t *testing.T) {
	found, problems := written(t, "x", `import d "intelliwiz/internal/db"
const columns = "id, " + more
const (
	more     = "code"
	list d.SQL = "-- x.list\nselect " + (columns) + " from sites where tenant_id = $1"
)
func f() { const get d.SQL = `+"`-- x.get\nselect id from sites where tenant_id = $1 and code <> 'NOW()'`"+` }
func g(q d.SQL, n string) d.SQL { return q }
`)
	if len(problems) != 0 || len(found) != 2 {
		t.Fatalf("got %v, %v", found, problems)
	}
	if found[0].Name != "x.get" || found[1].Text != "-- x.list\nselect id, code from sites where tenant_id = $1" || !strings.HasSuffix(found[1].At, "x.go:6") {
		t.Errorf("got %+v", found)
	}
}

func TestStatementsThatAreNoConstantsOfTheirName(t *testing.T) {
	const tail = `\nselect id from sites where tenant_id = $1"`
	for claim, c := range map[string][2]string{
		"another name":                {`const get db.SQL = "-- x.list` + tail, `with its name, "-- x.get"`},
		"another package's name":      {`const get db.SQL = "-- y.get` + tail, `with its name, "-- x.get"`},
		"no name":                     {`const get db.SQL = "select 1"`, `with its name`},
		"a conversion":                {`func f(s string) db.SQL { return db.SQL(s) }`, "nothing is converted"},
		"a conversion of a constant":  {`const get = db.SQL("-- x.get` + tail + `)`, "nothing is converted"},
		"a sum of statements":         {`const get db.SQL = "-- x.get` + tail + "\nfunc f() db.SQL { return get + \" limit 5\" }", "not put together"},
		"a literal":                   {`func f() db.SQL { return "-- x.get` + tail + ` }`, "not a literal"},
		"a variable":                  {`var get db.SQL = "-- x.get` + tail, "not a literal"},
		"an untyped constant":         {`const get = "-- x.get` + tail, "not a literal or an untyped constant"},
		"a type of its own":           {`type mine = db.SQL`, "one type"},
		"a type of its own, again":    {`type mine db.SQL`, "one type"},
		"a function's result":         {`const get db.SQL = "-- x.get\nselect " + f()`, "made of literals"},
		"another package's constants": {`const get db.SQL = "-- x.get\nselect " + y.Columns`, "made of literals"},
		"a constant of nowhere":       {`const get db.SQL = "-- x.get\nselect " + columns`, "columns is no constant"},
		"a wrong word":                {`const get db.SQL = "-- x.get\nselect now() from sites where tenant_id = $1"`, "time is a parameter"},
	} {
		_, problems := written(t, "x", imported+c[0]+"\n")
		if !strings.Contains(strings.Join(problems, "\n"), c[1]) {
			t.Errorf("%s: got %q, want a problem about %q", claim, problems, c[1])
		}
	}
}

func TestOtherTypesOfThatNameAreNotMeant(t *testing.T) {
	if found, problems := written(t, "x", `import db "other/db"
type SQL string
const a SQL = "select"
const b db.SQL = "select"
var c = db.SQL("x") + "y"
`); len(found)+len(problems) != 0 {
		t.Errorf("got %v, %v", found, problems)
	}
	found, _ := written(t, "db", "const get SQL = \"-- db.get\\nselect 1\"\n")
	if len(found) != 1 {
		t.Errorf("in package db: got %v", found)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := Statements(filepath.Join(dir, "none")); err == nil {
		t.Error("a missing folder has statements")
	}
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Statements(dir); err == nil {
		t.Error("nonsense has statements")
	}
}

func TestRules(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{"select cast(a as text), cast((b) as bigint), cast(c as integer) from x where y like $2 escape '!' and created < $3", ""},
		{"select count(*) filter (where current > 1), snow from lowers where update_any is not distinct from $2 and a <> 'now() ~ ::'", ""},
		{"select a from x where (b = $2 or $2 is null) and $3 and (c, d) > ($4, $5) order by c nulls last limit $6", ""},
		{"insert into x (a) values ($1) on conflict (a) do update set a = $1 returning a", ""},
		{"select a from x where b < now()", "time is a parameter"},
		{"select a from x where b < CURRENT_TIMESTAMP", "time is a parameter"},
		{"select a from x where b < localtime", "time is a parameter"},
		{"select datetime('now')", "computed in Go"},
		{"select a + interval '1 day' from x", "computed in Go"},
		{"select a from x where Lower(b) = $2", "folded"},
		{"select a from x where b ilike $2", "folded key"},
		{"select a from x where b ~ $2", "folded key"},
		{"select a::text from x", "cast(x as text)"},
		{"select a from x where b = any($2)", "in_list"},
		{"select distinct on (a) b from x", "distinct on"},
		{"select greatest(a, b) from x", "coalesce"},
		{"select a from x where b = $2 for update", "row locks"},
		{"select a from x, lateral (select 1) y", "lateral"},
		{"select bool_or(a) from x", "not on both"},
		{"select random()", "from Go"},
		{"with y as (delete from x where a = $1 returning b) select b from y", "changes in a common"},
		{"delete from x using y where x.a = y.a", "delete using"},
		{"insert or ignore into x (a) values ($1)", "on conflict"},
		{"select rowid from x", "ids of ours"},
		{"select a from x where b @> $2", "PostgreSQL only"},
		{"select * from x", "named"},
		{"select x.a, y.* from x join y on true", "named"},
		{"truncate x", "migrations"},
		{"select a from x where b == $2", "equal is ="},
		{"select cast(a as uuid) from x", "a cast is to"},
		{"select cast(a as double precision) from x", "a cast is to"},
		{"select a from x where ($2 is null or b = $2)", "its first use"},
		{"select a from x where ($2 is not null and b = $2)", "its first use"},
	} {
		wrong := strings.Join(Rules("-- x.y\n"+c.body), "\n")
		if c.want == "" && wrong != "" || !strings.Contains(wrong, c.want) {
			t.Errorf("%s: got %q, want %q", c.body, wrong, c.want)
		}
	}
}

func TestTheStatementsOfThisPackageAreRight(t *testing.T) {
	found, problems, err := Statements(".")
	if err != nil || len(problems) != 0 || len(found) != 1 || found[0].Text != tenantInsert {
		t.Errorf("got %v, %v, %v", found, problems, err)
	}
}

func TestLintCompilesOnBothEngines(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "internal", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	code := "package x\n" + imported + "const get db.SQL = \"-- x.get\\nselect code from sys_tenants where id = $1\"\n"
	if err := os.WriteFile(filepath.Join(root, "internal", "x", "x.go"), []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	LintSQL(t, root)
}

func TestFreshDatabasesAreApart(t *testing.T) {
	Each(t, func(t *testing.T, d *db.DB) {
		other := Open(t, d.Engine())
		tenant := Tenant(t, d)
		const count db.SQL = "-- dbtest.count\nselect count(*) from sys_tenants where id = $1"
		for of, want := range map[*db.DB]int64{d: 1, other: 0} {
			err := of.System(t.Context(), func(tx *db.Tx) error {
				n, err := db.One(t.Context(), tx, func(r db.Row) (n int64, err error) { err = r.Scan(&n); return n, err }, count, tenant)
				if n != want {
					t.Errorf("got %d, want %d", n, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		who := Actor(tenant, "site.update")
		if !who.Everywhere("site.update") || who.Can("site.delete") || who.Tenant() != tenant || !who.SignedIn() {
			t.Errorf("got %+v", who)
		}
	})
}

func TestRedisIsThere(t *testing.T) {
	if a := Redis(t); !strings.Contains(a, ":") || a != Redis(t) {
		t.Errorf("got %q", a)
	}
}

// TestWhatIsReadWhole knows a plan that goes through a table from one that finds its rows by an index.
func TestWhatIsReadWhole(t *testing.T) {
	const one db.SQL = "-- x.one\nwith recursive above (id) as (select u.id from units u union select a.id from above a) select count(*) from sites s join above b on b.id = s.id"
	for plan, want := range map[string]string{
		"Aggregate\n  ->  Seq Scan on sites s\n        Filter: (tenant_id = $1)":                                                       "sites",
		"Limit\n  ->  Index Scan Backward using sites_pkey on sites s\n        Index Cond: (tenant_id = $1)":                           "",
		"Limit\n  ->  Index Only Scan using sites_code on sites s\n        Filter: active":                                             "sites",
		"Bitmap Heap Scan on sites s\n  Recheck Cond: (id = $1)\n  ->  Bitmap Index Scan on sites_pkey\n        Index Cond: (id = $1)": "",
		"Bitmap Heap Scan on sites s\n  ->  Bitmap Index Scan on sites_pkey":                                                           "sites_pkey",
	} {
		if got := strings.Join(wholes("postgres", one, plan), ","); got != want {
			t.Errorf("%q, not %q, of\n%s", got, want, plan)
		}
	}
	for plan, want := range map[string]string{
		"SCAN s": "sites", "SCAN s USING COVERING INDEX sites_code": "sites", "SEARCH s USING INDEX sites_pkey (tenant_id=?)": "", "SCAN a": "", "SCAN b": "", "SCAN x": "",
	} {
		if got := strings.Join(wholes("sqlite", one, plan), ","); got != want {
			t.Errorf("%q, not %q, of %s", got, want, plan)
		}
	}
}
