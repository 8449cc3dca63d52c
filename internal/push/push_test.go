package push_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/news"
	"intelliwiz/internal/org"
	"intelliwiz/internal/push"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/testworld"
)

// canary stands in the addresses of these tests, which nobody may read anywhere.
const canary = "&secret=c4n4ry-of-an-address"

func message(w *testworld.World) push.Message {
	return push.Message{Title: "The ticket HARBOUR#12 is yours: Chiller 2 tripped", Path: "/tickets/1", Subject: testworld.Any(w.Harbour.ID), Urgency: news.High, Until: w.Clock.Now().Add(time.Hour)}
}

func TestAMessageReachesTheBrowserAlone(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		w.SwitchPush(true)
		guard, service := w.Actor(org.Guard), w.Receiver()
		b := w.Browser(guard, service.URL+canary)
		sent, err := w.Push.Send(t.Context(), w.System, b.ID, message(w))
		if err != nil || !sent || len(service.Calls()) != 1 {
			t.Fatal(sent, err, service.Calls())
		}
		call := service.Calls()[0]
		text, err := b.Read([]byte(call.Body))
		if err != nil {
			t.Fatal(err)
		}
		tag := call.Header.Get("Topic")
		testworld.Same(t, `{"title":"The ticket HARBOUR#12 is yours: Chiller 2 tripped","path":"/tickets/1","tag":"`+tag+`"}`, text)
		for name, want := range map[string]string{"Ttl": "3600", "Urgency": "high", "Content-Encoding": "aes128gcm"} {
			testworld.Same(t, want, call.Header.Get(name))
		}
		if len(tag) == 0 || len(tag) > 32 || strings.Contains(call.Body, "Chiller") {
			t.Errorf("topic %q, or the body is to be read by anybody", tag)
		}
		key, err := w.Push.Key(t.Context(), guard)
		if err != nil {
			t.Fatal(err)
		}
		signedBy(t, call.Header.Get("Authorization"), key, service.URL, w.Clock.Now())

		list, err := w.Push.List(t.Context(), guard)
		if err != nil || len(list) != 1 || list[0].Used == nil || list[0].Agent != "Lantern Browser 1.0" {
			t.Error(list, err)
		}
		var all strings.Builder
		for _, c := range w.Trail() {
			all.WriteString(c.Before + c.After)
		}
		rows := w.Text("select '' || id || person_id || hash || agent from push_subscriptions")
		for what, held := range map[string]string{"journal": all.String(), "log": w.Log.String(), "table": rows} {
			for _, secret := range []string{"c4n4ry", b.Input.P256dh, b.Input.Auth.Reveal()} {
				if strings.Contains(held, secret) {
					t.Errorf("the %s holds %s", what, secret)
				}
			}
		}
		// The key that seals is changed: all is sealed anew, the pair stays, and a second process sends as before.
		w.Keys.Add(6)
		if err := w.Push.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.Keys.Forget(1)
		w.Push.Anew()
		if sent, err := w.Push.Send(t.Context(), w.System, b.ID, message(w)); err != nil || !sent {
			t.Error("after a rotation:", sent, err)
		}
		if again, err := w.Push.Key(t.Context(), guard); err != nil || again != key {
			t.Error("the pair is another:", again, err)
		}
		// All keys are lost: there is another pair, and the browser is turned on again.
		w.Keys.Add(7)
		w.Keys.Forget(2)
		w.Push.Anew()
		if again, err := w.Push.Key(t.Context(), guard); err != nil || again == key {
			t.Error("keys are lost:", again, err)
		}
		if sent, err := w.Push.Send(t.Context(), w.System, b.ID, message(w)); sent || fault.KindOf(err) != fault.Invalid {
			t.Error("keys are lost:", sent, err)
		}
	})
}

