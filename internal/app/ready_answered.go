package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/readiness"
)

// answered are the probes that look at what is answered over HTTP, as anybody outside would.
func (x *installation) answered() map[string]readiness.Probe {
	return map[string]readiness.Probe{
		"R-C1": x.signIns, "R-C4": x.outside, "R-1.1.3": x.outside, "R-1.1.5": x.headers, "R-1.2.1": x.alike, "R-1.2.4": x.closed,
		"R-2.1.2": x.problem, "R-2.1.4": x.errorPage, "R-2.2.4": x.policy, "R-6.1.1": x.policy, "R-3.1.3": x.health, "R-6.1.2": x.rates,
	}
}

// signInAs sends the form of the sign-in; it is of nobody.
func (x *installation) signInAs(ctx context.Context, login string, change ...func(*http.Request)) (heard, error) {
	form := url.Values{"tenant": {"NOBODY-HERE"}, "login": {login}, "password": {"no such password anywhere"}}
	typed := func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }
	return x.ask(ctx, http.MethodPost, x.base()+"/login", form.Encode(), append([]func(*http.Request){typed}, change...)...)
}

func (x *installation) signIns(ctx context.Context) readiness.Answer {
	page, err := x.signInAs(ctx, "nobody")
	if err != nil {
		return nobody(x.base(), err)
	}
	api, err := x.ask(ctx, http.MethodGet, x.base()+"/api/v1/account", "", func(r *http.Request) { r.Header.Set("Authorization", "Bearer iw_nothing") })
	if err != nil {
		return nobody(x.base(), err)
	}
	seen := []string{"page: " + page.Status, "API: " + api.Status}
	if page.StatusCode >= 500 || api.StatusCode >= 500 || page.StatusCode < 400 || api.StatusCode != http.StatusUnauthorized {
		return notMet("A sign-in of nobody was not refused as it should be.", "Look for the request in the log.", seen...)
	}
	return met("A sign-in of nobody is refused, in words and without a fault.", seen...)
}

// outside looks as another site and as a browser would.
func (x *installation) outside(ctx context.Context) readiness.Answer {
	got, err := x.signInAs(ctx, "nobody", func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", "https://elsewhere.invalid")
	})
	if err != nil {
		return nobody(x.base(), err)
	}
	seen := []string{"a form of another site: " + got.Status}
	if got.StatusCode != http.StatusForbidden {
		return notMet("A form that another site sends was not refused.", "A proxy may take away Sec-Fetch-Site or Origin: let them through.", seen...)
	}
	if !x.secure() {
		return notMet("People use this installation without TLS, so cookies are not marked as secure.", "Set IW_PUBLIC_URL to an https address, with a proxy in front or IW_TLS_CERT and IW_TLS_KEY.", seen...)
	}
	if got.TLS == nil || got.TLS.Version < tls.VersionTLS12 {
		return notMet("The connection is not of TLS 1.2 or 1.3.", "Look at the proxy in front.", seen...)
	}
	seen = append(seen, tls.VersionName(got.TLS.Version)+", "+tls.CipherSuiteName(got.TLS.CipherSuite))
	if ends := got.TLS.PeerCertificates[0].NotAfter; ends.Sub(x.now()) < 14*24*time.Hour {
		return notMet("The certificate ends at "+ends.Format(time.DateOnly)+".", "Renew it.", seen...)
	}
	return met("Forms of other sites are refused, and TLS is spoken.", seen...)
}

// wanted are the headers that every answer bears.
var wanted = map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "", "Content-Security-Policy": "default-src 'none'", "Cross-Origin-Resource-Policy": ""}

var stylesheet = regexp.MustCompile(`href="(/static/[^"]+\.css)"`)

