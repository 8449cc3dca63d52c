package app

import (
	"context"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/config"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld/otlp"
	"intelliwiz/internal/ticket"
)

// traced is the product as it serves, with a collector, an organisation, and somebody who is signed in.
type traced struct {
	*services
	t       *testing.T
	door    http.Handler
	in      people.Person // who clicks
	to      people.Person // who gets the mail
	session string
	tenant  id.Tenant
	site    org.Site
	what    ticket.Category
}

// openTraced starts everything that works behind a click.
func openTraced(t *testing.T, engine, collectorURL string) *traced {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load([]string{"IW_PROFILE=test", "IW_LOAD_TEST=true", "IW_DATA_DIR=" + t.TempDir(), "DATABASE_URL=" + dbtest.URL(t, engine), "IW_ARGON_MEMORY=8MiB", "IW_ARGON_TIME=1",
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + collectorURL}, nil)
	must(err)
	lines, err := telemetry.NewLines(t.Context(), io.Discard, slog.LevelDebug, collector(cfg))
	must(err)
	x := &traced{t: t}
	x.services, err = newServices(t.Context(), cfg, lines.Log())
	must(err)
	x.lines = lines
	server, err := x.newServer()
	must(err)
	x.door = server.Handler()
	ctx, end := context.WithCancel(context.WithoutCancel(t.Context()))
	var g errgroup.Group
	for _, run := range []func(context.Context) error{x.journal.Run, x.notices.Run, lines.Run, x.traces.Run} {
		g.Go(func() error { return run(ctx) })
	}
	must(x.jobs.Start(ctx))
	t.Cleanup(func() {
		limited, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		must(x.jobs.Stop(limited))
		end()
		must(g.Wait())
		must(x.close())
	})
	x.furnish()
	return x
}

// furnish makes who clicks, who is told, and where.
func (x *traced) furnish() {
	x.t.Helper()
	ctx, who := x.t.Context(), operator(id.New[id.Tenant]())
	x.tenant = who.Tenant()
	must := func(err error) {
		x.t.Helper()
		if err != nil {
			x.t.Fatal(err)
		}
	}
	_, err := x.org.CreateTenant(ctx, who, org.TenantInput{Code: "TRACE", Name: "Two Lanterns", Zone: "Asia/Kolkata"})
	must(err)
	x.site, err = x.org.CreateSite(ctx, who, org.SiteInput{Code: "PIER", Name: "Pier", Active: true})
	must(err)
	x.in, err = x.people.CreatePerson(ctx, who, people.PersonInput{Code: "E1", Login: "tara", Name: "Tara Thorn", Active: true})
	must(err)
	x.to, err = x.people.CreatePerson(ctx, who, people.PersonInput{Code: "E2", Login: "gopal", Name: "Gopal Gale", Email: "gopal-canary@lantern.example", Active: true})
	must(err)
	roles, err := x.org.ListRoles(ctx, who, page.Request{Limit: page.Max})
	must(err)
	for _, r := range roles.Items {
		if r.Code != org.Administrator {
			continue
		}
		for _, p := range []people.Person{x.in, x.to} {
			_, err = x.org.CreateGrant(ctx, who, org.GrantInput{Person: p.ID, Role: r.ID})
			must(err)
		}
	}
	x.what, err = x.ticket.CreateCategory(ctx, who, ticket.CategoryInput{Code: "HVAC", Name: "Air", Active: true})
	must(err)
	must(x.auth.SetPassword(ctx, who, x.in.ID, lanternPassword))
	in, err := x.auth.SignIn(ctx, auth.SignIn{Tenant: "TRACE", Login: "tara", Password: lanternPassword})
	must(err)
	x.session = in.Secret
}

