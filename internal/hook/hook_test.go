package hook_test

import (
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

func TestWebhooksAreKept(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		ctx := t.Context()
		url := "https://user-hooks.example:8443/T0/secret?x=1"
		var m hook.Made
		rows := y.During(func() { m = y.hook("  Ticket   room ", url, "site.updated", "asset.created", "site.updated") })
		if m.Name != "Ticket room" || len(m.Events) != 2 || m.Version != 1 || !m.Active || m.Person == nil || m.PersonName == "" || m.Secret.Reveal() == "" {
			t.Errorf("made %+v", m)
		}
		want := `{"name":"Ticket room","host":"user-hooks.example:8443","events":["asset.created","site.updated"],"active":true}`
		if len(rows) != 1 || rows[0].Verb != "webhook.created" || rows[0].After != want {
			t.Errorf("journal %+v", rows)
		}
		got, err := y.Hooks.Get(ctx, y.admin, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, m.Webhook, got)
		in := hook.Input{Name: "Room", URL: url, Events: []string{"site.created"}}
		changed, err := y.Hooks.Update(ctx, y.admin, m.ID, 1, in)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ = y.Hooks.Get(ctx, y.admin, m.ID); got.Version != 2 || got.Active || got.Name != "Room" {
			t.Errorf("changed %+v", got)
		}
		testworld.Same(t, changed, got)
		_, err = y.Hooks.Update(ctx, y.admin, m.ID, 1, in)
		testworld.Fault(t, err, fault.Conflict, "version stale")
		if now, ok := fault.As(err).Current.(hook.Webhook); !ok || now.Version != 2 {
			t.Errorf("current %+v", fault.As(err).Current)
		}
		y.hook("Another", url, "site.updated")
		_, err = y.Hooks.Create(ctx, y.admin, hook.Input{Name: "ROOM", URL: url, Events: in.Events})
		testworld.Fault(t, err, fault.Conflict, "name taken")
		list, err := y.Hooks.List(ctx, y.admin, page.Request{Limit: 1})
		if err != nil || len(list.Items) != 1 || list.Items[0].Name != "Another" {
			t.Fatalf("list %+v, %v", list, err)
		}
		if list, err = y.Hooks.List(ctx, y.admin, page.Request{After: list.Next}); err != nil || len(list.Items) != 1 || list.Items[0].Name != "Room" {
			t.Errorf("rest %+v, %v", list, err)
		}
		testworld.Fault(t, y.Hooks.Delete(ctx, y.admin, m.ID, 1), fault.Conflict, "version stale")
		if err := y.Hooks.Delete(ctx, y.admin, m.ID, 2); err != nil {
			t.Fatal(err)
		}
		_, err = y.Hooks.Get(ctx, y.admin, m.ID)
		testworld.Gone(t, err, "webhook")
	})
}

func TestWhatIsWrongWithAWebhook(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		_, err := y.Hooks.Create(t.Context(), y.admin, hook.Input{URL: "http://example.com", Events: []string{"token.created"}})
		testworld.Fault(t, err, fault.Invalid, "name required", "events unknown", "url address")
		_, err = y.Hooks.Create(t.Context(), y.admin, hook.Input{Name: "x"})
		testworld.Fault(t, err, fault.Invalid, "url required", "events required")
		for _, url := range []string{"https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/meta-data", "https://a:b@example.com/"} {
			_, err = y.Hooks.Create(t.Context(), y.admin, hook.Input{Name: "x", URL: url, Events: []string{"site.updated"}})
			testworld.Fault(t, err, fault.Invalid, "url address")
		}
		for n := range hook.Most {
			y.hook(strings.Repeat("x", n+1), "https://example.com/", "site.updated")
		}
		_, err = y.Hooks.Create(t.Context(), y.admin, hook.Input{Name: "more", URL: "https://example.com/", Events: []string{"site.updated"}})
		testworld.Fault(t, err, fault.Conflict)
	})
}

