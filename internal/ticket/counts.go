package ticket

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/db"
)

// Counts gives how many tickets List would list in all for each status, by the same filter whatever its Statuses; a status without any is
// absent. What is counted is kept until a ticket changes. Needs ticket.read.
func (s *Service) Counts(ctx context.Context, who actor.Actor, f Filter) (map[Status]int64, error) {
	return s.counted(ctx, who, f, nil)
}

// Active gives how many tickets List would list by a filter, whatever its Statuses, that are to be worked on. It is kept as Counts is, and reads no
// others. Needs ticket.read.
func (s *Service) Active(ctx context.Context, who actor.Actor, f Filter) (n int64, err error) {
	counts, err := s.counted(ctx, who, f, ActiveStatuses())
	for _, of := range counts {
		n += of
	}
	return n, err
}

// Late gives how many of those should have been resolved before a moment; it is kept for a full minute. Needs ticket.read.
func (s *Service) Late(ctx context.Context, who actor.Actor, f Filter, before time.Time) (int64, error) {
	f.DueBefore = before
	return s.Active(ctx, who, f)
}

// counted counts by a filter with these statuses in place of its own: nil for all, or those that are to be worked on.
func (s *Service) counted(ctx context.Context, who actor.Actor, f Filter, statuses []Status) (map[Status]int64, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	if err := f.Check(); err != nil {
		return nil, err
	}
	f.Statuses = statuses
	key, steady := f.countsKey(who)
	if !steady {
		return s.count(ctx, who, f)
	}
	return s.counts.Get(ctx, who.Tenant(), key, []string{"ticket", "group", "site"}, func(ctx context.Context) (map[Status]int64, error) {
		return s.count(ctx, who, f)
	})
}

// countsKey names what is counted: by which filter, and at which sites. What moves with every moment or is typed by hand is not worth keeping.
func (f Filter) countsKey(who actor.Actor) (key string, steady bool) {
	sites, all := who.Sites(CanRead)
	if !f.DueBefore.Equal(f.DueBefore.Truncate(time.Minute)) || !f.ChangedAfter.IsZero() || f.Search != "" || len(sites) > maxKeyed {
		return "", false
	}
	if f.Mine {
		key = who.Person().String()
	}
	raw, err := json.Marshal(f)
	return fmt.Sprint(key, all, sites, string(raw)), err == nil
}

// maxKeyed is the most sites of an actor for whom counts are kept.
const maxKeyed = 100

// narrows says that the filter leaves out something, beside what it says of statuses.
func (f Filter) narrows() bool {
	return f.Site != nil || f.Category != nil || f.Priority != "" || f.Kind != "" || f.Mine || f.Person != nil || f.Group != nil || f.Nobody || f.Creator != nil ||
		f.Asset != nil || f.Location != nil || f.Escalated || !f.DueBefore.IsZero() || !f.ChangedAfter.IsZero() || f.Search != "" || f.Order == NextEscalation
}

// narrowsChanges is narrows beside ChangedAfter.
func (f Filter) narrowsChanges() bool {
	f.ChangedAfter = time.Time{}
	return f.narrows()
}

func (s *Service) count(ctx context.Context, who actor.Actor, f Filter) (map[Status]int64, error) {
	var rows []counted
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = f.countIn(ctx, tx)
		return err
	})
	out := make(map[Status]int64, len(rows))
	for _, x := range rows {
		out[x.status] += x.n
	}
	return out, err
}

// countIn counts by the filter, of all statuses or of those to be worked on.
func (f Filter) countIn(ctx context.Context, tx *db.Tx) ([]counted, error) {
	counts := ticketCounts
	switch {
	case f.Statuses != nil:
		counts = countsActive
	case f.Mine:
		counts = countsMine
	case !f.narrows():
		sites, all := tx.Who().Sites(CanRead)
		return db.All(ctx, tx, scanCounted, countsAll, all, sites)
	}
	climbing := f.Order == NextEscalation
	f.Order = Newest
	return db.All(ctx, tx, scanCounted, counts, append(f.arguments(tx.Who()), climbing)...)
}

type counted struct {
	status Status
	n      int64
}

func scanCounted(r db.Row) (c counted, err error) { err = r.Scan(&c.status, &c.n); return c, err }

// keptCounts are of this process.
func keptCounts(store *cache.Store) *cache.Of[map[Status]int64] {
	return cache.Named[map[Status]int64](store, "ticket.counts", cache.Options{Followed: true})
}
