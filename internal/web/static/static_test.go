package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, method, url, accept string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, url, nil)
	if accept != "" {
		r.Header.Set("Accept-Encoding", accept)
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func all() []File {
	return append(Modules(), Styles, PhoneStyles, PrintStyles, MapStyles, PlanStyles, Live, Push, PushWorker, Sprite, HTMX, Leaflet, LeafletStyles, Map)
}

func TestEveryFileIsServedUnderItsHash(t *testing.T) {
	for _, f := range all() {
		res := get(t, http.MethodGet, f.URL(), "")
		got, _ := io.ReadAll(res.Body)
		want, err := os.ReadFile(filepath.Join("files", string(f)))
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != 200 || !bytes.Equal(got, want) {
			t.Errorf("%s: status %d and %d bytes, want 200 and %d", f, res.StatusCode, len(got), len(want))
		}
		if h := res.Header.Get("Cache-Control"); !strings.Contains(h, "immutable") {
			t.Errorf("%s: Cache-Control %q, want immutable", f, h)
		}
		if h := res.Header.Get("X-Content-Type-Options"); h != "nosniff" {
			t.Errorf("%s: X-Content-Type-Options %q, want nosniff", f, h)
		}
	}
}

func TestContentTypes(t *testing.T) {
	for f, want := range map[File]string{
		Styles: "text/css; charset=utf-8", Sprite: "image/svg+xml; charset=utf-8", HTMX: "text/javascript; charset=utf-8",
		"leaflet-licence.txt": "text/plain; charset=utf-8",
	} {
		if got := get(t, http.MethodGet, f.URL(), "").Header.Get("Content-Type"); got != want {
			t.Errorf("%s: got %q, want %q", f, got, want)
		}
	}
	if got := contentType(".exe"); got != "application/octet-stream" {
		t.Errorf("an unknown kind: got %q", got)
	}
}

func TestGzipIsTheSameContent(t *testing.T) {
	res := get(t, http.MethodGet, Styles.URL(), "br, gzip;q=0.8")
	if got := res.Header.Get("Content-Encoding"); got != "gzip" {
		t.Fatalf("Content-Encoding %q, want gzip", got)
	}
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(z)
	want, _ := os.ReadFile("files/iw.css")
	if !bytes.Equal(got, want) {
		t.Error("the packed stylesheet is not the plain one")
	}
	for _, refused := range []string{"", "br", "gzip;q=0", "gzip; q=0.0"} {
		if got := get(t, http.MethodGet, Styles.URL(), refused).Header.Get("Content-Encoding"); got != "" {
			t.Errorf("Accept-Encoding %q got %q", refused, got)
		}
	}
}

func TestOtherAddressesAndMethods(t *testing.T) {
	stale := regexp.MustCompile(`-[0-9a-f]{12}`).ReplaceAllString(Styles.URL(), "-000000000000")
	for _, url := range []string{stale, "/static/iw.css", "/static/", "/static/../static.go", "/static/files"} {
		res := get(t, http.MethodGet, url, "")
		if res.StatusCode != 404 || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, Cache-Control %q, want 404 and no-store", url, res.StatusCode, res.Header.Get("Cache-Control"))
		}
	}
	if res := get(t, http.MethodPost, Styles.URL(), ""); res.StatusCode != 405 || res.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: status %d, Allow %q", res.StatusCode, res.Header.Get("Allow"))
	}
	res := get(t, http.MethodHead, Styles.URL(), "")
	if body, _ := io.ReadAll(res.Body); res.StatusCode != 200 || len(body) != 0 || res.Header.Get("Content-Length") == "0" {
		t.Errorf("HEAD: status %d, %d bytes, Content-Length %s", res.StatusCode, len(body), res.Header.Get("Content-Length"))
	}
	if got := File("nothing.js").URL(); got != "" {
		t.Errorf("a file that is not there has the address %q", got)
	}
}

func TestVendoredFilesAreAsPublished(t *testing.T) {
	var list []Vendored
	if err := json.Unmarshal(vendorText, &list); err != nil {
		t.Fatal(err)
	}
	if once, err := Libraries(); err != nil || len(once) != 2 {
		t.Errorf("%v: %d libraries, want 2", err, len(once))
	}
	want := map[File]bool{HTMX: true, Leaflet: true, LeafletStyles: true}
	for _, v := range list {
		body, err := os.ReadFile(filepath.Join("files", string(v.File)))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		if got := hex.EncodeToString(sum[:]); got != v.SHA256 {
			t.Errorf("%s has the hash %s, recorded is %s", v.File, got, v.SHA256)
		}
		if v.Package == "" || v.Version == "" || v.Licence == "" || v.Source == "" {
			t.Errorf("%s is not fully described: %+v", v.File, v)
		}
		delete(want, v.File)
	}
	if len(want) > 0 {
		t.Errorf("not recorded: %v", want)
	}
	if body, _ := os.ReadFile("files/htmx.min.js"); !strings.Contains(string(body), `version:"2.0.11"`) {
		t.Error("htmx does not say that it is the recorded version")
	}
}

// Each stylesheet has a budget: a new part pays with an old one, or goes into a file that only some pages or media load.
func TestStylesStayWithinTheirBudgets(t *testing.T) {
	for f, most := range map[File]int{Styles: 40 << 10, PhoneStyles: 8 << 10, PrintStyles: 4 << 10, MapStyles: 6 << 10} {
		body, err := os.ReadFile("files/" + string(f))
		if err != nil || len(body) > most {
			t.Errorf("%s has %d bytes, its budget is %d (%v)", f, len(body), most, err)
		}
		if strings.Contains(string(body), "url(") {
			t.Errorf("%s loads something by url(); the content policy allows no other style source", f)
		}
		if medium := strings.Contains(string(body), "@media print") || strings.Contains(string(body), "@media (width < 48rem) {"); medium {
			t.Errorf("%s has rules for a medium that has a file of its own", f)
		}
	}
}

// Our modules must run under the content policy: no HTML from strings, no code from strings, no style attributes. Nor do they take messages of
// other windows, reach into what all objects are made of, keep anything beyond the session, or put names where every script finds them.
func TestModulesAvoidWhatThePolicyForbids(t *testing.T) {
	forbidden := regexp.MustCompile(`\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|setAttribute\(['"]style|cssText|localStorage|indexedDB|postMessage|onmessage|__proto__|\.prototype\b|document\.domain|window\.[A-Za-z]+ = )|addEventListener\(['"]message`)
	for _, f := range append(Modules(), Map, Push, PushWorker) {
		body, err := os.ReadFile(filepath.Join("files", string(f)))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(body), "\n") {
			code, _, _ := strings.Cut(line, "//")
			if m := forbidden.FindString(code); m != "" && f != Trust {
				t.Errorf("%s:%d uses %s", f, i+1, m)
			}
		}
		if n := strings.Count(string(body), "\n"); n > 300 {
			t.Errorf("%s has %d lines, at most 300", f, n)
		}
	}
}
