package httpd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"golang.org/x/sync/errgroup"

	"intelliwiz/internal/reply"
)

// writeSlack is how much longer than its time limit an answer may take to reach a slow client.
const writeSlack = 10 * time.Second

// Run listens and serves until ctx ends, then stops in order: not ready, a while for load balancers to notice, no new connections, running
// requests finish. ready is called once both listeners are open, with their addresses. A request that does not finish in time is cut.
func (s *Server) Run(ctx context.Context, ready func(url, private string) error) error {
	public, err := s.listenPublic(ctx)
	if err != nil {
		return fmt.Errorf("public listener: %w", err)
	}
	servers := []*http.Server{s.server(s.Handler())}
	listeners := []net.Listener{public}
	private := ""
	if s.c.Private != "" {
		l, err := listen(ctx, s.c.Private)
		if err != nil {
			return errors.Join(fmt.Errorf("private listener: %w", err), public.Close())
		}
		private = scheme(s.c.PrivateCert) + l.Addr().String()
		servers, listeners = append(servers, s.server(s.privateHandler())), append(listeners, l)
		if servers[1].TLSConfig, err = s.tls(s.c.PrivateCert, s.c.PrivateKey); err != nil {
			return errors.Join(fmt.Errorf("private listener: %w", err), closeAll(listeners))
		}
	}
	if s.c.Redirect != "" {
		l, err := listen(ctx, s.c.Redirect)
		if err != nil {
			return errors.Join(fmt.Errorf("redirecting listener: %w", err), closeAll(listeners))
		}
		servers, listeners = append(servers, s.server(http.HandlerFunc(s.redirect))), append(listeners, l)
	}
	if servers[0].TLSConfig, err = s.tls(s.c.TLSCert, s.c.TLSKey); err != nil {
		return errors.Join(err, closeAll(listeners))
	}
	serving, ending := errgroup.WithContext(ctx) // ends with ctx, and when a listener fails
	for i, srv := range servers {
		serving.Go(func() error {
			if err := serve(srv, listeners[i]); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serve %s: %w", listeners[i].Addr(), err)
			}
			return nil
		})
	}
	s.started.Store(true)
	s.ready.Store(true)
	err = ready(s.url(public), private)
	if err == nil && s.c.Shared {
		err = lead(public)
	}
	if err == nil {
		<-ending.Done()
	}
	return errors.Join(err, s.stop(ctx, servers), serving.Wait())
}

func (s *Server) listenPublic(ctx context.Context) (net.Listener, error) {
	if s.c.Shared {
		return listenShared(ctx, s.c.Listen)
	}
	return listen(ctx, s.c.Listen)
}

// stop ends the servers, the public one first, so that metrics and health can be read while it drains.
func (s *Server) stop(ctx context.Context, servers []*http.Server) error {
	s.ready.Store(false)
	ctx = context.WithoutCancel(ctx)
	s.c.Log.InfoContext(ctx, "stopping", "settle", s.c.Settle)
	servers[0].SetKeepAlivesEnabled(false) // who is served now comes back on another connection, to another node
	time.Sleep(s.c.Settle)
	close(s.ending) // whoever listens to events comes back on another node
	var faults []error
	for _, srv := range servers {
		limited, cancel := context.WithTimeout(ctx, s.c.Stop)
		if err := srv.Shutdown(limited); err != nil {
			faults = append(faults, fmt.Errorf("requests were cut: %w", err), srv.Close())
		}
		cancel()
	}
	return errors.Join(faults...)
}

func (s *Server) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: s.c.HeaderTime, ReadTimeout: s.c.Time, WriteTimeout: s.c.Time + writeSlack, IdleTimeout: s.c.Idle,
		MaxHeaderBytes: int(s.c.MaxHeader), ErrorLog: slog.NewLogLogger(s.c.Log.Handler(), slog.LevelDebug),
	}
}

func serve(srv *http.Server, l net.Listener) error {
	if srv.TLSConfig != nil {
		return srv.ServeTLS(l, "", "")
	}
	return srv.Serve(l)
}

// redirect sends plain HTTP to https, for hosts that are ours; but no program, whose token was sent in the open.
func (s *Server) redirect(w http.ResponseWriter, r *http.Request) {
	if !s.ours(r.Host) {
		http.Error(w, "not served here", http.StatusMisdirectedRequest)
		return
	}
	if reply.IsAPI(r.URL.Path) {
		s.c.Reply.Error(w, r, reply.PlainHTTP())
		return
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusPermanentRedirect) //nolint:gosec // ours has looked at the host
}

// privateHandler serves metrics, details of health, what statements cost, and profiles.
func (s *Server) privateHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.c.Metrics.Handler())
	mux.HandleFunc("GET /health", s.details)
	mux.HandleFunc("GET /statements", s.statements)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// url is what people type to reach the public listener.
func (s *Server) url(l net.Listener) string {
	if s.c.PublicURL != "" {
		return s.c.PublicURL
	}
	return scheme(s.c.TLSCert) + l.Addr().String()
}

// scheme is how the address of a listener with or without a certificate begins.
func scheme(cert string) string {
	if cert == "" {
		return "http://"
	}
	return "https://"
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(ctx, "tcp", address)
}

func closeAll(all []net.Listener) error {
	var faults []error
	for _, l := range all {
		faults = append(faults, l.Close())
	}
	return errors.Join(faults...)
}
