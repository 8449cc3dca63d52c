// Package testworld gives tests a small organisation with real services: the database is real, the clock is moved by hand, mail lands in
// a list, and the limiter is a stub that can be told to refuse. It is test support and belongs to no binary.
//
//	dbtest.Each(t, func(t *testing.T, d *db.DB) {
//		w := testworld.New(t, d)
//		site, err := w.Org.GetSite(t.Context(), w.Actor(org.Guard), w.Harbour.ID)
//
// The tenant looks like this; a role holds in the whole tenant where no place stands:
//
//	North ─ Harbour (site)      supervisor: North            guard: Harbour
//	      └ Hill ─ Tower (site) technician: Hill
//	South ─ Mill (site)         administrator, viewer, auditor
//	Depot (site, in no unit)
package testworld

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/file"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/hold"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
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
	"intelliwiz/internal/seal"
	"intelliwiz/internal/task"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/ticket"
)

// Morning is what the clock shows at first.
var Morning = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// World is an installation: services as the product wires them, and its first tenant.
type World struct {
	DB        *db.DB
	Clock     *clock.Hand
	Log       *Log
	Journal   *journal.Journal
	Cache     *cache.Store
	Jobs      *job.Runner
	Mail      *mail.Service
	Sink      *Sink
	Org       *org.Service
	People    *people.Service
	Asset     *asset.Service
	Auth      *auth.Service
	Calendar  *calendar.Service
	Exchange  *exchange.Service
	Limit     *Limit
	Anchors   *Anchors
	*Tenant   // the first one, with the code HOUSE
	Push      *push.Service
	Notices   *notice.Service
	Files     *file.Service
	Ticket    *ticket.Service
	Checks    *checklist.Service
	Plans     *plan.Service
	Tasks     *task.Service
	Posts     *post.Service
	Deadlines *deadline.Service // whose Run no test starts unless it says so
	Hooks     *hook.Service
	Ops       *ops.Service
	Flags     *flag.Service
	Holds     *hold.Service
	Metrics   *telemetry.Metrics // what Ops tells of
	Faults    *telemetry.Faults  // the errors that were logged
	Keys      *Keys              // seal the secrets of webhooks and of apps

	roots *x509.CertPool
	t     testing.TB
	url   string
}

// TaskGrace is how long after its time a task is closed that nobody did.
const TaskGrace = 15 * time.Minute

// New makes a world in a fresh database. change may alter what the auth service is built from.
func New(t testing.TB, d *db.DB, change ...func(*auth.Config)) *World {
	t.Helper()
	w := Empty(t, d, change...)
	w.Tenant = w.newTenant("HOUSE", "Tin Lantern Estates")
	return w
}

