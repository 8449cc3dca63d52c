package httpd

import (
	"net/http"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
)

// stopSource refuses what comes from an address that is stopped, before anything is done for it. Machines that ask for health are answered.
func (s *Server) stopSource(next http.Handler) http.Handler {
	if s.c.Stops.Source == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isHealth(r.URL.Path) && s.c.Stops.Source(of(r).source) {
			s.c.Reply.Error(w, r, reply.Stopped("Nothing is taken from the address that you come from."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// stopCaller refuses whom a hold stops: a person, or everybody of an organisation. They may still sign out.
func (s *Server) stopCaller(next http.Handler) http.Handler {
	if s.c.Stops.Caller == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x := of(r); x.who.SignedIn() && x.route.Name != "signout" {
			if err := s.c.Stops.Caller(x.who); err != nil {
				s.c.Reply.Error(w, r, reply.Stopped(fault.As(err).Message))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// mayChange refuses what changes something while nothing may be changed.
func (s *Server) mayChange(route reply.Route) error {
	if s.c.Stops.ReadOnly == nil || !route.Changes || route.Always {
		return nil
	}
	if reason, on := s.c.Stops.ReadOnly(); on {
		return reply.ReadOnly(reason)
	}
	return nil
}
