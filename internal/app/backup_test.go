package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/backup"
	"intelliwiz/internal/config"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/demo"
	"intelliwiz/internal/org"
)

// commanded runs the binary's main with an environment, and gives what it says.
func commanded(t *testing.T, environ []string, args ...string) (out, complaint string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = Main(t.Context(), Env{Args: args, Environ: environ, In: strings.NewReader(""), Out: &o, Err: &e})
	return o.String(), e.String(), code
}

// TestBackupsByCommand makes, lists, proves and restores one on each engine, with what the metrics and the page tell of it.
func TestBackupsByCommand(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			dir := t.TempDir()
			environ := []string{"IW_PROFILE=test", "IW_DATA_DIR=" + dir, "DATABASE_URL=" + dbtest.URL(t, engine)}
			says := func(want string, args ...string) string {
				t.Helper()
				out, complaint, code := commanded(t, environ, args...)
				if code != exitOK || !strings.Contains(out, want) {
					t.Fatalf("%v: %d, says %q and not %q; %s", args, code, out, want, complaint)
				}
				return out
			}
			refuses := func(want string, args ...string) {
				t.Helper()
				if out, complaint, code := commanded(t, environ, args...); code == exitOK || !strings.Contains(complaint, want) {
					t.Errorf("%v: %d, says %q, %q and not %q", args, code, out, complaint, want)
				}
			}
			says("is there", "tenant", "create", "--code", "ACME", "--name", "Acme Guarding")
			refuses("There is no such backup", "backup", "verify")
			var made backup.Info
			if err := json.Unmarshal([]byte(says(`"engine":"`+engine+`"`, "backup", "--json")), &made); err != nil {
				t.Fatal(err)
			}
			says("of the audit trail of 1 organisations are whole", "backup", "verify", made.Name)
			says(", restored", "backup", "list")
			refuses("There is something in the place already", "restore")
			says("is there", "tenant", "create", "--code", "LATER", "--name", "Later Guarding")
			says("are whole", "restore", "--yes", made.Name)
			if out := says("whole", "audit", "verify"); strings.Count(out, "whole") != 1 {
				t.Errorf("after the restore: %s", out)
			}
			if engine == "sqlite" {
				says("are whole", "restore", "--into", filepath.Join(dir, "elsewhere"))
				refuses("is none of an age identity", "backup", "verify", "--identity", filepath.Join(dir, "keys.json"))
			}
			cfg, err := config.Load(environ, nil)
			if err != nil {
				t.Fatal(err)
			}
			s := served(t, cfg)
			if last, restored := s.lastBackups(t.Context()); !last.Equal(made.At) || restored.Before(last) {
				t.Errorf("last %v, restored %v, made %v", last, restored, made.At)
			}
			s.gauge()
			if text := s.scrape(); strings.Contains(text, "iw_backup_last_seconds 0\n") || strings.Contains(text, "iw_backup_restored_seconds 0\n") {
				t.Error("the metrics know of no backup")
			}
		})
	}
}

// TestAMarkOfAnotherBackupCounts: who makes backups in another way leaves a file.
func TestAMarkOfAnotherBackupCounts(t *testing.T) {
	s := bare(t, "sqlite")
	if last, _ := s.lastBackups(t.Context()); !last.IsZero() {
		t.Errorf("before: %v", last)
	}
	if err := os.WriteFile(filepath.Join(s.cfg.Data, backups, "last"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if last, _ := s.lastBackups(t.Context()); time.Since(last) > time.Minute {
		t.Errorf("last: %v", last)
	}
}

// TestBackupsAreMadeByThemselves: the job is there when it is wanted, and a configuration that cannot be is refused.
func TestBackupsAreMadeByThemselves(t *testing.T) {
	dir := t.TempDir()
	environ := []string{"IW_PROFILE=test", "IW_DATA_DIR=" + dir, "DATABASE_URL=" + dbtest.URL(t, "sqlite"), "IW_BACKUP_EVERY=24h"}
	cfg, err := config.Load(environ, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := served(t, cfg)
	if err := s.jobs.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.jobs.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	until := time.Now().Add(20 * time.Second)
	for {
		all, err := s.backups.List(t.Context())
		if err == nil && len(all) == 1 && all[0].Verified != nil && all[0].Verified.Restored {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("no backup was made and proved: %+v %v", all, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	for _, wrong := range []string{"IW_BACKUP_RECIPIENTS=age1nothing", "IW_BACKUP_KEEP=7", "IW_BACKUP_URL=ftp://x"} {
		name, _, _ := strings.Cut(wrong, "=")
		if _, complaint, code := commanded(t, append(environ, wrong), "backup", "list"); code != exitConfig || !strings.Contains(complaint, name) {
			t.Errorf("%s: %d %s", wrong, code, complaint)
		}
	}
}

// TestASmallStartGrows: the demo world moves from SQLite to PostgreSQL by the command that is documented, its audit trail is whole there, and its people sign in.
func TestASmallStartGrows(t *testing.T) {
	h := openHouse(t, "sqlite")
	to := dbtest.URL(t, "postgres")
	environ := []string{"IW_PROFILE=test", "IW_LOAD_TEST=true", "IW_DATA_DIR=" + h.cfg.Data, "DATABASE_URL=" + to, "IW_ARGON_MEMORY=8MiB", "IW_ARGON_TIME=1"}
	documented := regexp.MustCompile(`(?m)^intelliwiz (migrate-engine --from sqlite:)\S+$`).FindStringSubmatch(documents(t)["docs/operations/backups.md"])
	if documented == nil {
		t.Fatal("the command is not documented")
	}
	args := strings.Fields(documented[1] + strings.TrimPrefix(h.cfg.Database.URL.Reveal(), "sqlite:"))
	out, complaint, code := commanded(t, environ, args...)
	if code != exitOK || !strings.Contains(out, "organisations are whole") {
		t.Fatalf("%d %s %s", code, out, complaint)
	}
	if _, complaint, code := commanded(t, environ, args...); code != exitFailed || !strings.Contains(complaint, "There is something in the PostgreSQL database already") {
		t.Errorf("again: %d %s", code, complaint)
	}
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("owner", "not-to-be-seen")
	if _, complaint, code := commanded(t, environ, append(args, "--to", u.String())...); code != exitFailed || !strings.Contains(complaint, "must not stand on the command line") || strings.Contains(complaint, "not-to-be-seen") {
		t.Errorf("with a password: %d %s", code, complaint)
	}
	if out, complaint, code := commanded(t, environ, "audit", "verify"); code != exitOK {
		t.Errorf("the audit trail: %d %s %s", code, out, complaint)
	}
	cfg, err := config.Load(environ, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := served(t, cfg)
	in, err := s.auth.SignIn(t.Context(), auth.SignIn{Tenant: "SAHYADRI", Login: "farah.s", Password: demo.Password})
	if err != nil || in.Secret == "" {
		t.Fatalf("sign in: %v", err)
	}
	who := operator(h.actors["ADMINISTRATOR"].Tenant())
	was, err := h.org.GetTenant(t.Context(), who)
	is, err2 := s.org.GetTenant(t.Context(), who)
	if err != nil || err2 != nil || fmt.Sprint(was) != fmt.Sprint(is) {
		t.Errorf("%+v, and then %+v; %v %v", was, is, err, err2)
	}
	if _, err := s.org.CreateUnit(t.Context(), who, org.UnitInput{Code: "GROWN", Name: "Grown", Active: true}); err != nil {
		t.Errorf("a change: %v", err)
	}
}
