package httpd

import (
	"net/http"
	"net/netip"
	"testing"
)

// FuzzAddress finds the client behind proxies: whatever the header says, the address is one of the header's or the peer's, and none that a proxy did
// not write.
func FuzzAddress(f *testing.F) {
	s := &Server{c: Config{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	peer := netip.MustParseAddr("10.0.0.1")
	f.Fuzz(func(t *testing.T, forwarded string) {
		got := s.client(&http.Request{Header: http.Header{"X-Forwarded-For": {forwarded}}}, peer)
		if !got.IsValid() || got.Zone() != "" || got.Is4In6() {
			t.Errorf("%q: %s", forwarded, got)
		}
		// What somebody wrote before the proxy's own entry changes nothing.
		if entry := netip.MustParseAddr("198.51.100.7"); s.client(&http.Request{Header: http.Header{"X-Forwarded-For": {forwarded, entry.String()}}}, peer) != entry {
			t.Errorf("%q before the proxy's entry is believed", forwarded)
		}
	})
}
