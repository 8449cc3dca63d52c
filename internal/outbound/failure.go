package outbound

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"code.dny.dev/ssrf"
)

// Failure is a call that had no answer. Its text names neither the address, which may hold a secret, nor anything inside the own network.
type Failure struct {
	Words string // a sentence for the one who gave the address
	cause error
}

// Error gives the sentence.
func (f *Failure) Error() string { return f.Words }

// Unwrap gives the cause, without the address.
func (f *Failure) Unwrap() error { return f.cause }

// failed puts a call's error into words.
func failed(err error) *Failure {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	f := &Failure{Words: "The connection failed.", cause: err}
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork):
		f.Words = notPublic
	case errors.As(err, &dns) && dns.IsNotFound:
		f.Words = "The host's name is not known."
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		f.Words = "There was no answer in time."
	case errors.As(err, &unknown):
		f.Words = "The certificate is signed by nobody who is trusted."
	case errors.As(err, &name):
		f.Words = "The certificate is for another host."
	case errors.As(err, &invalid):
		f.Words = "The certificate is not valid, or not any more."
	case errors.Is(err, http.ErrSchemeMismatch):
		f.Words = "The server does not speak TLS."
	case errors.Is(err, syscall.ECONNREFUSED):
		f.Words = "The server refused the connection."
	}
	return f
}
