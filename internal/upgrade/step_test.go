package upgrade_test

import (
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/upgrade"
)

// step reads one migration, of number 50.
func step(t *testing.T, text string) upgrade.Step {
	t.Helper()
	steps, err := upgrade.Steps(fstest.MapFS{"migrations/00050_x.sql": {Data: []byte("-- +goose Up\n\n" + text)}}, 49)
	if err != nil || len(steps) != 1 {
		t.Fatalf("%v, %v", steps, err)
	}
	return steps[0]
}

// TestWhatAMigrationDoesIsRead: what a program of before may not survive is found, and what it survives is not called so.
func TestWhatAMigrationDoesIsRead(t *testing.T) {
	for _, c := range []struct{ text, narrows string }{
		{"create table a (id uuid not null primary key);\ncreate unique index a_id on a (id);\nalter table a add check (id is not null);", ""},
		{"alter table sites add column note text;", ""},
		{"alter table sites add column note text not null default 'a;b -- c';", ""},
		{"alter table sites add column post_id uuid;\nalter table sites add foreign key (tenant_id, post_id) references posts (tenant_id, id);", ""},
		{"alter table sites add column tag text;\ncreate unique index sites_tag on sites (tenant_id, tag);", ""},
		{"drop index sites_name;\ncreate index sites_name on sites (tenant_id, name);", ""},
		{"insert into sys_facts (name, value) values ('x', 'drop table y');", ""},
		{"-- drop table sites;\nalter table sites alter column note drop not null;", ""},
		{"update sites set note = '';", ""},
		{"create schema if not exists old;\ncreate or replace function n(a text) returns void language plpgsql as $$ begin delete from sites; end $$;", ""},
		{"alter table sites add column note text not null;", "adds sites.note, which programs of before would have to fill"},
		{"alter table sites drop column note;", "changes sites: drop column note"},
		{"alter table sites add column a text, rename column b to c;", "changes sites: rename column b to c"},
		{"alter table sites rename to places;", "changes sites: rename to places"},
		{"drop table sites;", "does drop table sites"},
		{"delete from sites;", "does delete from sites"},
		{"alter table sites alter column note type bigint using note::bigint;", "changes the type of sites.note"},
		{"alter table sites alter column note set not null;", "asks programs of before for sites.note (set not null)"},
		{"alter table sites add constraint short check (length(note) < 9);", "refuses with a check what sites could hold"},
		{"create unique index sites_note on sites (tenant_id, note);", "refuses with the index sites_note what sites could hold"},
		{"alter table sites add column tag text not null default '';\ncreate unique index sites_tag on sites (tenant_id, tag);", "refuses with the index sites_tag what sites could hold"},
		{"drop index sites_name;", "takes the index sites_name away"},
		{"do $$ begin delete from sites; end $$;", "has a statement that this check does not know (do '')"},
	} {
		got := strings.Join(step(t, c.text).Narrows, "; ")
		if got != c.narrows {
			t.Errorf("%s\ngot  %q\nwant %q", c.text, got, c.narrows)
		}
	}
}

// TestWorkOnTablesIsRead, with its title, and the heaviest of each table.
func TestWorkOnTablesIsRead(t *testing.T) {
	s := step(t, "-- What is to be done,\n-- by its time.\nalter table tasks add column a text;\ncreate index tasks_a on tasks (a);\nalter table sites add column b text;\nupdate sites set b = '';\ncreate index sites_b on sites (b);\n")
	if diff := cmp.Diff([]upgrade.Work{{Table: "tasks", Effect: upgrade.Indexed}, {Table: "sites", Effect: upgrade.Written}}, s.Work); diff != "" {
		t.Error(diff)
	}
	if s.Title != "What is to be done, by its time." {
		t.Errorf("title %q", s.Title)
	}
	if got := s.Work[0].Seconds(2_000_000); got != 10 {
		t.Errorf("an index of two million rows takes %d s", got)
	}
}

// TestAContractionSaysSinceWhen: it is refused until it says who stopped to use what it takes away, and lets the release before run beside it.
func TestAContractionSaysSinceWhen(t *testing.T) {
	const drop = "alter table sites drop column note;\n"
	const says = "-- contracts: sites.note, unused since 0.3.0\n"
	minimum := func(n string) string {
		return "insert into sys_facts (name, value) values ('schema.minimum', '" + n + "') on conflict (name) do update set value = excluded.value;\n"
	}
	for text, want := range map[string]string{
		drop: "does not say since which release", says + drop: "does not write the fact schema.minimum", says + drop + minimum("50"): "could not run beside it: it asks for 50", says + drop + minimum("48"): "",
	} {
		s := step(t, text)
		if got := s.Fault(48); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s\ngot %q, want %q", text, got, want)
		}
		if upgrade.Beside([]upgrade.Step{s}, 48) != (want == "") {
			t.Errorf("%s\nbeside it: %v", text, want != "")
		}
	}
}

// TestMigrationsOnlyAddSinceTheRelease: what was released is as it was, what came after has higher numbers, and a program of that release can run
// while and after it is applied.
func TestMigrationsOnlyAddSinceTheRelease(t *testing.T) {
	commit := dbtest.Released(t)
	const folder = "internal/db/migrations"
	git := func(args ...string) []string {
		cmd := exec.Command("git", args...)
		cmd.Dir = "../.."
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.Split(strings.TrimSpace(string(out)), "\n")
	}
	old := fstest.MapFS{}
	for _, path := range git("ls-tree", "-r", "--name-only", commit, folder) {
		old["migrations/"+path[len(folder)+1:]] = &fstest.MapFile{}
	}
	before, err := upgrade.Steps(old, 0)
	if err != nil || len(before) < 30 {
		t.Fatalf("%d migrations of the release before: %v", len(before), err)
	}
	newest := before[len(before)-1].Number
	for _, line := range git("diff", "--name-status", "--no-renames", commit, "--", folder) {
		if kind, path, _ := strings.Cut(line, "\t"); kind != "A" && kind != "" {
			t.Errorf("%s was released, and is not as it was (%s): write another", path, kind)
		}
	}
	all, err := upgrade.Steps(db.Migrations(), 0)
	if err != nil {
		t.Fatal(err)
	}
	came := 0
	for _, s := range all {
		if s.Number > newest {
			came++
			if why := s.Fault(newest); why != "" {
				t.Errorf("%d %s: %s", s.Number, s.Name, why)
			}
		}
	}
	if came != len(all)-len(before) {
		t.Errorf("%d migrations are new, and %d of them have a number above %d, the last that was released", len(all)-len(before), came, newest)
	}
}
