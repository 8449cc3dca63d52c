package hook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/hook"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// signature is a v1 signature as Standard Webhooks describes it, written for the test.
func signature(t *testing.T, secret string, c testworld.Call) string {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) < 24 || len(key) > 64 || !strings.HasPrefix(secret, "whsec_") {
		t.Fatalf("secret of %d bytes: %v", len(key), err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", c.Header.Get("webhook-id"), c.Header.Get("webhook-timestamp"), c.Body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestAChangeIsDelivered(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		r := y.Receiver()
		r.Say(answer(200, "th\x00anks"))
		m := y.hook("House", r.URL, "site.updated", "person.created")
		off, err := y.Hooks.Create(t.Context(), y.admin, hook.Input{Name: "Off", URL: r.URL, Events: []string{"site.updated"}})
		if err != nil {
			t.Fatal(err)
		}
		other := y.hook("Other", r.URL, "unit.created")
		y.Clock.Advance(time.Second)
		y.Start()
		y.change()
		d := y.settled(m.ID, 1)[0]
		calls := r.Calls()
		if len(calls) != 1 || len(y.log(off.ID))+len(y.log(other.ID)) != 0 {
			t.Fatalf("%d calls", len(calls))
		}
		c := calls[0]
		if c.Header.Get("webhook-signature") != signature(t, m.Secret.Reveal(), c) || c.Header.Get("content-type") != "application/json" {
			t.Errorf("headers %v", c.Header)
		}
		if c.Header.Get("webhook-id") != d.Message || c.Header.Get("webhook-timestamp") != fmt.Sprint(y.Clock.Now().Unix()) || c.Body != d.Body {
			t.Errorf("headers %v of %+v", c.Header, d)
		}
		var body struct {
			Type      string
			Timestamp time.Time
			Data      struct {
				Seq           int64
				Subject       string
				SubjectID     string `json:"subject_id"`
				SiteID        string `json:"site_id"`
				Who           struct{ Name string }
				Before, After struct{ Radius float64 }
			}
		}
		if err := json.Unmarshal([]byte(c.Body), &body); err != nil {
			t.Fatal(err)
		}
		x := body.Data
		if body.Type != "site.updated" || !body.Timestamp.Equal(y.Clock.Now()) || x.Subject != "site" || x.SubjectID != y.Harbour.ID.String() || x.Seq == 0 ||
			x.SiteID != y.Harbour.ID.String() || x.Who.Name == "" || x.After.Radius != x.Before.Radius+1 {
			t.Errorf("body %s", c.Body)
		}
		if d.State != hook.Delivered || d.Attempts != 1 || d.Status == nil || *d.Status != 200 || d.Took == nil || d.Answer != "thanks" || d.Problem != "" || d.Next != nil || d.Tried == nil {
			t.Errorf("delivery %+v", d)
		}
	})
}

// TestOneDeliveryHoweverOftenTheWorkRuns: the job that makes deliveries runs again after a crash.
func TestOneDeliveryHoweverOftenTheWorkRuns(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		r := y.Receiver()
		m := y.hook("House", r.URL, "site.updated")
		y.Clock.Advance(time.Second)
		for range 3 {
			y.change()
		}
		y.Seal()
		y.Exec(`update river_job set unique_key = null where kind = 'hook.spread'`)
		y.Exec(`insert into river_job (kind, args, queue, priority, max_attempts, state) select kind, args, queue, priority, max_attempts, state from river_job where kind = 'hook.spread'`)
		y.Start()
		y.settled(m.ID, 3)
		y.eventually("all work is done", func() bool { // one that finds no room comes again, and is one more
			return y.Text(`select cast(count(*) as text) from river_job where kind like 'hook.%' and kind <> 'hook.sweep' and state <> 'completed'`) == "0"
		})
		seen := map[string]int{}
		for _, c := range r.Calls() {
			seen[c.Header.Get("webhook-id")]++
		}
		if len(seen) != 3 || len(r.Calls()) != 3 || len(y.log(m.ID)) != 3 {
			t.Errorf("messages %v", seen)
		}
	})
}

func TestNoWorkIsMadeForThoseWhoHaveNoWebhook(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		other := y.SecondTenant()
		m := y.hook("House", y.Receiver().URL, "unit.created")
		y.change()
		other.Unit("ELSEWHERE", nil)
		y.Unit("BEFORE", nil)
		y.Seal()
		if n := y.Text(`select cast(count(*) as text) from river_job where kind = 'hook.spread'`); n != "1" {
			t.Errorf("%s jobs, want the one for the unit of the tenant with a webhook", n)
		}
		if _, err := y.Hooks.Update(t.Context(), y.admin, m.ID, 1, hook.Input{Name: "House", URL: m.URL, Events: m.Events}); err != nil {
			t.Fatal(err)
		}
		y.Unit("AFTER", nil)
		y.Seal()
		if n := y.Text(`select cast(count(*) as text) from river_job where kind = 'hook.spread'`); n != "1" {
			t.Errorf("%s jobs after the webhook was turned off", n)
		}
	})
}

// TestAWebhookIsToldOfWhatComesAfterIt, also when the change before it is told late.
func TestAWebhookIsToldOfWhatComesAfterIt(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		r := y.Receiver()
		first := y.hook("First", r.URL, "site.updated")
		y.Clock.Advance(time.Second)
		y.change()
		y.Clock.Advance(time.Second)
		late := y.hook("Late", r.URL, "site.updated")
		y.Start()
		y.settled(first.ID, 1)
		y.change()
		y.settled(first.ID, 2)
		if n := len(y.settled(late.ID, 1)); n != 1 {
			t.Errorf("%d deliveries", n)
		}
	})
}

