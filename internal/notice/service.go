package notice

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/push"
)

// Config is what the service is built from.
type Config struct {
	DB      *db.DB
	Journal *journal.Journal
	Jobs    *job.Runner
	Mail    *mail.Service
	Org     *org.Service
	People  *people.Service
	Cache   *cache.Store
	Now     clock.Now
	Log     *slog.Logger
	// Address gives the address of a record's page for mails; nil, and "", is none.
	Address func(noun string, record id.Any) string
	// Push sends to devices; nil = nothing is sent there.
	Push *push.Service
	// Path gives the path of a record's page on this server for devices; nil, and "", is none.
	Path func(noun string, record id.Any) string
	// Settings is the address of the page on which people say how they want to be told; "" = none.
	Settings string
	// Live gives those of some sessions that still hold. who is the system in their tenant. nil = they all do.
	Live  func(ctx context.Context, who actor.Actor, sessions []id.Session) ([]id.Session, error)
	Every time.Duration // how often Run looks for what other nodes told; 0 = 1 second
}

// Service tells, and shows what was told.
type Service struct {
	c       Config
	sources map[string][]Source // by verb
	unread  *cache.Of[int64]
	hub     *hub
}

// recent is how long ago something may have happened to be worth telling: a history that is written later is not.
const recent = time.Hour

// keep is how long a notice is kept.
const keep = 180 * 24 * time.Hour

// New makes the service and registers its background work.
func New(c Config) *Service {
	if c.Every <= 0 {
		c.Every = time.Second
	}
	if c.Address == nil {
		c.Address = func(string, id.Any) string { return "" }
	}
	if c.Path == nil {
		c.Path = func(string, id.Any) string { return "" }
	}
	if c.Live == nil {
		c.Live = func(_ context.Context, _ actor.Actor, sessions []id.Session) ([]id.Session, error) {
			return sessions, nil
		}
	}
	s := &Service{c: c, sources: map[string][]Source{}, hub: newHub()}
	// What other nodes do ends a count by its age; what this one does, at once.
	s.unread = cache.Named[int64](c.Cache, "unread", cache.Options{Local: true, TTL: time.Second})
	job.Register(c.Jobs, s.tell)
	job.Register(c.Jobs, s.mailLater)
	job.Register(c.Jobs, s.push)
	job.Every(c.Jobs, 24*time.Hour, sweep{}, s.sweep)
	return s
}

// Source knows whom to tell of changes.
type Source struct {
	Verbs []string
	Tell  Teller
	// Nobody says of a row, without asking anything, that Tell would name nobody; nil = it has to be asked.
	Nobody func(e journal.Entry) bool
}

// Tell registers who knows whom to tell. Several may know about one verb. Call it before anything runs.
func (s *Service) Tell(x Source) {
	var fresh []string
	for _, v := range x.Verbs {
		if s.sources[v] == nil {
			fresh = append(fresh, v)
		}
		s.sources[v] = append(s.sources[v], x)
	}
	if slices.Sort(fresh); len(fresh) > 0 {
		job.FollowUnless[told](s.c.Journal, recent, slices.Compact(fresh), s.nobody)
	}
}

// nobody says that no source would name anybody.
func (s *Service) nobody(e journal.Entry) bool {
	return !slices.ContainsFunc(s.sources[e.Verb], func(x Source) bool { return x.Nobody == nil || !x.Nobody(e) })
}

// sweep removes notices that are old, and what is known of the mail of that time.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "notice.sweep" }

// sweep goes through all tenants; a fault in one does not keep it from the next.
func (s *Service) sweep(ctx context.Context, _ actor.Actor, _ sweep) error {
	tenants, err := s.c.Org.Tenants(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for _, t := range tenants {
		faults = append(faults, s.c.DB.Write(ctx, job.Actor(t), func(tx *db.Tx) error {
			tx.Unjournaled("notices tell of what is journaled already")
			_, err := tx.Exec(ctx, noticeSweep, s.c.Now().Add(-keep))
			return errors.Join(err, s.c.Mail.Sweep(ctx, tx))
		}))
	}
	return errors.Join(faults...)
}

// changed has everybody who watches learn of new counts, once the transaction is committed.
func (s *Service) changed(tx *db.Tx, person id.Person) {
	tenant := tx.Who().Tenant()
	tx.AfterCommit(func() {
		s.c.Cache.Apply(tenant, tagOf(person))
		s.hub.poke()
	})
}

func tagOf(person id.Person) string { return "unread " + person.String() }
