package ldap

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// open connects to a directory, under TLS.
func (c *Client) open(ctx context.Context, d Directory) (*ldap.Conn, error) {
	u, err := parse(d.Address)
	if err != nil {
		return nil, err
	}
	var roots *x509.CertPool
	if d.CA != "" {
		if roots, err = Roots(d.CA); err != nil {
			return nil, err
		}
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"ldaps": "636", "ldap": "389"}[u.Scheme]
	}
	conn, err := c.wire.Dial(ctx, u.Hostname(), port)
	if err != nil {
		return nil, err
	}
	conn = &bounded{Conn: conn, left: maxRead}
	if u.Scheme == "ldap" {
		if err := startTLS(ctx, conn); err != nil {
			_ = conn.Close() // nothing was said on it
			return nil, err
		}
	}
	secured, err := c.wire.Secure(ctx, conn, u.Hostname(), roots)
	if err != nil {
		return nil, err
	}
	l := ldap.NewConn(secured, true)
	l.SetTimeout(patience)
	l.Start()
	return l, nil
}

// bounded is a connection that reads so much and no more.
type bounded struct {
	net.Conn
	left int64
}

// Read reads.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("the directory answers too much")
	}
	n, err := io.LimitReader(b.Conn, b.left).Read(p)
	b.left -= int64(n)
	return n, err
}

// startTLSName names the request by which a connection goes over to TLS (RFC 4511, 4.14.1).
const startTLSName = "1.3.6.1.4.1.1466.20037"

// startTLS asks a directory to go over to TLS. It is done here and not by the library, which says of a certificate only that it is wrong, and
// so that nothing which came in clear is taken for an answer under TLS: one packet is read, byte by byte as it says it is long.
func startTLS(ctx context.Context, conn net.Conn) error {
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	request := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "LDAP request")
	request.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, 1, "message id"))
	extended := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ldap.ApplicationExtendedRequest, nil, "StartTLS")
	extended.AppendChild(ber.NewString(ber.ClassContext, ber.TypePrimitive, 0, startTLSName, "name"))
	request.AppendChild(extended)
	if _, err := conn.Write(request.Bytes()); err != nil {
		return &Failure{Words: "The connection broke off.", cause: err}
	}
	answer, err := ber.ReadPacket(conn)
	if err != nil {
		return &Failure{Words: "It does not answer as a directory does.", cause: err}
	}
	if err := ldap.GetLDAPError(answer); err != nil {
		return &Failure{Words: "The directory does not go over to TLS. Use ldaps://, or have it offer StartTLS.", cause: fmt.Errorf("%w: %w", errStartTLS, err)}
	}
	return nil
}

// parse reads the address of a directory.
func parse(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "ldaps" && u.Scheme != "ldap" || u.Hostname() == "" || u.User != nil || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return nil, &Failure{Words: "An address looks like ldaps://ldap.example.com, or ldap:// for one that goes over to TLS.", cause: err}
	}
	return u, nil
}

// ValidAddress says whether a text is the address of a directory.
func ValidAddress(text string) bool { _, err := parse(text); return err == nil }

// ValidDN says whether a text is a distinguished name.
func ValidDN(text string) bool {
	dn, err := ldap.ParseDN(text)
	return err == nil && len(dn.RDNs) > 0
}

// ValidFilter says whether a text is a filter that has one of places to be filled in, such as {login}.
func ValidFilter(text string, places ...string) bool {
	filled := text
	for _, p := range places {
		filled = strings.ReplaceAll(filled, "{"+p+"}", "x")
	}
	_, err := ldap.CompileFilter(filled)
	return err == nil && filled != text && !strings.ContainsAny(filled, "{}")
}

var attribute = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,62}$`)

// ValidAttribute says whether a text is the name of an attribute.
func ValidAttribute(text string) bool { return attribute.MatchString(text) }

// Roots reads certificates in PEM; there has to be one at least, and nothing else.
func Roots(text string) (*x509.CertPool, error) {
	pool, rest, n := x509.NewCertPool(), []byte(text), 0
	for ; ; n++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil || block.Type != "CERTIFICATE" {
			return nil, &Failure{Words: "What vouches for the directory is not a certificate.", cause: err}
		}
		pool.AddCert(c)
	}
	if n == 0 || strings.TrimSpace(string(rest)) != "" {
		return nil, &Failure{Words: "What vouches for the directory is not a certificate."}
	}
	return pool, nil
}