// click creates a ticket in the browser, for somebody else to do, and gives the id of the request.
func (x *traced) click(title string) string {
	x.t.Helper()
	form := url.Values{"site_id": {x.site.ID.String()}, "title": {title}, "description": {"text-canary"}, "category_id": {x.what.ID.String()}, "kind": {"REQUEST"}, "priority": {"MEDIUM"}, "assignee": {"Gopal Gale"}}
	r := httptest.NewRequestWithContext(x.t.Context(), http.MethodPost, "http://localhost/tickets", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "iw", Value: x.session})
	w := httptest.NewRecorder()
	x.door.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther {
		x.t.Fatalf("the click was answered %d", w.Code)
	}
	return w.Header().Get("X-Request-Id")
}

// TestOneTraceFromAClickToTheMailThatItCaused: request, statements, the job that tells, the job that mails, the mail; every log line of it bears
// the trace; and nothing of all that has a value in it.
func TestOneTraceFromAClickToTheMailThatItCaused(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			c := otlp.New(t)
			x := openTraced(t, engine, c.URL)
			request := x.click("title-canary")
			spans := map[string]*tracepb.Span{} // of the click's trace, by name
			until(t, "the mail's span", func() bool {
				var trace string
				for _, s := range c.Spans() {
					if otlp.Attribute(s.Attributes, "iw.request_id") == request && s.Name == "POST /tickets" {
						trace = string(s.TraceId)
					}
				}
				for _, s := range c.Spans() {
					if string(s.TraceId) == trace {
						spans[s.Name] = s
					}
				}
				return spans["mail"] != nil && spans["job mail.send"] != nil
			})
			up := map[string]string{}
			for name, s := range spans {
				for other, p := range spans {
					if string(s.ParentSpanId) == string(p.SpanId) {
						up[name] = other
					}
				}
			}
			for name, parent := range map[string]string{"POST /tickets": "", "journal.insert": "POST /tickets", "job notice.tell": "POST /tickets", "notice.noticeInsert": "job notice.tell", "job mail.send": "job notice.tell", "mail": "job mail.send", "mail.get": "job mail.send"} {
				if spans[name] == nil || up[name] != parent {
					t.Errorf("%s: %v, inside %q and not %q", name, spans[name] != nil, up[name], parent)
				}
			}
			if top := spans["POST /tickets"].Attributes; otlp.Attribute(top, "iw.person") != x.in.ID.String() || otlp.Attribute(top, "iw.tenant") != x.tenant.String() || otlp.Attribute(top, "http.response.status_code") != "303" {
				t.Errorf("the request is told as %v", top)
			}
			trace, mailed := hex.EncodeToString(spans["mail"].TraceId), false
			until(t, "the mail's line", func() bool {
				for _, l := range c.Lines() {
					mailed = mailed || l.Body.GetStringValue() == "mail" && hex.EncodeToString(l.TraceId) == trace && otlp.Attribute(l.Attributes, "request_id") == request && otlp.Attribute(l.Attributes, "tenant") != ""
				}
				return mailed
			})
			var all strings.Builder
			for _, s := range c.Spans() {
				all.WriteString(s.String())
			}
			for _, value := range []string{"canary", x.session, lanternPassword, "Gopal", "Lanterns"} {
				if strings.Contains(all.String(), value) {
					t.Errorf("a span tells %q", value)
				}
			}
			if logged := c.Everything(); strings.Contains(logged, x.session) || strings.Contains(logged, lanternPassword) {
				t.Error("a line tells a secret")
			}
		})
	}
}

// TestACollectorThatNeverAnswersIsNoConcernOfAnybody: clicks go on, and the metric says what nobody was told.
func TestACollectorThatNeverAnswersIsNoConcernOfAnybody(t *testing.T) {
	released := make(chan struct{})
	stuck := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-released }))
	defer stuck.Close()
	x := openTraced(t, "sqlite", stuck.URL)
	defer close(released)
	for range 5 {
		x.click("one more")
	}
	for range 6000 {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/problems", nil)
		x.door.ServeHTTP(httptest.NewRecorder(), r)
	}
	if text := x.scrape(); strings.Contains(text, `iw_telemetry_dropped_total{signal="spans"} 0`) || !strings.Contains(text, `iw_telemetry_dropped_total{signal="spans"}`) {
		t.Error("nothing was dropped, or it is not told")
	}
	x.click("and another")
}