func (x *installation) headers(ctx context.Context) readiness.Answer {
	page, err := x.ask(ctx, http.MethodGet, x.base()+"/login", "")
	if err != nil {
		return nobody(x.base(), err)
	}
	paths := []string{"/login", "/nothing-here", "/api/v1/nothing-here"}
	if m := stylesheet.FindStringSubmatch(page.text); m != nil {
		paths = append(paths, m[1])
	}
	var missing []string
	for _, path := range paths {
		got, err := x.ask(ctx, http.MethodGet, x.base()+path, "")
		if err != nil {
			return nobody(x.base()+path, err)
		}
		for name, part := range wanted {
			if v := got.Header.Get(name); v == "" || !strings.Contains(v, part) {
				missing = append(missing, path+": "+name)
			}
		}
		if x.secure() && got.Header.Get("Strict-Transport-Security") == "" {
			missing = append(missing, path+": Strict-Transport-Security")
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return notMet("Headers are missing.", "A proxy may take them away: let them through.", missing...)
	}
	other, err := x.ask(ctx, http.MethodGet, x.direct()+"/login", "", func(r *http.Request) { r.Host = "elsewhere.invalid" })
	switch {
	case err != nil:
		return met("Page, errors and file bear all headers. Whether other hosts are refused was not seen: the listener does not answer.", paths...)
	case other.StatusCode != http.StatusMisdirectedRequest:
		return notMet("Another host's name was answered with "+other.Status+".", "Look at IW_HOSTS.", paths...)
	}
	return met("Page, errors and file bear all headers, and another host's name gets 421.", paths...)
}

// direct is where the process listens itself, without a proxy in front.
func (x *installation) direct() string {
	switch {
	case x.cfg.HTTP.TLSCert != "":
		return x.base()
	case x.serving.public != "":
		return x.serving.public
	}
	return "http://" + x.cfg.HTTP.Listen
}

func (x *installation) alike(ctx context.Context) readiness.Answer {
	one, err := x.signInAs(ctx, "nobody.one")
	if err != nil {
		return nobody(x.base(), err)
	}
	two, err := x.signInAs(ctx, "nobody.two")
	if err != nil {
		return nobody(x.base(), err)
	}
	if one.StatusCode == http.StatusTooManyRequests || two.StatusCode == http.StatusTooManyRequests {
		return met("Tries of this address were refused before they were compared: the limit holds.", one.Status, two.Status)
	}
	if one.StatusCode != two.StatusCode || one.StatusCode < 400 {
		return notMet("Two names that nobody has were answered differently, or let in.", "Look for both requests in the log.", one.Status, two.Status)
	}
	return met("Two names that nobody has are answered alike.", one.Status, two.Status)
}

func (x *installation) closed(ctx context.Context) readiness.Answer {
	var open, seen []string
	for _, path := range []string{"/api/v1/tickets", "/api/v1/people", "/tickets", "/people", "/operations"} {
		got, err := x.ask(ctx, http.MethodGet, x.base()+path, "")
		if err != nil {
			return nobody(x.base()+path, err)
		}
		seen = append(seen, path+": "+got.Status)
		if got.StatusCode < 300 {
			open = append(open, path)
		}
	}
	if len(open) > 0 {
		return notMet("Answered without signing in: "+strings.Join(open, ", ")+".", "Stop the installation and tell its makers: see /.well-known/security.txt.", seen...)
	}
	return met("Nothing is told to who has not signed in.", seen...)
}

func (x *installation) problem(ctx context.Context) readiness.Answer {
	got, err := x.ask(ctx, http.MethodGet, x.base()+"/api/v1/nothing-here", "")
	if err != nil {
		return nobody(x.base(), err)
	}
	request := got.Header.Get("X-Request-Id")
	if !strings.HasPrefix(got.Header.Get("Content-Type"), "application/problem+json") || request == "" || !strings.Contains(got.text, request) {
		return notMet("An error of the API bears no id, or is no problem+json.", "A proxy may answer in its place.", got.Status, got.Header.Get("Content-Type"))
	}
	return met("An error of the API is a problem+json with the id of its request.", got.Status, "X-Request-Id: "+request)
}

// internals are signs that a page tells of the inside.
var internals = regexp.MustCompile(`goroutine \d|\.go:\d|(?i)\bselect .* from\b|panic:`)

func (x *installation) errorPage(ctx context.Context) readiness.Answer {
	got, err := x.ask(ctx, http.MethodGet, x.base()+"/nothing-here", "", func(r *http.Request) { r.Header.Set("Accept", "text/html") })
	if err != nil {
		return nobody(x.base(), err)
	}
	if got.StatusCode != http.StatusNotFound || !strings.Contains(got.text, "<main") || internals.MatchString(got.text) {
		return notMet("The page of an error is not whole, or tells of the inside.", "A proxy may answer in its place.", got.Status)
	}
	return met("The page of an error is whole and tells nothing of the inside.", got.Status, fmt.Sprintf("%d bytes", len(got.text)))
}

func (x *installation) policy(ctx context.Context) readiness.Answer {
	got, err := x.ask(ctx, http.MethodGet, x.base()+"/login", "")
	if err != nil {
		return nobody(x.base(), err)
	}
	policy := got.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "'nonce-", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
		if !strings.Contains(policy, part) {
			return notMet("The content policy does not say "+part+".", "A proxy may have changed it.", policy)
		}
	}
	if strings.Contains(policy, "unsafe-") {
		return notMet("The content policy allows what is unsafe.", "A proxy may have changed it.", policy)
	}
	return met("The content policy allows nothing but what a page names itself.", policy)
}

func (x *installation) health(ctx context.Context) readiness.Answer {
	var seen []string
	for _, path := range []string{"/livez", "/startupz", "/readyz"} {
		began := x.now()
		got, err := x.ask(ctx, http.MethodGet, x.base()+path, "")
		if err != nil {
			return nobody(x.base()+path, err)
		}
		seen = append(seen, fmt.Sprintf("%s: %s in %s", path, got.Status, x.now().Sub(began).Round(time.Millisecond)))
		if got.StatusCode != http.StatusOK {
			return notMet("The process says of itself that it is not well.", "Read the details at the private listener under /health.", seen...)
		}
		if len(got.text) > 20 {
			return notMet("Health tells the public more than a word.", "A proxy may answer in its place.", seen...)
		}
	}
	if x.inside() == "" {
		return met("It lives, has started and is ready; there is no private listener that tells more.", seen...)
	}
	got, err := x.askInside(ctx, "/health")
	if err != nil {
		return nobody(x.inside(), err)
	}
	return met("It lives, has started and is ready, and tells details in private only.", append(seen, "private: "+got.Status)...)
}

func (x *installation) rates(ctx context.Context) readiness.Answer {
	got, err := x.ask(ctx, http.MethodGet, x.base()+"/api/v1/nothing-here", "")
	if err != nil {
		return nobody(x.base(), err)
	}
	seen := []string{"RateLimit: " + got.Header.Get("RateLimit"), "RateLimit-Policy: " + got.Header.Get("RateLimit-Policy")}
	if got.Header.Get("RateLimit-Policy") == "" {
		return notMet("An answer does not tell its limits.", "A proxy may have taken the headers away.", seen...)
	}
	if x.cfg.Load {
		return notMet("Every rate is a thousand times what it should be.", "Take IW_LOAD_TEST away.", seen...)
	}
	g := x.cfg.GraphQL
	return met("Limits hold, and answers tell them.", append(seen, fmt.Sprintf("GraphQL: depth %d, cost %d, %d aliases, %d tokens", g.Depth, g.Cost, g.Aliases, g.Tokens))...)
}
