package web

import (
	"net/http"
	"strings"
	"testing"

	"intelliwiz/internal/org"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/static"
)

func TestStaticFilesAreKept(t *testing.T) {
	h := fresh(t)
	a := h.browser().get(static.Styles.URL()).is(200)
	if !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
		t.Errorf("Cache-Control %q", a.header.Get("Cache-Control"))
	}
	h.browser().get("/static/iw.css").is(http.StatusNotFound)
}

func TestPagesAreClosedToThoseWhoMayNot(t *testing.T) {
	h := fresh(t)
	nobody := h.signedIn(h.Someone(nil))
	for _, route := range New(h.config) {
		if route.Changes != (route.Method != http.MethodGet) && route.Path != auditPath+"/verify" {
			t.Errorf("%s %s: changes %v", route.Method, route.Path, route.Changes)
		}
		if route.Permission == reply.Public {
			continue
		}
		path := strings.NewReplacer("{$}", "", "{id}", h.Mill.ID.String(), "{list}", "site_type").Replace(route.Path)
		if a := h.browser().ask(route.Method, path, nil); a.status != http.StatusSeeOther && a.status != http.StatusUnauthorized {
			t.Errorf("%s %s answers a visitor %d", route.Method, path, a.status)
		}
		if route.Permission != reply.SignedIn {
			if a := nobody.ask(route.Method, path, nil); a.status != http.StatusForbidden {
				t.Errorf("%s %s answers somebody without a role %d", route.Method, path, a.status)
			}
		}
	}
}

func TestPagesAreNotKept(t *testing.T) {
	h := fresh(t)
	for _, path := range []string{"/", "/account", "/audit", "/login", "/search"} {
		if got := h.as(org.Administrator).get(path).header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
}
