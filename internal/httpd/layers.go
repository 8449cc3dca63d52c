package httpd

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
)

// headers are on every answer, errors and files too. Scripts of a page run only with the nonce of this very answer; what
// programs read is no page, and its policy allows nothing.
func (s *Server) headers(next http.Handler) http.Handler {
	images := strings.Join(append([]string{"'self'", "data:"}, s.c.Images...), " ")
	before, after := "default-src 'none'; script-src 'nonce-", "' 'strict-dynamic'; style-src 'self'; img-src "+images+
		"; media-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"+
		"; require-trusted-types-for 'script'; trusted-types default; report-uri "+reportPath+"; report-to csp"
	programs := http.Header{
		"Content-Security-Policy": {"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}, "X-Content-Type-Options": {"nosniff"}, "Referrer-Policy": {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
	}
	if s.secure {
		programs.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
	people := programs.Clone()
	people.Set("Reporting-Endpoints", `csp="`+reportPath+`"`)
	people.Set("Cross-Origin-Opener-Policy", "same-origin")
	people.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if reply.IsAPI(r.URL.Path) && !of(r).route.Cookie {
			maps.Copy(w.Header(), programs)
			next.ServeHTTP(w, r)
			return
		}
		nonce := newNonce()
		maps.Copy(w.Header(), people)
		w.Header().Set("Content-Security-Policy", before+nonce+after)
		next.ServeHTTP(w, r.WithContext(templ.WithNonce(r.Context(), nonce)))
	})
}

func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: the runtime stops the process instead
	return base64.RawStdEncoding.EncodeToString(b[:])
}

// recover turns a panic into an answer of status 500 with the request's id; the process lives.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { //nolint:contextcheck // the request has it
			value := recover()
			if value == nil {
				return
			}
			if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(value) // the standard way to cut an answer short
			}
			s.c.Metrics.Panic("http")
			s.c.Log.ErrorContext(r.Context(), "panic", "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			if begun(w) {
				panic(http.ErrAbortHandler) // an answer has begun: cut it, so that nobody takes it for whole
			}
			s.c.Reply.Write(w, r, fault.Of(fault.Internal, "Something went wrong on our side."))
		}()
		next.ServeHTTP(w, r)
	})
}

// bounds gives a request so much time and so large a body as its route allows.
func (s *Server) bounds(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := of(r).route
		limit, size := s.c.Time, s.c.MaxBody
		if route.Timeout > 0 {
			limit = route.Timeout
		}
		if route.MaxBody > 0 {
			size = route.MaxBody
		}
		if r.ContentLength > size {
			s.c.Reply.Error(w, r, reply.TooLarge(size))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, size)
		if limit > s.c.Time {
			c := http.NewResponseController(w)
			until := time.Now().Add(limit)
			if err := errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until.Add(writeSlack))); err != nil && !errors.Is(err, http.ErrNotSupported) {
				s.c.Reply.Error(w, r, err)
				return
			}
		}
		ctx, cancel := context.WithTimeout(r.Context(), limit)
		defer cancel()
		if route.Stream {
			go func() {
				select {
				case <-s.ending:
					cancel()
				case <-ctx.Done():
				}
			}()
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// crossOrigin refuses what another site has a browser send: by Sec-Fetch-Site, and in older browsers by Origin.
func (s *Server) crossOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.origin.Check(r); err != nil && of(r).pattern != reportPath {
			s.c.Reply.Error(w, r, fault.Of(fault.Forbidden, "This was sent from another site, so it was not done.").Because(err))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limitSource holds one address to its rate, whoever is behind it.
func (s *Server) limitSource(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x := of(r); s.c.Limits.Source != nil && !x.route.Unlimited && !s.within(w, r, s.c.Limits.Source(r.Context(), x.source)) {
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limitCaller holds a token, a person and a tenant to theirs.
func (s *Server) limitCaller(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x := of(r); s.c.Limits.Caller != nil && x.who.SignedIn() && !x.route.Unlimited && !s.within(w, r, s.c.Limits.Caller(r.Context(), x.who)) {
			return
		}
		next.ServeHTTP(w, r)
	})
}

// within tells a program how much is left (draft-ietf-httpapi-ratelimit-headers), and says whether the request may go on.
func (s *Server) within(w http.ResponseWriter, r *http.Request, d Decision) bool {
	if d.Rule != "" && reply.IsAPI(r.URL.Path) {
		rule, number := strconv.Quote(d.Rule), strconv.Itoa
		w.Header().Set("RateLimit-Policy", rule+";q="+number(d.Limit)+";w="+number(seconds(d.Window)))
		w.Header().Set("RateLimit", rule+";r="+number(d.Remaining)+";t="+number(seconds(d.Reset)))
	}
	if d.Fault != nil {
		s.c.Reply.Error(w, r, d.Fault)
		return false
	}
	return true
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// authenticate finds out who it is. A session signs in to pages, a token to the APIs and to nothing else; a session that does not hold
// makes a visitor, a token that does not hold is refused. When finding out fails, nobody comes in.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := of(r)
		c := s.credentials(r, x.route)
		if c == (Credentials{}) || x.route.Unlimited {
			next.ServeHTTP(w, r)
			return
		}
		who, err := s.c.Authenticate(r.Context(), c)
		if fault.KindOf(err) == fault.Unauthenticated && c.Bearer == "" {
			who, err = actor.Actor{}, nil
		}
		if err != nil {
			s.c.Reply.Error(w, r, err)
			return
		}
		x.who = who
		if who.SignedIn() {
			w.Header().Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r.WithContext(actor.Into(r.Context(), who)))
	})
}

func (s *Server) credentials(r *http.Request, route reply.Route) (c Credentials) {
	if reply.IsAPI(r.URL.Path) {
		if scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
			c.Bearer = strings.TrimSpace(token)
		}
		if c.Bearer != "" {
			c.Source = Source(r)
			return c
		}
		if !route.Cookie {
			return c
		}
	}
	if cookie, err := r.Cookie(s.c.SessionCookie); err == nil {
		c.Session, c.Passive = cookie.Value, route.Stream
	}
	return c
}
