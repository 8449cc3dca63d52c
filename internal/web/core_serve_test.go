package web

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

func TestZZServe(t *testing.T) {
	addr := os.Getenv("IW_SERVE")
	if addr == "" {
		t.Skip()
	}
	h := fresh(t)
	h.SecondTenant()
	given := h.Someone(&h.Harbour.ID)
	if err := h.Auth.SetPassword(t.Context(), h.Actor("ADMINISTRATOR"), given.ID, "given away violin mosaic"); err != nil {
		t.Fatal(err)
	}
	given.Password = "given away violin mosaic"
	h.Staff["GIVEN"] = given
	h.Staff["NOBODY"] = h.Someone(nil)
	site := h.Harbour
	in := org.SiteInput{Unit: site.Unit, Type: site.Type, Code: site.Code, Name: "Harbour House & Quay", Zone: "Europe/Berlin", Radius: 300, Address: "Quay 7", Active: true, Point: &org.Point{Latitude: 18.6, Longitude: 73.9}}
	if _, err := h.Org.UpdateSite(t.Context(), h.Actor("ADMINISTRATOR"), site.ID, site.Version, in); err != nil {
		t.Fatal(err)
	}
	l, _ := h.Journal.List(t.Context(), h.Actor("ADMINISTRATOR"), journal.Filter{Verb: "site.updated"}, page.Request{})
	os.WriteFile("/tmp/iw_entry", []byte(l.Items[0].ID.String()), 0o600)
	if _, err := h.Org.CreateSite(t.Context(), h.Actor("ADMINISTRATOR"), org.SiteInput{Code: "ANNEX", Name: "Annex without a place", Active: true}); err != nil {
		t.Fatal(err)
	}
	h.Start()
	e := open(t, testworld.Empty(t, dbtest.Open(t, "sqlite")))
	secret, err := e.Auth.OpenSetup(t.Context())
	t.Log(secret, err)
	os.WriteFile("/tmp/iw_setup", []byte(secret), 0o600)
	h.mux.HandleFunc("GET /as/{role}", func(w http.ResponseWriter, r *http.Request) {
		role := r.PathValue("role")
		if role != "none" {
			m := h.Staff[role]
			http.SetCookie(w, &http.Cookie{Name: SessionCookie(false), Value: h.SignIn(m), Path: "/"})
		}
		http.SetCookie(w, &http.Cookie{Name: "iw_look", Value: r.URL.Query().Get("theme") + "..", Path: "/"})
		if form := r.URL.Query().Get("post"); form != "" {
			q := httptest.NewRequest("POST", r.URL.Query().Get("to"), strings.NewReader(form))
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			q.Header.Set("Accept", "text/html")
			if role != "none" {
				q.AddCookie(&http.Cookie{Name: SessionCookie(false), Value: h.SignIn(h.Staff[role])})
			}
			q.AddCookie(&http.Cookie{Name: "iw_look", Value: r.URL.Query().Get("theme") + ".."})
			h.mux.ServeHTTP(w, q)
			return
		}
		http.Redirect(w, r, r.URL.Query().Get("to"), 303)
	})
	csp := func(m http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-n0nce' 'strict-dynamic'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default")
			m.ServeHTTP(w, r)
		})
	}
	go func() { t.Log(http.ListenAndServe(":8172", csp(e.mux))) }()
	t.Fatal(http.ListenAndServe(addr, csp(h.mux)))
}
