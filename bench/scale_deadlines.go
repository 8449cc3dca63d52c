package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// miss has three nodes look at tasks whose time is over, spread over the last hour, and kills two of them on the way. Each is closed once, by whom does
// not matter. Only PostgreSQL has several nodes.
func (w *scaled) miss(ctx context.Context) (m measure, err error) {
	if w.engine != "postgres" {
		return m, nil
	}
	number := int64(w.part(100_000))
	m = measure{name: fmt.Sprintf("%d deadlines, three nodes, two killed", number), limit: "an hour, each once"}
	if err := w.d.exec(ctx, "delete from deadlines", "delete from tasks"); err != nil {
		return m, err
	}
	nodes := make([]*side, 3)
	for i := range nodes {
		dir := filepath.Join(w.dir, "node")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return m, err
		}
		if nodes[i], err = startProduct(ctx, w.o, w.d, dir); err != nil {
			return m, err
		}
		defer nodes[i].stop()
	}
	c := w.world[0]
	if err := w.d.exec(ctx, overdue(c.ID.String(), c.Sites[0].ID.String(), c.People[1].ID.String(), number)...); err != nil {
		return m, err
	}
	start := time.Now()
	closed := int64(0)
	for killed := 0; closed < number && time.Since(start) < time.Hour; {
		time.Sleep(500 * time.Millisecond)
		if closed, err = w.d.count(ctx, "select count(*) from tasks where status = 'AUTOCLOSED'"); err != nil {
			return m, err
		}
		if killed < 2 && closed > number*int64(killed+1)/4 {
			if err := nodes[killed].cmd.Process.Kill(); err != nil {
				return m, err
			}
			killed++
		}
	}
	took := time.Since(start)
	once, err := w.d.count(ctx, "select count(*) from (select from journal where verb = 'task.expired' group by tenant_id, subject_id having count(*) = 1) x")
	if err != nil {
		return m, err
	}
	rows, err := w.d.count(ctx, "select count(*) from journal where verb = 'task.expired'")
	m.found = fmt.Sprintf("%d closed in %.0f s, %d once, %d rows of the journal", closed, took.Seconds(), once, rows)
	m.held = closed == number && once == number && rows == number && took < time.Hour
	return m, err
}

// overdue gives statements that make tasks whose time and grace were over within the last hour, with what is expected of them.
func overdue(tenant, site, person string, number int64) []string {
	return []string{
		fmt.Sprintf(`insert into tasks (tenant_id, id, kind, source, site_id, name, search_key, person_id, priority, proof, ordered, on_expiry, nominal, round, seq,
			schedule_version, fires_at, begins_at, due_at, status, late, deviation, alerts, version, created_at, updated_at)
		select '%s', gen_random_uuid(), 'TASK', 'PLAN', '%s', 'Lamp ' || n, 'lamp ' || n, '%s', 'LOW', 'NONE', false, 'CLOSE', '2026-01-01T09:00', 0, 0, 1, t, t, t,
			'ASSIGNED', false, false, 0, 1, now(), now()
		from generate_series(1, %d) n, lateral (select now() - interval '75 minutes' + n * interval '1 hour' / %d as t) x`, tenant, site, person, number, number),
		`insert into deadlines (tenant_id, id, kind, subject_id, due_at, try_at, state, tries, note, created_at)
		select tenant_id, id, 'task.done', id, due_at + interval '15 minutes', due_at + interval '15 minutes', 'OPEN', 0, '', now() from tasks`,
		"analyze tasks", "analyze deadlines",
	}
}
