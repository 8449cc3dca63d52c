package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"

	"code.dny.dev/ssrf"
)

// Dial connects to a host for a protocol that is not HTTP, where the rules of Post let it. The connection is in clear until Secure; ctx bounds
// how long it takes to make it, and nothing of what follows. An error is a *Failure.
func (c *Client) Dial(ctx context.Context, host, port string) (net.Conn, error) {
	if !c.reachable(host) {
		return nil, &Failure{Words: notPublic, cause: ssrf.ErrProhibitedIP}
	}
	conn, err := c.dial.DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, failed(err)
	}
	return conn, nil
}

// Secure goes over to TLS on a connection, with a host that has a certificate of its name by one of roots; nil = those of the client. The
// connection is shut when it has not. An error is a *Failure.
func (c *Client) Secure(ctx context.Context, conn net.Conn, host string, roots *x509.CertPool) (net.Conn, error) {
	if roots == nil {
		roots = c.c.Roots
	}
	secured := tls.Client(conn, &tls.Config{ServerName: host, RootCAs: roots, MinVersion: tls.VersionTLS12})
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // nothing was said on it
		return nil, failed(err)
	}
	return secured, nil
}
