package app

import (
	"context"
	"crypto/tls"
	"net/netip"
	"net/url"
	"runtime"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"golang.org/x/sync/errgroup"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/config"
	"intelliwiz/internal/graph"
	"intelliwiz/internal/httpd"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/limit"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/rest"
	"intelliwiz/internal/web"
	"intelliwiz/internal/web/static"
)

// newServer puts the transports in front of the services.
func (s *services) newServer() (*httpd.Server, error) {
	routes, err := s.routes()
	if err != nil {
		return nil, err
	}
	s.gauge()
	return httpd.New(s.httpConfig(s.authenticate), routes)
}

// authenticate asks package auth who a request is of.
func (s *services) authenticate(ctx context.Context, c httpd.Credentials) (actor.Actor, error) {
	if c.Bearer != "" {
		return s.auth.ByToken(ctx, c.Bearer, c.Source)
	}
	if c.Passive {
		return s.auth.Peek(ctx, c.Session)
	}
	return s.auth.BySession(ctx, c.Session)
}

// secure says that people use https.
func (s *services) secure() bool {
	return s.cfg.HTTP.PublicURL.Scheme == "https" || s.cfg.HTTP.TLSCert != ""
}

// routes is the whole table: pages, files, REST, GraphQL. They are put together at the same time: it is half of what there is to do before the process
// answers.
func (s *services) routes() ([]reply.Route, error) {
	var pages, operations, queries []reply.Route
	var all errgroup.Group
	all.Go(func() (err error) { operations, err = s.operations(); return err })
	all.Go(func() (err error) { queries, err = s.queries(); return err })
	pages = s.pages()
	err := all.Wait()
	return slices.Concat(pages, operations, queries), err
}

func (s *services) pages() []reply.Route {
	return web.New(web.Config{
		Org: s.org, People: s.people, Asset: s.asset, Ticket: s.ticket, Public: s.cfg.HTTP.PublicURL.String(), Auth: s.auth, Exchange: s.exchange, Journal: s.journal, Notices: s.notices, Push: s.push, Hooks: s.hooks, Checks: s.lists, Plans: s.plans, Tasks: s.tasks, Posts: s.posts, Ops: s.ops, Flags: s.flags, ReadOnly: s.holds.ReadOnly, Ready: s.ready, Contact: s.cfg.HTTP.Contact, Cache: s.cache, Files: s.files, Calendar: s.calendar, Log: s.log, Now: s.now,
		Secure: s.secure(), TileURL: s.cfg.HTTP.TileURL, Version: Version, Nonce: templ.GetNonce, Source: httpd.Source,
		Anchors: func(context.Context, id.Tenant) ([]journal.Anchor, error) { return s.anchors.read() }, Parts: writeParts,
	})
}

func (s *services) operations() ([]reply.Route, error) {
	return rest.New(rest.Config{
		Org: s.org, People: s.people, Asset: s.asset, Public: s.cfg.HTTP.PublicURL.String(), Source: httpd.Source, Auth: s.auth, Journal: s.journal, Notices: s.notices, Hooks: s.hooks, Ticket: s.ticket, Calendar: s.calendar, Checks: s.lists, Plans: s.plans, Tasks: s.tasks, Posts: s.posts, Flags: s.flags, Now: s.now, Exchange: s.exchange, Files: s.files, Links: s.linksTo(web.LinkPath), Cache: s.cache,
		Anchors: func(context.Context) ([]journal.Anchor, error) { return s.anchors.read() },
		Version: Version, Stylesheet: static.Styles.URL(), Home: "/",
	})
}

func (s *services) queries() ([]reply.Route, error) {
	return graph.New(graph.Config{
		Org: s.org, People: s.people, Asset: s.asset, Auth: s.auth, Journal: s.journal, Notices: s.notices, Flags: s.flags, Hooks: s.hooks, Ticket: s.ticket, Calendar: s.calendar, Checks: s.lists, Plans: s.plans, Tasks: s.tasks, Posts: s.posts, Now: s.now, Exchange: s.exchange, Files: s.files, Links: s.linksTo(web.LinkPath), Writer: s.writer(), Panicked: s.metrics.Panic,
		Anchors:  func(context.Context) ([]journal.Anchor, error) { return s.anchors.read() },
		ReadOnly: s.holds.ReadOnly, Introspection: s.cfg.Profile != config.Production, Traced: s.traces != nil,
	})
}

