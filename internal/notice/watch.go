package notice

import (
	"context"
	"sync"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
)

// most is how many of one person's browsers may watch on one node.
const most = 6

// hub knows who watches on this node.
type hub struct {
	mu     sync.Mutex
	all    map[*watcher]bool
	poked  chan struct{}
	closed bool
}

// watcher is one browser that waits for news.
type watcher struct {
	tenant  id.Tenant
	person  id.Person
	session id.Session // zero: a token, which ends with its request
	last    int64      // what it was told
	news    chan int64 // holds the newest count; closed when the session is over
}

func newHub() *hub { return &hub{all: map[*watcher]bool{}, poked: make(chan struct{}, 1)} }

// poke has Run look now.
func (h *hub) poke() {
	select {
	case h.poked <- struct{}{}:
	default:
	}
}

// join adds a watcher; TooMany when the person has as many as one may.
func (h *hub) join(who actor.Actor) (*watcher, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for w := range h.all {
		if w.person == who.Person() {
			n++
		}
	}
	if n >= most {
		f := fault.Of(fault.TooMany, "You have this open too often. Close a tab.")
		f.RetryAfter = time.Minute
		return nil, f
	}
	w := &watcher{tenant: who.Tenant(), person: who.Person(), session: who.Session(), last: -1, news: make(chan int64, 1)}
	if h.closed {
		close(w.news)
		return w, nil
	}
	h.all[w] = true
	return w, nil
}

// leave takes a watcher out; its channel is not closed for that.
func (h *hub) leave(w *watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.all, w)
}

// end takes watchers out and closes their channels.
func (h *hub) end(over func(*watcher) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.all {
		if over(w) {
			delete(h.all, w)
			close(w.news)
		}
	}
}

// shut ends all watchers and refuses later ones.
func (h *hub) shut() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.end(func(*watcher) bool { return true })
}

// tell gives a person's watchers a count that is new to them.
func (h *hub) tell(person id.Person, n int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.all {
		if w.person != person || w.last == n {
			continue
		}
		w.last = n
		select {
		case <-w.news: // an older count that nobody took
		default:
		}
		w.news <- n // the only sender, under the lock: there is room
	}
}

// watched gives who watches, by tenant.
func (h *hub) watched() (people map[id.Tenant][]id.Person, sessions map[id.Tenant][]id.Session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	people, sessions = map[id.Tenant][]id.Person{}, map[id.Tenant][]id.Session{}
	seen := map[any]bool{}
	for w := range h.all {
		if !seen[w.person] {
			seen[w.person] = true
			people[w.tenant] = append(people[w.tenant], w.person)
		}
		if !w.session.IsZero() && !seen[w.session] {
			seen[w.session] = true
			sessions[w.tenant] = append(sessions[w.tenant], w.session)
		}
	}
	return people, sessions
}

// Watch calls tell with the number of unread notices: at once, whenever it changes, and after every beat without a change, so that a
// connection shows that it lives. It returns when ctx or the session ends (nil), or with the error of tell. TooMany for more than six of
// one person at once on one node. Needs to be signed in, and Run to run.
func (s *Service) Watch(ctx context.Context, who actor.Actor, beat time.Duration, tell func(unread int64) error) error {
	if err := who.RequirePerson(); err != nil {
		return err
	}
	w, err := s.hub.join(who)
	if err != nil {
		return err
	}
	defer s.hub.leave(w)
	n, err := s.CountUnread(ctx, who)
	if err != nil {
		return err
	}
	for {
		if err := tell(n); err != nil {
			return err
		}
		still := time.NewTimer(beat)
		select {
		case <-ctx.Done():
			still.Stop()
			return nil
		case fresh, open := <-w.news:
			still.Stop()
			if !open {
				return nil
			}
			n = fresh
		case <-still.C:
		}
	}
}

// Run wakes who watches, until ctx ends: after this node told somebody, and at every interval for what other nodes did. It also ends the
// watching of sessions that are over. A fault is logged when it begins, and tried again.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(s.c.Every)
	defer tick.Stop()
	defer s.hub.shut()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-s.hub.poked:
		}
		err := s.look(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			s.c.Log.ErrorContext(ctx, "notices are not watched", "err", err)
		}
		failing = err != nil
	}
}

// look asks, once a tenant, for the counts of all who watch and for the sessions that hold.
func (s *Service) look(ctx context.Context) error {
	people, sessions := s.hub.watched()
	for tenant, watching := range people {
		who := job.Actor(tenant)
		if asked := sessions[tenant]; len(asked) > 0 {
			held, err := s.c.Live(ctx, who, asked)
			if err != nil {
				return err
			}
			s.endOthers(asked, held)
		}
		counts, err := s.counts(ctx, who, watching)
		if err != nil {
			return err
		}
		for _, person := range watching {
			s.hub.tell(person, counts[person])
		}
	}
	return nil
}

// endOthers ends the watching of those sessions asked about that do not hold.
func (s *Service) endOthers(asked, held []id.Session) {
	holds := map[id.Session]bool{}
	for _, x := range asked {
		holds[x] = false
	}
	for _, x := range held {
		holds[x] = true
	}
	s.hub.end(func(w *watcher) bool {
		ok, was := holds[w.session]
		return was && !ok
	})
}

func (s *Service) counts(ctx context.Context, who actor.Actor, people []id.Person) (map[id.Person]int64, error) {
	var rows []count
	err := s.c.DB.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanCountOf, noticeUnreadOf, people)
		return err
	})
	out := make(map[id.Person]int64, len(rows))
	for _, x := range rows {
		out[x.person] = x.n
	}
	return out, err
}

// count is how much a person has not read.
type count struct {
	person id.Person
	n      int64
}

func scanCountOf(r db.Row) (c count, err error) {
	err = r.Scan(&c.person, &c.n)
	return c, err
}
