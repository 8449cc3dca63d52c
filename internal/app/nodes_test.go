package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/config"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/ticket"
)

// node is a running `intelliwiz serve`.
type node struct {
	cmd          *exec.Cmd
	log          *lockedBuffer
	url, private string
}

// startNode starts a process on a database that others serve as well, and waits until it is ready.
func startNode(t *testing.T, dir, database string, more ...string) *node {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return startNodeOf(t, path, dir, database, more...)
}

// startNodeOf is startNode for a binary of another version.
func startNodeOf(t *testing.T, path, dir, database string, more ...string) *node {
	t.Helper()
	n := &node{log: &lockedBuffer{}, cmd: exec.Command(path, "serve")}
	n.cmd.Env = environment(dir, append(more, "IW_PROFILE=development", "DATABASE_URL="+database)...)
	n.cmd.Stderr = n.log
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = n.cmd.Process.Kill() // it may have ended by itself
		_ = n.cmd.Wait()         // says "killed"
	})
	until(t, "the node is ready", func() bool {
		for _, line := range n.lines("ready") {
			n.url, n.private = line["url"], line["private_url"]
		}
		return n.url != ""
	})
	return n
}

// lines gives what the node has logged under a message.
func (n *node) lines(message string) (out []map[string]string) {
	s := bufio.NewScanner(strings.NewReader(n.log.String()))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var raw map[string]any
		if json.Unmarshal(s.Bytes(), &raw) != nil || raw["msg"] != message {
			continue
		}
		line := map[string]string{}
		for k, v := range raw {
			line[k] = fmt.Sprint(v)
		}
		out = append(out, line)
	}
	return out
}

// climbed gives how many tickets the node has taken up to their first level, by its own metrics.
func (n *node) climbed(t *testing.T) int { return n.metric(t, `iw_escalations_total{level="1"} `) }

// metric gives one of the node's metrics, named with its labels; 0 when it has none of the name.
func (n *node) metric(t *testing.T, name string) (total int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.private+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name); ok {
			if total, err = strconv.Atoi(value); err != nil {
				t.Fatal(err)
			}
		}
	}
	return total
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	untilIn(t, 2*time.Minute, what, ok)
}

// untilIn looks forty times a minute or more often until something is so.
func untilIn(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	pause := min(limit/2400, 1500*time.Millisecond)
	for end := time.Now().Add(limit); !ok(); time.Sleep(pause) {
		if time.Now().After(end) {
			t.Fatalf("after %s still not: %s", limit, what)
		}
	}
}

// pair is a tenant on two nodes, with a category whose ladder has two levels: the technician, then the night shift and an address.
type pair struct {
	*services // of the test's process, which runs no job
	t         *testing.T
	url, dir  string
	owner     *pgx.Conn
	nodes     []*node
	who       actor.Actor
	past      *ticket.Service // works two hours ago
	site      org.Site
	tech      people.Person
	night     people.Group
	category  ticket.Category
}

func openPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{t: t, url: dbtest.URL(t, "postgres"), dir: t.TempDir(), who: operator(id.New[id.Tenant]())}
	for range 2 {
		p.nodes = append(p.nodes, startNode(t, p.dir, p.url))
	}
	cfg, err := config.Load(environment(p.dir, "IW_PROFILE=development", "DATABASE_URL="+p.url), nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.services, err = newServices(t.Context(), cfg, telemetry.NewLog(io.Discard, nil)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	if p.owner, err = pgx.Connect(t.Context(), p.url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.owner.Close(context.WithoutCancel(t.Context())) }) // before the database is dropped
	then := func() time.Time { return p.now().Add(-2 * time.Hour) }
	p.past = ticket.New(ticket.Config{
		Cache: p.cache, DB: p.db, Journal: journal.New(journal.Config{DB: p.db, Keys: p.live.audit().All, Now: then, Log: p.log}), Now: then, Door: p.auth, Tenants: p.org.Tenants,
	})
	p.furnish()
	return p
}

// furnish makes the tenant, who works there, and the ladder.
func (p *pair) furnish() {
	p.t.Helper()
	ctx := p.t.Context()
	must := func(err error) {
		p.t.Helper()
		if err != nil {
			p.t.Fatal(err)
		}
	}
	_, err := p.org.CreateTenant(ctx, p.who, org.TenantInput{Code: "PAIR", Name: "Two Lanterns", Zone: "Asia/Kolkata"})
	must(err)
	p.site, err = p.org.CreateSite(ctx, p.who, org.SiteInput{Code: "PIER", Name: "Pier", Active: true})
	must(err)
	var staff []id.Person
	for _, in := range []people.PersonInput{
		{Code: "E1", Login: "tara", Name: "Tara Thorn", Email: "tara@lantern.example", Active: true}, {Code: "E2", Login: "gopal", Name: "Gopal Gale", Active: true}, {Code: "E3", Login: "vani", Name: "Vani Vale", Active: true},
	} {
		person, err := p.people.CreatePerson(ctx, p.who, in)
		must(err)
		staff = append(staff, person.ID)
		if in.Email != "" {
			p.tech = person
		}
	}
	p.night, err = p.people.CreateGroup(ctx, p.who, people.GroupInput{Kind: people.OfPeople, Name: "Night shift", Active: true, People: staff[1:]})
	must(err)
	p.category, err = p.ticket.CreateCategory(ctx, p.who, ticket.CategoryInput{Code: "HVAC", Name: "Air", Active: true})
	must(err)
	_, err = p.ticket.PutLadder(ctx, p.who, 0, ticket.LadderInput{Category: p.category.ID, Rungs: []ticket.RungInput{
		{After: 30, Person: &p.tech.ID}, {After: 60, Group: &p.night.ID, Mails: []string{"boss@lantern.example"}},
	}})
	must(err)
}

