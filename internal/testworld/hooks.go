package testworld

import (
	"bytes"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"

	"intelliwiz/internal/hook"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/outbound"
	"intelliwiz/internal/seal"
)

// Keys is a key of the installation with its versions; the last is the newest.
type Keys struct {
	mu   sync.Mutex
	keys [][]byte
}

// Add makes a new version.
func (k *Keys) Add(fill byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = append(k.keys, bytes.Repeat([]byte{fill}, 32))
}

// Newest gives the last version.
func (k *Keys) Newest() (int, []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.keys), k.keys[len(k.keys)-1]
}

// Key gives a version, or false when there is none, or it was forgotten.
func (k *Keys) Key(n int) ([]byte, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if n < 1 || n > len(k.keys) || k.keys[n-1] == nil {
		return nil, false
	}
	return k.keys[n-1], true
}

// Forget loses a version.
func (k *Keys) Forget(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[n-1] = nil
}

// caller makes what calls this machine too, and trusts the servers that Receiver starts; plain: without TLS too.
func (w *World) caller(plain bool) *outbound.Client {
	if w.roots == nil {
		w.roots = x509.NewCertPool()
	}
	c := outbound.Config{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Roots: w.roots, Plain: plain, Now: w.Clock.Now}
	if plain {
		c.Most = 1 << 20 // the keys of a provider
	}
	return outbound.New(c)
}

// openHooks makes the service of webhooks, which may call this machine and trusts the servers that Receiver starts.
func (w *World) openHooks() {
	w.t.Helper()
	w.Hooks = hook.New(hook.Config{
		Cache: w.Cache, DB: w.DB, Journal: w.Journal, Jobs: w.Jobs, Org: w.Org, Box: seal.New(w.Keys), Now: w.Clock.Now,
		Out: w.caller(false),
	})
	w.Notices.Tell(notice.Source{Verbs: hook.Told(), Tell: w.Hooks.Tellings})
}

// Call is what a Receiver got.
type Call struct {
	Header http.Header
	Body   string
}

// Receiver is a server that webhooks may call. It answers 204 unless told otherwise.
type Receiver struct {
	URL   string
	mu    sync.Mutex
	calls []Call
	say   http.HandlerFunc
}

// Receiver starts one, which lives as long as the test.
func (w *World) Receiver() *Receiver {
	w.t.Helper()
	r := &Receiver{}
	s := httptest.NewTLSServer(r)
	w.t.Cleanup(s.Close)
	w.roots.AddCert(s.Certificate())
	r.URL = s.URL + "/in?from=house"
	return r
}

// ServeHTTP keeps the call and answers.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	r.calls = append(r.calls, Call{q.Header.Clone(), string(body)})
	say := r.say
	r.mu.Unlock()
	if say != nil {
		say(w, q)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// Say has the server answer so from now on; nil = 204.
func (r *Receiver) Say(h http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.say = h
}

// Calls gives what came so far.
func (r *Receiver) Calls() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Call{}, r.calls...)
}

// Webhook makes a webhook that is told of changes of sites, and sends it a test message.
func (x *Tenant) Webhook(name, url string) (hook.Made, hook.Delivery) {
	x.w.t.Helper()
	m, err := x.w.Hooks.Create(x.w.t.Context(), x.System, hook.Input{Name: name, URL: url, Events: []string{"site.updated"}, Active: true})
	x.w.must(err)
	d, err := x.w.Hooks.Ping(x.w.t.Context(), x.System, m.ID)
	x.w.must(err)
	return m, d
}
