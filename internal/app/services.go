package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/argon"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/backup"
	"intelliwiz/internal/blob"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/config"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/file"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/hold"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
	"intelliwiz/internal/incident"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/ldap"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/oidc"
	"intelliwiz/internal/ops"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/push"
	"intelliwiz/internal/readiness"
	"intelliwiz/internal/seal"
	"intelliwiz/internal/task"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web"
)

// services is everything below the transports, in the order in which it is built.
type services struct {
	cfg      config.Config
	log      *slog.Logger
	now      clock.Now
	metrics  *telemetry.Metrics
	traces   *telemetry.Traces // nil: none are kept
	written  map[string]bool   // the names of all statements
	lines    *telemetry.Lines  // behind log, when it is that of a process that serves
	live     *liveKeys         // the keys as they are now
	anchors  *anchorFile
	db       *db.DB
	opening  errgroup.Group // brings the database up
	reading  sync.WaitGroup // reads what is switched
	journal  *journal.Journal
	jobs     *job.Runner
	redis    *redis.Client // nil: counted and cached in the process
	limits   *limits
	cache    *cache.Store
	mail     *mail.Service
	org      *org.Service
	people   *people.Service
	argon    *argon.Beside
	auth     *auth.Service
	asset    *asset.Service
	calendar *calendar.Service
	exchange *exchange.Service
	notices  *notice.Service
	push     *push.Service
	files    *file.Service
	blobs    blob.Store
	ticket   *ticket.Service
	lists    *checklist.Service
	plans    *plan.Service
	expected *deadline.Service
	tasks    *task.Service
	posts    *post.Service
	hooks    *hook.Service
	backups  *backup.Service
	faults   telemetry.Faults
	ops      *ops.Service
	flags    *flag.Service
	holds    *hold.Service
	incident *incident.Service
	ready    *readiness.Service

	serving struct{ public, private string } // the addresses of this process, once it listens
}

// permissions is every permission of the product, in the order of the roles page.
func permissions() []actor.Declared {
	var all []actor.Declared
	for _, declared := range [][]actor.Declared{org.Permissions(), people.Permissions(), asset.Permissions(), auth.Permissions(), calendar.Permissions(), ticket.Permissions(),
		checklist.Permissions(), plan.Permissions(), post.Permissions(), task.Permissions(), hook.Permissions(), journal.Permissions(),
		exchange.Permissions(), ops.Permissions(), flag.Permissions()} {
		all = append(all, declared...)
	}
	return all
}

