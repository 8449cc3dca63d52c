// Package deadline keeps what is expected, each with the moment by which it is to be met, and does what follows when it is not: a task that
// was not done, a tour on which nothing was scanned, a reminder that comes before. All of them are one mechanism: a row in the database,
// looked at when its time has come, by any number of nodes, and ended once. What follows is done in the transaction that ends it.
package deadline

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
)

// Kind says what is expected: "task.done".
type Kind string

// State is what became of an expectation.
type State string

// The states.
const (
	Open   State = "OPEN"
	Met    State = "MET"
	Broken State = "BROKEN" // it was not met, and what follows has been done
)

// Deadline is one thing that is expected.
type Deadline struct {
	ID      id.Deadline
	Kind    Kind
	Subject id.Any
	Due     time.Time
	State   State
	Ended   *time.Time // since when it is met or broken
	Tries   int64      // looks at it that failed
	Note    string     // what followed, for people
}

// Answer is what a look at an expectation found, whose time has come.
type Answer struct {
	State State     // Open: it is to be met later, by Again
	Again time.Time // of Open
	Note  string    // what followed, for people
}

// Look is what a domain does when the time of an expectation has come: it asks whether it is met and, if not, does what follows. All that it
// does by use cases with its context is one transaction with the end of the expectation. An error keeps nothing, and it is looked at again
// later. who is the system.
type Look func(ctx context.Context, who actor.Actor, d Deadline) (Answer, error)

// Config is what the service needs.
type Config struct {
	DB      *db.DB
	Now     clock.Now
	Jobs    *job.Runner // nil: what is over is kept for good
	Log     *slog.Logger
	Tenants func(ctx context.Context) ([]id.Tenant, error) // every tenant there is
	Tick    time.Duration                                  // between two looks for what has come; 0: a second
	Round   time.Duration                                  // within which every tenant is looked at, whatever this node was told of it; 0: half a minute
	Late    func(kind string, by time.Duration)            // told of every look how long after its time it was; nil: nobody
}

// Also is something else of a tenant that comes at moments which it keeps itself: tickets that climb. It does what has come, some of it at once, and
// gives when the next comes; the zero time: nothing does. who is the system.
type Also func(ctx context.Context, who actor.Actor) (next time.Time, err error)

// Service keeps expectations and looks at them. Nothing runs before Run.
type Service struct {
	c     Config
	looks map[Kind]Look
	also  []Also
	slots chan struct{} // of what is done side by side, whatever tenant it is of
	all   []id.Tenant   // every tenant, as they were listed last; of Run alone

	mu   sync.Mutex
	next map[id.Tenant]time.Time // when something of a tenant comes, as far as this node knows
}

// New makes the service, and registers its work.
func New(c Config) *Service {
	if c.Tick == 0 {
		c.Tick = time.Second
	}
	if c.Round == 0 {
		c.Round = 30 * time.Second
	}
	s := &Service{c: c, looks: map[Kind]Look{}, next: map[id.Tenant]time.Time{}, slots: make(chan struct{}, workers)}
	if c.Jobs != nil {
		job.Every(c.Jobs, 24*time.Hour, sweep{}, s.sweep)
	}
	return s
}

// Register says what is done when an expectation of a kind has come. Call it before Run.
func (s *Service) Register(k Kind, look Look) { s.looks[k] = look }

// Also has something else of every tenant looked at with its expectations. Call it before Run.
func (s *Service) Also(do Also) { s.also = append(s.also, do) }

// Sooner notes that something of a tenant comes at a moment: this node looks then.
func (s *Service) Sooner(t id.Tenant, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if next, known := s.next[t]; !known || at.Before(next) {
		s.next[t] = at
	}
}

// heard is how soon a node looks at a tenant of which it heard that something has changed.
const heard = 2 * time.Second

// Heard notes that records of a tenant have changed, on whatever node, from which something may be expected that this one does not know of: it looks
// soon. The node that wrote it may be gone before it comes.
func (s *Service) Heard(t id.Tenant) { s.Sooner(t, s.c.Now().Add(heard)) }

// Expected is something that a domain expects.
type Expected struct {
	Kind    Kind
	Mark    string // tells apart several of a kind; "": there is one
	Subject id.Any
	Due     time.Time
}

// id is the same whenever the same is expected of the same record.
func (e Expected) id(tenant id.Tenant) id.Deadline {
	return id.Derive[id.Deadline](e.Subject.Time(), tenant.String(), string(e.Kind), e.Mark, e.Subject.String())
}

// Expect writes what is expected into the transaction that gives rise to it. What is expected already gets its new moment, and is open again
// when that is another.
func (s *Service) Expect(tx *db.Tx, all ...Expected) {
	if len(all) == 0 {
		return
	}
	tenant, now := tx.Who().Tenant(), s.c.Now()
	ids, kinds, subjects, dues := make([]id.Deadline, len(all)), make([]string, len(all)), make([]id.Any, len(all)), make([]time.Time, len(all))
	first := all[0].Due
	for i, e := range all {
		ids[i], kinds[i], subjects[i], dues[i] = e.id(tenant), string(e.Kind), e.Subject, e.Due
		if e.Due.Before(first) {
			first = e.Due
		}
	}
	tx.Later(expect, ids, kinds, subjects, dues, now)
	tx.AfterCommit(func() { s.Sooner(tenant, first) })
}

// Meet ends all that is expected of a record: it is met. Without it, the look finds out.
func (s *Service) Meet(tx *db.Tx, subject id.Any) { tx.Later(meet, subject, s.c.Now()) }

// Of reads what was and is expected of a record, by its moments, with the next statement of the transaction: that of a domain which asks in the
// same breath whether the actor sees the record, for this does not.
func Of(tx *db.Tx, into *[]Deadline, subject id.Any) { db.Soon(tx, into, scan, of, subject) }

const columns = `d.id, d.kind, d.subject_id, d.due_at, d.state, d.ended_at, d.tries, d.note`

func (d *Deadline) targets() []any {
	return []any{&d.ID, &d.Kind, &d.Subject, &d.Due, &d.State, db.Null(&d.Ended), &d.Tries, &d.Note}
}

func scan(r db.Row) (d Deadline, err error) {
	err = r.Scan(d.targets()...)
	return d, err
}

const of db.SQL = `-- deadline.of
select ` + columns + ` from deadlines d where d.tenant_id = $1 and d.subject_id = $2 order by d.due_at, d.id`

const expect db.SQL = `-- deadline.expect
insert into deadlines (tenant_id, id, kind, subject_id, due_at, try_at, state, tries, note, created_at)
select $1, v.id, v.kind, v.subject, v.due, v.due, 'OPEN', 0, '', $6
from (lists_of($2 id uuid, $3 kind text, $4 subject uuid, $5 due timestamptz)) v where true
on conflict (tenant_id, id) do update set due_at = excluded.due_at, try_at = excluded.try_at, state = 'OPEN', ended_at = null, tries = 0, note = ''
where deadlines.due_at <> excluded.due_at`

const meet db.SQL = `-- deadline.meet
update deadlines set state = 'MET', ended_at = $3 where tenant_id = $1 and subject_id = $2 and state = 'OPEN'`
