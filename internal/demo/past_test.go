package demo_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/demo"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// made is where the past of test worlds ends.
var made = testworld.Morning

func services(w *testworld.World) demo.Services {
	return demo.Services{
		DB: w.DB, Org: w.Org, People: w.People, Auth: w.Auth, Checks: w.Checks, Plans: w.Plans, Tasks: w.Tasks, Posts: w.Posts, Now: w.Clock.Now, Log: w.Logger(),
		Work: demo.Work{Asset: w.Asset, Calendar: w.Calendar, Ticket: w.Ticket},
		At: func(now clock.Now) demo.Work {
			j := journal.New(journal.Config{DB: w.DB, Key: testworld.JournalKey(), Now: now, Log: w.Logger()})
			return demo.Work{
				Asset: asset.New(w.DB, j, now), Calendar: calendar.New(w.DB, j, now),
				Ticket: ticket.New(ticket.Config{Cache: w.Cache, DB: w.DB, Journal: j, Now: now, Door: w.Auth, Tenants: w.Org.Tenants}),
			}
		},
	}
}

// newWorld makes a demo world without a past.
func newWorld(t *testing.T, d *db.DB) (*testworld.World, demo.Services) {
	t.Helper()
	w := testworld.Empty(t, d)
	s := services(w)
	if _, err := demo.Make(t.Context(), s, demo.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	return w, s
}

func fill(t *testing.T, s demo.Services, tales int) demo.Past {
	t.Helper()
	sum, err := demo.Fill(t.Context(), s, demo.Options{Seed: 1, Made: made, Tales: tales})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func systemOf(t *testing.T, s demo.Services, tenant string) actor.Actor {
	t.Helper()
	found, err := s.Org.FindTenant(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	return job.Actor(found)
}

// walk gives all of a list.
func walk[T any](t *testing.T, list func(page.Request) (page.Of[T], error)) (out []T) {
	t.Helper()
	for p := (page.Request{Limit: page.Max}); ; {
		some, err := list(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, some.Items...)
		if p.After = some.Next; p.After == "" {
			return out
		}
	}
}

func ticketsOf(t *testing.T, s demo.Services, who actor.Actor, f ticket.Filter) []ticket.Ticket {
	t.Helper()
	return walk(t, func(p page.Request) (page.Of[ticket.Ticket], error) { return s.Ticket.List(t.Context(), who, f, p) })
}

func assetsOf(t *testing.T, s demo.Services, who actor.Actor) []asset.Asset {
	t.Helper()
	return walk(t, func(p page.Request) (page.Of[asset.Asset], error) {
		return s.Asset.ListAssets(t.Context(), who, asset.AssetFilter{}, p)
	})
}

// lines is all that the tickets of a tenant say, without ids.
func lines(t *testing.T, s demo.Services, tenant string) []string {
	t.Helper()
	var out []string
	for _, x := range ticketsOf(t, s, systemOf(t, s, tenant), ticket.Filter{}) {
		out = append(out, fmt.Sprint(x.Ref(), x.Title, x.Status, x.Priority, x.CreatorName, x.AssigneeName(), x.AssetCode, x.Level, x.Comments, x.Version, x.Created, x.Updated, x.Next))
	}
	slices.Sort(out)
	return out
}

func TestThePastOfTheSmallestWorld(t *testing.T) {
	_, s := newWorld(t, dbtest.Open(t, "sqlite"))
	sum := fill(t, s, 0)
	if want := (demo.Past{Locations: 47, Assets: 700, Tickets: 1750, Deeds: sum.Deeds}); sum != want {
		t.Errorf("got %+v, want %+v", sum, want)
	}
	who := systemOf(t, s, "SAHYADRI")
	assets, tickets := assetsOf(t, s, who), ticketsOf(t, s, who, ticket.Filter{})
	if len(assets) != 600 || len(tickets) != 1500 {
		t.Errorf("%d assets, %d tickets", len(assets), len(tickets))
	}
	counts, soon := map[ticket.Status]int{}, 0
	for _, x := range tickets {
		counts[x.Status]++
		if x.Next != nil && !x.Next.After(made) {
			t.Errorf("%s should have climbed at %s", x.Ref(), x.Next)
		}
		if x.Next != nil && x.Next.Before(made.Add(12*time.Hour)) {
			soon++
		}
		if x.Created.After(made) || x.Updated.After(made) || x.Created.Before(made.AddDate(0, 0, -91)) {
			t.Errorf("%s was made %s and changed %s", x.Ref(), x.Created, x.Updated)
		}
	}
	for status, least := range map[ticket.Status]int{ticket.Fresh: 2, ticket.Open: 8, ticket.OnHold: 8, ticket.Resolved: 20, ticket.Closed: 1200, ticket.Cancelled: 30} {
		if counts[status] < least {
			t.Errorf("%d tickets are %s, want %d or more", counts[status], status, least)
		}
	}
	if soon < 4 {
		t.Errorf("%d tickets climb within twelve hours", soon)
	}
}

func TestThePastIsWrittenOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, s := newWorld(t, d)
		broken, stop := context.WithCancel(t.Context())
		go func() { // in the midst of it
			who := systemOf(t, s, "SAHYADRI")
			for n := 0; n < 40; {
				found, err := s.Ticket.List(broken, who, ticket.Filter{}, page.Request{Limit: page.Max})
				if n = len(found.Items); err != nil {
					break
				}
			}
			stop()
		}()
		if sum, err := demo.Fill(broken, s, demo.Options{Seed: 1, Made: made, Tales: 120}); err == nil || sum.Deeds == 0 {
			t.Fatalf("a past that was broken off: %+v, %v", sum, err)
		}
		if sum := fill(t, s, 120); sum.Deeds == 0 || sum.Left != 0 {
			t.Errorf("gone on with: %+v", sum)
		}
		once := lines(t, s, "SAHYADRI")
		if sum := fill(t, s, 120); sum.Deeds != 0 || sum.Tickets != 140 {
			t.Errorf("a second start: %+v", sum)
		}
		if diff := cmp.Diff(once, lines(t, s, "SAHYADRI")); diff != "" {
			t.Error("a second start changed something", diff)
		}
		whole, other := newWorld(t, dbtest.Open(t, "sqlite"))
		fill(t, other, 120)
		if diff := cmp.Diff(lines(t, other, "SAHYADRI"), once); diff != "" {
			t.Error("broken off and gone on with, it is another past", diff)
		}
		for _, world := range []*testworld.World{w, whole} {
			world.Seal()
		}
		checkAudit(t, w, s)
	})
}

