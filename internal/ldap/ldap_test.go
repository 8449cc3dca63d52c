package ldap_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/ldap"
	"intelliwiz/internal/outbound"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

func wire() ldap.Wire {
	return outbound.New(outbound.Config{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Now: clock.At(testworld.Morning).Now})
}

// lantern is how a directory is asked; change says it otherwise.
func lantern(d *testworld.Directory, change ...func(*ldap.Directory)) ldap.Directory {
	x := ldap.Directory{Address: d.Address, CA: d.CA, DN: testworld.DirectoryDN, Password: telemetry.Hide(testworld.DirectorySecret), Base: "ou=people,dc=lantern",
		Filter: "(uid={login})", Subject: "entryUUID", Email: "mail", Name: "cn", Groups: "memberOf"}
	for _, f := range change {
		f(&x)
	}
	return x
}

func anybody(string) error { return nil }

func TestADirectoryProvesSomebody(t *testing.T) {
	d := testworld.NewDirectory(t)
	want := ldap.Entry{Subject: "u-7", Email: "guard@lantern.example", Name: "Gopal Gale", Groups: []string{"cn=guards,ou=groups,dc=lantern", "cn=night,ou=groups,dc=lantern"}}
	for claim, x := range map[string]ldap.Directory{
		"under TLS":                            lantern(d),
		"after StartTLS":                       lantern(d, func(x *ldap.Directory) { x.Address = d.Starts }),
		"searched for by nobody in particular": lantern(d, func(x *ldap.Directory) { x.DN, x.Password = "", telemetry.Secret{} }),
		"with groups that list people": lantern(d, func(x *ldap.Directory) {
			x.Groups, x.GroupBase, x.GroupFilter = "", "ou=groups,dc=lantern", "(|(member={dn})(memberUid={subject}))"
		}),
	} {
		d.Put("cn=Guards,ou=groups,dc=lantern", testworld.Entry{Attributes: map[string][]string{"member": {"uid=gopal,ou=people,dc=lantern"}}})
		d.Put("cn=night,ou=groups,dc=lantern", testworld.Entry{Attributes: map[string][]string{"memberuid": {"u-7"}}})
		d.Put("cn=bosses,ou=groups,dc=lantern", testworld.Entry{Attributes: map[string][]string{"memberuid": {"u-8"}}})
		c := ldap.New(wire())
		if err := c.Check(t.Context(), x); err != nil {
			t.Errorf("%s: %v", claim, err)
		}
		asked := ""
		got, err := c.Prove(t.Context(), x, "GOPAL", testworld.DirectoryPass, func(subject string) error { asked = subject; return nil })
		if err != nil || asked != "u-7" {
			t.Errorf("%s: %v, may was asked of %q", claim, err, asked)
		}
		testworld.Same(t, want, got)
		if err := c.ProveAgain(t.Context(), x, "u-7", testworld.DirectoryPass); err != nil {
			t.Errorf("%s, once more: %v", claim, err)
		}
		if err := c.ProveAgain(t.Context(), x, "u-7", "another"); !errors.Is(err, ldap.ErrRefused) {
			t.Errorf("%s, once more: %v", claim, err)
		}
	}
}

func TestADirectoryProvesNobodyElse(t *testing.T) {
	d := testworld.NewDirectory(t)
	d.Put("uid=two,ou=people,dc=lantern", testworld.Entry{Password: "p", Attributes: map[string][]string{"uid": {"two"}, "mail": {"x"}, "entryuuid": {"u-8"}}})
	d.Put("uid=three,ou=people,dc=lantern", testworld.Entry{Password: "p", Attributes: map[string][]string{"uid": {"three"}, "mail": {"x"}}})
	c := ldap.New(wire())
	either := lantern(d, func(x *ldap.Directory) { x.Filter = "(|(uid={login})(mail={login}))" })
	for claim, x := range map[string]struct{ login, password string }{
		"another password":          {"gopal", "another"},
		"no password":               {"gopal", ""},
		"nobody":                    {"nobody", testworld.DirectoryPass},
		"everybody":                 {"*", testworld.DirectoryPass},
		"a filter":                  {"*)(uid=*", testworld.DirectoryPass},
		"a filter that is closed":   {"gopal)(|(uid=*", testworld.DirectoryPass},
		"a filter, with everything": {"gopal)(objectClass=*))(&(uid=x", testworld.DirectoryPass},
		"an end":                    {"gopal\x00", testworld.DirectoryPass},
		"bytes that are no text":    {"\xff\xfe", testworld.DirectoryPass},
		"a place to be filled in":   {"{login}", testworld.DirectoryPass},
		"several":                   {"x", "p"},
		"without a subject":         {"three", "p"},
	} {
		d.Asked()
		_, err := c.Prove(t.Context(), either, x.login, x.password, anybody)
		if !errors.Is(err, ldap.ErrRefused) {
			t.Errorf("%s: %v", claim, err)
		}
		asked := d.Asked()
		if claim == "no password" {
			if len(asked) != 0 {
				t.Errorf("%s: it was asked %q", claim, asked)
			}
			continue
		}
		// The same questions whoever it is: the account, the search, one bind.
		if len(asked) != 3 || strings.Contains(asked[1], "uid=*") || !strings.HasPrefix(asked[2], "bind ") {
			t.Errorf("%s: it was asked %q", claim, asked)
		}
	}

	// Who must not try asks nothing of the password.
	no := errors.New("too many")
	d.Asked()
	for _, login := range []string{"gopal", "nobody"} {
		if _, err := c.Prove(t.Context(), lantern(d), login, testworld.DirectoryPass, func(string) error { return no }); !errors.Is(err, no) {
			t.Error(err)
		}
	}
	if slices.ContainsFunc(d.Asked(), func(s string) bool { return strings.Contains(s, "ou=people") && strings.HasPrefix(s, "bind") }) {
		t.Error("a password was tried")
	}
}

