// Package job runs work in the background, at least once, on either database: what a use case puts off, what subscribes to the journal,
// and what recurs. Work must be idempotent; what leaves the process carries a key of its own. The runner is River behind three verbs:
// Register, Enqueue and Every. It refuses to run inside a request.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/telemetry"
)

// maxAttempts is how often work is tried; River's back-off makes that about three days.
const maxAttempts = 18

// heldFor is when work that waits is looked at again.
const heldFor = time.Minute

// Args says what is to be done. Its zero value must know its kind, a stable name: "auth.notice".
type Args interface{ Kind() string }

// Apart is work that waits for servers of others: it runs in a queue of its own, named by Queue, so that it does not hold up the rest.
type Apart interface {
	Args
	Queue() string
}

// Long is work of which one run may take longer than the rest, and how long.
type Long interface {
	Args
	Most() time.Duration
}

// Outcome says how one run of a job ended.
type Outcome string

// The outcomes of a run.
const (
	Done     Outcome = "done"
	Retried  Outcome = "retried"  // failed, and comes again
	Given    Outcome = "given_up" // failed for good: it can never succeed, or all attempts are used up
	Panicked Outcome = "panicked" // failed by a defect of ours, and comes again
)

// Config is what a runner is built from.
type Config struct {
	DB      *db.DB
	Log     *slog.Logger
	Workers int           // jobs at once; 0 = 8
	Timeout time.Duration // of one run; 0 = 1 minute
	Traces  *telemetry.Traces
	// Held says that work of a kind waits just now, without using up an attempt; nil = none does.
	Held func(kind string) bool
	// Observe is told of every run; nil = nobody.
	Observe func(kind string, o Outcome, took time.Duration)
	// Waited is told of every run how long it waited for its turn; nil = nobody.
	Waited func(kind string, d time.Duration)
}

// Runner holds the registered work and runs it between Start and Stop.
type Runner struct {
	c        Config
	workers  *river.Workers
	periodic []*river.PeriodicJob
	kinds    []string
	queues   []string // beside the default one
	client   client
	faults   []error // of registration, answered by Start
}

// New makes a runner without work.
func New(c Config) *Runner {
	if c.Workers == 0 {
		c.Workers = 8
	}
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	return &Runner{c: c, workers: river.NewWorkers()}
}

// Kinds gives the registered kinds of work, in the order of registration.
func (r *Runner) Kinds() []string { return r.kinds }

// Actor is who background work of a tenant acts as: the system itself, which may do everything there. Work of the installation has none.
func Actor(tenant id.Tenant) actor.Actor {
	return actor.New(actor.Facts{Kind: actor.System, Tenant: tenant, Name: "IntelliWiz"})
}

// envelope is what is stored: whose work it is, and which request and trace it comes from.
type envelope[A Args] struct {
	Tenant  id.Tenant `json:"tenant,omitzero"`
	Request string    `json:"request,omitzero"`
	Trace   string    `json:"trace,omitzero"`
	Args    A         `json:"args"`
}

// Kind names the work for River.
func (envelope[A]) Kind() string { var a A; return a.Kind() }

// Register says how work of a kind is done. who is the system in the tenant that the work belongs to. An error means: again, later; but
// work whose fault cannot go away (Invalid, NotFound, Forbidden, Conflict) is given up.
func Register[A Args](r *Runner, work func(ctx context.Context, who actor.Actor, a A) error) {
	r.kinds = append(r.kinds, envelope[A]{}.Kind())
	if q := queueOf[A](); q != "" {
		r.queues = append(r.queues, q)
	}
	if err := river.AddWorkerSafely(r.workers, &worker[A]{r: r, work: work}); err != nil {
		r.faults = append(r.faults, err)
	}
}

// Watch registers work that is started, once each, by journal rows with certain verbs. A must decode the JSON of a journal.Event: embed it.
func Watch[A Args](r *Runner, j *journal.Journal, verbs []string, work func(ctx context.Context, who actor.Actor, a A) error) {
	Register(r, work)
	Follow[A](j, 0, verbs)
}

