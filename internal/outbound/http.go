package outbound

import (
	"io"
	"net/http"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/telemetry"
)

// HTTP gives a client for libraries that speak for themselves. Every request of theirs is held to the rules of Post: where it may go, how
// long it takes, and how much of an answer is read. An error has a *Failure in it.
func (c *Client) HTTP() *http.Client {
	return &http.Client{Transport: ruled{c}, CheckRedirect: c.http.CheckRedirect, Timeout: c.c.Time}
}

// ruled lets only those requests pass that the client would make.
type ruled struct{ c *Client }

// RoundTrip makes one request.
func (t ruled) RoundTrip(r *http.Request) (got *http.Response, err error) {
	ctx, span := telemetry.Child(r.Context(), "call "+r.Method)
	defer func() { span.End(string(fault.KindOf(err))) }()
	return t.trip(r.WithContext(ctx))
}

func (t ruled) trip(r *http.Request) (*http.Response, error) {
	if _, err := t.c.parse(r.URL.String()); err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // nobody reads it
		}
		return nil, &Failure{Words: fault.As(err).Message, cause: err}
	}
	got, err := t.c.http.Transport.RoundTrip(r)
	if err != nil {
		return nil, failed(err)
	}
	got.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(got.Body, t.c.c.Most), got.Body}
	return got, nil
}
