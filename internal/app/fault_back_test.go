//go:build faults

package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/db/dbtest/servers"
	"intelliwiz/internal/journal"
)

// TestBackToAPointInTime does what docs/operations/backups.md says, with the settings that stand there: the log is archived, a base backup is
// made, people are entered before and after a moment, the server is lost. It comes back as it was at that moment: those of before are there, those of
// after are not, the audit trail says what is missing, and is whole without the anchors of later.
func TestBackToAPointInTime(t *testing.T) {
	kept := settingsOf(t)
	archive := filepath.Join(t.TempDir(), "archive")
	here := func(settings []string) (out []string) {
		for _, x := range settings {
			out = append(out, strings.ReplaceAll(x, "/archive", archive))
		}
		return out
	}
	server := scratchServer(t, func(dir string) (*servers.Server, error) {
		archive = filepath.Join(dir, "postgres", "archive")
		return servers.PostgresWith(dir, here(kept[0])...)
	})
	run := func(name string, args ...string) {
		t.Helper()
		if err := server.Run(name, args...); err != nil {
			t.Fatal(err)
		}
	}
	run("mkdir", archive)
	dir, database := t.TempDir(), "DATABASE_URL="+server.URL
	p := startDemo(t, dir, database)
	token, _, _, _ := p.account(0, "administrator")
	enter := func(p *process, when string) {
		t.Helper()
		for n := range 10 {
			body := fmt.Sprintf(`{"code":"%s%d","name":"Entered %s","login_id":"%s%d","active":true}`, when, n, when, strings.ToLower(when), n)
			if status, err := p.call(t.Context(), token, http.MethodPost, "/api/v1/people", body, nil); err != nil || status != http.StatusCreated {
				t.Fatalf("entering %s%d answers %d, %v", when, n, status, err)
			}
		}
	}
	enter(p, "BASE")
	run("pg_basebackup", "--pgdata", archive+"/base", "--checkpoint", "fast", "--no-password", "--dbname", server.URL)
	enter(p, "BEFORE")
	time.Sleep(300 * time.Millisecond) // until the sealer has chained them
	moment := time.Now().UTC()
	time.Sleep(50 * time.Millisecond)
	enter(p, "AFTER")
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
	dbtest.Exec(t, server.URL, "select pg_switch_wal()") // what archive_timeout does in time
	server.Stop()                                        // it ends when everything is archived
	run("rm", "-r", filepath.Join(server.Home(), "data"))

	run("touch", archive+"/base/recovery.signal")
	settings := here(kept[1])
	for i, x := range settings {
		if strings.HasPrefix(x, "recovery_target_time=") {
			settings[i] = "recovery_target_time=" + moment.Format("2006-01-02 15:04:05.000000+00")
		}
	}
	back := scratchServer(t, func(dir string) (*servers.Server, error) {
		return servers.PostgresOn(dir, archive+"/base", append(here(kept[0]), settings...)...)
	})
	database = "DATABASE_URL=" + back.URL
	if out, code := audit(t, dir, database); code != 1 || !strings.Contains(out, "was anchored outside; the journal ends at") {
		t.Errorf("audit verify with the anchors of later: exit code %d\n%s", code, out)
	}
	if left := anchorsUntil(t, filepath.Join(dir, anchorsFile), moment); left == 0 {
		t.Error("no anchor is of before the moment: nothing was compared")
	}
	verify(t, dir, database)
	p = startDemo(t, dir, database)
	for when, want := range map[string]int{"BASE": 10, "BEFORE": 10, "AFTER": 0} {
		var got struct{ Items []struct{ Code string } }
		if status, err := p.call(t.Context(), token, http.MethodGet, "/api/v1/people?limit=100&search="+when, "", &got); err != nil || status != http.StatusOK || len(got.Items) != want {
			t.Errorf("%s: %d people, %d, %v", when, len(got.Items), status, err)
		}
	}
	enter(p, "AFTER") // their codes are free again
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
	verify(t, dir, database)
}

// settingsOf reads the blocks of settings of PostgreSQL from the document, as NAME=VALUE: those of archiving, and those of going back.
func settingsOf(t *testing.T) (blocks [][]string) {
	t.Helper()
	_, text, _ := strings.Cut(read(t, "../../docs/operations/backups.md"), "### To any point in time")
	for _, block := range regexp.MustCompile("(?s)```ini\n(.*?)```").FindAllStringSubmatch(text, -1) {
		var settings []string
		for line := range strings.Lines(block[1]) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), " = ")
			settings = append(settings, name+"="+strings.Trim(value, "'"))
		}
		blocks = append(blocks, settings)
	}
	if len(blocks) != 2 || len(blocks[0]) < 4 || len(blocks[1]) != 3 {
		t.Fatalf("the document has other blocks: %q", blocks)
	}
	return blocks
}

// audit runs `audit verify`.
func audit(t *testing.T, dir string, more ...string) (out string, code int) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "audit", "verify")
	cmd.Env = append(environment(dir, more...), "IW_PROFILE=development")
	raw, _ := cmd.CombinedOutput() // the code tells
	return string(raw), cmd.ProcessState.ExitCode()
}

// anchorsUntil leaves in a file of anchors those that are not later than a moment, and says how many they are.
func anchorsUntil(t *testing.T, path string, moment time.Time) (left int) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var early []byte
	for line := range bytes.Lines(raw) {
		var a journal.Anchor
		if err := json.Unmarshal(line, &a); err != nil {
			t.Fatal(err)
		}
		if !a.At.After(moment) {
			early, left = append(early, line...), left+1
		}
	}
	if err := os.WriteFile(path, early, 0o600); err != nil {
		t.Fatal(err)
	}
	return left
}
