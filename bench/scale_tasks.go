package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
)

// view is a page that planners and guards look at.
type view struct {
	name   string
	who    actor.Actor
	filter task.Filter
	counts bool // how many there are of each status, instead of the tasks
}

// look asks for every view over a million tasks of one customer, half of them in the past.
func (w *scaled) look(ctx context.Context) (m measure, err error) {
	number := w.part(1_000_000)
	m = measure{name: fmt.Sprintf("planning views over %d tasks", number), limit: "50 ms, no table read whole"}
	c, now := w.world[0], time.Now().UTC().Truncate(time.Microsecond)
	if err := w.loadTasks(ctx, c, number, now); err != nil {
		return m, err
	}
	before, err := w.wholes(ctx)
	if err != nil {
		return m, err
	}
	log := &plans{}
	w.d.log = slog.New(log)
	defer func() { w.d.log = nil }()
	slowest, where := time.Duration(0), ""
	err = w.d.open(ctx, func(_ *db.DB, b *builder) error {
		for _, v := range views(c, now) {
			took, err := v.time(ctx, b.tasks)
			if err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
			fmt.Fprintf(os.Stderr, "  %-30s %.1f ms\n", v.name, float64(took.Microseconds())/1000)
			if took > slowest {
				slowest, where = took, v.name
			}
		}
		return nil
	})
	if err != nil {
		return m, err
	}
	whole := log.whole()
	if after, err := w.wholes(ctx); err != nil {
		return m, err
	} else if after > before {
		whole = append(whole, fmt.Sprintf("tasks, %d times", after-before))
	}
	m.found = fmt.Sprintf("slowest %.1f ms (%s)", float64(slowest.Microseconds())/1000, where)
	if len(whole) > 0 {
		m.found += ", read whole: " + strings.Join(whole, ", ")
	}
	m.held = slowest < 50*time.Millisecond && len(whole) == 0
	return m, nil
}

// wholes is how often the table of tasks was read from end to end, as PostgreSQL counts it once a connection is closed; SQLite does not count, but its
// plans say it, and are the same for all values.
func (w *scaled) wholes(ctx context.Context) (int64, error) {
	if w.engine != "postgres" {
		return 0, nil
	}
	return w.d.count(ctx, "select seq_scan from pg_stat_user_tables where relname = 'tasks'")
}

// loadTasks puts tasks of a year into the database: a day has as many as any other.
func (w *scaled) loadTasks(ctx context.Context, c customer, number int, now time.Time) error {
	into, err := openWriter(ctx, w.d)
	if err != nil {
		return err
	}
	defer into.close(ctx)
	r := rand.New(rand.NewPCG(3, 4))
	const chunk = 50_000
	for from := 0; from < number; from += chunk {
		t := table{name: "tasks", columns: strings.Fields(`tenant_id id kind source site_id name search_key asset_id person_id priority proof ordered on_expiry nominal
			round seq schedule_version fires_at begins_at due_at status late deviation alerts version created_at updated_at`)}
		for n := from; n < min(from+chunk, number); n++ {
			at := now.Add(time.Duration(n-number/2) * (365 * 24 * time.Hour / time.Duration(number)))
			status := task.Completed
			if at.After(now) || n%500 == 0 {
				status = task.Assigned
			}
			name := fmt.Sprintf("Round of the plant rooms %d", n%400)
			t.rows = append(t.rows, []any{
				c.ID.String(), id.New[id.Task]().String(), string(plan.Task), string(task.FromPlan), c.Sites[r.IntN(len(c.Sites))].ID.String(), name, strings.ToLower(name),
				c.Assets[r.IntN(len(c.Assets))].ID.String(), c.People[r.IntN(len(c.People))].ID.String(), "MEDIUM", "NONE", false, "CLOSE", at.Format("2006-01-02T15:04"), int64(0), int64(0), int64(1),
				at, at, at.Add(time.Hour), string(status), false, false, int64(0), int64(1), now.Add(-time.Hour), at.Add(-time.Hour),
			})
		}
		if err := into.write(ctx, []table{t}); err != nil {
			return err
		}
	}
	return into.analyze(ctx)
}

// views gives what is looked at: by a supervisor of every site, and by a guard of one.
func views(c customer, now time.Time) []view {
	reach := func(n int, r actor.Reach) actor.Actor {
		return actor.New(actor.Facts{Kind: actor.Person, Tenant: c.ID, Person: c.People[n].ID, Reach: map[actor.Permission]actor.Reach{task.CanRead: r}})
	}
	all, guard := reach(0, actor.Reach{All: true}), reach(3, actor.Reach{Sites: map[id.Site]struct{}{c.Sites[3].ID: {}}})
	day, site, asset := now.Truncate(24*time.Hour), c.Sites[3].ID, c.Assets[5].ID
	today := task.Filter{Open: true, From: day, Until: day.AddDate(0, 0, 1)}
	mine := today
	mine.Mine = true
	return []view{
		{"today", all, today, false}, {"today's counts", all, today, true}, {"a guard's day", guard, today, false}, {"a guard's own", guard, mine, false},
		{"the counts of a guard's own", guard, mine, true},
		{"a site's month", all, task.Filter{Site: &site, From: day, Until: day.AddDate(0, 1, 0)}, false},
		{"overdue", all, task.Filter{Open: true, DueBefore: now}, false}, {"overdue counts", all, task.Filter{Open: true, DueBefore: now}, true},
		{"the last 30 days", all, task.Filter{Newest: true, From: day.AddDate(0, -1, 0), Until: day}, false},
		{"a name in a week", all, task.Filter{Search: "rooms 17", From: day, Until: day.AddDate(0, 0, 7)}, false},
		{"an asset's tasks", all, task.Filter{Asset: &asset, Newest: true}, false},
		{"what has changed", all, task.Filter{ChangedAfter: now.Add(-time.Hour)}, false},
	}
}

// time gives the median of some looks; the first, which finds nothing in memory, is not one of them.
func (v view) time(ctx context.Context, s *task.Service) (time.Duration, error) {
	var took []time.Duration
	for range 6 {
		start := time.Now()
		var err error
		if v.counts {
			_, err = s.Counts(ctx, v.who, v.filter)
		} else {
			_, err = s.List(ctx, v.who, v.filter, page.Request{Limit: 25})
		}
		if err != nil {
			return 0, err
		}
		took = append(took, time.Since(start))
	}
	return median(took[1:], func(d time.Duration) time.Duration { return d }), nil
}

// plans is a log that keeps the plans of statements.
type plans struct {
	mu    sync.Mutex
	found []string // names of statements that read all tasks
}

// Enabled says that everything is kept.
func (p *plans) Enabled(context.Context, slog.Level) bool { return true }

// Handle looks for a plan, and in it for a table of tasks that is read from end to end.
func (p *plans) Handle(_ context.Context, r slog.Record) error {
	var name, plan string
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "statement":
			name = a.Value.String()
		case "plan":
			plan = a.Value.String()
		}
		return true
	})
	if strings.HasPrefix(plan, "none") || strings.Contains(plan, "Seq Scan on tasks") || strings.HasPrefix(plan, "SCAN t\n") || strings.Contains(plan, "\nSCAN t\n") {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.found = append(p.found, name)
	}
	return nil
}

// WithAttrs and WithGroup are not used here.
func (p *plans) WithAttrs([]slog.Attr) slog.Handler { return p }

// WithGroup gives the same.
func (p *plans) WithGroup(string) slog.Handler { return p }

func (p *plans) whole() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.found)
}
