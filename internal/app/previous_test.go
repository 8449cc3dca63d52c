package app

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"intelliwiz/internal/db/dbtest"
)

// previous builds the product as it was released before, out of this repository's own history. What has not changed since is compiled once for both.
var previous = sync.OnceValues(func() (string, error) {
	raw, err := os.ReadFile("../../ops/previous")
	if err != nil {
		return "", err
	}
	commit := strings.TrimSpace(string(raw))
	if out, err := exec.Command("git", "cat-file", "-e", commit+"^{commit}").CombinedOutput(); err != nil {
		return "", fmt.Errorf("the release before, %s of ops/previous, is not in this clone: fetch the whole history (git fetch --unshallow): %s", commit, out)
	}
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
})

// TestTheVersionBeforeRunsOnTheNewSchema: its binary makes a world on a database that this version migrated, or goes on with the world of this
// version; people sign in, tickets and tasks are written and read; then this version goes on with all of it, and the audit trail is whole.
func TestTheVersionBeforeRunsOnTheNewSchema(t *testing.T) {
	before, err := previous()
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
			dir, database := t.TempDir(), "DATABASE_URL="+dbtest.URL(t, engine)
			var done []string // paths of what was written, and must be found by whoever comes after
			for n, path := range versions {
				p := startDemoOf(t, path, dir, database)
				token, login, password, tenant := p.account(0, "administrator")
				if status := p.status("/readyz"); status != http.StatusOK {
					t.Fatalf("%d. version is not ready: %d\n%s", n, status, p.log)
				}
				p.signsIn(tenant, login, password)
				for _, x := range done {
					if status, err := p.call(t.Context(), token, http.MethodGet, x, "", nil); status != http.StatusOK {
						t.Errorf("%d. version does not find %s: %d %v", n, x, status, err)
					}
				}
				done = append(done, p.writesTicket(token, n), p.callsTaskOff(token))
				if code := p.stop(); code != 0 {
					t.Errorf("%d. version ended with %d\n%s", n, code, p.log)
				}
			}
			if out, complaint, code := commanded(t, append(environment(dir, database), "IW_PROFILE=test"), "audit", "verify"); code != exitOK {
				t.Errorf("the audit trail: %d %s %s", code, out, complaint)
			}
		})
	}
}

// signsIn goes through the page, as a browser does.
func (p *process) signsIn(tenant, login, password string) {
	p.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	w, err := client.PostForm(p.start.URL+"/login", url.Values{"tenant": {tenant}, "login": {login}, "password": {password}})
	if err != nil {
		p.t.Fatal(err)
	}
	defer w.Body.Close()
	if text, _ := io.ReadAll(w.Body); w.StatusCode != http.StatusSeeOther || len(w.Cookies()) == 0 {
		p.t.Fatalf("nobody signs in: %d %.300s", w.StatusCode, text)
	}
	r, err := http.NewRequest(http.MethodGet, p.start.URL+"/tickets", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range w.Cookies() {
		r.AddCookie(c)
	}
	page, err := client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer page.Body.Close()
	if page.StatusCode != http.StatusOK {
		p.t.Errorf("the tickets of who signed in: %d", page.StatusCode)
	}
}

type listed struct {
	Items []struct {
		ID, Status, Title string
		Version           int64
	}
}

// writesTicket opens a ticket and gives its path.
func (p *process) writesTicket(token string, n int) string {
	p.t.Helper()
	var sites, categories listed
	var ticket struct{ ID, Title string }
	p.asks(token, http.MethodGet, "/api/v1/sites?limit=1", "", &sites)
	p.asks(token, http.MethodGet, "/api/v1/ticket-categories?limit=1", "", &categories)
	if len(sites.Items) == 0 || len(categories.Items) == 0 {
		p.t.Fatal("there is no site or no category")
	}
	p.asks(token, http.MethodPost, "/api/v1/tickets", fmt.Sprintf(`{"site_id":%q,"category_id":%q,"title":"Of version %d"}`, sites.Items[0].ID, categories.Items[0].ID, n), &ticket)
	path := "/api/v1/tickets/" + ticket.ID
	p.asks(token, http.MethodGet, path, "", &ticket)
	if ticket.Title != fmt.Sprintf("Of version %d", n) {
		p.t.Errorf("the ticket reads %+v", ticket)
	}
	return path
}

// callsTaskOff changes a task that is to be done, and gives its path.
func (p *process) callsTaskOff(token string) string {
	p.t.Helper()
	var tasks listed
	p.asks(token, http.MethodGet, "/api/v1/tasks?limit=100&status=ASSIGNED", "", &tasks)
	for _, x := range tasks.Items {
		path := "/api/v1/tasks/" + x.ID
		if status, err := p.call(p.t.Context(), token, http.MethodPost, path+"/call-off", fmt.Sprintf(`{"remark":"Of another version.","version":%d}`, x.Version), nil); err != nil || status >= 300 {
			continue // a part of a run is called off with the run
		}
		var task struct{ ID, Status string }
		p.asks(token, http.MethodGet, path, "", &task)
		if task.Status == x.Status {
			p.t.Errorf("the task that was called off is %s", task.Status)
		}
		return path
	}
	p.t.Fatalf("of %d tasks none could be called off", len(tasks.Items))
	return ""
}

// asks calls, and takes no refusal.
func (p *process) asks(token, method, path, body string, out any) {
	p.t.Helper()
	if status, err := p.call(p.t.Context(), token, method, path, body, out); err != nil || status >= 300 {
		p.t.Fatalf("%s %s: %d %v\n%s", method, path, status, err, p.log)
	}
}
