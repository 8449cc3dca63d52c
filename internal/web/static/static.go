// Package static holds the files that pages load: our stylesheet, icons and modules, and the vendored libraries of vendor.json.
// Each is served under an address that carries a hash of its content, so a browser may keep it for ever and never has an old one.
// It serves nothing that a user made, and knows no page.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// File is a file of this package, by its plain name.
type File string

// The files that pages name. Modules gives those that every page loads.
const (
	Styles        File = "iw.css"
	PhoneStyles   File = "phone.css" // what differs under 48 rem
	PrintStyles   File = "print.css" // what differs on paper
	MapStyles     File = "map.css"   // for pages with a map
	PlanStyles    File = "plan.css"  // for the live board and the planner
	Sprite        File = "sprite.svg"
	HTMX          File = "htmx.min.js"
	Leaflet       File = "leaflet.js"
	LeafletStyles File = "leaflet.css"
	Trust         File = "trust.js"
	Menus         File = "menus.js"
	Keys          File = "keys.js"
	Palette       File = "palette.js"
	Forms         File = "forms.js"
	Bell          File = "bell.js"
	Files         File = "files.js"
	Picks         File = "picks.js"
	Board         File = "board.js"
	Rows          File = "rows.js"
	Phone         File = "phone.js"
	Stops         File = "stops.js"
	Map           File = "map.js"
	Live          File = "live.js"
	Passkeys      File = "passkeys.js"
	Push          File = "push.js"        // for the page on which devices are turned on
	PushWorker    File = "push-worker.js" // served by Serve too, at an address that stays
)

// Prefix is the path that all files are served below.
const Prefix = "/static/"

// Modules gives our own modules in the order in which a page loads them. Trust comes before everything that writes HTML.
func Modules() []File {
	return []File{Trust, Menus, Keys, Palette, Forms, Bell, Files, Picks, Board, Rows, Stops, Phone, Passkeys}
}

//go:embed files
var embedded embed.FS

// asset is a file as it is served.
type asset struct {
	name, url, kind string
	plain           []byte
	packed          func() []byte // the gzip form, made when first asked for; nil where that is no smaller
}

// table is made at the first use and never changes: the files are part of the program.
var table = sync.OnceValues(load)

func load() (byName map[File]*asset, byURL map[string]*asset) {
	byName, byURL = map[File]*asset{}, map[string]*asset{}
	entries, err := embedded.ReadDir("files")
	if err != nil {
		panic("static: the embedded folder is unreadable: " + err.Error())
	}
	for _, e := range entries {
		body, err := embedded.ReadFile("files/" + e.Name())
		if err != nil {
			panic("static: " + e.Name() + ": " + err.Error())
		}
		a := newAsset(e.Name(), body)
		byName[File(a.name)], byURL[a.url] = a, a
	}
	return byName, byURL
}

func newAsset(name string, body []byte) *asset {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	a := &asset{name: name, kind: contentType(ext), plain: body}
	a.url = Prefix + strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext

	a.packed = sync.OnceValue(func() []byte { return packed(body) })
	return a
}

func packed(body []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a valid one
	_, _ = z.Write(body)                                  // a buffer takes all
	_ = z.Close()
	if b.Len() >= len(body) {
		return nil
	}
	return b.Bytes()
}

func contentType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

// URL is the address of a file on this server, with the hash of its content; "" when there is no such file.
func (f File) URL() string {
	byName, _ := table()
	if a, ok := byName[f]; ok {
		return a.url
	}
	return ""
}

// Handler serves the files to GET and HEAD below Prefix. An address whose hash is not the current one is not found, never an older or newer file.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "Only GET and HEAD are possible here.", http.StatusMethodNotAllowed)
			return
		}
		_, byURL := table()
		a, ok := byURL[r.URL.Path]
		if !ok {
			h.Set("Cache-Control", "no-store")
			http.Error(w, "There is no such file.", http.StatusNotFound)
			return
		}
		a.serve(w, r)
	})
}

// Serve answers with a file at whatever address it was asked for; a browser asks each time whether it is another.
func (f File) Serve(w http.ResponseWriter, r *http.Request) {
	byName, _ := table()
	a := byName[f] // a constant of this package
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Length", strconv.Itoa(len(a.plain)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(a.plain) // a browser that has gone away needs no answer
	}
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		if small := a.packed(); small != nil {
			h.Set("Content-Encoding", "gzip")
			body = small
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a browser that has gone away needs no answer
	}
}

// acceptsGzip reads an Accept-Encoding header (RFC 9110, 12.5.3) as far as gzip is concerned.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight != "q=0" && weight != "q=0.0" && weight != "q=0.00" && weight != "q=0.000"
		}
	}
	return false
}