// Follow has journal rows with certain verbs start, once each, work that is registered elsewhere: Watch for verbs that come later. What
// happened longer ago than within starts nothing; 0 = everything does.
func Follow[A Args](j *journal.Journal, within time.Duration, verbs []string) {
	j.Watch(journal.Watcher{Verbs: verbs, Within: within, Row: rowOf[A]})
}

// FollowUnless is Follow without a job for the rows of which nothing would come. See journal.Watcher.
func FollowUnless[A Args](j *journal.Journal, within time.Duration, verbs []string, idle func(journal.Entry) bool) {
	j.Watch(journal.Watcher{Verbs: verbs, Within: within, Row: rowOf[A], Idle: idle})
}

// FollowWanted is Follow for verbs that few tenants want, by their records of a noun: no job is made for the rows of others. See journal.Watcher.
func FollowWanted[A Args](j *journal.Journal, within time.Duration, verbs []string, noun string, wanted func(ctx context.Context, tenant id.Tenant, anew bool) ([]string, error)) {
	j.Watch(journal.Watcher{Verbs: verbs, Within: within, Row: rowOf[A], Wanted: wanted, Of: noun})
}

// rowOf makes the job that a journal row starts.
func rowOf[A Args](e journal.Event) (db.JobRow, error) {
	var a A
	args, err := json.Marshal(struct {
		Tenant  id.Tenant     `json:"tenant"`
		Request string        `json:"request,omitzero"`
		Trace   string        `json:"trace,omitzero"`
		Args    journal.Event `json:"args"`
	}{e.Tenant, e.Request, e.Trace, e})
	return db.JobRow{Kind: a.Kind(), Args: args, Queue: queueOf[A](), MaxAttempts: maxAttempts, UniqueKey: e.Tenant.String() + e.Entry.String()}, err
}

// queueOf gives the queue of a kind of work; "" is the default one.
func queueOf[A Args]() string {
	var a A
	if q, ok := any(a).(Apart); ok {
		return q.Queue()
	}
	return ""
}

// Every registers work of the installation that recurs, on one node at a time.
func Every[A Args](r *Runner, interval time.Duration, a A, work func(ctx context.Context, who actor.Actor, a A) error) {
	Register(r, work)
	r.periodic = append(r.periodic, river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) {
			return envelope[A]{Args: a}, &river.InsertOpts{MaxAttempts: 1}
		}, &river.PeriodicJobOpts{ID: a.Kind(), RunOnStart: true}))
}

// Enqueue puts work of the transaction's tenant off until after its commit; a rollback takes it back. key makes a second job of the
// kind with the same key impossible; "" allows any number.
func Enqueue[A Args](ctx context.Context, tx *db.Tx, a A, key string) error {
	return EnqueueAt(ctx, tx, a, key, time.Time{})
}

// EnqueueAt is Enqueue for work that is not to begin before a moment (UTC); zero is at once. The runner sees it up to five seconds later.
func EnqueueAt[A Args](ctx context.Context, tx *db.Tx, a A, key string, at time.Time) error {
	args, err := json.Marshal(envelope[A]{Tenant: tx.Who().Tenant(), Request: telemetry.RequestID(ctx), Trace: telemetry.Carried(ctx), Args: a})
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", a.Kind(), err)
	}
	if key != "" {
		key = tx.Who().Tenant().String() + key
	}
	tx.Enqueue(db.JobRow{Kind: a.Kind(), Args: args, Queue: queueOf[A](), MaxAttempts: maxAttempts, UniqueKey: key, ScheduledAt: at})
	return nil
}

type worker[A Args] struct {
	river.WorkerDefaults[envelope[A]]
	r    *Runner
	work func(ctx context.Context, who actor.Actor, a A) error
}