func TestTheIDOfActiveDirectoryIsBytes(t *testing.T) {
	d := testworld.NewDirectory(t)
	raw := "\x00\x01()*\\\xff\xfe89abcdef"
	d.Put("cn=Asha,ou=people,dc=lantern", testworld.Entry{Password: "p", Attributes: map[string][]string{"samaccountname": {"asha"}, "objectguid": {raw}}})
	x := lantern(d, func(x *ldap.Directory) { x.Filter, x.Subject = "(sAMAccountName={login})", "objectGUID" })
	c := ldap.New(wire())
	got, err := c.Prove(t.Context(), x, "asha", "p", anybody)
	if err != nil || got.Subject != "000128292a5cfffe3839616263646566" {
		t.Fatal(got, err)
	}
	if err := c.ProveAgain(t.Context(), x, got.Subject, "p"); err != nil {
		t.Error(err)
	}
	x.Subject = "sAMAccountName"
	d.Put("cn=Asha,ou=people,dc=lantern", testworld.Entry{Password: "p", Attributes: map[string][]string{"samaccountname": {"asha", "ash"}}})
	if _, err := c.Prove(t.Context(), x, "asha", "p", anybody); !errors.Is(err, ldap.ErrUnclear) {
		t.Error("two subjects:", err)
	}
}

// words are what a person is told of why a directory could not be asked.
func words(err error) string {
	if f, ok := errors.AsType[*ldap.Failure](err); ok {
		return f.Words
	}
	if f, ok := errors.AsType[*outbound.Failure](err); ok {
		return f.Words
	}
	return ""
}

func TestDirectoriesThatCannotBeAsked(t *testing.T) {
	d, plain, gone := testworld.NewDirectory(t), testworld.NewDirectory(t), testworld.NewDirectory(t)
	plain.Plain()
	gone.Stop()
	open := ldap.New(wire())
	for claim, x := range map[string]struct {
		c    *ldap.Client
		d    ldap.Directory
		want string
	}{
		"whose certificate nobody vouches for":  {open, lantern(d, func(x *ldap.Directory) { x.CA = "" }), "The certificate is signed by nobody who is trusted."},
		"the same after StartTLS":               {open, lantern(d, func(x *ldap.Directory) { x.CA, x.Address = "", d.Starts }), "The certificate is signed by nobody who is trusted."},
		"whose certificate another vouches for": {open, lantern(d, func(x *ldap.Directory) { x.CA = another(t) }), "The certificate is signed by nobody who is trusted."},
		"of another name":                       {open, lantern(d, func(x *ldap.Directory) { x.Address = strings.Replace(d.Address, "127.0.0.1", "127.0.0.2", 1) }), ""},
		"that speaks in clear only":             {open, lantern(plain, func(x *ldap.Directory) { x.Address = plain.Starts }), "The directory does not go over to TLS. Use ldaps://, or have it offer StartTLS."},
		"that is asked in clear under ldaps":    {open, lantern(d, func(x *ldap.Directory) { x.Address = strings.Replace(d.Starts, "ldap:", "ldaps:", 1) }), "The connection failed."},
		"that is down":                          {open, lantern(gone), "The server refused the connection."},
		"whose account has another password":    {open, lantern(d, func(x *ldap.Directory) { x.Password = telemetry.Hide("x") }), "The directory refuses the account that searches, or its password."},
		"without such a place":                  {open, lantern(d, func(x *ldap.Directory) { x.Base = "ou=nowhere,dc=lantern" }), "The directory has nothing at ou=nowhere,dc=lantern, or the account that searches must not see it."},
		"in a network that must not be called":  {ldap.New(outbound.New(outbound.Config{Now: clock.At(testworld.Morning).Now})), lantern(d), "The address is not on the public internet. The operator can allow networks."},
	} {
		err := x.c.Check(t.Context(), x.d)
		if err == nil || x.want != "" && words(err) != x.want || strings.Contains(words(err), "127.0.0") {
			t.Errorf("%s: %v (%q)", claim, err, words(err))
		}
		if _, err := x.c.Prove(t.Context(), x.d, "gopal", testworld.DirectoryPass, anybody); err == nil || errors.Is(err, ldap.ErrRefused) || words(err) == "" {
			t.Errorf("%s: %v (%q)", claim, err, words(err))
		}
	}
	if asked := plain.Asked(); len(asked) > 0 {
		t.Errorf("it was asked in clear: %q", asked)
	}
}

