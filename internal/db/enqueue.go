package db

import (
	"crypto/sha256"
	"errors"
	"time"
)

var errReadEnqueues = errors.New("db.enqueue: a read does not enqueue")

// JobRow is a job for the runner, see package job.
type JobRow struct {
	Kind        string
	Args        []byte    // JSON; nil = {}
	Queue       string    // "" = "default"
	Priority    int       // 1 is first, 4 last; 0 = 1
	MaxAttempts int       // 0 = 25
	ScheduledAt time.Time // zero = at once
	UniqueKey   string    // "" = none; else a second job of the kind with this key is dropped while the first is kept, done ones with it
}

// Enqueue puts off the insert of a job: it is there when the transaction commits, and not otherwise. The runner sees it at its
// next poll. Not in Read.
func (t *Tx) Enqueue(j JobRow) {
	if t.mode.reads() {
		t.broken = errReadEnqueues
		return
	}
	if j.Args == nil {
		j.Args = []byte("{}")
	}
	state, at := "available", any(nil)
	if !j.ScheduledAt.IsZero() {
		state, at = "scheduled", t.d.e.jobTime(j.ScheduledAt.UTC())
	}
	var key any
	if j.UniqueKey != "" {
		sum := sha256.Sum256([]byte("&kind=" + j.Kind + "&key=" + j.UniqueKey))
		key = sum[:]
	}
	or := func(v, def int) int64 {
		if v == 0 {
			v = def
		}
		return int64(v)
	}
	queue := j.Queue
	if queue == "" {
		queue = "default"
	}
	t.later = append(t.later, &call{text: t.d.e.jobText(),
		args: []any{j.Kind, string(j.Args), queue, or(j.Priority, 1), or(j.MaxAttempts, 25), state, at, key}})
}

// The insert of a job by hand, for River's own costs the request half its speed. The mask is River's default of the states in which a
// unique key holds: all but cancelled and discarded. https://riverqueue.com/docs/unique-jobs
var (
	pgJob = &text{name: "db.enqueue", verb: "insert", body: `insert into river_job
	(kind, args, queue, priority, max_attempts, state, scheduled_at, unique_key, unique_states)
	values ($1, $2, $3, $4, $5, $6, coalesce($7::timestamptz, now()), $8::bytea, case when $8::bytea is not null then B'11110101' end)
	on conflict do nothing`}
	sqliteJob = &text{name: "db.enqueue", verb: "insert", body: `insert into river_job
	(kind, args, queue, priority, max_attempts, state, scheduled_at, unique_key, unique_states)
	values ($1, jsonb($2), $3, $4, $5, $6, coalesce($7, strftime('%Y-%m-%d %H:%M:%f', 'now')), $8, case when $8 is not null then 245 end)
	on conflict do nothing`}
)

func (p *postgres) jobText() *text          { return pgJob }
func (p *postgres) jobTime(t time.Time) any { return t }

func (s *sqliteEngine) jobText() *text          { return sqliteJob }
func (s *sqliteEngine) jobTime(t time.Time) any { return t.Format("2006-01-02 15:04:05.000") } // River's, for it compares texts
