package testworld

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// The account that searches a Directory, and the passwords in it.
const (
	DirectoryDN     = "cn=reader,dc=lantern"
	DirectorySecret = "s3cret-of-the-reader"
	DirectoryPass   = "the guard's own words"
)

// Entry is an entry of a Directory: its attributes by their names, in small letters, beside its password; "" = it has none.
type Entry struct {
	Attributes map[string][]string
	Password   string
}

// Directory is an LDAP server that answers by TLS alone: at once, or after StartTLS. It knows the account that searches, and one guard.
type Directory struct {
	Address string // ldaps://
	Starts  string // ldap://, which goes over to TLS
	CA      string // who vouches for it, in PEM

	mu      sync.Mutex
	t       testing.TB
	tls     *tls.Config
	entries map[string]Entry
	asked   []string
	plain   bool
	conns   []net.Conn
	ends    []net.Listener
	wg      sync.WaitGroup
}

// NewDirectory starts one, which lives as long as the test.
func NewDirectory(t testing.TB) *Directory {
	t.Helper()
	d := &Directory{t: t, entries: map[string]Entry{}}
	d.certify()
	d.Address = "ldaps://" + d.listen(true)
	d.Starts = "ldap://" + d.listen(false)
	t.Cleanup(func() { d.Stop(); d.wg.Wait() })
	d.Put("dc=lantern", Entry{})
	d.Put("ou=people,dc=lantern", Entry{})
	d.Put("ou=groups,dc=lantern", Entry{})
	d.Put(DirectoryDN, Entry{Password: DirectorySecret})
	d.Put("uid=gopal,ou=people,dc=lantern", Entry{Password: DirectoryPass, Attributes: map[string][]string{
		"uid": {"gopal"}, "entryuuid": {"u-7"}, "mail": {"guard@lantern.example"}, "cn": {"Gopal Gale"}, "memberof": {"cn=guards,ou=groups,dc=lantern", "CN=Night, OU=groups,DC=lantern"},
	}})
	return d
}

// certify makes the certificate of the directory, which is its own authority.
func (d *Directory) certify() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		d.t.Fatal(err)
	}
	x := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, //nolint:forbidigo // TLS goes by the machine's clock
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	raw, err := x509.CreateCertificate(rand.Reader, x, x, key.Public(), key)
	if err != nil {
		d.t.Fatal(err)
	}
	d.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	d.CA = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}))
}

func (d *Directory) listen(secured bool) string {
	l, err := (&net.ListenConfig{}).Listen(d.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		d.t.Fatal(err)
	}
	d.ends = append(d.ends, l)
	d.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			d.mu.Lock()
			d.conns = append(d.conns, conn)
			d.mu.Unlock()
			d.wg.Go(func() { d.serve(conn, secured) })
		}
	})
	return l.Addr().String()
}

// Put adds an entry, or replaces it; without anything in it, it is there all the same.
func (d *Directory) Put(dn string, e Entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if e.Attributes == nil {
		e.Attributes = map[string][]string{}
	}
	e.Attributes["objectclass"] = []string{"top"}
	d.entries[dn] = e
}

// Plain has the directory refuse to go over to TLS.
func (d *Directory) Plain() { d.mu.Lock(); defer d.mu.Unlock(); d.plain = true }

func (d *Directory) starts() bool { d.mu.Lock(); defer d.mu.Unlock(); return !d.plain }

// Asked gives what was asked since it was asked last: binds as "bind DN", searches as "search FILTER".
func (d *Directory) Asked() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.asked
	d.asked = nil
	return out
}

// Stop ends the directory and its connections.
func (d *Directory) Stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, l := range d.ends {
		_ = l.Close()
	}
	for _, c := range d.conns {
		_ = c.Close()
	}
}

// serve answers one connection until it ends. What is asked in clear, but for StartTLS, ends it.
func (d *Directory) serve(conn net.Conn, secured bool) {
	defer conn.Close() //nolint:errcheck // it is over
	if secured {
		conn = tls.Server(conn, d.tls)
	}
	for {
		p, err := ber.ReadPacket(conn)
		if err != nil || len(p.Children) < 2 {
			return
		}
		what, number := p.Children[1], p.Children[0].Value
		if what.Tag == ldap.ApplicationExtendedRequest && !secured && d.starts() {
			d.say(conn, number, ldap.ApplicationExtendedResponse, ldap.LDAPResultSuccess)
			conn, secured = tls.Server(conn, d.tls), true
			continue
		}
		if !secured && what.Tag != ldap.ApplicationExtendedRequest {
			d.t.Error("the directory was asked something in clear")
			return
		}
		switch what.Tag {
		case ldap.ApplicationExtendedRequest:
			d.say(conn, number, ldap.ApplicationExtendedResponse, ldap.LDAPResultProtocolError)
		case ldap.ApplicationBindRequest:
			d.say(conn, number, ldap.ApplicationBindResponse, d.bind(what))
		case ldap.ApplicationSearchRequest:
			d.answer(conn, number, what)
		default:
			return
		}
	}
}