// Timeout bounds one run.
func (w *worker[A]) Timeout(j *river.Job[envelope[A]]) time.Duration {
	if l, ok := any(j.Args.Args).(Long); ok {
		return l.Most()
	}
	return w.r.c.Timeout
}

// Work runs the job as the system in its tenant, under the id of the request that caused it.
func (w *worker[A]) Work(ctx context.Context, j *river.Job[envelope[A]]) (err error) {
	if w.r.c.Held != nil && w.r.c.Held(j.Kind) {
		return river.JobSnooze(heldFor)
	}
	ctx, span := w.r.c.Traces.Work(traced(ctx, j.Args.Tenant, j.Args.Request, ""), j.Kind, j.Args.Trace)
	span.Number("iw.attempt", int64(j.Attempt))
	defer func() { span.End(string(fault.KindOf(err))) }()
	defer func() {
		if v := recover(); v != nil { // River would log it as well, without the request
			err = panicked{v, string(debug.Stack())}
		}
	}()
	start := time.Now()
	if w.r.c.Waited != nil {
		w.r.c.Waited(j.Kind, start.Sub(j.ScheduledAt))
	}
	err = w.work(ctx, Actor(j.Args.Tenant), j.Args.Args)
	if err == nil {
		w.r.observe(j.Kind, Done, time.Since(start))
	}
	return err
}

// traced gives a context under which log lines bear the tenant, the request and the trace that the work comes from.
func traced(ctx context.Context, tenant id.Tenant, request, trace string) context.Context {
	return telemetry.Under(telemetry.WithRequestID(actor.Into(ctx, Actor(tenant)), request), trace)
}

// tracedRow is traced for River's callbacks, which know the stored row only.
func tracedRow(ctx context.Context, j *rivertype.JobRow) context.Context {
	var e struct {
		Tenant  id.Tenant `json:"tenant"`
		Request string    `json:"request"`
		Trace   string    `json:"trace"`
	}
	if err := json.Unmarshal(j.EncodedArgs, &e); err != nil {
		return ctx // work that cannot be read: its fault says so
	}
	return traced(ctx, e.Tenant, e.Request, e.Trace)
}

// panicked is the panic of a job as an error.
type panicked struct {
	value any
	trace string
}

// Error gives the panic's value.
func (p panicked) Error() string { return fmt.Sprint("panic: ", p.value) }

// hopeless says that trying again cannot help.
func hopeless(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Malformed, fault.NotFound, fault.Forbidden, fault.Unauthenticated, fault.Conflict, fault.TooLarge:
		return true
	}
	return false
}

func (r *Runner) observe(kind string, o Outcome, took time.Duration) {
	if r.c.Observe != nil {
		r.c.Observe(kind, o, took)
	}
}

// HandleError logs what went wrong, once a run, counts it, and gives up what cannot succeed. River calls it.
func (r *Runner) HandleError(ctx context.Context, j *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	if p, ok := errors.AsType[panicked](err); ok {
		return r.HandlePanic(ctx, j, p.value, p.trace)
	}
	o, never := Retried, hopeless(err)
	if never || j.Attempt >= j.MaxAttempts {
		o = Given
	}
	r.c.Log.ErrorContext(tracedRow(ctx, j), "job failed", "job", j.Kind, "job_id", j.ID, "attempt", j.Attempt, "outcome", string(o), "err", err)
	r.observe(j.Kind, o, 0)
	return &river.ErrorHandlerResult{SetCancelled: never}
}

// HandlePanic logs the panic of a job and counts it; the process lives and the job comes again. River calls it.
func (r *Runner) HandlePanic(ctx context.Context, j *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	r.c.Log.ErrorContext(tracedRow(ctx, j), "job panicked", "job", j.Kind, "job_id", j.ID, "attempt", j.Attempt, "panic", fmt.Sprint(value), "stack", trace)
	r.observe(j.Kind, Panicked, 0)
	return nil
}
