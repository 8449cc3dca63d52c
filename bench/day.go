package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"

	"intelliwiz/bench/floor"
	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
)

// A customer's working days: so many tasks a day over so many days, half of them past, and so many that wait to be reported.
const (
	tasksADay = 40
	spanDays  = 60
	toReport  = 900
	guardOf   = 3 // which of the people is the guard
)

// work is what a customer has to do.
type work struct {
	Guard    string // a token of who does it
	Items    []checklist.Item
	ToReport []id.Task
}

// makeWork gives a customer a guard, a checklist and tasks.
func (b *builder) makeWork(ctx context.Context, o options, c *customer, now time.Time, r *rand.Rand) ([]table, error) {
	who := actor.New(actor.Facts{Kind: actor.System, Tenant: c.ID, Name: "bench"})
	roles, err := b.org.ListRoles(ctx, who, page.Request{Limit: page.Max})
	if err != nil {
		return nil, err
	}
	i, guard := slices.IndexFunc(roles.Items, func(r org.Role) bool { return r.Code == org.Guard }), c.People[guardOf]
	if _, err := b.org.CreateGrant(ctx, who, org.GrantInput{Person: guard.ID, Role: roles.Items[i].ID, Site: &c.Sites[guardOf].ID}); err != nil {
		return nil, err
	}
	if _, c.Work.Guard, err = b.auth.IssueToken(ctx, who, guard.ID, auth.TokenInput{Name: "bench", Expires: clock.System()().Add(24 * time.Hour)}); err != nil {
		return nil, err
	}
	list, err := b.makeChecklist(ctx, who)
	if err != nil {
		return nil, err
	}
	published, err := b.lists.Get(ctx, who, list)
	if err != nil {
		return nil, err
	}
	form, err := b.lists.GetForm(ctx, who, *published.Form)
	if err != nil {
		return nil, err
	}
	c.Work.Items = form.Form.Items()
	waiting := toReport
	if o.short {
		waiting = toReport / 10
	}
	return []table{dayTasks(c, now, r, form.ID, waiting)}, nil
}

// dayTasks makes the tasks of a customer's days: those of before are done, every fourth is the guard's at the guard's site, every tenth is a tour.
// Those that wait to be reported began before this month.
func dayTasks(c *customer, now time.Time, r *rand.Rand, form id.Form, waiting int) table {
	t := table{name: "tasks", columns: strings.Fields(`tenant_id id kind source site_id name search_key asset_id form_id person_id priority proof ordered on_expiry nominal
		round seq schedule_version fires_at begins_at due_at status late deviation alerts version created_at updated_at`)}
	add := func(kind plan.Kind, n int, person id.Person, site id.Site, begins, due time.Time, status task.Status) id.Task {
		key, name := id.NewAt[id.Task](begins), fmt.Sprintf("Round of the plant rooms %d", n%40)
		t.rows = append(t.rows, []any{
			c.ID.String(), key.String(), string(kind), string(task.FromPlan), site.String(), name, strings.ToLower(name), c.Assets[n%len(c.Assets)].ID.String(), form.String(), person.String(),
			"MEDIUM", "NONE", false, "CLOSE", begins.Format("2006-01-02T15:04"), int64(0), int64(n), int64(1), begins, begins, due, string(status), false, false, int64(0),
			int64(1), now.Add(-time.Hour), begins.Add(-time.Hour),
		})
		return key
	}
	for n := range tasksADay * spanDays {
		begins := now.Add(time.Duration(n-tasksADay*spanDays/2) * (24 * time.Hour / tasksADay)).Truncate(time.Microsecond)
		site, person, kind, status := c.Sites[n%len(c.Sites)], c.People[r.IntN(len(c.People))], plan.Task, task.Completed
		if begins.After(now) || n%100 == 0 {
			status = task.Assigned
		}
		if n%4 == 0 {
			site, person = c.Sites[guardOf], c.People[guardOf]
		}
		if n%10 == 9 {
			kind = plan.Tour
		}
		add(kind, n, person.ID, site.ID, begins, begins.Add(time.Hour), status)
	}
	for n := range waiting {
		begins := now.Add(-40*24*time.Hour + time.Duration(n)*time.Second).Truncate(time.Microsecond)
		c.Work.ToReport = append(c.Work.ToReport, add(plan.Task, n, c.People[guardOf].ID, c.Sites[guardOf].ID, begins, now.Add(24*time.Hour), task.Assigned))
	}
	return t
}

