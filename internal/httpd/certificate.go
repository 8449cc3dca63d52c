package httpd

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// certificateAge is after how long the files of a certificate are looked at again, when somebody connects.
const certificateAge = 2 * time.Second

// identity is what a listener shows: read anew when its files have changed, so that a renewal needs no restart. Files that do not go
// together, or whose certificate does not hold now, change nothing: what was shown before is shown on, which is logged once and counted.
type identity struct {
	*Server
	cert, key string
	shown     atomic.Pointer[tls.Certificate]

	looking sync.Mutex // whoever meets another that looks takes what is shown
	looked  time.Time
	stamps  [2]stamp // of the files when they were last read
	refused bool     // they were not taken
}

// stamp tells one writing of a file from another.
type stamp struct {
	changed time.Time
	size    int64
}

// newIdentity reads a certificate for the first time: here one that cannot be read is a fault.
func (s *Server) newIdentity(cert, key string) (*identity, error) {
	c := &identity{Server: s, cert: cert, key: key, looked: s.c.Now()}
	c.stamps = [2]stamp{stampOf(cert), stampOf(key)}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	c.shown.Store(&pair)
	return c, nil
}

// stampOf is empty for a file that is not there.
func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime(), info.Size()}
}

// show is what tls asks at each new connection.
func (c *identity) show(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if c.looking.TryLock() {
		defer c.looking.Unlock()
		if now := c.c.Now(); now.Sub(c.looked).Abs() >= certificateAge { // a clock may have been set back
			c.look(hello.Context())
			c.looked = now
		}
	}
	return c.shown.Load(), nil
}

// look reads the files if they are not those that were read before, and, as long as they are refused, each time: one may have been read while it
// was written.
func (c *identity) look(ctx context.Context) {
	stamps := [2]stamp{stampOf(c.cert), stampOf(c.key)}
	same := stamps == c.stamps
	if same && !c.refused {
		return
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err == nil {
		err = c.holds(pair)
	}
	c.stamps, c.refused = stamps, err != nil
	if err != nil {
		c.c.Metrics.CertificateRefused()
		if !same {
			c.c.Log.ErrorContext(ctx, "a new certificate is not taken: the one before is shown on", "file", c.cert, "err", err)
		}
		return
	}
	c.shown.Store(&pair)
	c.c.Log.InfoContext(ctx, "certificate renewed", "file", c.cert, "until", pair.Leaf.NotAfter)
}

// holds says why a certificate is of no use now.
func (c *identity) holds(pair tls.Certificate) error {
	switch now := c.c.Now(); {
	case now.Before(pair.Leaf.NotBefore):
		return fmt.Errorf("it holds from %s only", pair.Leaf.NotBefore.UTC().Format(time.RFC3339))
	case now.After(pair.Leaf.NotAfter):
		return fmt.Errorf("it has ended at %s", pair.Leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	return nil
}

// tls is the configuration of a listener with built-in TLS, nil without.
func (s *Server) tls(cert, key string) (*tls.Config, error) {
	if cert == "" {
		return nil, nil
	}
	shown, err := s.newIdentity(cert, key)
	if err != nil {
		return nil, err
	}
	c := &tls.Config{GetCertificate: shown.show, MinVersion: s.c.TLSMin}
	if s.c.TLSMin < tls.VersionTLS13 {
		c.CipherSuites = []uint16{ // no CBC, forward secrecy only
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		}
	}
	return c, nil
}
