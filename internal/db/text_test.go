package db

import (
	"slices"
	"strings"
	"testing"
)

func TestTextsThatCouldCrossTenantsAreRefused(t *testing.T) {
	tenant := "select code from sites where tenant_id = $1"
	for _, c := range []struct {
		claim, name, body string
		scope             scope
		want              string // part of the error; "" = allowed
	}{
		{"a tenant statement", "org.get", tenant + " and id = $2", tenantScope, ""},
		{"a literal and an escape", "org.get", tenant + " and code like $2 escape '\\' and name <> 'a;b--c $9'", tenantScope, ""},
		{"a common table expression", "org.get", "with x as (" + tenant + ") select count(*) from x", tenantScope, ""},
		{"no name", "", tenant, tenantScope, "first line"},
		{"a name without a package", "get", tenant, tenantScope, "first line"},
		{"no tenant", "org.get", "select code from sites", tenantScope, "$1"},
		{"the tenant only as the start of $10", "org.get", "select code from sites where id = $10", tenantScope, "gap"},
		{"the tenant only in a literal", "org.get", "select code from sites where code = '$1'", tenantScope, "$1"},
		{"the tenant only in a comment", "org.get", "select code /* $1 */ from sites", tenantScope, "/*"},
		{"a line comment", "org.get", tenant + " -- and id = $2", tenantScope, "--"},
		{"a second statement", "org.get", tenant + "; delete from sites", tenantScope, ";"},
		{"a gap in the parameters", "org.get", tenant + " and id = $3", tenantScope, "gap"},
		{"a parameter without a number", "org.get", tenant + " and id = $x", tenantScope, "no parameter"},
		{"dollar quotes", "org.get", tenant + " and code = $$a$$", tenantScope, "$$"},
		{"tagged dollar quotes", "org.get", tenant + " and code = $a$x$a$", tenantScope, "no parameter"},
		{"SQLite's parameter", "org.get", tenant + " and id = ?", tenantScope, "?"},
		{"quoted names", "org.get", `select "code" from sites where tenant_id = $1`, tenantScope, `"`},
		{"a literal with a prefix", "org.get", tenant + ` and code = e'\''`, tenantScope, "prefix"},
		{"a literal in unicode", "org.get", tenant + ` and code = u&'x'`, tenantScope, "prefix"},
		{"an open literal", "org.get", tenant + " and code = 'x", tenantScope, "without an end"},
		{"a cast of PostgreSQL", "org.get", tenant + " and id::text = $2", tenantScope, "::"},
		{"leaving the role", "org.get", "set role none", tenantScope, "begin with"},
		{"a change of the schema", "org.get", "drop table sites", tenantScope, "begin with"},
		{"with, and no verb", "org.get", "with x as (select $1)", tenantScope, "no verb"},
		{"nothing", "org.get", " ", tenantScope, "empty"},
		{"another tenant's variable", "org.get", "select set_config('app.tenant', $1, true)", tenantScope, "set_config"},
		{"in capitals", "org.get", "select SET_CONFIG('app.tenant', $1, true)", tenantScope, "set_config"},
		{"the catalogue", "org.get", tenant + " and $1 in (select oid from pg_class)", tenantScope, "pg_class"},
		{"SQLite's catalogue", "org.get", "select sql from sqlite_schema where $1 = $1", tenantScope, "sqlite_schema"},
		{"a system table for a tenant", "org.get", "select code from sys_tenants where id = $1", tenantScope, "sys_tenants"},
		{"the job queue for a tenant", "org.get", "select args from river_job where id = $1", tenantScope, "river_job"},
		{"the journal for a domain", "org.get", "select mac from journal where tenant_id = $1", tenantScope, "journal"},
		{"the journal for itself", "journal.get", "select mac from journal where tenant_id = $1", tenantScope, ""},
		{"a system statement", "org.byCode", "select id from sys_tenants where code = $1", systemScope, ""},
		{"a system update", "org.off", "update sys_tenants set active = $2 where id = $1", systemScope, ""},
		{"a system insert", "org.on", "insert into sys_facts (name, value) values ($1, $2) on conflict (name) do update set value = $2", systemScope, ""},
		{"a system statement with a table of its own", "org.x", "with x as (select id from sys_tenants) select count(*) from x", systemScope, ""},
		{"a system statement recursively", "org.x", "with recursive n(i) as (select 1 union all select i + 1 from n where i < 5) select i from n join sys_facts on true", systemScope, ""},
		{"a tenant table without a tenant", "org.x", "select code from sites", systemScope, "sites"},
		{"a tenant table joined to a system table", "org.x", "select 1 from sys_tenants t join sites s on s.tenant_id = t.id", systemScope, "sites"},
		{"a tenant table deep inside", "org.x", "select 1 from sys_tenants where id in (select tenant_id from sites)", systemScope, "sites"},
		{"a tenant table changed", "org.x", "update sites set code = $1", systemScope, "sites"},
		{"a tenant table emptied", "org.x", "delete from sites", systemScope, "sites"},
		{"the journal without a tenant", "journal.x", "select mac from journal", systemScope, "journal"},
		{"the journal sealed", "journal.x", "update journal set seq = $3, hash = $4 where tenant_id = $1 and id = $2", sealScope, ""},
		{"the journal sealed by another", "org.x", "update journal set seq = $3, hash = $4 where tenant_id = $1 and id = $2", sealScope, "journal"},
		{"a tenant table sealed", "journal.x", "select code from sites", sealScope, "sites"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			_, err := newText(SQL("-- "+c.name+"\n"+c.body), c.scope)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("got %v, want it allowed", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want an error about %q", err, c.want)
			}
		})
	}
}

