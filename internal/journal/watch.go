package journal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// Event tells background work of a sealed row.
type Event struct {
	Tenant  id.Tenant `json:"tenant"`
	Entry   id.Entry  `json:"entry"`
	Seq     int64     `json:"seq"`
	Verb    string    `json:"verb"`
	Subject id.Any    `json:"subject"`
	Request string    `json:"request"`
	Trace   string    `json:"-"` // which it belongs to, "" = none; see telemetry.Carried
}

// Watcher starts background work for the rows with certain verbs, in the transaction that seals them: once a row, whatever crashes.
type Watcher struct {
	Verbs  []string
	Row    func(Event) (db.JobRow, error)
	Within time.Duration // what happened longer ago, such as a history that is written later, starts nothing; 0 = everything does
	// Wanted gives those of Verbs that a tenant wants now. It is asked once for the rows that are sealed together, after they were
	// committed, and only when one has such a verb; nil = all of Verbs, always. It may answer from memory unless anew: a record of the noun
	// Of is among those rows then, or something was sealed of which this process has not heard yet.
	Wanted func(ctx context.Context, tenant id.Tenant, anew bool) ([]string, error)
	Of     string
	// Idle says that nothing would come of a row, so that no work is made for it; nil = something may come of all. It gets the row as it is kept: what it
	// says of people is encrypted.
	Idle func(e Entry) bool
}

// Watch adds a watcher. Call it before Run.
func (j *Journal) Watch(w Watcher) { j.watchers = append(j.watchers, w) }

// wanted gives the verbs of which each watcher is to be told about some rows of a tenant, which follow the one of that number.
func (j *Journal) wanted(ctx context.Context, tenant id.Tenant, rows []Entry, after int64) ([][]string, error) {
	out := make([][]string, len(j.watchers))
	for i, w := range j.watchers {
		out[i] = w.Verbs
		if w.Wanted == nil {
			continue
		}
		out[i] = nil
		if slices.ContainsFunc(rows, func(e Entry) bool { return slices.Contains(w.Verbs, e.Verb) }) {
			anew := j.heard[tenant] != after || slices.ContainsFunc(rows, func(e Entry) bool { return e.Noun == w.Of })
			some, err := w.Wanted(ctx, tenant, anew)
			if err != nil {
				return nil, fmt.Errorf("what is wanted of %s: %w", tenant, err)
			}
			out[i] = some
		}
	}
	return out, nil
}

// notify enqueues the work that subscribes to the row.
func (j *Journal) notify(tx *db.Tx, tenant id.Tenant, seq int64, e Entry, wanted [][]string) error {
	for i, w := range j.watchers {
		if !slices.Contains(wanted[i], e.Verb) || w.Within > 0 && j.now().Sub(e.At) > w.Within || w.Idle != nil && w.Idle(e) {
			continue
		}
		row, err := w.Row(Event{Tenant: tenant, Entry: e.ID, Seq: seq, Verb: e.Verb, Subject: e.Subject, Request: e.Request, Trace: e.trace})
		if err != nil {
			return fmt.Errorf("work for %s: %w", e.Verb, err)
		}
		tx.Enqueue(row)
	}
	return nil
}