func TestWhoMayHaveToDoWithWebhooks(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		m := y.hook("House", y.Receiver().URL, "site.updated")
		p, err := y.Hooks.Ping(t.Context(), y.admin, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		keeper := y.Someone(&y.Harbour.ID)
		y.Grant(keeper.ID, nil, &y.Harbour.ID, hook.CanRead, hook.CanCreate, hook.CanUpdate, hook.CanDelete)
		local := y.As(keeper)
		for _, who := range []actor.Actor{local, y.Actor(org.Supervisor), y.Actor(org.Viewer), y.Actor(org.Auditor)} {
			for need, call := range map[actor.Permission]func() error{
				hook.CanRead:   func() error { _, err := y.Hooks.Get(t.Context(), who, m.ID); return err },
				hook.CanCreate: func() error { _, err := y.Hooks.Create(t.Context(), who, hook.Input{}); return err },
				hook.CanDelete: func() error { return y.Hooks.Delete(t.Context(), who, m.ID, 1) },
			} {
				testworld.Refused(t, call(), need)
			}
			for _, read := range []func() error{
				func() error { _, err := y.Hooks.List(t.Context(), who, page.Request{}); return err },
				func() error { _, err := y.Hooks.GetDelivery(t.Context(), who, p.ID); return err },
				func() error {
					_, err := y.Hooks.ListDeliveries(t.Context(), who, m.ID, hook.Filter{}, page.Request{})
					return err
				},
				func() error { _, err := y.Hooks.Days(t.Context(), who, m.ID, 7, time.UTC); return err },
			} {
				testworld.Refused(t, read(), hook.CanRead)
			}
			for _, change := range []func() error{
				func() error { _, err := y.Hooks.Update(t.Context(), who, m.ID, 1, hook.Input{}); return err },
				func() error { _, err := y.Hooks.Rotate(t.Context(), who, m.ID, 1); return err },
				func() error { _, err := y.Hooks.Ping(t.Context(), who, m.ID); return err },
				func() error { _, err := y.Hooks.Replay(t.Context(), who, p.ID); return err },
			} {
				testworld.Refused(t, change(), hook.CanUpdate)
			}
		}
		foreign := y.SecondTenant().System
		_, err = y.Hooks.Get(t.Context(), foreign, m.ID)
		testworld.Gone(t, err, "webhook")
		_, err = y.Hooks.Replay(t.Context(), foreign, p.ID)
		testworld.Gone(t, err, "delivery")
		_, err = y.Hooks.GetDelivery(t.Context(), foreign, p.ID)
		testworld.Gone(t, err, "delivery")
		_, err = y.Hooks.Ping(t.Context(), foreign, m.ID)
		testworld.Gone(t, err, "webhook")
		_, err = y.Hooks.Rotate(t.Context(), foreign, m.ID, 1)
		testworld.Gone(t, err, "webhook")
		_, err = y.Hooks.ListDeliveries(t.Context(), foreign, m.ID, hook.Filter{}, page.Request{})
		testworld.Gone(t, err, "webhook")
	})
}

func TestPing(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		r := y.Receiver()
		r.Say(answer(500, "no"))
		m, err := y.Hooks.Create(t.Context(), y.admin, hook.Input{ID: id.New[id.Webhook](), Name: "Off", URL: r.URL, Events: []string{"site.updated"}})
		if err != nil {
			t.Fatal(err)
		}
		y.Start()
		p, err := y.Hooks.Ping(t.Context(), y.admin, m.ID)
		if err != nil || p.State != hook.Queued || p.Event != "webhook.ping" || p.Next == nil {
			t.Fatal(p, err)
		}
		d := y.settled(m.ID, 1)[0]
		if d.ID != p.ID || d.State != hook.Failed || d.Attempts != 1 || d.Answer != "no" || len(r.Calls()) != 1 || !strings.Contains(d.Body, `"type":"webhook.ping"`) {
			t.Errorf("ping of one that is off, at a server that fails: %+v", d)
		}
		if w, _ := y.Hooks.Get(t.Context(), y.admin, m.ID); w.FailingSince != nil {
			t.Error("a ping counts as a failure")
		}
		list, err := y.Hooks.ListDeliveries(t.Context(), y.admin, m.ID, hook.Filter{State: hook.Delivered}, page.Request{})
		if err != nil || len(list.Items) != 0 {
			t.Errorf("delivered: %+v, %v", list, err)
		}
		_, err = y.Hooks.ListDeliveries(t.Context(), y.admin, m.ID, hook.Filter{State: "lost"}, page.Request{})
		testworld.Fault(t, err, fault.Invalid, "state unknown")
		got, err := y.Hooks.GetDelivery(t.Context(), y.admin, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, d, got)
	})
}