// signedBy checks who says that they send (RFC 8292, 2).
func signedBy(t *testing.T, header, key, address string, now time.Time) {
	t.Helper()
	var token, shown string
	for part := range strings.SplitSeq(strings.TrimPrefix(header, "vapid "), ", ") {
		if v, ok := strings.CutPrefix(part, "t="); ok {
			token = v
		}
		if v, ok := strings.CutPrefix(part, "k="); ok {
			shown = v
		}
	}
	parts := strings.Split(token, ".")
	point, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil || shown != key || len(parts) != 3 {
		t.Fatalf("%q: %v", header, err)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		t.Fatal(err)
	}
	signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if len(signature) != 64 || !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the signature is not of the key")
	}
	raw, _ := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(address)
	until := time.Unix(claims.Exp, 0).Sub(now)
	if claims.Aud != "https://"+u.Host || claims.Sub != "mailto:security@lantern.example" || until <= 0 || until > 24*time.Hour {
		t.Errorf("claims %+v", claims)
	}
}

func TestWhatAPushServiceAnswersDecides(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		w.SwitchPush(true)
		guard, service := w.Actor(org.Guard), w.Receiver()
		b := w.Browser(guard, service.URL+canary)
		answers := func(status int) {
			service.Say(func(r http.ResponseWriter, _ *http.Request) { r.WriteHeader(status) })
		}
		for i, c := range []struct {
			status int
			want   fault.Kind
		}{{429, fault.Unavailable}, {503, fault.Unavailable}, {400, fault.Invalid}, {403, fault.Invalid}, {302, fault.Invalid}} {
			answers(c.status)
			sent, err := w.Push.Send(t.Context(), w.System, b.ID, message(w))
			if sent || fault.KindOf(err) != c.want || strings.Contains(err.Error(), "c4n4ry") {
				t.Errorf("%d: %v %v", c.status, sent, err)
			}
			if list, err := w.Push.List(t.Context(), guard); err != nil || len(list) != 1 || list[0].Failures != int64(i+1) {
				t.Errorf("after %d: %+v %v", c.status, list, err)
			}
		}
		before := len(service.Calls())
		late := message(w)
		late.Until = w.Clock.Now()
		if sent, err := w.Push.Send(t.Context(), w.System, b.ID, late); sent || err != nil {
			t.Error("a message that is of no use any more:", sent, err)
		}
		w.SwitchPush(false)
		if sent, err := w.Push.Send(t.Context(), w.System, b.ID, message(w)); sent || err != nil {
			t.Error("switched off:", sent, err)
		}
		if _, err := w.Push.List(t.Context(), guard); fault.KindOf(err) != fault.NotFound {
			t.Error("switched off, and listed:", err)
		}
		w.SwitchPush(true)
		if _, err := w.Push.Send(t.Context(), w.SecondTenant().System, b.ID, message(w)); fault.KindOf(err) != fault.NotFound {
			t.Error("another organisation sends to it:", err)
		}
		if _, err := w.Push.Send(t.Context(), guard, b.ID, message(w)); fault.KindOf(err) != fault.Forbidden {
			t.Error("a person sends to it:", err)
		}
		if n := len(service.Calls()); n != before {
			t.Errorf("%d messages left that should not", n-before)
		}
		answers(410)
		if sent, err := w.Push.Send(t.Context(), w.System, b.ID, message(w)); sent || err != nil {
			t.Error("one that is gone:", sent, err)
		}
		if list, err := w.Push.List(t.Context(), guard); err != nil || len(list) != 0 {
			t.Errorf("one that is gone stays: %v %v", list, err)
		}
	})
}

