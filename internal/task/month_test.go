package task_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

// month is a world whose clock runs through a month: what is planned comes, most of it is done, some of it late, in part or not at all.
type month struct {
	*post
	guard  actor.Actor
	r      *rand.Rand
	alerts int
}

// TestAMonthGoesBy: at its end every planned firing has one task, every task whose time is over one final state, every alert one notice of each
// who is in charge, and every missed task of a plan that raises tickets one ticket.
func TestAMonthGoesBy(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		m := &month{post: p, guard: p.guard(), r: rand.New(rand.NewPCG(11, 25))}
		stop := p.Start()
		begin := p.Clock.Now()
		m.plans()
		for hour := range 30 * 24 {
			if hour%6 == 0 {
				p.generate()
			}
			m.work()
			p.until(begin.Add(time.Duration(hour+1) * time.Hour))
		}
		stop()
		m.everyFiringHasOneTask(begin)
		m.everyTaskIsFinal()
		m.everyAlertWasTold()
	})
}

// plans makes lamps to be looked at every day, a tour every six hours and maintenance every week.
func (m *month) plans() {
	m.t.Helper()
	c := m.Category("MISSED")
	a, b := m.NewAsset(m.Harbour.ID, "A"), m.NewAsset(m.Harbour.ID, "B")
	m.Plan(m.Harbour.ID, "Lamps", m.list, func(in *plan.Input) { in.Expiry, in.Category = plan.RaiseTicket, &c.ID })
	m.Plan(m.Harbour.ID, "Round", m.list, func(in *plan.Input) {
		in.Kind, in.Rule, in.Duration, in.Stops = plan.Tour, "30 */6 * * *", 60, []plan.Stop{{Asset: &a.ID}, {Asset: &b.ID}}
	})
	m.Plan(m.Harbour.ID, "Pump", m.list, func(in *plan.Input) {
		in.Kind, in.Asset, in.Rule, in.Expiry = plan.Maintenance, &a.ID, "0 10 * * 1", plan.MailIt
	})
}

// work does three of four of what may be done now; one answer of 24 raises an alert, which is told before the hour is over.
func (m *month) work() {
	m.t.Helper()
	now, before := m.Clock.Now(), m.alerts
	open, err := m.Tasks.List(m.t.Context(), m.guard, task.Filter{Visits: true, Statuses: []task.Status{task.Assigned, task.InProgress}, Until: now}, page.Request{Limit: page.Max})
	m.ok(err)
	for _, x := range open.Items {
		if x.Kind.Stops() && x.Parent == nil || x.Due.Before(now) || m.r.IntN(4) == 0 {
			continue
		}
		answer := "Yes"
		if m.r.IntN(24) == 0 {
			answer = "No"
			m.alerts++
		}
		_, _, err := m.Tasks.Report(m.t.Context(), m.guard, task.Report{Task: x.ID, Done: true, Answers: m.say(x, answer)})
		m.ok(err)
	}
	for range 500 {
		if m.alerts == before || m.told() == m.alerts {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	m.t.Fatalf("%d of %d alerts told", m.told(), m.alerts)
}

// told counts the alerts that the supervisor was told of.
func (m *month) told() int {
	m.t.Helper()
	n := 0
	fmt.Sscan(m.Text("select count(*) from notices where verb = 'task.completed' and person_id = '"+m.Staff[org.Supervisor].ID.String()+"'"), &n)
	return n
}

func (m *month) everyFiringHasOneTask(begin time.Time) {
	m.t.Helper()
	coming, _, err := m.Plans.Look(m.t.Context(), m.System, plan.Filter{}, begin, m.Clock.Now())
	m.ok(err)
	if len(coming) < 150 {
		m.t.Fatalf("the month had %d firings", len(coming))
	}
	made := map[string]int{}
	for after := ""; ; {
		all, err := m.Tasks.List(m.t.Context(), m.System, task.Filter{}, page.Request{Limit: page.Max, After: after})
		m.ok(err)
		for _, x := range all.Items {
			made[x.Plan.String()+x.Nominal]++
		}
		if after = all.Next; after == "" {
			break
		}
	}
	for _, c := range coming {
		if n := made[c.Plan.ID.String()+c.Nominal]; n != 1 {
			m.t.Errorf("%s at %s has %d tasks", c.Plan.Name, c.Nominal, n)
		}
	}
}

func (m *month) everyTaskIsFinal() {
	m.t.Helper()
	over := m.Clock.Now().Add(-testworld.TaskGrace - time.Second)
	left, err := m.Tasks.List(m.t.Context(), m.System, task.Filter{Visits: true, Statuses: []task.Status{task.Assigned, task.InProgress}, DueBefore: over}, page.Request{})
	m.ok(err)
	for _, x := range left.Items {
		m.t.Errorf("%s, due %s, is %s", x.Name, x.Due, x.Status)
	}
	missed := m.Text("select count(*) from tasks where name = 'Lamps' and status = 'AUTOCLOSED'")
	if tickets := m.Text("select count(*) from tickets"); missed == "0" || tickets != missed {
		m.t.Errorf("%s missed, %s tickets", missed, tickets)
	}
}

func (m *month) everyAlertWasTold() {
	m.t.Helper()
	if alerts := m.Text("select sum(alerts) from tasks where parent_id is not null or kind in ('TASK', 'PPM')"); m.alerts == 0 || alerts != fmt.Sprint(m.alerts) {
		m.t.Errorf("%s alerts of %d", alerts, m.alerts)
	}
	all, err := m.Notices.List(m.t.Context(), m.Actor(org.Supervisor), notice.Filter{}, page.Request{Limit: page.Max})
	m.ok(err)
	seen := map[id.Any]int{}
	for _, n := range all.Items {
		if n.Verb == "task.completed" {
			seen[n.SubjectID]++
		}
	}
	for x, n := range seen {
		if n != 1 {
			m.t.Errorf("told %d times of %s", n, x)
		}
	}
}
