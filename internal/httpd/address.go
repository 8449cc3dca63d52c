package httpd

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/reply"
)

// peer is the address at the other end of the connection.
func peer(remote string) netip.Addr {
	a, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{} // a unix socket or a test
	}
	return a.Addr().Unmap().WithZone("")
}

func (s *Server) believed(a netip.Addr) bool {
	return slices.ContainsFunc(s.c.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// address finds the client behind our own proxies: the last address in X-Forwarded-For that is not one of them. From anybody else the
// header is not read, so nobody chooses the address that limits and logs see.
func (s *Server) address(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := of(r)
		if x.proxied {
			x.source = s.client(r, x.source)
			x.plain = r.Header.Get("X-Forwarded-Proto") == "http"
		} else {
			for _, h := range [...]string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-Ip", "Forwarded"} {
				r.Header.Del(h) // so that nothing behind this can believe them
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) client(r *http.Request, direct netip.Addr) netip.Addr {
	source := direct
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break // what stands before something unreadable is not believed
		}
		source = a.Unmap().WithZone("")
		if !s.believed(source) {
			break
		}
	}
	return source
}

// host refuses a name that is not ours (421), but for health, which is asked by address; and sends plain HTTP to https when people use that.
// A program that uses it has sent its token in the open: it is refused, so that somebody notices.
func (s *Server) host(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := of(r)
		if isHealth(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		if !s.ours(r.Host) {
			s.c.Reply.Error(w, r, reply.NoHost())
			return
		}
		if s.secure && x.plain && reply.IsAPI(r.URL.Path) {
			s.c.Reply.Error(w, r, reply.PlainHTTP())
			return
		}
		if s.secure && x.plain {
			http.Redirect(w, r, "https://"+r.Host+r.URL.RequestURI(), http.StatusPermanentRedirect) //nolint:gosec // ours has looked at the host
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ours says that a Host header names one of our hosts and nothing else: a redirect may be made of it.
func (s *Server) ours(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = host, "0"
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil || strings.ContainsAny(name, "@/\\?#") {
		return false
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	return name != "" && (slices.Contains(s.c.Hosts, name) || slices.Contains(s.c.Hosts, "*"))
}
