package app

import (
	"strconv"
	"syscall"
	"testing"

	"intelliwiz/internal/db/dbtest"
)

// overdue puts tasks into the database whose time and grace are over, with what is expected of them; the first few raise tickets.
func (p *pair) overdue(tasks, tickets int) {
	p.t.Helper()
	tenant, site, category := p.who.Tenant().String(), p.site.ID.String(), p.category.ID.String()
	dbtest.Exec(p.t, p.url, `insert into tasks (tenant_id, id, kind, source, site_id, name, search_key, person_id, priority, proof, ordered, on_expiry, category_id,
			nominal, round, seq, schedule_version, fires_at, begins_at, due_at, status, late, deviation, alerts, version, created_at, updated_at)
		select '`+tenant+`', gen_random_uuid(), 'TASK', 'PLAN', '`+site+`', 'Lamp ' || n, 'lamp ' || n, '`+p.tech.ID.String()+`', 'LOW', 'NONE', false,
			case when n <= `+strconv.Itoa(tickets)+` then 'TICKET' else 'CLOSE' end, '`+category+`',
			'2026-11-25T09:00', 0, 0, 1, now() - interval '2 hours', now() - interval '2 hours', now() - interval '1 hour', 'ASSIGNED', false, false, 0, 1, now(), now()
		from generate_series(1, `+strconv.Itoa(tasks)+`) n`,
		`insert into deadlines (tenant_id, id, kind, subject_id, due_at, try_at, state, tries, note, created_at)
		select t.tenant_id, t.id, 'task.done', t.id, t.due_at + interval '15 minutes', t.due_at + interval '15 minutes', 'OPEN', 0, '', now() from tasks t`)
}

// TestDeadlinesAreMissedOnceThoughNodesDie: three processes on one PostgreSQL have a thousand tasks to close at once, and two of them are killed on
// the way. Every task is closed once, with one row in the journal, and one ticket where its plan says so.
func TestDeadlinesAreMissedOnceThoughNodesDie(t *testing.T) {
	p := openPair(t)
	p.nodes = append(p.nodes, startNode(t, p.dir, p.url))
	const tasks, tickets = 1000, 100
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
