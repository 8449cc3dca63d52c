package httpd

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
)

// Of requests that come when all places are taken, so many for each place wait for a moment; all others are refused at once. More would only
// wait longer than anybody does, and what is done for them would be missing to the others. The moment is long while the crowd is a gust: the
// machine paused, a version changes. Where for so many seconds in a row many were refused beside those who got in, more comes than can be done; waiting does
// not change that, and it would only make every answer late. Then no more wait than it takes to fill every place that becomes free, one each: they get
// one soon, and nearly all others are refused at the door, where it costs least (docs/decisions/022).
const (
	waitingFor = 24
	turnTime   = 2 * time.Second
	standing   = 3  // seconds
	many       = 10 // at least one for so many who got in
	shortTurn  = 250 * time.Millisecond
	bodyAhead  = 64 << 10 // a body up to this size is read before a place is taken: a slow client shall not hold one
)

// crowd lets so many requests be worked on at once.
type crowd struct {
	places  chan struct{}
	waiting atomic.Int64
	press   press
}

func newCrowd(places int) *crowd {
	return &crowd{places: make(chan struct{}, max(places, 0)), press: press{began: time.Now()}}
}

// enter takes a place, if need be after a moment; false when there is none to be had, or the client has gone.
func (c *crowd) enter(r *http.Request) bool {
	got := c.take(r)
	c.press.note(got)
	return got
}

func (c *crowd) take(r *http.Request) bool {
	select {
	case c.places <- struct{}{}:
		return true
	default:
	}
	defer c.waiting.Add(-1)
	if c.waiting.Add(1) > c.room() {
		return false
	}
	turn := time.NewTimer(c.patience())
	defer turn.Stop()
	select {
	case c.places <- struct{}{}:
		return true
	case <-turn.C:
	case <-r.Context().Done():
	}
	return false
}

// patience is how long one waits for a place.
func (c *crowd) patience() time.Duration {
	if c.press.stays() {
		return shortTurn
	}
	return turnTime
}

// room is how many may wait.
func (c *crowd) room() int64 {
	if c.press.stays() {
		return int64(cap(c.places))
	}
	return int64(waitingFor * cap(c.places))
}

// full says that whoever comes now would find no place, and not even room to wait.
func (c *crowd) full() bool {
	if len(c.places) < cap(c.places) || c.waiting.Load() < c.room() {
		return false
	}
	c.press.note(false)
	return true
}

func (c *crowd) leave() { <-c.places }

// press tells a gust from a crowd that stays, by how many got a place in each second and how many were refused. A place that happens to be free is no
// end of a crowd.
type press struct {
	began time.Time

	mu           sync.Mutex
	second       int64 // which is counted, since it began
	got, refused int   // in it
	crowded      int   // so many before it in a row were of a crowd
}

// note counts one who got a place, or none.
func (p *press) note(got bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.turn(); got {
		p.got++
	} else {
		p.refused++
	}
}

// stays says that the crowd is no gust.
func (p *press) stays() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn()
	return p.crowded >= standing
}

// turn begins to count anew when a second is over.
func (p *press) turn() {
	now := int64(time.Since(p.began) / time.Second)
	if now == p.second {
		return
	}
	if p.crowded++; now > p.second+1 || many*p.refused <= p.got {
		p.crowded = 0
	}
	p.second, p.got, p.refused = now, 0, 0
}

// takesPlace says that a request is one of those that are counted: not what is open to everybody, for that has limits and a queue of its own,
// nor what takes long by its nature: streams, uploads, reports.
func takesPlace(r *http.Request, route reply.Route) bool {
	return route.Handler != nil && route.Permission != reply.Public && !route.Stream && route.Timeout == 0 && r.ContentLength >= 0 && r.ContentLength <= bodyAhead
}

// door turns those away who would not even find room to wait, before anything is done for them: what is done for two of three in a flood would be missing
// to the third. They are counted and told of as all others are; only their traces are not kept.
func (s *Server) door(next http.Handler) http.Handler {
	if s.c.AtOnce <= 0 {
		return next
	}
	away := s.accessLog(s.headers(http.HandlerFunc(s.refuse)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if takesPlace(r, of(r).route) && s.crowd.full() {
			away.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuse tells one of a crowd to come again. The access log and the metric tell of it: a flood shall not cost a second line.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request) {
	s.c.Metrics.Refused("crowd")
	s.c.Reply.Write(w, r, crowded())
}

// hold keeps the number of requests that are worked on at once to what makes sense, so that those go on as fast as ever when three times as
// many come: the others are told at once to come again.
func (s *Server) hold(next http.Handler) http.Handler {
	if s.c.AtOnce <= 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !takesPlace(r, of(r).route) {
			next.ServeHTTP(w, r)
			return
		}
		if r.ContentLength > 0 {
			body, err := io.ReadAll(r.Body)
			r.Body = &readAhead{bytes.NewReader(body), err, r.Body}
		}
		if !s.crowd.enter(r) {
			s.refuse(w, r)
			return
		}
		leave := sync.OnceFunc(s.crowd.leave)
		defer leave()
		if rec, ok := w.(*recorder); ok { // the work is done when the answer begins: who reads it slowly holds no place
			before := rec.first
			rec.first = func() {
				leave()
				if before != nil {
					before()
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

func crowded() error {
	f := fault.Of(fault.Unavailable, "There is more to do at the moment than can be done at once. Try again in a moment.")
	f.RetryAfter = time.Second
	return f
}

// readAhead is a body that was read, up to what kept it from being read whole.
type readAhead struct {
	*bytes.Reader
	fault error
	io.Closer
}

// Read gives what was read, and then what followed.
func (b *readAhead) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) && b.fault != nil {
		err = b.fault
	}
	return n, err
}

// WriteTo is Read for who takes all of it.
func (b *readAhead) WriteTo(w io.Writer) (int64, error) {
	n, err := b.Reader.WriteTo(w)
	if err == nil {
		err = b.fault
	}
	return n, err
}
