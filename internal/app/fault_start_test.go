//go:build faults

package app

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/db/dbtest"
)

// emptyDatabase is a database of PostgreSQL that nobody has migrated.
func emptyDatabase(t *testing.T) string {
	t.Helper()
	url := dbtest.URL(t, "postgres")
	dbtest.Exec(t, url, "drop schema public cascade", "create schema public")
	return url
}

// TestAMigrationThatIsKilledGoesOn kills a first start again and again while it makes the schema. The last start goes on from there: the schema
// is the one that a start makes that nobody disturbs.
func TestAMigrationThatIsKilledGoesOn(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			dir := t.TempDir()
			var more []string
			if engine == "postgres" {
				more = append(more, "DATABASE_URL="+emptyDatabase(t))
			}
			migrate := func(ctx context.Context) (string, error) {
				cmd := exec.CommandContext(ctx, path, "migrate") // killed when ctx ends
				cmd.Env = environment(dir, append([]string{"IW_PROFILE=development"}, more...)...)
				out, err := cmd.CombinedOutput()
				return string(out), err
			}
			killed := 0
			for n := range 12 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(60+n*40)*time.Millisecond+rand.N(60*time.Millisecond))
				if _, err := migrate(ctx); err != nil && ctx.Err() != nil {
					killed++
				}
				cancel()
			}
			if killed == 0 {
				t.Error("no start was killed: nothing was tested")
			}
			if out, err := migrate(t.Context()); err != nil {
				t.Fatalf("after %d kills: %v\n%s", killed, err, out)
			}
			p := startDemo(t, dir, more...)
			token, _, _, _ := p.account(0, "administrator")
			if status, err := p.call(t.Context(), token, http.MethodGet, "/api/v1/people?limit=5", "", nil); err != nil || status != http.StatusOK {
				t.Errorf("a list answers %d, %v", status, err)
			}
			if code := p.stop(); code != 0 {
				t.Errorf("exit code %d\n%s", code, p.log)
			}
			verify(t, dir, more...)
			t.Logf("%d of 12 starts were killed", killed)
		})
	}
}

// TestThreeNodesStartAtOnce on an empty database and an empty folder: all are ready, every migration ran once, and none of them
// logs a fault.
func TestThreeNodesStartAtOnce(t *testing.T) {
	database, dir := emptyDatabase(t), t.TempDir()
	nodes := make([]*node, 3)
	started := make(chan bool)
	for i := range nodes {
		go func() {
			defer func() { started <- true }()
			nodes[i] = startNode(t, dir, database)
		}()
	}
	for range nodes {
		<-started
	}
	owner, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = owner.Close(context.WithoutCancel(t.Context())) }()
	var versions, twice int
	if err := owner.QueryRow(t.Context(), `select count(*), count(*) - count(distinct version_id) from goose_db_version`).Scan(&versions, &twice); err != nil || versions == 0 || twice != 0 {
		t.Errorf("%d migrations ran, %d of them twice, %v", versions, twice, err)
	}
	for _, n := range nodes {
		if n == nil {
			continue // its start has failed the test
		}
		answer, err := http.Get(n.url + "/readyz")
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %v, %v", n.url, answer, err)
			continue
		}
		_ = answer.Body.Close()
		for _, word := range []string{`"level":"ERROR"`, `"msg":"panic"`} {
			if i := strings.Index(n.log.String(), word); i >= 0 {
				t.Errorf("a node logs %.800s", n.log.String()[max(0, i-100):])
			}
		}
	}
}

// TestWhatIsCorruptStopsTheStart: a key, a database, a file of settings, a certificate that are garbage or cut off end the start with words
// about them, in time, and none of them is written over.
func TestWhatIsCorruptStopsTheStart(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	whole := t.TempDir()
	startDemo(t, whole).stop()
	files, err := filepath.Glob(filepath.Join(whole, "*"))
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(filepath.Join(whole, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	damaged := 0
	for _, file := range append(files, more...) {
		name, err := filepath.Rel(whole, file)
		info, err2 := os.Stat(file)
		if err != nil || err2 != nil || info.IsDir() || !strings.Contains(name, "key") && !strings.HasSuffix(name, ".db") {
			continue
		}
		damaged++
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		garbage := bytes.Repeat([]byte("\x00\xffgarbage"), 1000)
		if err := os.WriteFile(file, garbage, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		cmd := exec.CommandContext(ctx, path, "serve")
		cmd.Env = append(environment(whole), "IW_PROFILE=development")
		out, err := cmd.CombinedOutput()
		if err == nil || ctx.Err() != nil {
			t.Errorf("with a %s that is garbage it starts: %v", name, err)
		}
		cancel()
		t.Logf("%s: %.300s", name, out)
		if strings.Contains(string(out), "goroutine ") || len(out) == 0 {
			t.Errorf("with a %s that is garbage it says %.2000q", name, out)
		}
		if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, garbage) {
			t.Errorf("the %s that was garbage was written over, %v", name, err)
		}
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if damaged < 2 {
		t.Errorf("only %d files were damaged of %v: nothing was tested", damaged, append(files, more...))
	}
	p := startDemo(t, whole)
	if status := p.status("/readyz"); status != http.StatusOK {
		t.Error(fmt.Sprint("whole again, ready answers ", status))
	}
	p.stop()
	verify(t, whole)
}