// open makes tickets two hours ago, so that both levels of each are due, and has the job that the version before puts off for them come several times, and
// the sweep of all tickets with it, beside what the nodes do by themselves.
func (p *pair) open(n int) {
	p.t.Helper()
	for range n {
		if _, err := p.past.Create(p.t.Context(), p.who, ticket.Input{Site: p.site.ID, Category: p.category.ID, Title: "No air"}); err != nil {
			p.t.Fatal(err)
		}
	}
	dbtest.Exec(p.t, p.url, fmt.Sprintf(`insert into river_job (kind, args, queue, priority, max_attempts, state)
		select 'ticket.climb', '{"tenant": %q, "args": {}}', 'default', 1, 18, 'available' from generate_series(1, 5)`, p.who.Tenant()),
		`insert into river_job (kind, args, queue, priority, max_attempts, state)
		select 'ticket.sweep', '{"args": {}}', 'default', 1, 1, 'available' from generate_series(1, 3)`)
}

// count gives a number of the database, whatever tenant it is of.
func (p *pair) count(query string, args ...any) (n int) {
	p.t.Helper()
	if err := p.owner.QueryRow(p.t.Context(), query, args...).Scan(&n); err != nil {
		p.t.Fatal(err)
	}
	return n
}

// quiet waits until everything is sealed and all work done.
func (p *pair) quiet() {
	p.t.Helper()
	until(p.t, "both nodes are idle", func() bool {
		return p.count(`select count(*) from journal where seq is null`) == 0 &&
			p.count(`select count(*) from tickets where level < 2`) == 0 &&
			p.count(`select count(*) from river_job where finalized_at is null and kind in ('ticket.climb', 'ticket.sweep', 'notice.tell', 'mail.send')`) == 0
	})
}

// TestTwoNodesEscalateEveryLevelOnce: two processes on one PostgreSQL have scores of tickets due at once, with the work of the version
// before five times and three sweeps of all beside it. Every level of every ticket is climbed, journaled, told and mailed once, and both took part.
func TestTwoNodesEscalateEveryLevelOnce(t *testing.T) {
	p := openPair(t)
	const batch = 40
	tickets, shared := 0, false
	for round := 0; !shared && round < 30; round++ { // a node may be slow to fetch its first work
		p.open(batch)
		tickets += batch
		p.quiet()
		shared = p.nodes[0].climbed(t) > 0 && p.nodes[1].climbed(t) > 0
	}
	if !shared {
		t.Error("one node has climbed nothing: the test tests nothing")
	}
	for what, want := range map[string]int{
		`select count(*) from journal where verb = 'ticket.escalated'`:                                                                                                   2 * tickets,
		`select count(*) from (select from journal where verb = 'ticket.escalated' group by subject_id, after::jsonb ->> 'level' having count(*) = 1) x`:                 2 * tickets,
		`select count(*) from tickets where level = 2 and version = 3 and next_escalation_at is null and person_id is null and group_id = '` + p.night.ID.String() + `'`: tickets,
		`select count(*) from notices`: 4 * tickets, // the technician of both levels, the two of the night shift of the second
		`select count(*) from (select from notices group by subject_id, person_id, title having count(*) = 1) x`: 4 * tickets,
		`select count(*) from mails`: 3 * tickets, // the technician has an address, and the second level
		`select count(*) from (select from mails where state = 'sent' and attempts = 1 group by recipient, subject having count(*) = 1) x`: 3 * tickets,
		`select count(*) from river_job where errors is not null and kind <> 'ticket.climb'`:                                               0,
	} {
		if got := p.count(what); got != want {
			t.Errorf("%d, not %d: %s", got, want, what)
		}
	}
	sent := map[string]int{}
	for _, n := range p.nodes {
		for _, line := range n.lines("mail") {
			sent[line["to"]+" "+line["subject"]]++
		}
	}
	for mail, times := range sent {
		if times != 1 {
			t.Errorf("sent %d times: %s", times, mail)
		}
	}
	if len(sent) != 3*tickets {
		t.Errorf("%d mails left the nodes, not %d", len(sent), 3*tickets)
	}
	p.stops(t)
}