func message(number any, kind ber.Tag) (whole, inner *ber.Packet) {
	whole = ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
	whole.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, number, ""))
	inner = ber.Encode(ber.ClassApplication, ber.TypeConstructed, kind, nil, "")
	return whole, inner
}

func (d *Directory) say(conn net.Conn, number any, kind ber.Tag, code int64) {
	whole, inner := message(number, kind)
	inner.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, code, ""))
	inner.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, "", ""))
	inner.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, "", ""))
	whole.AppendChild(inner)
	_, _ = conn.Write(whole.Bytes()) // who is gone reads nothing
}

// bind lets in who has a password, and, as directories do, who has none to say: as a visitor.
func (d *Directory) bind(what *ber.Packet) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	dn, _ := what.Children[1].Value.(string)
	password := what.Children[2].Data.String()
	d.asked = append(d.asked, "bind "+dn)
	if e, ok := d.entries[dn]; password != "" && (!ok || e.Password != password) {
		return ldap.LDAPResultInvalidCredentials
	}
	return ldap.LDAPResultSuccess
}

// answer gives the entries of a search, at most as many as it asks for.
func (d *Directory) answer(conn net.Conn, number any, what *ber.Packet) {
	d.mu.Lock()
	base, _ := what.Children[0].Value.(string)
	scope, _ := what.Children[1].Value.(int64)
	most, _ := what.Children[3].Value.(int64)
	text, _ := ldap.DecompileFilter(what.Children[6])
	d.asked = append(d.asked, "search "+text)
	var dns []string
	for dn, e := range d.entries {
		if (dn == base || scope != ldap.ScopeBaseObject && strings.HasSuffix(dn, ","+base)) && e.matches(what.Children[6]) {
			dns = append(dns, dn)
		}
	}
	slices.Sort(dns)
	code := int64(ldap.LDAPResultSuccess)
	if _, ok := d.entries[base]; !ok {
		code = ldap.LDAPResultNoSuchObject
	}
	if most > 0 && int64(len(dns)) > most {
		dns, code = dns[:most], ldap.LDAPResultSizeLimitExceeded
	}
	var found [][]byte
	for _, dn := range dns {
		whole, inner := message(number, ldap.ApplicationSearchResultEntry)
		inner.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, dn, ""))
		inner.AppendChild(d.entries[dn].encode(what.Children[7]))
		whole.AppendChild(inner)
		found = append(found, whole.Bytes())
	}
	d.mu.Unlock()
	for _, raw := range found {
		_, _ = conn.Write(raw)
	}
	d.say(conn, number, ldap.ApplicationSearchResultDone, code)
}

// encode gives those attributes that were asked for.
func (e Entry) encode(wanted *ber.Packet) *ber.Packet {
	list := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
	for _, w := range wanted.Children {
		name, _ := w.Value.(string)
		values, ok := e.Attributes[strings.ToLower(name)]
		if !ok {
			continue
		}
		one := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
		one.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, name, ""))
		set := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSet, nil, "")
		for _, v := range values {
			set.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, v, ""))
		}
		one.AppendChild(set)
		list.AppendChild(one)
	}
	return list
}

// matches says whether a filter finds an entry; text is compared without regard to capital letters.
func (e Entry) matches(f *ber.Packet) bool {
	has := func(name string, ok func(string) bool) bool {
		return slices.ContainsFunc(e.Attributes[strings.ToLower(name)], ok)
	}
	switch f.Tag {
	case ldap.FilterAnd:
		return !slices.ContainsFunc(f.Children, func(c *ber.Packet) bool { return !e.matches(c) })
	case ldap.FilterOr:
		return slices.ContainsFunc(f.Children, e.matches)
	case ldap.FilterNot:
		return !e.matches(f.Children[0])
	case ldap.FilterEqualityMatch:
		return has(f.Children[0].Data.String(), func(v string) bool { return strings.EqualFold(v, f.Children[1].Data.String()) })
	case ldap.FilterPresent:
		return has(f.Data.String(), func(string) bool { return true })
	case ldap.FilterSubstrings:
		return has(f.Children[0].Data.String(), func(v string) bool {
			return !slices.ContainsFunc(f.Children[1].Children, func(part *ber.Packet) bool { return !strings.Contains(v, part.Data.String()) })
		})
	}
	return false
}
