package httpd

import (
	"testing"

	"intelliwiz/internal/reply"
)

func TestWhatProvesWhoItIs(t *testing.T) {
	docs := page("GET", "/api/docs", reply.Public, hello)
	docs.Cookie = true
	file := page("GET", "/static/{file}", reply.Public, hello)
	file.Unlimited = true
	d := newDoor(t, nil, page("GET", "/page", reply.Public, hello), page("GET", "/api/x", reply.Public, hello), page("POST", "/graphql", reply.Public, hello), docs, file)
	for _, c := range []struct {
		name, method, target string
		headers              []string
		status               int
		body                 string
	}{
		{"a session on a page", "GET", "/page", []string{"Cookie: iw=meera"}, 200, "hello person"},
		{"a session that ended makes a visitor", "GET", "/page", []string{"Cookie: iw=old"}, 200, "hello visitor"},
		{"another cookie is no session", "GET", "/page", []string{"Cookie: __Host-iw=meera"}, 200, "hello visitor"},
		{"a session is nothing to an API", "GET", "/api/x", []string{"Cookie: iw=meera"}, 200, "hello visitor"},
		{"a session is nothing to GraphQL", "POST", "/graphql", []string{"Cookie: iw=meera", "Sec-Fetch-Site: same-origin"}, 200, "hello visitor"},
		{"a session reads documentation", "GET", "/api/docs", []string{"Cookie: iw=meera"}, 200, "hello person"},
		{"a token on an API", "GET", "/api/x", []string{"Authorization: Bearer meera"}, 200, "hello person"},
		{"the scheme in any case", "GET", "/api/x", []string{"Authorization: bEARER  meera"}, 200, "hello person"},
		{"a token that does not hold is refused", "GET", "/api/x", []string{"Authorization: Bearer old"}, 401, ""},
		{"a token is nothing to a page", "GET", "/page", []string{"Authorization: Bearer meera"}, 200, "hello visitor"},
		{"another scheme is no token", "GET", "/api/x", []string{"Authorization: Basic meera"}, 200, "hello visitor"},
		{"a token wins over a session", "GET", "/api/docs", []string{"Authorization: Bearer old", "Cookie: iw=meera"}, 401, ""},
		{"a store that is away lets nobody in", "GET", "/page", []string{"Cookie: iw=down"}, 503, ""},
		{"nor by a token", "GET", "/api/x", []string{"Authorization: Bearer down"}, 503, ""},
		{"a file asks for nobody", "GET", "/static/x.css", []string{"Cookie: iw=down"}, 200, "hello visitor"},
	} {
		w := d.ask(c.method, c.target, c.headers...)
		if w.Code != c.status || c.body != "" && w.Body.String() != c.body {
			t.Errorf("%s: %d %q", c.name, w.Code, w.Body)
		}
		signedIn := c.body == "hello person"
		if (w.Header().Get("Cache-Control") == "no-store") != (signedIn || c.status >= 400) {
			t.Errorf("%s: Cache-Control %q", c.name, w.Header().Get("Cache-Control"))
		}
	}
}
