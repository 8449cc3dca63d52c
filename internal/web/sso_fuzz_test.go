package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/testworld"
)

// FuzzWhatComesBackFromAProvider: whatever a browser says that it comes back with, and whatever cookie it has, nobody is signed in by a code that
// no provider gave, and it is no fault of ours. STATE and KEPT stand for what a sign-in really left with.
func FuzzWhatComesBackFromAProvider(f *testing.F) {
	h := fresh(f)
	at := testworld.NewProvider(f, h.Clock.Now)
	p := h.Provider(at)
	f.Fuzz(func(t *testing.T, query, kept string) {
		away, err := h.Auth.BeginSSO(t.Context(), auth.SSOBegin{Tenant: h.Code, Provider: p.ID})
		if err != nil {
			t.Fatal(err)
		}
		to, err := url.Parse(away.URL)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, ProviderBackPath, nil)
		r.URL.RawQuery = strings.ReplaceAll(query, "STATE", to.Query().Get("state"))
		r.AddCookie(&http.Cookie{Name: cookieName(awayCookie, false), Value: strings.ReplaceAll(kept, "KEPT", away.Kept)})
		w := httptest.NewRecorder()
		h.mux.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized && w.Code != http.StatusSeeOther { // without a cookie it begins again
			t.Errorf("%q: %d", query, w.Code)
		}
		for _, c := range w.Result().Cookies() {
			if c.Name != cookieName(awayCookie, false) || c.MaxAge >= 0 {
				t.Errorf("%q sets %q", query, c.Name)
			}
		}
	})
}