// newServicesAt migrates and opens the database and builds the services on it, by a clock. Close what it gives.
func newServicesAt(ctx context.Context, cfg config.Config, log *slog.Logger, now clock.Now) (*services, error) {
	s, err := buildServices(ctx, cfg, log, now)
	if err != nil {
		return nil, err
	}
	if err := s.opened(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// buildServices builds the services while the database is migrated and opened: nothing may ask it before opened has answered. Close what it gives.
func buildServices(ctx context.Context, cfg config.Config, log *slog.Logger, now clock.Now) (_ *services, err error) {
	s := &services{cfg: cfg, now: now, metrics: telemetry.NewMetrics(), written: statementNames()}
	log = slog.New(s.faults.Watching(log.Handler()))
	s.log = log
	if s.live, err = openLiveKeys(cfg, s.now); err != nil {
		return nil, config.Faults{{Name: "IW_DATA_DIR", Problem: err.Error()}}
	}
	carrier, err := s.carrier()
	if err != nil {
		return nil, err
	}
	if s.traces, err = telemetry.NewTraces(ctx, collector(cfg)); err != nil {
		return nil, config.Faults{{Name: "OTEL_EXPORTER_OTLP_ENDPOINT", Problem: err.Error()}}
	}
	breached, err := readBreached(cfg.Password.Breached)
	if err != nil {
		return nil, config.Faults{{Name: "IW_BREACHED_PASSWORDS", Problem: err.Error()}}
	}
	s.openDatabase(ctx)
	if err := s.openShared(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.anchors = &anchorFile{dir: cfg.Data, log: log}
	s.journal = journal.New(journal.Config{
		DB: s.db, Keys: s.live.audit().All, Seeds: s.live.anchor().All, Now: s.now, Log: log, Anchored: s.anchors.add,
		Told: s.forget, Alive: s.cache.Hear,
	})
	if err := s.openSwitches(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.jobs = job.New(job.Config{DB: s.db, Log: log, Held: s.held, Workers: cfg.Servers.Workers, Traces: s.traces, Waited: s.metrics.Waited, Observe: s.worked})
	s.mail = mail.New(s.db, s.jobs, carrier, s.now)
	s.org = org.New(org.Config{DB: s.db, Journal: s.journal, Cache: s.cache, Now: s.now, Log: log, Permissions: permissions()})
	s.people = people.New(s.db, s.journal, s.now)
	s.asset = asset.New(s.db, s.journal, s.now)
	s.argon = &argon.Beside{Most: cmp.Or(cfg.Password.Parallel, auth.UsualWorkers()), Log: log}
	s.auth = auth.New(auth.Config{
		DB: s.db, Journal: s.journal, Org: s.org, People: s.people, Mail: s.mail, Jobs: s.jobs, Limit: s.limits, Now: s.now, Log: log, Cache: s.cache, Box: seal.New(s.live.columns()), Origin: s.publicURL(),
		Hash: auth.HashConfig{
			Memory: uint32(cfg.Password.Memory / 1024), Passes: uint32(cfg.Password.Passes), Threads: uint8(cfg.Password.Threads),
			Workers: s.argon.Most, Queue: cfg.Password.Queue, Sum: s.argon.Sum,
		},
		Stopped: s.holds.Stopped, Idle: cfg.Session.Idle, Life: cfg.Session.Life, Most: cfg.Session.Most, Observe: s.metrics.SignIn, Breached: breached,
		Links: s.linksTo(web.PasswordLinkPath), AskPage: s.linksTo(web.ForgotPath),
		Prover: oidc.New(s.caller(1<<20).HTTP(), s.now), Back: s.linksTo(web.ProviderBackPath), Asker: ldap.New(s.caller(0)),
	})
	s.calendar = calendar.New(s.db, s.journal, s.now)
	if err := s.extend(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.exchange = exchange.New(exchange.Config{DB: s.db, Journal: s.journal, Org: s.org, People: s.people, Assets: s.asset, Tickets: s.ticket, Plans: s.plans, Posts: s.posts, Checklists: s.lists, Now: s.now})
	if err := s.openBackups(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.keepPartitions()
	s.keepKeys()
	s.ops, s.incident, s.ready = s.newOps(), s.newIncident(), s.newReadiness()
	return s, nil
}

// openShared makes what nodes share when there is a Redis: limits and caches. Without one each process has its own.
func (s *services) openShared() (err error) {
	var shared redis.UniversalClient
	if !s.cfg.Servers.Redis.IsZero() {
		if s.redis, err = cache.Dial(s.cfg.Servers.Redis); err != nil {
			return config.Faults{{Name: "REDIS_URL", Problem: err.Error()}}
		}
		shared = s.redis
	}
	if s.limits, err = newLimits(s.cfg, shared, s.metrics, s.log, s.now); err != nil {
		return err
	}
	c := cache.Config{Entries: s.cfg.Servers.Entries, TTL: s.cfg.Servers.CacheTTL, Redis: shared, Now: s.now, Log: s.log, Read: s.metrics.CacheRead}
	if s.traces != nil {
		c.Hit = func(ctx context.Context, cache string) { telemetry.Noted(ctx, "cache hit", cache) }
	}
	s.cache, err = cache.New(c)
	return err
}

// forget ends what is kept of a record that has changed, and has it looked at what is expected of its tenant now.
func (s *services) forget(tenant id.Tenant, noun string, subject id.Any) {
	if s.expected != nil {
		s.expected.Heard(tenant)
	}
	if noun == "" {
		s.cache.Apply(tenant)
		return
	}
	s.cache.Apply(tenant, noun, cache.Everything)
}

// collector is where spans and lines go.
func collector(cfg config.Config) telemetry.Collector {
	c := telemetry.Collector{Headers: cfg.Traces.Headers, Ratio: cfg.Traces.Ratio, Version: Version}
	if cfg.Traces.Endpoint.Host != "" {
		c.Endpoint = cfg.Traces.Endpoint.String()
	}
	if host, err := os.Hostname(); err == nil { // a name is of use, and no more
		c.Instance = host
	}
	return c
}

// carrier is how mail leaves: by a server, or to the log.
func (s *services) carrier() (mail.Carrier, error) {
	if s.cfg.Servers.SMTP.IsZero() {
		return mail.Log{Log: s.log}, nil
	}
	c, err := mail.NewSMTP(s.cfg.Servers.SMTP.Reveal(), s.cfg.Servers.MailFrom, s.cfg.Profile != config.Production)
	if err != nil {
		return nil, config.Faults{{Name: "SMTP_URL", Problem: err.Error()}}
	}
	return c, nil
}

func (s *services) close() (err error) {
	_ = s.opened() // who cares has been told
	if s.redis != nil {
		err = s.redis.Close()
	}
	err = errors.Join(err, s.flags.Close())
	s.db.Close()
	return err
}

// use builds the services for a subcommand that is done when fn is, and seals what fn wrote.
func (c *command) use(ctx context.Context, cfg config.Config, fn func(*services) error) error {
	s, err := newServices(ctx, cfg, telemetry.NewLog(c.Err, slog.LevelWarn))
	if err != nil {
		return err
	}
	err = fn(s)
	if sealed := s.journal.Seal(ctx); sealed != nil {
		err = errors.Join(err, fmt.Errorf("seal the journal: %w", sealed))
	}
	return errors.Join(err, s.close())
}