func TestAttemptsUntilItArrives(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		r := y.Receiver()
		n := 0
		r.Say(func(w http.ResponseWriter, q *http.Request) {
			if n++; n < 3 {
				http.Error(w, strings.Repeat("é", 600), http.StatusInternalServerError)
			}
		})
		m := y.hook("House", r.URL, "site.updated")
		y.Start()
		y.change()
		d := y.settled(m.ID, 1)[0]
		if d.State != hook.Delivered || d.Attempts != 3 || *d.Status != 200 || d.Problem != "" {
			t.Errorf("delivery %+v", d)
		}
		calls := r.Calls()
		if len(calls) != 3 || calls[0].Header.Get("webhook-id") != calls[2].Header.Get("webhook-id") || calls[0].Body != calls[2].Body {
			t.Errorf("%d calls", len(calls))
		}
		w, err := y.Hooks.Get(t.Context(), y.admin, m.ID)
		if err != nil || w.FailingSince != nil || !w.Active {
			t.Errorf("after it arrived: %+v, %v", w, err)
		}
	})
}

func TestAttemptsThatAreUsedUp(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		r := y.Receiver()
		r.Say(answer(503, strings.Repeat("é", 600)))
		m := y.hook("House", r.URL, "site.updated")
		y.Start()
		y.change()
		d := y.settled(m.ID, 1)[0]
		if d.State != hook.Failed || d.Attempts != 8 || *d.Status != 503 || d.Problem != "The server answered 503." || len([]rune(d.Answer)) != 501 || d.Next != nil {
			t.Errorf("delivery %+v", d)
		}
		w, err := y.Hooks.Get(t.Context(), y.admin, m.ID)
		if err != nil || w.FailingSince == nil || !w.FailingSince.Equal(y.Clock.Now()) || !w.Active {
			t.Errorf("after it failed: %+v, %v", w, err)
		}
	})
}

// TestAWebhookStopsByItself after five days without a success, and at once when the server says so; who made it is told.
func TestAWebhookStopsByItself(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		r, over := y.Receiver(), y.Receiver()
		r.Say(answer(302, ""))
		over.Say(answer(410, ""))
		slow, at := y.hook("Slow", r.URL, "site.updated"), y.hook("Gone", over.URL, "unit.created")
		y.Start()
		y.change()
		if d := y.settled(slow.ID, 1)[0]; d.Problem != "The server answered 302: redirects are not followed." {
			t.Errorf("delivery %+v", d)
		}
		y.Clock.Advance(5*24*time.Hour - time.Second)
		y.change()
		y.settled(slow.ID, 2)
		y.Clock.Advance(time.Second)
		y.change()
		y.settled(slow.ID, 3)
		y.Unit("NEW", nil)
		if d := y.settled(at.ID, 1)[0]; d.Attempts != 1 || d.State != hook.Failed {
			t.Errorf("after 410: %+v", d)
		}
		why := map[string]string{}
		for _, c := range y.Trail() {
			if c.Verb == "webhook.stopped" {
				var x struct{ Name, Why string }
				if err := json.Unmarshal([]byte(c.After), &x); err != nil {
					t.Fatal(err)
				}
				why[x.Name] += x.Why
			}
		}
		if len(why) != 2 || why["Slow"] != "Nothing has arrived for 5 days." || why["Gone"] != "The server answered 410: it wants no more messages." {
			t.Errorf("stopped: %v", why)
		}
		for _, m := range []hook.Made{slow, at} {
			if w, err := y.Hooks.Get(t.Context(), y.admin, m.ID); err != nil || w.Active || w.Version != 2 {
				t.Errorf("%s: %+v, %v", m.Name, w, err)
			}
		}
		admin := y.As(y.Staff[org.Administrator])
		testworld.Eventually(t, "who made them is told", func() bool {
			list, err := y.Notices.List(t.Context(), admin, notice.Filter{}, page.Request{})
			return err == nil && len(list.Items) == 2 && strings.HasSuffix(list.Items[0].Title, "was turned off")
		})
	})
}

// TestWhatIsTurnedOffIsNotSent: a message that waits for its next attempt when a webhook is turned off is given up, and can be sent again.
func TestWhatIsTurnedOffIsNotSent(t *testing.T) {
	each(t, func(t *testing.T, y *yard) {
		r := y.Receiver()
		held, release := make(chan struct{}), make(chan struct{})
		r.Say(func(w http.ResponseWriter, _ *http.Request) {
			close(held)
			<-release
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		m := y.hook("House", r.URL, "site.updated")
		y.Start()
		y.change()
		<-held
		in := hook.Input{Name: "House", URL: r.URL, Events: m.Events}
		if _, err := y.Hooks.Update(t.Context(), y.admin, m.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		close(release)
		d := y.settled(m.ID, 1)[0]
		if d.State != hook.Failed || d.Problem != "The webhook was turned off." || d.Attempts != 1 || len(r.Calls()) != 1 {
			t.Errorf("delivery %+v", d)
		}
		r.Say(nil)
		in.Active = true
		if w, err := y.Hooks.Update(t.Context(), y.admin, m.ID, 2, in); err != nil || w.FailingSince != nil {
			t.Fatal(w, err)
		}
		again, err := y.Hooks.Replay(t.Context(), y.admin, d.ID)
		if err != nil || again.ID == d.ID || again.Message != d.Message || again.Body != d.Body || again.State != hook.Queued {
			t.Fatalf("again %+v, %v", again, err)
		}
		if log := y.settled(m.ID, 2); log[0].ID != again.ID || log[0].State != hook.Delivered || log[1].State != hook.Failed {
			t.Errorf("log %+v", log)
		}
		if calls := r.Calls(); len(calls) != 2 || calls[1].Header.Get("webhook-id") != d.Message {
			t.Errorf("%d calls", len(calls))
		}
	})
}
