package hook_test

import (
	"net/http"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// yard is a world whose clock is a month behind the machine's, so that what is put off is due at once.
type yard struct {
	*testworld.World
	t     *testing.T
	admin actor.Actor
}

func each(t *testing.T, test func(t *testing.T, y *yard)) {
	t.Helper()
	t.Parallel() // these tests mostly wait
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		test(t, yardOf(t, w))
	})
}

func yardOf(t *testing.T, w *testworld.World) *yard {
	t.Helper()
	w.Seal() // what made the world is nobody's event
	w.Clock.Advance(-60 * 24 * time.Hour)
	return &yard{World: w, t: t, admin: w.Actor(org.Administrator)}
}

// hook makes a webhook of a receiver.
func (y *yard) hook(name, url string, events ...string) hook.Made {
	y.t.Helper()
	m, err := y.Hooks.Create(y.t.Context(), y.admin, hook.Input{Name: name, URL: url, Events: events, Active: true})
	if err != nil {
		y.t.Fatal(err)
	}
	return m
}

// change changes the harbour.
func (y *yard) change() {
	y.t.Helper()
	x, err := y.Org.GetSite(y.t.Context(), y.admin, y.Harbour.ID)
	if err != nil {
		y.t.Fatal(err)
	}
	in := org.SiteInput{Unit: x.Unit, Type: x.Type, Code: x.Code, Name: x.Name, Zone: x.Zone, Point: x.Point, Radius: x.Radius + 1, Active: true}
	if _, err := y.Org.UpdateSite(y.t.Context(), y.admin, x.ID, x.Version, in); err != nil {
		y.t.Fatal(err)
	}
}

// log gives the log of a webhook, newest first.
func (y *yard) log(w id.Webhook) []hook.Delivery {
	y.t.Helper()
	list, err := y.Hooks.ListDeliveries(y.t.Context(), y.System, w, hook.Filter{}, page.Request{Limit: page.Max})
	if err != nil {
		y.t.Fatal(err)
	}
	return list.Items
}

// settled waits until n deliveries of a webhook are no longer queued, and gives its log.
func (y *yard) settled(w id.Webhook, n int) (log []hook.Delivery) {
	y.t.Helper()
	y.eventually("deliveries are settled", func() bool {
		log = y.log(w)
		done := 0
		for _, d := range log {
			if d.State != hook.Queued {
				done++
			}
		}
		return done >= n
	})
	return log
}

// eventually waits until ok, and has the runner go on at once with what was put off: it looks for that every five seconds only.
func (y *yard) eventually(what string, ok func() bool) {
	y.t.Helper()
	turn := 0
	testworld.Eventually(y.t, what, func() bool {
		if turn++; turn%10 == 0 {
			y.Exec(`update river_job set state = 'available' where state = 'scheduled'`)
		}
		return ok()
	})
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}