// checkAudit holds the journal of the past to its word: in order, and by people.
func checkAudit(t *testing.T, w *testworld.World, s demo.Services) {
	t.Helper()
	who := systemOf(t, s, "SAHYADRI")
	var rows []journal.Entry
	for more := true; more; {
		some, err := w.Journal.Feed(t.Context(), who, int64(len(rows)), 500)
		if err != nil {
			t.Fatal(err)
		}
		rows, more = append(rows, some...), len(some) == 500
	}
	byPeople, last := 0, time.Time{}
	for _, e := range rows {
		if e.Noun != "ticket" {
			continue
		}
		if e.At.Before(last) || e.At.After(made) {
			t.Errorf("%s at %s follows one at %s", e.Verb, e.At, last)
		}
		if last = e.At; e.WhoID != nil {
			byPeople++
		}
	}
	if byPeople < 50 {
		t.Errorf("%d of %d rows are by people", byPeople, len(rows))
	}
}

func TestTwoTenantsHaveThingsOfTheSameCode(t *testing.T) {
	_, s := newWorld(t, dbtest.Open(t, "sqlite"))
	fill(t, s, 12)
	codes := map[string]bool{}
	for _, a := range assetsOf(t, s, systemOf(t, s, "SAHYADRI")) {
		codes[a.Code] = true
	}
	same := 0
	for _, a := range assetsOf(t, s, systemOf(t, s, "MULA")) {
		if codes[a.Code] {
			same++
		}
	}
	if same < 80 {
		t.Errorf("%d codes of assets collide, want 80 or more", same)
	}
}

func TestWhatPeopleDoMeanwhileStays(t *testing.T) {
	w, s := newWorld(t, dbtest.Open(t, "sqlite"))
	half := demo.Options{Seed: 1, Made: made, Tales: 60}
	broken, stop := context.WithCancel(t.Context())
	who := systemOf(t, s, "SAHYADRI")
	s.Log = w.Logger()
	var touched ticket.Ticket
	go func() {
		defer stop()
		for touched.ID.IsZero() && broken.Err() == nil {
			found, err := s.Ticket.List(broken, who, ticket.Filter{Statuses: []ticket.Status{ticket.Fresh, ticket.Open}}, page.Request{})
			if err == nil && len(found.Items) > 0 {
				x := found.Items[len(found.Items)-1]
				if x, err = s.Ticket.Move(broken, who, x.ID, x.Version, ticket.Cancelled, "By hand"); err == nil {
					touched = x
				}
			}
		}
	}()
	_, _ = demo.Fill(broken, s, half)
	<-broken.Done()
	if touched.ID.IsZero() {
		t.Fatal("no ticket was there to be touched")
	}
	fill(t, s, 60)
	got, err := s.Ticket.Get(t.Context(), who, touched.ID)
	if err != nil || got.Status != ticket.Cancelled || got.Version != touched.Version {
		t.Errorf("the ticket is %s, version %d (%v)", got.Status, got.Version, err)
	}
}

func TestThingsHappen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, s := newWorld(t, d)
		fill(t, s, 24)
		who := systemOf(t, s, "SAHYADRI")
		before := lines(t, s, "SAHYADRI")
		w.Clock.Advance(time.Hour)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- demo.Live(ctx, s, demo.Options{Seed: 1, Made: made, Beat: time.Millisecond}) }()
		testworld.Eventually(t, "many things happened", func() bool {
			changed := ticketsOf(t, s, who, ticket.Filter{ChangedAfter: made})
			return len(changed) > 10 && slices.ContainsFunc(changed, func(x ticket.Ticket) bool { return x.Status == ticket.Resolved })
		})
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if after := lines(t, s, "SAHYADRI"); len(after) <= len(before) {
			t.Errorf("%d tickets, %d before", len(after), len(before))
		}
	})
}
