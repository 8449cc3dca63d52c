// Package httpd is the door of the process: two listeners, one ServeMux, one ordered slice of layers that every request goes through.
// It finds out where a request comes from and who it is of, and refuses what is too much, too large, too slow, for another host, from
// another site or not allowed, before a handler sees it. It knows no domain; handlers return faults, which leave through package reply.
package httpd

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/telemetry"
)

// Config is what the server is built from. Durations and sizes must be positive.
type Config struct {
	Listen    string // address of the public listener
	Shared    bool   // the process before may have it open as well; this one is given new connections once it is ready
	Private   string // of the private one; "" = none
	Redirect  string // with TLS: an address for plain HTTP that only sends to https; "" = none
	PublicURL string // scheme and host that people type; "" = that of the listener
	Hosts     []string
	Proxies   []netip.Prefix // whose X-Forwarded-* and X-Request-Id are believed
	TLSCert   string         // files for TLS on the public listener; "" = plain HTTP. They are read anew when they change
	TLSKey    string
	TLSMin    uint16 // tls.VersionTLS13 or 12

	PrivateCert, PrivateKey string // files for TLS on the private listener; "" = plain HTTP

	AtOnce int // requests that are worked on at once; more wait for a moment or are refused; 0 = any number

	HeaderTime, Time, Idle, Settle, Stop time.Duration
	MaxBody, MaxHeader                   int64

	SessionCookie string   // name of the cookie that carries a session's secret
	Images        []string // origins of images beside our own: map tiles
	Timings       bool     // answers say how long they took, and of that in the database: for development

	Log     *slog.Logger
	Metrics *telemetry.Metrics
	Traces  *telemetry.Traces // nil = none are kept
	Reply   *reply.Writer
	Now     clock.Now

	// Authenticate gives the actor of a session's or token's secret; Unauthenticated for one that does not hold.
	Authenticate func(ctx context.Context, c Credentials) (actor.Actor, error)
	Limits       Limits
	Stops        Stops
	Checks       []Check // what must work for the process to be ready
}

// Credentials is what a request proves itself with: one of the two, or neither.
type Credentials struct {
	Session string
	Bearer  string
	Source  string // the client's address, as far as proxies are believed; only with a Bearer
	Passive bool   // the browser asks by itself: this is no use of the session
}

// Limits decide how often. A nil func does not limit.
type Limits struct {
	Source func(ctx context.Context, source netip.Addr) Decision
	Caller func(ctx context.Context, who actor.Actor) Decision
}

// Stops say what is stopped while an incident is looked into. A nil func stops nothing.
type Stops struct {
	Source   func(source netip.Addr) bool    // nothing from there is answered
	Caller   func(who actor.Actor) error     // why somebody may not come in; nil = they may
	ReadOnly func() (reason string, on bool) // nothing may be changed
}

// Decision is the answer of a limit.
type Decision struct {
	Fault     error         // TooMany, or nil
	Rule      string        // the rule that decided; "" when none applies
	Limit     int           // requests that may come at once
	Remaining int           // how many of them are left
	Window    time.Duration // time in which a used-up limit fills again
	Reset     time.Duration // time until Remaining is Limit again
}

// Server serves. Make one with New.
type Server struct {
	c       Config
	secure  bool // people use https
	layers  []layer
	routes  map[string]map[string]reply.Route // by mux pattern, by method
	mux     *http.ServeMux
	health  *health
	ready   atomic.Bool
	started atomic.Bool
	crowd   *crowd
	ending  chan struct{} // closed when streams have to end
	origin  *http.CrossOriginProtection
}

// layer is one step of every request.
type layer struct {
	name string
	wrap func(next http.Handler) http.Handler
}

// New makes the server of a table of routes. A row that is not complete, changes something by GET, or stands twice is an error.
func New(c Config, routes []reply.Route) (*Server, error) {
	s := &Server{
		c: c, secure: strings.HasPrefix(c.PublicURL, "https://") || c.TLSCert != "",
		routes: map[string]map[string]reply.Route{}, mux: http.NewServeMux(), origin: http.NewCrossOriginProtection(),
		ending: make(chan struct{}), crowd: newCrowd(c.AtOnce),
	}
	s.health = newHealth(c.Checks, c.Now)
	for _, r := range append(slices.Clone(routes), s.ownRoutes()...) {
		if err := s.add(r); err != nil {
			return nil, fmt.Errorf("route %s %s: %w", r.Method, r.Path, err)
		}
	}
	if err := s.mount(); err != nil {
		return nil, err
	}
	if c.PublicURL != "" {
		if err := s.origin.AddTrustedOrigin(c.PublicURL); err != nil { // a proxy may have changed the Host that Origin is compared with
			return nil, fmt.Errorf("public address: %w", err)
		}
	}
	s.layers = []layer{
		{"request id", s.requestID},
		{"door", s.door},
		{"trace", s.trace},
		{"access log", s.accessLog},
		{"security headers", s.headers},
		{"recover", s.recover},
		{"client address", s.address},
		{"stopped sources", s.stopSource},
		{"host", s.host},
		{"limits of time and size", s.bounds},
		{"cross-origin protection", s.crossOrigin},
		{"limit of the source", s.limitSource},
		{"crowd", s.hold},
		{"authenticate", s.authenticate},
		{"stopped callers", s.stopCaller},
		{"limit of the caller", s.limitCaller},
		{"compression", s.compress},
	}
	return s, nil
}

