package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// An hour of the promise, and how late after its time one of its deadlines may be.
const (
	anHour   = 100_000
	mostLate = 5 * time.Second
)

// miss has three nodes look at tasks whose time comes evenly at the rate of an hour of a hundred thousand, for as long as the options say, and kills one of
// them after a quarter of that time and another after half. Each is closed once, by whom does not matter, and soon after its time. Only PostgreSQL has
// several nodes.
func (w *scaled) miss(ctx context.Context) (m measure, err error) {
	if w.engine != "postgres" {
		return m, nil
	}
	h := hour{w: w, number: int64(anHour * w.o.span.Hours()), span: w.o.span}
	m = measure{name: fmt.Sprintf("%d deadlines due in %s, three nodes, two killed", h.number, h.span), limit: "each once, within 5 s"}
	defer h.stop()
	if err := h.start(ctx); err != nil {
		return m, err
	}
	if err := h.prepare(ctx); err != nil {
		return m, err
	}
	if err := h.pass(ctx); err != nil {
		return m, err
	}
	err = h.judge(ctx, &m)
	return m, err
}

// hour is the time in which the deadlines come.
type hour struct {
	w      *scaled
	number int64
	span   time.Duration
	nodes  []*side
	begin  time.Time   // when the first comes
	kills  []time.Time // when nodes were killed
	behind int64       // most that were seen open longer than they may be
}

// start starts the nodes.
func (h *hour) start(ctx context.Context) error {
	dir := filepath.Join(h.w.dir, "node")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for range 3 {
		s, err := startProduct(ctx, h.w.o, h.w.d, dir)
		if err != nil {
			return err
		}
		h.nodes = append(h.nodes, s)
	}
	return nil
}

// prepare makes the tasks, with what is expected of them, past the product: the nodes learn of them when their round comes to the tenant, and the first
// comes only after that.
func (h *hour) prepare(ctx context.Context) error {
	if err := h.w.d.exec(ctx, "delete from deadlines", "delete from tasks"); err != nil { // there may be many
		return err
	}
	round := time.Duration(min(max(h.w.o.tenants, 3), 30)) * time.Second
	h.begin = time.Now().Add(round + 4*time.Second + time.Duration(h.number)*time.Millisecond)
	c := h.w.world[0]
	err := h.w.d.exec(ctx,
		fmt.Sprintf(`insert into tasks (tenant_id, id, kind, source, site_id, name, search_key, person_id, priority, proof, ordered, on_expiry, nominal, round, seq,
			schedule_version, fires_at, begins_at, due_at, status, late, deviation, alerts, version, created_at, updated_at)
		select '%s', gen_random_uuid(), 'TASK', 'PLAN', '%s', 'Lamp ' || n, 'lamp ' || n, '%s', 'LOW', 'NONE', false, 'CLOSE', '2026-01-01T09:00', 0, 0, 1, t, t, t,
			'ASSIGNED', false, false, 0, 1, now(), now()
		from generate_series(1, %d) n, lateral (select timestamptz '%s' - interval '15 minutes' + n * interval '%f seconds' as t) x`,
			c.ID, c.Sites[0].ID, c.People[1].ID, h.number, h.begin.UTC().Format(time.RFC3339Nano), h.span.Seconds()/float64(h.number)),
		`insert into deadlines (tenant_id, id, kind, subject_id, due_at, try_at, state, tries, note, created_at)
		select tenant_id, id, 'task.done', id, due_at + interval '15 minutes', due_at + interval '15 minutes', 'OPEN', 0, '', now() from tasks`,
		"analyze tasks", "analyze deadlines")
	if err == nil && time.Until(h.begin) < round {
		err = errors.New("the tasks were not made in time: the machine is too busy to measure anything")
	}
	return err
}

func (h *hour) stop() {
	for _, s := range h.nodes {
		s.stop()
	}
}

// pass waits until everything has come and is done, or is a minute late, and kills two nodes on the way.
func (h *hour) pass(ctx context.Context) error {
	for {
		time.Sleep(500 * time.Millisecond)
		passed := time.Since(h.begin)
		if n := len(h.kills); n < 2 && passed > h.span*time.Duration(n+1)/4 {
			if err := h.nodes[n].cmd.Process.Kill(); err != nil {
				return err
			}
			h.kills = append(h.kills, time.Now())
		}
		behind, err := h.count(ctx, "count(*)", fmt.Sprintf("state = 'OPEN' and try_at < now() - interval '%f seconds'", mostLate.Seconds()))
		if err != nil {
			return err
		}
		h.behind = max(h.behind, behind)
		if passed < h.span {
			continue
		}
		if open, err := h.count(ctx, "count(*)", "state = 'OPEN'"); err != nil || open == 0 || passed > h.span+time.Minute {
			return err
		}
	}
}

// count asks for a number about the deadlines.
func (h *hour) count(ctx context.Context, what, which string) (int64, error) {
	return h.w.d.count(ctx, fmt.Sprintf("select %s from deadlines where tenant_id = '%s' and %s", what, h.w.world[0].ID, which))
}

// late gives by how much a part of the deadlines that were done was late, when it was claimed.
func (h *hour) late(ctx context.Context, part float64, which string) (time.Duration, error) {
	ms, err := h.count(ctx, fmt.Sprintf("coalesce((1000 * extract(epoch from percentile_cont(%f) within group (order by ended_at - due_at)))::bigint, 0)", part), "state <> 'OPEN' and "+which)
	return time.Duration(ms) * time.Millisecond, err
}

// judge says what was found.
func (h *hour) judge(ctx context.Context, m *measure) error {
	var faults []error
	number := func(n int64, err error) int64 { faults = append(faults, err); return n }
	seconds := func(d time.Duration, err error) float64 { faults = append(faults, err); return d.Seconds() }
	closed := number(h.w.d.count(ctx, "select count(*) from tasks where status = 'AUTOCLOSED'"))
	rows := number(h.w.d.count(ctx, "select count(*) from journal where verb = 'task.expired'"))
	once := number(h.w.d.count(ctx, "select count(*) from (select from journal where verb = 'task.expired' group by tenant_id, subject_id having count(*) = 1) x"))
	soon := number(h.count(ctx, "count(*)", fmt.Sprintf("state = 'BROKEN' and ended_at <= due_at + interval '%f seconds'", mostLate.Seconds())))
	m.found = fmt.Sprintf("%d closed, %d of them once, %d rows of the journal; late p50 %.1f s, p95 %.1f s, most %.1f s; %.2f %% within 5 s, at most %d open longer at a time", closed, once, rows,
		seconds(h.late(ctx, 0.5, "true")), seconds(h.late(ctx, 0.95, "true")), seconds(h.late(ctx, 1, "true")), 100*float64(soon)/float64(h.number), h.behind)
	for _, at := range h.kills {
		after := fmt.Sprintf("due_at between timestamptz '%s' - interval '2 seconds' and timestamptz '%[1]s' + interval '10 seconds'", at.UTC().Format(time.RFC3339Nano))
		m.found += fmt.Sprintf("; about a kill p50 %.1f s, most %.1f s", seconds(h.late(ctx, 0.5, after)), seconds(h.late(ctx, 1, after)))
	}
	m.held = len(h.kills) == 2 && closed == h.number && once == h.number && rows == h.number && soon == h.number
	return errors.Join(faults...)
}