// dayWorkloads is what is asked of both sides on a working day, each at least half as much as of its floor.
func dayWorkloads(world []customer, key []byte) []workload {
	mine := workload{name: "a guard's tasks", target: 0.50, status: 200, holds: map[string]int{`"begins_at":`: 5}}
	month := workload{name: "planner, a month", target: 0.50, status: 200, holds: map[string]int{"Round of the plant rooms": 25}}
	board := workload{name: "live board", target: 0.50, status: 200, holds: map[string]int{"Harbour House": sitesOf}}
	home := workload{name: "dashboard", target: 0.50, status: 200, holds: map[string]int{"stops between floors": 6}}
	now := time.Now().UTC()
	day := now.Truncate(time.Hour) // and the 24 hours that follow
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	span := func(name string, from, until time.Time) string {
		return "/day/" + name + "?" + url.Values{"from": {from.Format(time.RFC3339)}, "until": {until.Format(time.RFC3339)}}.Encode()
	}
	for _, c := range world {
		asGuard, asHead := []string{"Authorization", "Bearer " + floor.Bearer(key, c.ID, c.People[guardOf].ID)}, []string{"Authorization", "Bearer " + floor.Bearer(key, c.ID, c.People[0].ID)}
		guard := []string{"Authorization", "Bearer " + c.Work.Guard, "Accept", "application/json"}
		pages := []string{"Cookie", "iw=" + c.Session, "Accept", "text/html"}
		today := url.Values{"mine": {"true"}, "limit": {"25"}, "status": {"ASSIGNED,INPROGRESS"}, "from": {day.Format(time.RFC3339)}, "until": {day.AddDate(0, 0, 1).Format(time.RFC3339)}}
		mine.add(op{{"GET", span("mine", day, day.AddDate(0, 0, 1)), asGuard, ""}}, op{{"GET", "/api/v1/tasks?" + today.Encode(), guard, ""}})
		month.add(op{{"GET", span("month", first, first.AddDate(0, 1, 0)), asHead, ""}}, op{{"GET", "/planner?span=month", pages, ""}})
		board.add(op{{"GET", span("board", day, day.AddDate(0, 0, 1)), asHead, ""}}, op{{"GET", "/board/live", pages, ""}})
		home.add(op{{"GET", span("home", day, day.AddDate(0, 0, 1)), asHead, ""}}, op{{"GET", "/", pages, ""}})
	}
	return []workload{mine, month, board, home, reports(world, key)}
}

// reports is what guards say that they did: each side is told of its own tasks, one customer after the other.
func reports(world []customer, key []byte) workload {
	w := workload{name: "report of a task, 12 answers", target: 0.50, status: 200, holds: map[string]int{`"outcome":"APPLIED"`: 1}, writes: true, once: true}
	first, _ := toReportOf(world[0])
	for n := range first {
		for _, c := range world {
			floors, products := toReportOf(c)
			bare := []string{"Authorization", "Bearer " + floor.Bearer(key, c.ID, c.People[guardOf].ID)}
			guard := []string{"Authorization", "Bearer " + c.Work.Guard, "Accept", "application/json"}
			w.add(op{{"POST", "/reports", bare, reportOf(c, floors[n], true)}}, op{{"POST", "/api/v1/tasks/reports", guard, reportOf(c, products[n], false)}})
		}
	}
	return w
}

// reportOf is what somebody says that they did, as the floor or the product takes it.
func reportOf(c customer, t id.Task, bare bool) string {
	var answers []map[string]any
	for _, i := range c.Work.Items {
		a := map[string]any{"item_id": i.ID, "value": "Yes"}
		if bare {
			a["question_id"] = i.Question
		}
		answers = append(answers, a)
	}
	said := map[string]any{"task_id": t, "answers": answers}
	if !bare {
		said["id"], said["done"] = id.New[id.Report](), true
		said = map[string]any{"reports": []any{said}}
	}
	raw, err := json.Marshal(said)
	if err != nil {
		panic(err) // it is always JSON
	}
	return string(raw)
}
