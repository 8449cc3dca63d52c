package app

import (
	"fmt"
	"syscall"
	"testing"
)

// overdue puts tasks into the database that are to be closed, with what is expected of them; the first few raise tickets.
func (p *pair) overdue(tasks, tickets int) {
	p.t.Helper()
	for _, statement := range []string{fmt.Sprintf(`insert into tasks (tenant_id, id, kind, source, site_id, name, search_key, person_id, priority, proof, ordered, on_expiry, category_id,
			nominal, round, seq, schedule_version, fires_at, begins_at, due_at, status, late, deviation, alerts, version, created_at, updated_at)
		select '%s', gen_random_uuid(), 'TASK', 'PLAN', '%s', 'Lamp ' || n, 'lamp ' || n, '%s', 'LOW', 'NONE', false, case when n <= %d then 'TICKET' else 'CLOSE' end, '%s',
			'2026-11-25T09:00', 0, 0, 1, t - interval '1 hour', t - interval '1 hour', t, 'ASSIGNED', false, false, 0, 1, now(), now()
		from generate_series(1, %d) n, lateral (select now() - interval '15 minutes' as t) x`,
		p.who.Tenant(), p.site.ID, p.tech.ID, tickets, p.category.ID, tasks),
		`insert into deadlines (tenant_id, id, kind, subject_id, due_at, try_at, state, tries, note, created_at)
		select t.tenant_id, t.id, 'task.done', t.id, t.due_at + interval '15 minutes', t.due_at + interval '15 minutes', 'OPEN', 0, '', now() from tasks t`,
		"analyze tasks", "analyze deadlines",
	} {
		if _, err := p.owner.Exec(p.t.Context(), statement); err != nil {
			p.t.Fatal(err)
		}
	}
}

// TestDeadlinesAreMissedOnceThoughNodesDie: three processes on one PostgreSQL have a thousand tasks to close at once, and two of them are killed on
// the way. Every task is closed once, with one row in the journal, and one ticket where its plan says so. The bench has them come at the rate of an hour
// of a hundred thousand, and says how late they were.
func TestDeadlinesAreMissedOnceThoughNodesDie(t *testing.T) {
	const tasks, tickets = 1000, 100
	p := openPair(t)
	p.nodes = append(p.nodes, startNode(t, p.dir, p.url))
	p.overdue(tasks, tickets)
	closed := func() int { return p.count(`select count(*) from tasks where status = 'AUTOCLOSED'`) }
	for i, after := range []int{tasks / 10, tasks / 3} {
		until(t, "some are closed", func() bool { return closed() >= after })
		if err := p.nodes[i].cmd.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	if n := closed(); n == tasks {
		t.Fatal("all were closed before the second process was killed: the test tests nothing")
	}
	until(t, "all are closed", func() bool { return closed() == tasks })
	until(t, "the journal is sealed", func() bool { return p.count(`select count(*) from journal where seq is null`) == 0 })
	for what, want := range map[string]int{
		`select count(*) from journal where verb = 'task.expired'`:                                                         tasks,
		`select count(*) from (select from journal where verb = 'task.expired' group by subject_id having count(*) = 1) x`: tasks,
		`select count(*) from deadlines where state = 'BROKEN' and ended_at is not null and tries = 0`:                     tasks,
		`select count(*) from tickets`: tickets,
		`select count(distinct ticket_id) from tasks where on_expiry = 'TICKET' and version = 2`:  tickets,
		`select count(*) from (select number from tickets group by number having count(*) = 1) x`: tickets,
		`select max(number) from tickets`: tickets,
	} {
		if got := p.count(what); got != want {
			t.Errorf("%d, not %d: %s", got, want, what)
		}
	}
}