// TestSecrets: sealed in the database, changed with a day's overlap, sealed anew when the installation's key changes.
func TestSecrets(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		r := y.Receiver()
		m := y.hook("House", r.URL, "site.updated")
		if stored := y.Text(`select cast(count(*) as text) from webhooks where length(secret) > 60`); stored != "1" {
			t.Errorf("%s sealed secrets", stored)
		}
		y.Start()
		send := func() testworld.Call {
			t.Helper()
			n := len(r.Calls())
			if _, err := y.Hooks.Ping(t.Context(), y.admin, m.ID); err != nil {
				t.Fatal(err)
			}
			y.settled(m.ID, n+1)
			return r.Calls()[n]
		}
		fresh, err := y.Hooks.Rotate(t.Context(), y.admin, m.ID, 1)
		if err != nil || fresh.Secret.Reveal() == m.Secret.Reveal() || fresh.Version != 2 {
			t.Fatal(fresh, err)
		}
		_, err = y.Hooks.Rotate(t.Context(), y.admin, m.ID, 1)
		testworld.Fault(t, err, fault.Conflict, "version stale")
		both := func(c testworld.Call) string {
			return signature(t, fresh.Secret.Reveal(), c) + " " + signature(t, m.Secret.Reveal(), c)
		}
		if c := send(); c.Header.Get("webhook-signature") != both(c) {
			t.Errorf("both secrets sign for a day: %s", c.Header.Get("webhook-signature"))
		}
		y.Keys.Add(6)
		if err := y.Hooks.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		y.Keys.Forget(1)
		if c := send(); c.Header.Get("webhook-signature") != both(c) {
			t.Errorf("after the installation's key changed: %s", c.Header.Get("webhook-signature"))
		}
		y.Clock.Advance(24 * time.Hour)
		if c := send(); c.Header.Get("webhook-signature") != signature(t, fresh.Secret.Reveal(), c) {
			t.Errorf("the newest secret alone signs: %s", c.Header.Get("webhook-signature"))
		}
		if err := y.Hooks.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := y.Text(`select cast(count(*) as text) from webhooks where old_secret is null and old_until is null`); n != "1" {
			t.Error("the old secret is kept")
		}
		testworld.Eventually(t, "the changes are journaled without a secret", func() bool {
			for _, c := range y.Trail() {
				if strings.Contains(c.Before+c.After, "whsec") {
					t.Fatal(c)
				}
			}
			return true
		})
	})
}

func TestTheLogIsCleared(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		m := y.hook("House", y.Receiver().URL, "site.updated")
		for range 3 {
			if _, err := y.Hooks.Ping(t.Context(), y.admin, m.ID); err != nil {
				t.Fatal(err)
			}
			y.Clock.Advance(2 * 24 * time.Hour)
		}
		y.Clock.Advance(time.Hour)
		if err := y.Hooks.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		log := y.log(m.ID)
		if len(log) != 3 || log[0].State != hook.Queued || log[1].State != hook.Failed || log[2].Problem == "" {
			t.Errorf("what has lost its job after four days: %+v", log)
		}
		days, err := y.Hooks.Days(t.Context(), y.admin, m.ID, 7, time.UTC)
		if err != nil || len(days) != 7 || days[0].Failed != 1 || days[2].Failed != 1 || days[4].Queued != 1 || days[6].Date != "2026-10-02" {
			t.Errorf("days %+v, %v", days, err)
		}
		y.Clock.Advance(27 * 24 * time.Hour)
		if err := y.Hooks.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if log := y.log(m.ID); len(log) != 1 {
			t.Errorf("%d left after thirty days", len(log))
		}
	})
}
