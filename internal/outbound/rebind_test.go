package outbound_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"intelliwiz/internal/outbound"
)

const refused = "The address is not on the public internet. The operator can allow networks."

// notPublic are addresses of every sort that must not be called, as hosts of an address.
var notPublic = []string{
	"127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.254",
	"169.254.169.254", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
	"[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]",
	"[100::1]", "[fe80::1]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[2001::1]", "[2002:7f00:1::]", "[3fff::1]",
}

func TestAddressesThatAreNotPublic(t *testing.T) {
	c := client(nil, func(c *outbound.Config) { c.Networks, c.Time = nil, time.Second })
	for _, host := range notPublic {
		if err := c.Check("https://" + host + ":8443/"); err == nil {
			t.Errorf("%s passes the check", host)
		}
	}
}

// zone is a name server that answers one name with addresses, and with the next ones at every question.
type zone struct {
	answers [][]string
	asked   atomic.Int64 // for IPv4 addresses
}

// resolver asks the zone, whatever server the machine would ask.
func (z *zone) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			if reply := z.reply(buffer[:n]); reply != nil {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (z *zone) reply(raw []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(raw) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	turn := z.asked.Load()
	if q.Type == dnsmessage.TypeA {
		turn = z.asked.Add(1) - 1
	}
	for _, text := range z.answers[min(int(turn), len(z.answers)-1)] {
		a := netip.MustParseAddr(text)
		h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch {
		case a.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: a.As4()}})
		case a.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
	out, _ := m.Pack()
	return out
}

// TestANameThatTurnsInward: a name resolves to a public address when somebody looks, and to this machine when the call is made.
func TestANameThatTurnsInward(t *testing.T) {
	called := false
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer s.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "https://"), ":")
	const allowedForTheTest = "127.0.0.2"
	z := &zone{answers: [][]string{{allowedForTheTest}, {"127.0.0.1"}}}
	c := client(s, func(c *outbound.Config) {
		c.Networks, c.Resolver, c.Time = []netip.Prefix{netip.MustParsePrefix(allowedForTheTest + "/32")}, z.resolver(t), 3*time.Second
	})
	address := "https://rebinding.example:" + port + "/"
	if err := c.Check(address); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Post(t.Context(), address, nil, nil); words(err) == refused || z.asked.Load() != 1 {
		t.Fatalf("the first call goes where it may: %v, asked %d times", err, z.asked.Load())
	}
	if _, err := c.Post(t.Context(), address, nil, nil); words(err) != refused || called {
		t.Errorf("the second call: %v, the inner server was called: %v", err, called)
	}
}

// TestNamesOfInnerAddresses: whatever a name resolves to, and among whichever other addresses.
func TestNamesOfInnerAddresses(t *testing.T) {
	for _, host := range notPublic {
		a := netip.MustParseAddr(strings.Trim(host, "[]"))
		c := client(nil, func(c *outbound.Config) {
			c.Networks, c.Resolver, c.Time = nil, (&zone{answers: [][]string{{a.String()}}}).resolver(t), 3*time.Second
		})
		if _, err := c.Post(t.Context(), "https://inner.example:9/", nil, nil); words(err) != refused {
			t.Errorf("%s: %v", host, err)
		}
	}
	c := client(nil, func(c *outbound.Config) {
		c.Networks, c.Resolver, c.Time = nil, (&zone{answers: [][]string{{"127.0.0.1", "10.0.0.1", "::1"}}}).resolver(t), 3*time.Second
	})
	if _, err := c.Post(t.Context(), "https://inner.example:9/", nil, nil); words(err) != refused {
		t.Errorf("several at once: %v", err)
	}
	none := client(nil, func(c *outbound.Config) {
		c.Resolver, c.Time = (&zone{answers: [][]string{{}}}).resolver(t), 3*time.Second
	})
	if _, err := none.Post(t.Context(), "https://nobody.example/", nil, nil); words(err) != "The host's name is not known." {
		t.Errorf("a name without addresses: %v", err)
	}
}

// TestOtherSpellings: what some resolvers read as an address of this machine is not one here, or is refused as one.
func TestOtherSpellings(t *testing.T) {
	c := client(nil, func(c *outbound.Config) {
		c.Networks, c.Resolver, c.Time = nil, (&zone{answers: [][]string{{}}}).resolver(t), 2*time.Second
	})
	for _, host := range []string{"127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.1.", "localtest.invalid"} {
		if _, err := c.Post(t.Context(), "https://"+host+":9/", nil, nil); words(err) == "" || words(err) == "The server refused the connection." {
			t.Errorf("%s was called: %v", host, err)
		}
	}
}
