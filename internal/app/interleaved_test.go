package app

import (
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// wish is one thing that one person asks for, in a look.
type wish struct{ who, path, theme string }

// marks gives what tells an answer from another's: the ids, names and addresses in it, and the look. Times move on, and are not compared; nor
// are cursors, which are sealed anew. Both HTML and JSON quote what they name, so the text between quotes is looked through.
func marks(body string) (found []string) {
	parts := strings.Split(body, `"`)
	for i := 1; i < len(parts); i++ {
		attribute := strings.HasSuffix(parts[i-1], "href=") || strings.HasSuffix(parts[i-1], "data-theme=")
		member := i > 1 && parts[i-1] == ":" && (strings.HasSuffix(parts[i-2], "name") || strings.HasSuffix(parts[i-2], "id"))
		if (attribute || member) && !strings.Contains(parts[i], "after=") {
			found = append(found, parts[i])
		}
	}
	return found
}

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
	return w.Result().Status + "\n" + strings.Join(marks(string(body)), "\n")
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