// another is a certificate that vouches for somebody else.
func another(t *testing.T) string {
	t.Helper()
	return testworld.NewDirectory(t).CA
}

// liar is a server that takes a connection and answers as say does.
func liar(t *testing.T, say func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer conn.Close(); say(conn) }() //nolint:errcheck // it is over
		}
	}()
	return l.Addr().String()
}

// inside wraps connections as a wire does, but trusts whatever certificate: what is under TLS is then the liar's.
type inside struct{ ldap.Wire }

func (w inside) Secure(ctx context.Context, conn net.Conn, _ string, _ *x509.CertPool) (net.Conn, error) {
	return conn, ctx.Err()
}

func TestADirectoryThatLiesIsNotWaitedFor(t *testing.T) {
	patient, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
	defer cancel()
	for claim, say := range map[string]func(net.Conn){
		"silence":            func(c net.Conn) { <-patient.Done() },
		"an end":             func(net.Conn) {},
		"no packet":          func(c net.Conn) { _, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) },
		"a packet too large": func(c net.Conn) { _, _ = c.Write([]byte{0x30, 0x84, 0x7f, 0xff, 0xff, 0xff}); endless(c) },
		"endless packets":    endless,
	} {
		d := ldap.Directory{Address: "ldaps://" + liar(t, say), Base: "dc=x", Filter: "(uid={login})", Subject: "uid", Name: "cn"}
		ctx, done := context.WithTimeout(t.Context(), 600*time.Millisecond)
		start := time.Now()
		_, err := ldap.New(inside{wire()}).Prove(ctx, d, "gopal", "p", anybody)
		done()
		if err == nil || errors.Is(err, ldap.ErrRefused) || time.Since(start) > 5*time.Second {
			t.Errorf("%s: %v after %s", claim, err, time.Since(start))
		}
	}
}

// endless writes answers to another question until nobody reads any more.
func endless(c net.Conn) {
	for {
		if _, err := c.Write([]byte{0x30, 0x0c, 0x02, 0x01, 0x63, 0x61, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00}); err != nil {
			return
		}
	}
}

func TestWhatIsTyped(t *testing.T) {
	for text, want := range map[string]bool{
		"ldaps://ldap.example.com": true, "ldap://10.1.2.3:389": true, "ldaps://[2001:db8::1]:636/": true,
		"": false, "ldap.example.com": false, "https://ldap.example.com": false, "ldapi:///var/run/x": false, "ldaps://": false, "ldaps://x/dc=y": false, "ldaps://me:secret@x": false, "ldaps://x?y": false, "ldaps:x": false,
	} {
		if ldap.ValidAddress(text) != want {
			t.Errorf("the address %q: want %v", text, want)
		}
	}
	for text, want := range map[string]bool{
		"(uid={login})": true, "(&(objectClass=person)(|(uid={login})(mail={login})))": true,
		"": false, "uid={login}": false, "(uid=x)": false, "(uid={login}": false, "(uid={login})(x=y)": false, "(uid={name})": false, "(uid={login}{dn})": false,
	} {
		if ldap.ValidFilter(text, "login") != want {
			t.Errorf("the filter %q: want %v", text, want)
		}
	}
	for text, want := range map[string]bool{"ou=people,dc=example": true, "cn=a\\,b,dc=x": true, "": false, "people": false, "=x": false} {
		if ldap.ValidDN(text) != want {
			t.Errorf("the name %q: want %v", text, want)
		}
	}
	for text, want := range map[string]bool{"entryUUID": true, "x-y1": true, "": false, "1a": false, "a)(b": false, "a;binary": false} {
		if ldap.ValidAttribute(text) != want {
			t.Errorf("the attribute %q: want %v", text, want)
		}
	}
	ca := another(t)
	for text, want := range map[string]bool{ca: true, ca + "\n" + ca: true, "": false, "x": false, ca + "x": false, strings.ReplaceAll(ca, "CERTIFICATE", "PRIVATE KEY"): false} {
		if _, err := ldap.Roots(text); (err == nil) != want {
			t.Errorf("certificates %.40q: %v", text, err)
		}
	}
	for a, b := range map[string]string{"CN=Guards, OU=Groups,DC=X": "cn=guards,ou=groups,dc=x", " Guards ": "guards"} {
		if got := ldap.GroupKey(a); got != b {
			t.Errorf("%q is %q, want %q", a, got, b)
		}
	}
}
