package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"intelliwiz/internal/db/dbtest"
)

// buildPrevious builds the product as it was released before, out of this repository's own history. What has not changed since is compiled once for both.
func buildPrevious(commit string) (string, error) {
	dir, err := os.MkdirTemp("", "intelliwiz-previous-")
	if err != nil {
		return "", err
	}
	built = append(built, dir)
	source, path := filepath.Join(dir, "source"), filepath.Join(dir, "intelliwiz")
	take := exec.Command("bash", "-euo", "pipefail", "-c", `mkdir "$1" && git -C ../.. archive "$2" | tar -x -C "$1"`, "take", source, commit)
	if out, err := take.CombinedOutput(); err != nil {
		return "", fmt.Errorf("take the source of %s: %w: %s", commit, err, out)
	}
	build := exec.Command("go", "build", "-o", path, "./cmd/intelliwiz")
	build.Dir, build.Env = source, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w: %s", commit, err, out)
	}
	return path, nil
}

// TestTheVersionBeforeRunsOnTheNewSchema: its binary makes an organisation on a database that this version migrated, or goes on with one of this
// version; people sign in, tickets are written, a plan brings tasks; then this version goes on with all of it, and the audit trail is whole.
func TestTheVersionBeforeRunsOnTheNewSchema(t *testing.T) {
	before, err := buildPrevious(dbtest.Released(t))
	if err != nil {
		t.Fatal(err)
	}
	now, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for engine, versions := range map[string][]string{"sqlite": {before, now}, "postgres": {now, before, now}} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			dir, database := t.TempDir(), dbtest.URL(t, engine)
			env := append(environment(dir, "DATABASE_URL="+database), "IW_PROFILE=development")
			says(t, versions[0], env, "", "tenant", "create", "--code", "ACME", "--name", "Acme Guarding", "--zone", "Asia/Kolkata")
			says(t, versions[0], env, "quartz meadow turnstile orbit", "user", "create", "--tenant", "ACME", "--login", "asha", "--name", "Asha Kulkarni")
			var done []string // paths of what was written, and must be found by whoever comes after
			for n, path := range versions {
				node := startNodeOf(t, path, dir, database)
				t.Cleanup(func() {
					if t.Failed() {
						t.Logf("version %d said:\n%s", n, node.log)
					}
				})
				v := &visitor{t: t, url: node.url}
				v.signsIn("ACME", "asha", "quartz meadow turnstile orbit")
				for _, x := range done {
					v.asks(http.MethodGet, x, nil, nil)
				}
				done = append(done, v.works(n)...)
				if err := node.cmd.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
				if err := node.cmd.Wait(); err != nil {
					t.Errorf("version %d does not end well: %v\n%s", n, err, node.log)
				}
			}
			says(t, now, env, "", "audit", "verify")
		})
	}
}

// says runs a command of a binary.
func says(t *testing.T, path string, env []string, in string, args ...string) {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Stdin = env, strings.NewReader(in)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
}

// visitor is somebody who uses a process that serves.
type visitor struct {
	t          *testing.T
	url, token string
	person     string
}

type object = map[string]any

// asks calls, takes no refusal, and gives the answer.
func (v *visitor) asks(method, path string, body, out any) {
	v.t.Helper()
	text := ""
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			v.t.Fatal(err)
		}
		text = string(raw)
	}
	if status, err := call(v.t.Context(), http.DefaultClient, v.url, v.token, method, path, text, out); err != nil || status >= 300 {
		v.t.Fatalf("%s %s: %d %v", method, path, status, err)
	}
}

// makes posts and gives the id of what was made.
func (v *visitor) makes(path string, body object) string {
	v.t.Helper()
	var made struct{ ID string }
	v.asks(http.MethodPost, "/api/v1/"+path, body, &made)
	return made.ID
}

// signsIn looks whether the process is ready, then goes through the page, as a browser does, and through the API, as a phone does.
func (v *visitor) signsIn(tenant, login, password string) {
	v.t.Helper()
	v.asks(http.MethodGet, "/readyz", nil, nil)
	jar, err := cookiejar.New(nil)
	if err != nil {
		v.t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	w, err := browser.PostForm(v.url+"/login", url.Values{"tenant": {tenant}, "login": {login}, "password": {password}})
	if err != nil {
		v.t.Fatal(err)
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusOK || strings.HasPrefix(w.Request.URL.Path, "/login") {
		v.t.Errorf("nobody signs in: %s %d", w.Request.URL, w.StatusCode)
	}
	var in struct {
		Pair struct {
			Token  string `json:"access_token"`
			Person string `json:"person_id"`
		}
	}
	v.asks(http.MethodPost, "/api/v1/phone/sign-in", object{"organisation": tenant, "login": login, "password": password, "device": "Test"}, &in)
	v.token, v.person = in.Pair.Token, in.Pair.Person
}

// works makes a site, a ticket there, and a plan; waits for its first task and calls that off. It gives the paths of what it has made.
func (v *visitor) works(n int) (paths []string) {
	v.t.Helper()
	code := fmt.Sprintf("V%d", n)
	site := v.makes("sites", object{"code": code, "name": "Site of " + code})
	category := v.makes("ticket-categories", object{"code": code, "name": "Of " + code})
	ticket := v.makes("tickets", object{"site_id": site, "category_id": category, "title": "Of " + code})
	question := v.makes("questions", object{"text": "All well at " + code + "?", "rule": object{"type": "SINGLELINE"}})
	list := v.makes("checklists", object{"kind": "TASK", "name": "Round of " + code, "places": object{"everywhere": true},
		"sections": []object{{"name": "All", "items": []object{{"question_id": question}}}}})
	v.asks(http.MethodPost, "/api/v1/checklists/"+list+"/publish", object{"version": 1}, nil)
	plan := v.makes("plans", object{"kind": "TASK", "site_id": site, "name": "Round of " + code, "rule": "*/15 * * * *", "valid_from": "2026-01-01", "duration_minutes": 10,
		"checklist_id": list, "person_id": v.person})
	var tasks struct {
		Items []struct {
			ID, Status string
			Version    int64
		}
	}
	untilIn(v.t, time.Minute, "the plan brings tasks", func() bool {
		v.asks(http.MethodGet, "/api/v1/tasks?limit=1&status=ASSIGNED&plan_id="+plan, nil, &tasks)
		return len(tasks.Items) > 0
	})
	task := "/api/v1/tasks/" + tasks.Items[0].ID
	v.asks(http.MethodPost, task+"/call-off", object{"remark": "Of another version.", "version": tasks.Items[0].Version}, nil)
	var after struct{ Status string }
	if v.asks(http.MethodGet, task, nil, &after); after.Status == tasks.Items[0].Status {
		v.t.Errorf("the task that was called off is %s", after.Status)
	}
	return []string{"/api/v1/tickets/" + ticket, task, "/api/v1/plans/" + plan, "/api/v1/sites/" + site}
}