// Handler is the public side: every layer, then the route.
func (s *Server) Handler() http.Handler {
	var h http.Handler = http.HandlerFunc(s.serve)
	for _, l := range slices.Backward(s.layers) {
		h = l.wrap(h)
	}
	return h
}

// serve hands a request to its route, or answers that there is none.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if of(r).pattern == "" {
		s.c.Reply.Error(w, r, noAddress())
		return
	}
	s.mux.ServeHTTP(w, r)
}

// dispatch answers one pattern: by method, if the actor may come in.
func (s *Server) dispatch(methods map[string]reply.Route) http.Handler {
	allow := allowed(methods)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route, ok := methods[lookup(r.Method)]
		if !ok {
			s.fail(w, r, reply.NoMethod(allow))
			return
		}
		err := mayEnter(actor.From(r.Context()), route)
		if err == nil {
			err = s.mayChange(route)
		}
		if err == nil {
			err = route.Handler(w, anew(r))
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// anew has nothing come from memory for a request that says so; as a program does that was told of a change, or a browser that reloads a page
// with all it needs.
func anew(r *http.Request) *http.Request {
	if !strings.Contains(r.Header.Get("Cache-Control"), "no-cache") {
		return r
	}
	return r.WithContext(cache.Anew(r.Context()))
}

// fail answers with a fault. When some of the answer has left already it is cut, so that nobody takes it for whole.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if begun(w) {
		s.c.Reply.Log(r.Context(), err)
		panic(http.ErrAbortHandler)
	}
	if p, ok := w.(*packer); ok {
		p.forget()
	}
	s.c.Reply.Error(w, r, err)
}

func begun(w http.ResponseWriter) bool {
	b, ok := w.(interface{ begun() bool })
	return ok && b.begun()
}

// mayEnter asks for the route's permission somewhere; the use case asks again, with the scope. Who acts as another person does not come to what
// is that person's alone.
func mayEnter(who actor.Actor, route reply.Route) error {
	if who.Behind() != nil && (route.Own || route.Proof == reply.ProofAlways) {
		return who.RequireSelf()
	}
	switch p := route.Permission; p {
	case reply.Public:
		return nil
	case reply.SignedIn:
		return who.RequirePerson()
	default:
		return who.Require(p)
	}
}

// lookup is the method that a route stands under: HEAD is answered by GET's.
func lookup(method string) string {
	if method == http.MethodHead {
		return http.MethodGet
	}
	return method
}

func allowed(methods map[string]reply.Route) string {
	var list []string
	for m := range methods {
		list = append(list, m)
		if m == http.MethodGet {
			list = append(list, http.MethodHead)
		}
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// mount puts the table into the mux, which panics at patterns that contradict each other.
func (s *Server) mount() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("routes: %v", p)
		}
	}()
	for pattern, methods := range s.routes {
		s.mux.Handle(pattern, s.dispatch(methods))
	}
	return nil
}

// add takes a row into the table.
func (s *Server) add(r reply.Route) error {
	switch {
	case r.Method == "" || r.Path == "" || r.Handler == nil || r.Name == "":
		return fmt.Errorf("the row is not complete")
	case r.Permission == "":
		return fmt.Errorf("it declares no permission")
	case r.Changes && reply.Safe(r.Method):
		return fmt.Errorf("a %s must not change anything", r.Method)
	case r.Stream && (r.Timeout == 0 || r.Method != http.MethodGet):
		return fmt.Errorf("a stream is a GET that says how long it may be")
	case r.Cookie && !reply.Safe(r.Method):
		return fmt.Errorf("a session does not sign in to an API but to read its documentation")
	}
	pattern := r.Path
	if strings.HasSuffix(pattern, "/") {
		pattern += "{$}" // this address alone, not all below it
	}
	if s.routes[pattern] == nil {
		s.routes[pattern] = map[string]reply.Route{}
	}
	if _, twice := s.routes[pattern][r.Method]; twice {
		return fmt.Errorf("it stands twice")
	}
	s.routes[pattern][r.Method] = r
	return nil
}