func TestWhatATextDoes(t *testing.T) {
	for _, c := range []struct {
		body, verb string
		params     int
		journal    bool
	}{
		{"select id from journal where tenant_id = $1 and id = $2", "select", 2, false},
		{"INSERT into journal (tenant_id) values ($1)", "insert", 1, true},
		{"with x as (select 1) update sites set code = $2 where tenant_id = $1", "update", 2, false},
		{"with x as (select 1), y as (select 2) delete from sites where tenant_id = $1", "delete", 1, false},
	} {
		x, err := newText(SQL("-- journal.x\n"+c.body), tenantScope)
		if err != nil || x.verb != c.verb || x.params != c.params || x.journal != c.journal {
			t.Errorf("%s: got %+v, %v", c.body, x, err)
		}
	}
}

func TestTablesOf(t *testing.T) {
	bare, err := bareOf("with a as (select 1 from b join c on true) select x from a, d where id is distinct from $1 and e in (select f from g) for update")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tablesOf(wordsOf(bare)), []string{"b", "c", "g"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want) // d is not found: PostgreSQL's rights hold there, and the tests run on it
	}
}

func TestListsInBothEngines(t *testing.T) {
	body := "select id from sites where tenant_id = $1 and id in_list($12) and begin_list($1)"
	if got, want := (&postgres{}).expand(body), "select id from sites where tenant_id = $1 and id = any($12) and begin_list($1)"; got != want {
		t.Errorf("got %s", got)
	}
	if got, want := (&sqliteEngine{}).expand(body), "select id from sites where tenant_id = $1 and id in (select value from json_each($12)) and begin_list($1)"; got != want {
		t.Errorf("got %s", got)
	}
	body = "select v.id from (lists_of($2 id uuid, $3 hash bytea)) v"
	if got, want := (&postgres{}).expand(body), "select v.id from (select * from unnest($2::uuid[], $3::bytea[]) as list (id, hash)) v"; got != want {
		t.Errorf("got %s", got)
	}
	if got, want := (&sqliteEngine{}).expand(body), "select v.id from (select list.value as id, "+
		"unhex(json_extract($3, '$[' || list.key || ']')) as hash from json_each($2) list) v"; got != want {
		t.Errorf("got %s", got)
	}
}
