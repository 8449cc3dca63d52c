package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"intelliwiz/internal/config"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/db/whole"
	"intelliwiz/internal/upgrade"
)

// TestWhatAVersionWillDoIsTold on each engine: nothing to do, a schema of before, one of long before, one of later; and nothing is changed by telling.
func TestWhatAVersionWillDoIsTold(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			dir, address := t.TempDir(), dbtest.URL(t, engine)
			environ := []string{"IW_PROFILE=test", "IW_DATA_DIR=" + dir, "DATABASE_URL=" + address}
			check := func(want int, says string, more ...string) string {
				t.Helper()
				out, complaint, code := commanded(t, append(environ, more...), "upgrade", "check")
				if code != want || !strings.Contains(out+complaint, says) {
					t.Errorf("%d, and not %d, says %q and not %q; %s", code, want, out, says, complaint)
				}
				return out
			}
			if _, complaint, code := commanded(t, environ, "tenant", "create", "--code", "ACME", "--name", "Acme Guarding"); code != exitOK {
				t.Fatal(complaint)
			}
			check(exitFailed, "there is no backup")
			if err := os.MkdirAll(filepath.Join(dir, backups), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, backups, "last"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			check(exitOK, "there is nothing to migrate")
			check(exitOK, "the built-in roles have what they have in new organisations")
			check(exitOK, "From a version that did not say which")

			// The schema of before is made by forgetting: the check reads what was applied, and applies nothing.
			dbtest.Exec(t, address, "delete from goose_db_version where version_id > 37")
			var r upgrade.Report
			out, complaint, code := commanded(t, environ, "upgrade", "check", "--json")
			if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitOK {
				t.Fatalf("%d %v %s", code, err, complaint)
			}
			if r.Have != 37 || !r.Ready || !r.Beside || len(r.Steps) == 0 || r.Steps[0].Number != 38 || r.Bytes == 0 || r.Engine != engine {
				t.Errorf("it tells %+v", r)
			}
			if w := r.Steps[0].Work; len(w) != 1 || w[0].Table != "tasks" || w[0].Effect != upgrade.Indexed {
				t.Errorf("38 does %+v", w)
			}
			if _, counted := r.Rows["tasks"]; !counted {
				t.Errorf("the rows of tasks are not told: %v", r.Rows)
			}
			dbtest.Exec(t, address, "delete from goose_db_version where version_id > 12")
			check(exitFailed, "the version before cannot run beside this one")
			d, err := whole.Open(address, "")
			if err != nil {
				t.Fatal(err)
			}
			if is, err := d.Look(t.Context(), nil); err != nil || is.Schema != 12 {
				t.Errorf("the check has migrated: %+v %v", is, err)
			}

			dbtest.Exec(t, address, "insert into goose_db_version (version_id, is_applied) values (90000, true)")
			check(exitOK, "this is a way back")
			dbtest.Exec(t, address, "insert into sys_facts (name, value) values ('schema.minimum', '80000')")
			check(exitFailed, "on which programs of schema 80000 or later run")
			if _, complaint, code := commanded(t, environ, "migrate"); code != exitFailed || !strings.Contains(complaint, "on which programs of schema 80000 or later run") {
				t.Errorf("migrate: %d %s", code, complaint)
			}
		})
	}
}

// TestWhatIsNewIsTold: settings and permissions are compared with those of the version that served last.
func TestWhatIsNewIsTold(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			dir, address := t.TempDir(), dbtest.URL(t, engine)
			environ := []string{"IW_PROFILE=test", "IW_DATA_DIR=" + dir, "DATABASE_URL=" + address}
			cfg, err := config.Load(environ, nil)
			if err != nil {
				t.Fatal(err)
			}
			s := served(t, cfg)
			s.remember(t.Context())
			says := func(wanted ...string) {
				t.Helper()
				out, complaint, code := commanded(t, environ, "upgrade", "check")
				for _, want := range wanted {
					if code != exitFailed || !strings.Contains(out, want) { // there is no backup
						t.Errorf("%d, says %q and not %q; %s", code, out, want, complaint)
					}
				}
			}
			says("From "+Version+", schema", "all are known, and there is no new one", "the built-in roles have what they have in new organisations")
			if _, complaint, code := commanded(t, environ, "tenant", "create", "--code", "ACME", "--name", "Acme Guarding"); code != exitOK {
				t.Fatal(complaint)
			}
			was, err := serving(cfg)
			if err != nil {
				t.Fatal(err)
			}
			was.Version, was.Settings, was.Permissions = "0.0.9", append(was.Settings[1:], "IW_GONE"), without(was.Permissions, "post.hold")
			if err := upgrade.Remember(t.Context(), s.db, was); err != nil {
				t.Fatal(err)
			}
			dbtest.Exec(t, address, "update roles set permissions = 'site.read' where code = 'GUARD'")
			says("From 0.0.9", "new, with their defaults unless you set them: "+cfg.Explain()[0].Name, "no longer read: IW_GONE", "administrators gain post.hold",
				"the role GUARD of organisations that are there stays without post.hold,")
		})
	}
}

func without(all []string, x string) (out []string) {
	for _, a := range all {
		if a != x {
			out = append(out, a)
		}
	}
	return out
}

// TestWhatCannotBeLookedAtIsTold: no database yet, one that is away, a configuration that is not right.
func TestWhatCannotBeLookedAtIsTold(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "none.db")
	for _, c := range []struct {
		setting, says string
		code          int
	}{
		{"DATABASE_URL=sqlite:" + file, "there is no database yet", exitOK},
		{"DATABASE_URL=" + strings.Replace(dbtest.URL(t, "postgres"), "/iw_test_", "/iw_none_", 1), "there is no database yet", exitOK},
		{"DATABASE_URL=postgres://nobody@127.0.0.1:1/none", "does not let us in", exitUnchecked},
		{"IW_TASK_GRACE=soon", "IW_TASK_GRACE must be a time", exitFailed},
		{"IW_BACKUP_URL=ftp://x", "IW_BACKUP_URL", exitFailed},
	} {
		out, complaint, code := commanded(t, []string{"IW_PROFILE=test", "IW_DATA_DIR=" + dir, c.setting}, "upgrade", "check")
		if code != c.code || !strings.Contains(out+complaint, c.says) {
			t.Errorf("%s: %d %s %s", c.setting, code, out, complaint)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("looking has left %v, %v", left, err)
	}
}
