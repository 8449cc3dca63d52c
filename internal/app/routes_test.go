package app

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// TestRoutes holds the table of routes against its golden list, so that a new address, a changed permission or one that is gone is seen in
// review: method, path, permission, name.
func TestRoutes(t *testing.T) {
	h := openHouse(t, "sqlite")
	var lines []string
	for _, r := range h.table {
		lines = append(lines, fmt.Sprintf("%-6s %-44s %-16s %s", r.Method, r.Path, r.Permission, r.Name))
	}
	slices.Sort(lines)
	got := strings.Join(lines, "\n") + "\n"
	const golden = "testdata/routes.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the routes are not those of %s; if that is meant, run this test with -update\n%s", golden, got)
	}
}

// TestEveryPermissionIsDeclared: what guards a route or a place in the rail is a permission that a role can hold.
func TestEveryPermissionIsDeclared(t *testing.T) {
	declared := map[actor.Permission]bool{reply.Public: true, reply.SignedIn: true, "": true}
	for _, d := range permissions() {
		if declared[d.Name] {
			t.Errorf("%s is declared twice", d.Name)
		}
		if d.Label == "" || d.Area == "" {
			t.Errorf("%s has no label or area", d.Name)
		}
		declared[d.Name] = true
	}
	h := openHouse(t, "sqlite")
	used := map[actor.Permission]bool{}
	for _, row := range ticket.Transitions() { // a route moves tickets along all of them, and the row says what that needs
		used[row.Permission] = true
	}
	for _, r := range h.table {
		used[r.Permission] = true
		if !declared[r.Permission] {
			t.Errorf("%s %s needs %s, which nothing declares", r.Method, r.Path, r.Permission)
		}
	}
	for _, d := range permissions() {
		if !used[d.Name] {
			t.Errorf("%s guards no route", d.Name)
		}
	}
	for _, a := range ui.Areas() {
		for _, p := range append([]ui.Area{a}, a.Parts...) {
			if !declared[p.Needs] {
				t.Errorf("the rail's %s needs %s, which nothing declares", p.Name, p.Needs)
			}
		}
	}
}

// fill puts something into a path's wildcards.
func fill(path, id string) string {
	for _, word := range []string{"{id}", "{session}", "{token}", "{person}", "{grant}"} {
		path = strings.ReplaceAll(path, word, id)
	}
	return strings.NewReplacer("{list}", "department", "{noun}", "asset", "{link}", "none", "{secret}", "none", "{file...}", "none", "{file}", "none", "{tenant}", "none", "{site}", "none", "{asset}", "none", "{key}", "board.posts", "{$}", "").Replace(path)
}

// TestPermissions calls every route as nobody and as every built-in role. Who lacks the permission is refused with 401 or 403 (a visitor who
// opens a page is sent to the sign-in); who has it everywhere is not; nothing ends in a fault of ours.
func TestPermissions(t *testing.T) {
	h := openHouse(t, "sqlite")
	cells := 0
	for _, who := range []string{"", "ADMINISTRATOR", "SUPERVISOR", "TECHNICIAN", "GUARD", "VIEWER", "AUDITOR"} {
		a, met := h.actors[who]
		if who != "" && !met {
			t.Errorf("nobody is %s", who)
		}
		for _, r := range h.table {
			cells++
			contentType := "application/x-www-form-urlencoded"
			if reply.IsAPI(r.Path) {
				contentType = "application/json"
			}
			answer, body := h.ask(who, r.Method, fill(r.Path, unknown()), contentType, "")
			checkEntry(t, r, who, a, answer, body)
		}
	}
	if cells < 500 {
		t.Errorf("only %d cells", cells)
	}
}

func checkEntry(t *testing.T, r reply.Route, who string, a actor.Actor, answer *http.Response, body string) {
	t.Helper()
	got := answer.StatusCode
	refused := got == http.StatusUnauthorized || got == http.StatusForbidden
	toSignIn := got == http.StatusSeeOther && strings.HasPrefix(answer.Header.Get("Location"), "/login")
	where := fmt.Sprintf("%s %s as %q answers %d", r.Method, r.Path, who, got)
	switch {
	case got >= 500:
		t.Errorf("%s: a fault of ours: %s", where, body)
	case r.Permission == reply.Public:
		if refused && who != "" {
			t.Errorf("%s: it is public", where)
		}
	case who == "":
		page := r.Method == http.MethodGet && !reply.IsAPI(r.Path)
		if got != http.StatusUnauthorized && (!toSignIn || !page) {
			t.Errorf("%s: want 401, or the sign-in for a page", where)
		}
	case r.Permission == reply.SignedIn:
		if got == http.StatusUnauthorized && a.Kind() == actor.Person {
			t.Errorf("%s: everybody who is signed in may", where)
		}
	case !a.Can(r.Permission):
		if got != http.StatusForbidden {
			t.Errorf("%s: want 403, the role lacks %s", where, r.Permission)
		}
	case a.Everywhere(r.Permission):
		if refused {
			t.Errorf("%s: the role has %s everywhere", where, r.Permission)
		}
	}
}
