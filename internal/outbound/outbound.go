// Package outbound calls addresses that somebody outside typed, so that a call cannot be turned against the network it comes from: the
// address is checked when the connection is made, after names were resolved, and only the public internet may be reached, but for networks
// that the operator lists. It speaks https, follows no redirect, asks no proxy, and bounds time and answer. It knows nothing of why it calls.
package outbound

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"code.dny.dev/ssrf"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/telemetry"
)

// Config says what may be called, and how long.
type Config struct {
	Networks []netip.Prefix // may be called although they are not public
	Plain    bool           // http is allowed too: for development
	Roots    *x509.CertPool // who vouches for certificates; nil = whom the machine trusts
	Resolver *net.Resolver  // of names; nil = the machine's
	Time     time.Duration  // for a whole call; 0 = 10 s
	Most     int64          // bytes of an answer that are read, the rest is not waited for; 0 = 16 KiB
	Now      clock.Now
}

// Client calls. It is safe for many goroutines.
type Client struct {
	c     Config
	guard *ssrf.Guardian
	dial  *net.Dialer
	http  *http.Client
}

// maxAddress is the longest address that is called, in bytes.
const maxAddress = 2000

// New makes a client.
func New(c Config) *Client {
	if c.Time <= 0 {
		c.Time = 10 * time.Second
	}
	if c.Most <= 0 {
		c.Most = 16 << 10
	}
	var v4, v6 []netip.Prefix
	for _, p := range c.Networks {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	guard := ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
	dialer := &net.Dialer{Timeout: c.Time, Control: guard.Safe, Resolver: c.Resolver}
	return &Client{c: c, guard: guard, dial: dialer, http: &http.Client{
		Transport: &http.Transport{ // without Proxy: a proxy would resolve names itself
			DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: c.Time, MaxResponseHeaderBytes: 16 << 10, ForceAttemptHTTP2: true,
			DisableCompression: true, MaxIdleConnsPerHost: 2, MaxConnsPerHost: 16, IdleConnTimeout: 30 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Check says what is wrong with an address as far as that shows before it is called: Invalid at the field "url". A name is resolved, and
// checked, at the call only.
func (c *Client) Check(address string) error {
	_, err := c.parse(address)
	return err
}

func (c *Client) parse(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	var words string
	switch {
	case err != nil || u.Host == "" || u.Opaque != "" || len(address) > maxAddress || strings.ContainsFunc(address, odd):
		words = "An address looks like https://example.com/path, in ASCII, at most 2000 characters."
	case u.Scheme != "https" && (u.Scheme != "http" || !c.c.Plain):
		words = "The address must begin with https://."
	case u.User != nil:
		words = "The address must not contain a name and password: the signature says who calls."
	case u.Fragment != "":
		words = "What follows a # is not sent. Leave it out."
	case !portOf(u):
		words = "A port is a number from 1 to 65535."
	case !c.reachable(u.Hostname()):
		words = notPublic
	default:
		return u, nil
	}
	f := fault.Of(fault.Invalid, words)
	f.Fields = []fault.Field{{Path: "url", Code: "address", Message: words}}
	return nil, f
}

const notPublic = "The address is not on the public internet. The operator can allow networks."

func odd(r rune) bool { return r <= ' ' || r > '~' }

func portOf(u *url.URL) bool {
	_, port, found := strings.Cut(strings.TrimPrefix(u.Host, "["+u.Hostname()+"]"), ":")
	n, err := strconv.ParseUint(port, 10, 16)
	return !found || err == nil && n > 0
}

// reachable is false for a host that is an address which the guard refuses; a name passes until it is resolved.
func (c *Client) reachable(host string) bool {
	a, err := netip.ParseAddr(host)
	if err != nil {
		return !strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") || c.guard.SafeAddr(netip.MustParseAddr("127.0.0.1")) == nil
	}
	return c.guard.SafeAddr(a.Unmap()) == nil
}

// Answer is what a server said.
type Answer struct {
	Status     int           // of HTTP; a redirect is an answer like others
	Body       []byte        // its beginning
	RetryAfter time.Duration // what it asks to wait; 0 = nothing
}

// OK says that the call was taken.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Post sends a body with headers to an address. An error is a *Failure: there was no answer.
func (c *Client) Post(ctx context.Context, address string, headers map[string]string, body []byte) (got Answer, err error) {
	ctx, span := telemetry.Child(ctx, "call POST") // where to is somebody's secret at times
	defer func() {
		span.Number("http.response.status_code", int64(got.Status))
		span.End(string(fault.KindOf(err)))
	}()
	return c.post(ctx, address, headers, body)
}

func (c *Client) post(ctx context.Context, address string, headers map[string]string, body []byte) (Answer, error) {
	u, err := c.parse(address)
	if err != nil {
		return Answer{}, &Failure{Words: fault.As(err).Message, cause: err}
	}
	ctx, cancel := context.WithTimeout(ctx, c.c.Time)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return Answer{}, failed(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	got, err := c.http.Do(r)
	if err != nil {
		return Answer{}, failed(err)
	}
	defer got.Body.Close()                                       //nolint:errcheck // what was read counts
	start, err := io.ReadAll(io.LimitReader(got.Body, c.c.Most)) // an answer that breaks off has its status all the same
	if err != nil && ctx.Err() != nil {
		return Answer{}, failed(ctx.Err())
	}
	return Answer{Status: got.StatusCode, Body: start, RetryAfter: c.wait(got.Header.Get("Retry-After"))}, nil
}

// wait reads a Retry-After: seconds, or a moment (RFC 9110, 10.2.3).
func (c *Client) wait(text string) time.Duration {
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(c.c.Now()))
	}
	return 0
}