// places is how many requests are worked on at once where nothing else was said (0): more on a core only take each other's time, and after a flood it
// takes longer until all is as before.
func places(said, cores int) int {
	if said > 0 {
		return said
	}
	return max(32, 16*cores)
}

func (s *services) httpConfig(authenticate func(context.Context, httpd.Credentials) (actor.Actor, error)) httpd.Config {
	h := s.cfg.HTTP
	c := httpd.Config{
		Listen: h.Listen, Shared: h.Shared, Private: h.Private, Redirect: h.Redirect, PublicURL: s.publicURL(), Hosts: s.hosts(),
		TLSCert: h.TLSCert, TLSKey: h.TLSKey, TLSMin: tls.VersionTLS13,
		PrivateCert: h.PrivateCert, PrivateKey: h.PrivateKey,
		AtOnce: places(h.AtOnce, runtime.GOMAXPROCS(0)), HeaderTime: h.HeaderTime, Time: h.Time, Idle: h.KeepAlive, Settle: h.Settle, Stop: h.Stop, MaxBody: int64(h.MaxBody), MaxHeader: int64(h.MaxHeader),
		SessionCookie: web.SessionCookie(s.secure()), Images: tileOrigin(h.TileURL), Timings: s.cfg.Profile == config.Development,
		Log: s.log, Metrics: s.metrics, Traces: s.traces, Now: s.now, Authenticate: authenticate,
		Reply: s.writer(),
		Limits: httpd.Limits{
			Source: func(ctx context.Context, source netip.Addr) httpd.Decision {
				return decision(s.limits.Request(ctx, source))
			},
			Caller: func(ctx context.Context, who actor.Actor) httpd.Decision { return decision(s.limits.Caller(ctx, who)) },
		},
		Stops:  httpd.Stops{Source: s.holds.From, Caller: s.holds.Caller, ReadOnly: s.holds.ReadOnly},
		Checks: s.checks(),
	}
	if h.TLSMin == "1.2" {
		c.TLSMin = tls.VersionTLS12
	}
	for _, p := range h.Proxies {
		c.Proxies = append(c.Proxies, p.Prefix)
	}
	return c
}

// writer is how faults leave.
func (s *services) writer() *reply.Writer {
	return reply.New(reply.Config{Stylesheet: static.Styles.URL(), Sprite: static.Sprite.URL(), SignIn: "/login", Log: s.log, Now: s.now})
}

// linksTo is the full address of a page.
func (s *services) linksTo(path string) string {
	return strings.TrimSuffix(s.cfg.HTTP.PublicURL.String(), "/") + path
}

// publicURL is the address that people type; "" = that of the listener, which the system chooses when its port is 0.
func (s *services) publicURL() string {
	u := s.cfg.HTTP.PublicURL
	if u.Port() == "0" {
		return ""
	}
	return strings.TrimSuffix(u.String(), "/")
}

// hosts are the names that are answered.
func (s *services) hosts() []string {
	hosts := slices.Clone(s.cfg.HTTP.Hosts)
	if len(hosts) == 0 && s.cfg.HTTP.PublicURL.Host != "" {
		hosts = append(hosts, strings.ToLower(s.cfg.HTTP.PublicURL.Hostname()))
	}
	if s.cfg.Profile != config.Production {
		hosts = append(hosts, "localhost", "127.0.0.1", "::1")
	}
	return hosts
}

// tileOrigin is what the content policy has to allow for map tiles.
func tileOrigin(tiles string) []string {
	u, err := url.Parse(strings.NewReplacer("{s}", "*", "{z}", "0", "{x}", "0", "{y}", "0").Replace(tiles))
	if tiles == "" || err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Scheme + "://" + u.Host}
}

func decision(d limit.Decision) httpd.Decision {
	return httpd.Decision{Fault: d.Fault(), Rule: d.Rule, Limit: d.Limit, Remaining: d.Remaining, Window: d.Window, Reset: d.Reset}
}
