package httpd

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/reply"
)

// certificate writes a certificate for 127.0.0.1 and gives a pool that trusts it.
func certificate(t *testing.T) (cert, key string, trust *x509.CertPool) {
	t.Helper()
	dir := t.TempDir()
	cert, key, trust = filepath.Join(dir, "cert"), filepath.Join(dir, "key"), x509.NewCertPool()
	certPEM, keyPEM, parsed := makeCertificate(t, 1, time.Now())
	write(t, cert, certPEM)
	write(t, key, keyPEM)
	trust.AddCert(parsed)
	return cert, key, trust
}

// makeCertificate makes one that holds for an hour around a time.
func makeCertificate(t *testing.T, serial int64, at time.Time) (cert, key []byte, parsed *x509.Certificate) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"}, NotBefore: at.Add(-time.Hour), NotAfter: at.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	rawKey, _ := x509.MarshalECPrivateKey(private)
	parsed, _ = x509.ParseCertificate(der)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: rawKey}), parsed
}

func write(t *testing.T, path string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestARenewedCertificateIsShownWithoutARestart: and one that is of no use is not: the one before is shown on, which is logged once and counted.
func TestARenewedCertificateIsShownWithoutARestart(t *testing.T) {
	now := time.Now()
	hand := clock.At(now)
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert"), filepath.Join(dir, "key")
	first, firstKey, _ := makeCertificate(t, 1, now)
	write(t, cert, first)
	write(t, key, firstKey)
	d := newDoor(t, func(c *Config) {
		c.TLSCert, c.TLSKey, c.TLSMin, c.Now = cert, key, tls.VersionTLS13, hand.Now
		c.PrivateCert, c.PrivateKey = cert, key
	}, page("GET", "/x", reply.Public, hello))
	url, private := run(t, d)
	shows := func(when string, want int64, moved time.Duration) {
		t.Helper()
		hand.Advance(moved)
		for _, address := range []string{url, private} {
			c, err := tls.Dial("tcp", strings.TrimPrefix(address, "https://"), &tls.Config{InsecureSkipVerify: true})
			if err != nil {
				t.Fatalf("%s: %v", when, err)
			}
			if got := c.ConnectionState().PeerCertificates[0].SerialNumber.Int64(); got != want {
				t.Errorf("%s: %s shows the certificate %d, not %d", when, address, got, want)
			}
			_ = c.Close()
		}
	}
	refused := func(when, why string, lines int) {
		t.Helper()
		if got := strings.Count(d.log.String(), "a new certificate is not taken"); got != lines || !strings.Contains(d.log.String(), why) {
			t.Errorf("%s: %d lines that it is not taken, not %d, or not that %s\n%s", when, got, lines, why, d.log)
		}
	}
	shows("at the start", 1, time.Minute)
	second, secondKey, _ := makeCertificate(t, 2, now)
	write(t, cert, second)
	shows("with the old key", 1, certificateAge)
	refused("with the old key", "private key does not match", 2) // by either listener
	shows("still with the old key", 1, certificateAge)
	refused("still with the old key", "private key does not match", 2)
	if text := metricsOf(t, private); !strings.Contains(text, "iw_certificate_refused_total 4\n") {
		t.Errorf("the metrics do not tell of it:\n%s", text)
	}
	write(t, key, secondKey)
	shows("in the same moment", 1, certificateAge/2)
	shows("renewed", 2, certificateAge)
	write(t, cert, []byte("garbage"))
	shows("garbage", 2, certificateAge)
	refused("garbage", "failed to find any PEM data", 4)
	if err := os.Remove(cert); err != nil {
		t.Fatal(err)
	}
	shows("gone", 2, certificateAge)
	refused("gone", "no such file", 6)
	for serial, at := range map[int64]time.Time{3: now.Add(-48 * time.Hour), 4: now.Add(48 * time.Hour)} {
		late, lateKey, _ := makeCertificate(t, serial, at)
		write(t, cert, late)
		write(t, key, lateKey)
		shows("of another day", 2, certificateAge)
	}
	refused("of other days", "it has ended at", 10)
	refused("of other days", "it holds from", 10)
	fifth, fifthKey, _ := makeCertificate(t, 5, now)
	write(t, cert, fifth)
	write(t, key, fifthKey)
	shows("by a clock that was set back", 5, -certificateAge)
}

func metricsOf(t *testing.T, private string) string {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	res, err := client.Get(private + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	return string(raw)
}
