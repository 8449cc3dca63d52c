package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/testworld"
)

// certificate is the servers' own, for localhost; TestMain has this process trust it.
var certificate tls.Certificate

func TestMain(m *testing.M) {
	code, err := withCertificate(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withCertificate(run func() int) (code int, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return 1, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return 1, err
	}
	certificate = tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
	dir, err := os.MkdirTemp("", "iwmail-")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "roots.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600); err != nil {
		return 1, err
	}
	if err := os.Setenv("SSL_CERT_FILE", file); err != nil {
		return 1, err
	}
	return run(), nil
}

// server is a mail server that keeps what it gets.
type server struct {
	port     string
	mu       sync.Mutex
	got      []received
	signedIn []string
}

type received struct{ from, to, data string }

// serve starts a server; tune may change it. implicit is TLS from the start.
func serve(t *testing.T, implicit bool, tune func(*smtp.Server)) *server {
	t.Helper()
	x := &server{}
	s := smtp.NewServer(x)
	s.Domain, s.AllowInsecureAuth, s.ErrorLog = "localhost", true, quiet{}
	tune(s)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, x.port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if implicit {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{certificate}})
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return x
}

// quiet is a log that nobody reads.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func withTLS(s *smtp.Server) { s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}} }

func (x *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{x: x}, nil }

func (x *server) mails() []received {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]received(nil), x.got...)
}

type session struct {
	x    *server
	mail received
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "iw" || password != "canary" {
			return smtp.ErrAuthFailed
		}
		s.x.mu.Lock()
		defer s.x.mu.Unlock()
		s.x.signedIn = append(s.x.signedIn, user)
		return nil
	}), nil
}

func (s *session) Reset()        { s.mail = received{} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.mail.from = from; return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch {
	case strings.HasPrefix(to, "nobody@"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	case strings.HasPrefix(to, "later@"):
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "greylisted"}
	}
	s.mail.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	s.mail.data = string(raw)
	s.x.mu.Lock()
	defer s.x.mu.Unlock()
	s.x.got = append(s.x.got, s.mail)
	return err
}

const sender = "IntelliWiz <iw@lantern.example>"

func carry(t *testing.T, url string, to string) error {
	t.Helper()
	c, err := mail.NewSMTP(url, sender, true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return c.Carry(ctx, "0192f7a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b", to, "Über das Schloß am Tor 7", "Grüße,\n.\n.. and a line\n")
}

func TestAMailReachesAServer(t *testing.T) {
	plain := serve(t, false, func(*smtp.Server) {})
	starttls := serve(t, false, withTLS)
	implicit := serve(t, true, func(*smtp.Server) {})
	for _, c := range []struct {
		claim, url string
		x          *server
		signedIn   int
	}{
		{"in plain text", "smtp://localhost:" + plain.port + "?tls=none", plain, 0},
		{"with STARTTLS and a password", "smtp://iw:canary@localhost:" + starttls.port, starttls, 1},
		{"with STARTTLS and no password", "smtp://localhost:" + starttls.port, starttls, 1},
		{"with TLS from the start", "smtps://iw:canary@localhost:" + implicit.port, implicit, 1},
	} {
		before := len(c.x.mails())
		if err := carry(t, c.url, "Asha <asha@lantern.example>"); err != nil {
			t.Errorf("%s: %v", c.claim, err)
			continue
		}
		got := c.x.mails()
		if len(got) != before+1 || len(c.x.signedIn) != c.signedIn {
			t.Fatalf("%s: %d mails, %d sign-ins", c.claim, len(got), len(c.x.signedIn))
		}
		read(t, got[before])
	}
}

// read holds a received message to what was sent.
func read(t *testing.T, got received) {
	t.Helper()
	if got.from != "iw@lantern.example" || got.to != "asha@lantern.example" {
		t.Errorf("envelope from %q to %q", got.from, got.to)
	}
	m, err := netmail.ReadMessage(strings.NewReader(got.data))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	testworld.Same(t, map[string]string{
		"Message-Id": "<0192f7a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b@intelliwiz>", "Subject": "Über das Schloß am Tor 7", "Auto-Submitted": "auto-generated",
		"From": `"IntelliWiz" <iw@lantern.example>`, "To": `"Asha" <asha@lantern.example>`, "User-Agent": "", "X-Mailer": "", "Bcc": "",
		"text": "Grüße,\n.\n.. and a line\n",
	}, map[string]string{
		"Message-Id": m.Header.Get("Message-Id"), "Subject": subject, "Auto-Submitted": m.Header.Get("Auto-Submitted"), "From": m.Header.Get("From"),
		"To": m.Header.Get("To"), "User-Agent": m.Header.Get("User-Agent"), "X-Mailer": m.Header.Get("X-Mailer"), "Bcc": m.Header.Get("Bcc"),
		"text": strings.ReplaceAll(string(text), "\r\n", "\n"),
	})
	if _, err := m.Header.Date(); err != nil {
		t.Error(err)
	}
}

func TestWhatAServerRefuses(t *testing.T) {
	x := serve(t, false, withTLS)
	plain := serve(t, false, func(*smtp.Server) {})
	good := "smtp://iw:canary@localhost:" + x.port
	for _, c := range []struct {
		claim, url, to string
		never          bool
	}{
		{"a mailbox that is not", good, "nobody@lantern.example", true},
		{"a mailbox that is busy", good, "later@lantern.example", false},
		{"two addresses", good, "a@lantern.example, b@lantern.example", true},
		{"no address", good, "nobody", true},
		{"a second header", good, "a@lantern.example>\r\nBcc: <b@evil.example", true},
		{"a wrong password", "smtp://iw:wrong@localhost:" + x.port, "a@lantern.example", false},
		{"a server without TLS", "smtp://localhost:" + plain.port, "a@lantern.example", false},
		{"a server whose name is not in its certificate", "smtp://iw:canary@127.0.0.1:" + x.port, "a@lantern.example", false},
		{"nobody there", "smtp://localhost:1?tls=none", "a@lantern.example", false},
	} {
		err := carry(t, c.url, c.to)
		if err == nil || (fault.KindOf(err) == fault.Invalid) != c.never {
			t.Errorf("%s: %v (for good: want %v)", c.claim, err, c.never)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: the password shows: %v", c.claim, err)
		}
	}
	if got := append(x.mails(), plain.mails()...); len(got) != 0 {
		t.Errorf("taken all the same: %+v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, err := mail.NewSMTP("smtp://localhost:"+plain.port+"?tls=none", sender, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Carry(ctx, "k", "a@lantern.example", "S", "T"); err == nil || len(plain.mails()) != 0 {
		t.Errorf("after a stop: %v", err)
	}
}
