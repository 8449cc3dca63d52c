package app

import (
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// wish is one thing that one person asks for, in a look.
type wish struct{ who, path, theme string }

// marks are what tells an answer from another's: ids and addresses in it, names, and the look. Times move on, and are not compared.
var marks = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|href="[^"]*"|data-theme="[^"]*"|"[a-z_]*name":"[^"]*"`)

// see asks and gives the marks of the answer.
func (h *house) see(a wish) string {
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, "http://localhost"+a.path, nil)
	word := strings.ReplaceAll(a.who, " ", "_")
	if reply.IsAPI(a.path) {
		r.Header.Set("Authorization", "Bearer "+word)
	} else {
		r.AddCookie(&http.Cookie{Name: "iw", Value: word})
		r.AddCookie(ui.Look{Theme: a.theme}.Cookie(false))
		r.Header.Set("Accept", "text/html")
	}
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		h.t.Error(err)
	}
	found := slices.DeleteFunc(marks.FindAllString(string(body), -1), func(m string) bool { return strings.Contains(m, "after=") }) // cursors are sealed anew
	return w.Result().Status + "\n" + strings.Join(found, "\n")
}

// TestNobodyIsGivenWhatWasKeptForAnother: people of two tenants and of several roles ask, in two looks, ten thousand times in any order and at once; each is
// answered as when nothing is kept.
func TestNobodyIsGivenWhatWasKeptForAnother(t *testing.T) {
	h := openHouse(t, "sqlite")
	want := map[wish]string{}
	different := map[string]bool{}
	for who := range h.actors {
		for _, path := range []string{
			"/", "/tickets", "/tickets/board", "/tasks?when=ever", "/board/live", "/planner?span=month", "/people", "/sites", "/posts", "/compliance",
			"/api/v1/tickets?limit=25", "/api/v1/tickets/counts", "/api/v1/tasks?limit=25", "/api/v1/tasks/counts", "/api/v1/tasks/live",
		} {
			for _, theme := range []string{"light", "dark"} {
				a := wish{who, path, theme}
				h.cache.Apply(h.actors[who].Tenant()) // nothing is kept
				want[a] = h.see(a)
				different[want[a]] = true
			}
		}
	}
	if len(different) < len(want)/3 {
		t.Fatalf("only %d answers of %d differ: they prove little", len(different), len(want))
	}
	all := slices.Collect(maps.Keys(want))
	const askers = 8
	var wait sync.WaitGroup
	for n := range askers {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(uint64(n), 7))
			for range 10_000 / askers {
				h.cache.Hear() // as while the journal is followed
				if a := all[r.IntN(len(all))]; h.see(a) != want[a] {
					t.Errorf("%+v is answered otherwise than when nothing is kept", a)
					return
				}
			}
		})
	}
	wait.Wait()
	scraped := h.scrape()
	for _, kept := range []string{"task.lists", "task.days", "ticket.lists", "web.choices"} {
		if !strings.Contains(scraped, `iw_cache_reads_total{cache="`+kept+`",result="hit"}`) {
			t.Errorf("%s was never answered from memory", kept)
		}
	}
}