// Empty makes the services alone, in an installation without a tenant.
func Empty(t testing.TB, d *db.DB, change ...func(*auth.Config)) *World {
	t.Helper()
	w := &World{DB: d, Clock: clock.At(Morning), Log: &Log{}, Sink: &Sink{}, Limit: &Limit{}, Anchors: &Anchors{}, t: t}
	w.Metrics, w.Faults = telemetry.NewMetrics(), &telemetry.Faults{}
	log := w.Logged()
	store, err := cache.New(cache.Config{Entries: 1000, TTL: time.Hour, Now: w.Clock.Now, Log: log})
	w.must(err)
	w.Cache = store
	w.Journal = journal.New(journal.Config{
		DB: d, Key: JournalKey(), Anchor: AnchorKey(), Now: w.Clock.Now, Log: log, Every: 10 * time.Millisecond, Anchored: w.Anchors.add,
		Told: func(tenant id.Tenant, noun string, _ id.Any) { store.Apply(tenant, noun, cache.Everything) },
	})
	w.openSwitches(log)
	w.Jobs = job.New(job.Config{DB: d, Log: log})
	w.Mail = mail.New(d, w.Jobs, w.Sink, w.Clock.Now)
	w.Org = org.New(org.Config{DB: d, Journal: w.Journal, Cache: store, Now: w.Clock.Now, Log: log, Permissions: Permissions()})
	w.People = people.New(d, w.Journal, w.Clock.Now)
	w.Asset = asset.New(d, w.Journal, w.Clock.Now)
	w.Keys = &Keys{}
	w.Keys.Add(5)
	c := auth.Config{
		DB: d, Journal: w.Journal, Org: w.Org, People: w.People, Mail: w.Mail, Jobs: w.Jobs, Limit: w.Limit, Now: w.Clock.Now, Log: log, Cache: store, Box: seal.New(w.Keys), Origin: Origin,
		Hash: auth.HashConfig{Memory: 64, Passes: 1}, Links: Origin + "/password/", AskPage: Origin + "/login/forgot",
		Prover: oidc.New(w.caller(true).HTTP(), w.Clock.Now), Back: Origin + "/login/provider/back", Stopped: w.Holds.Stopped, Asker: ldap.New(w.caller(true)),
	}
	for _, f := range change {
		f(&c)
	}
	w.Auth = auth.New(c)
	w.Calendar = calendar.New(d, w.Journal, w.Clock.Now)
	w.Checks = checklist.New(d, w.Journal, store, w.Clock.Now)
	w.Plans = plan.New(d, w.Journal, plan.Straight{}, w.Clock.Now)
	w.openPush()
	w.Notices = notice.New(notice.Config{
		Push: w.Push, Path: func(noun string, record id.Any) string { return "/" + noun + "/" + record.String() },
		DB: d, Journal: w.Journal, Jobs: w.Jobs, Mail: w.Mail, Org: w.Org, People: w.People, Cache: store, Now: w.Clock.Now, Log: log, Live: w.Auth.Live,
		Address:  func(noun string, record id.Any) string { return "https://iw.example/" + noun + "/" + record.String() },
		Settings: "https://iw.example/account/notices", Every: 20 * time.Millisecond,
	})
	w.Deadlines = deadline.New(deadline.Config{DB: d, Now: w.Clock.Now, Log: log, Tenants: w.Org.Tenants, Tick: 10 * time.Millisecond, Round: 50 * time.Millisecond})
	w.Ticket = ticket.New(ticket.Config{
		Soon: w.Deadlines.Sooner, Cache: store, DB: d, Journal: w.Journal, Jobs: w.Jobs, Now: w.Clock.Now, Door: w.Auth, Limit: w.Limit.Report, Tenants: w.Org.Tenants, Sweep: time.Hour,
		Bulk: func(ctx context.Context, who actor.Actor) bool { return w.Flags.Bool(ctx, who, flag.BulkAssign) },
	})
	w.Deadlines.Also(w.Ticket.ClimbDue)
	w.Tasks = task.New(task.Config{
		DB: d, Journal: w.Journal, Jobs: w.Jobs, Cache: w.Cache, Plans: w.Plans, Checklists: w.Checks, Deadlines: w.Deadlines, Assets: w.Asset, Tickets: w.Ticket, InCharge: w.Org.InCharge,
		Tenants: w.Org.Tenants, Now: w.Clock.Now, Every: time.Hour, Grace: TaskGrace,
	})
	w.Notices.Tell(notice.Source{Verbs: task.Told(), Tell: w.Tasks.Tellings, Nobody: task.TellsNobody})
	w.Posts = post.New(post.Config{DB: d, Journal: w.Journal, Deadlines: w.Deadlines, Tickets: w.Ticket, InCharge: w.Org.InCharge, Now: w.Clock.Now})
	w.Notices.Tell(notice.Source{Verbs: post.Told(), Tell: w.Posts.Tellings})
	w.Exchange = exchange.New(exchange.Config{DB: d, Journal: w.Journal, Org: w.Org, People: w.People, Assets: w.Asset, Tickets: w.Ticket, Plans: w.Plans, Posts: w.Posts, Checklists: w.Checks, Now: w.Clock.Now})
	w.Notices.Tell(notice.Source{Verbs: ticket.Told(), Tell: w.Ticket.Tellings, Nobody: ticket.TellsNobody})
	w.openFiles()
	w.openHooks()
	w.openOps()
	return w
}

// Permissions is every permission of the product, in the order of the roles page.
func Permissions() []actor.Declared {
	return slices.Concat(org.Permissions(), people.Permissions(), asset.Permissions(), auth.Permissions(), calendar.Permissions(), ticket.Permissions(),
		checklist.Permissions(), plan.Permissions(), post.Permissions(), task.Permissions(), hook.Permissions(), journal.Permissions(),
		exchange.Permissions(), ops.Permissions(), flag.Permissions())
}

// JournalKey is the key that signs the world's journal.
func JournalKey() []byte { return bytes.Repeat([]byte{7}, 32) }

// AnchorKey is the key that signs the world's anchors.
func AnchorKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))
}

// Start runs the sealer and the job runner until the test ends, or until the function that it gives is called.
func (w *World) Start() (stop func()) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Journal.Run(ctx) }()
	if err := w.Jobs.Start(context.WithoutCancel(ctx)); err != nil {
		w.t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
		patience, end := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer end()
		if err := w.Jobs.Stop(patience); err != nil {
			w.t.Error(err)
		}
	})
	w.t.Cleanup(stop)
	return stop
}

// Seal numbers what was written so far.
func (w *World) Seal() {
	w.t.Helper()
	w.must(w.Journal.Seal(w.t.Context()))
}

// SecondTenant makes another tenant, CABIN, whose codes, names, logins, addresses and numbers are all those of the first.
func (w *World) SecondTenant() *Tenant {
	w.t.Helper()
	return w.newTenant("CABIN", "Quiet Cabin Services")
}

// Ctx is the test's context, for goroutines and helpers that have no t.
func (w *World) Ctx() context.Context { return w.t.Context() }

// Logger writes to Log.
func (w *World) Logger() *slog.Logger { return slog.New(slog.NewTextHandler(w.Log, nil)) }

func (w *World) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// Remember has caches keep what they may keep as long as they hear of changes, until the test ends: nothing does in a world of itself, for
// a test may change rows behind the journal's back.
func (w *World) Remember() {
	ctx := w.t.Context()
	w.Cache.Hear()
	go func() {
		for ctx.Err() == nil {
			w.Cache.Hear()
			time.Sleep(50 * time.Millisecond)
		}
	}()
}

// Eventually waits until ok, at most half a minute, and fails the test when it never is.
func Eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 3000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("after half a minute still not: %s", what)
}