func TestABrowserIsTurnedOnByItsOwnPersonOnly(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard, viewer := w.Actor(org.Guard), w.Actor(org.Viewer)
		const at = "https://push.example.com/"
		if _, err := w.Push.Subscribe(t.Context(), guard, w.NewBrowser(at+"x").Input); fault.KindOf(err) != fault.NotFound {
			t.Error("switched off, and turned on:", err)
		}
		w.SwitchPush(true)
		for name, change := range map[string]func(*push.Input){
			"endpoint": func(in *push.Input) { in.Endpoint = telemetry.Hide("https://10.0.0.1/x") },
			"p256dh":   func(in *push.Input) { in.P256dh = "AAAA" },
			"auth":     func(in *push.Input) { in.Auth = telemetry.Hide("AAAA") },
		} {
			in := w.NewBrowser(at + "x").Input
			change(&in)
			_, err := w.Push.Subscribe(t.Context(), guard, in)
			if f := fault.As(err); err == nil || len(f.Fields) != 1 || f.Fields[0].Path != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.Push.Subscribe(t.Context(), actor.Actor{}, w.NewBrowser(at+"x").Input); fault.KindOf(err) != fault.Unauthenticated {
			t.Error("nobody turns one on:", err)
		}
		mine := w.Browser(guard, at+"0")
		for _, err := range []error{w.Push.Delete(t.Context(), viewer, mine.ID), w.Push.Test(t.Context(), viewer, mine.ID), w.Push.Delete(t.Context(), guard, id.New[id.Subscription]())} {
			if fault.KindOf(err) != fault.NotFound {
				t.Error("that of another:", err)
			}
		}
		for i := 1; i < push.Most; i++ {
			w.Browser(guard, at+string(rune('0'+i)))
		}
		if _, err := w.Push.Subscribe(t.Context(), guard, w.NewBrowser(at+"more").Input); fault.KindOf(err) != fault.Conflict {
			t.Error("one too many:", err)
		}
		w.Browser(guard, at+"0") // it is known: turned on anew
		w.Browser(viewer, at+"0")
		if list, err := w.Push.List(t.Context(), guard); err != nil || len(list) != push.Most-1 {
			t.Errorf("the guard has %d, %v", len(list), err)
		}
		last, err := w.Push.List(t.Context(), guard)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Push.Delete(t.Context(), guard, last[0].ID); err != nil {
			t.Error(err)
		}
		trail := w.Trail()
		testworld.Same(t, "subscription.deleted", trail[len(trail)-1].Verb)
	})
}

// TestABrowserEndsWithItsSignIn: signed out there, signed out everywhere, not active any more, the whole organisation, erased.
func TestABrowserEndsWithItsSignIn(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		w.SwitchPush(true)
		service := w.Receiver()
		guard, boss, viewer, other := w.Actor(org.Guard), w.Actor(org.Supervisor), w.Actor(org.Viewer), w.Actor(org.Guard)
		there := w.Browser(guard, service.URL+"&1")
		stays := w.Browser(other, service.URL+"&2")
		w.Browser(boss, service.URL+"&3")
		gone := w.Browser(viewer, service.URL+"&4")
		w.Start()
		if err := w.Push.Test(t.Context(), guard, there.ID); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "the test arrives", func() bool { return len(service.Calls()) == 1 })
		if text, err := there.Read([]byte(service.Calls()[0].Body)); err != nil || !strings.Contains(text, "This is how you are told") {
			t.Error(text, err)
		}
		left := func(want string) {
			t.Helper()
			testworld.Eventually(t, "left are "+want, func() bool { return w.Text("select count(*) || '' from push_subscriptions") == want })
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.Auth.SignOut(t.Context(), guard))
		left("3")
		if list, err := w.Push.List(t.Context(), other); err != nil || len(list) != 1 || list[0].ID != stays.ID {
			t.Error("the other sign-in of the same person ended too:", list, err)
		}
		must(w.Auth.EndSessions(t.Context(), w.System, boss.Person()))
		left("2")
		p := w.Staff[org.Viewer].Person
		w.Exec("update persons set active = " + map[string]string{"sqlite": "0", "postgres": "false"}[w.DB.Engine()] + " where id = '" + p.ID.String() + "'")
		if _, err := w.Push.Send(t.Context(), w.System, gone.ID, message(w)); fault.KindOf(err) != fault.NotFound {
			t.Error("somebody who left is told:", err)
		}
		must(w.Push.Forget(t.Context(), w.System, p.ID))
		left("1")
		if _, err := w.Auth.EndEverySession(t.Context(), w.System); err != nil {
			t.Fatal(err)
		}
		left("0")
	})
}
