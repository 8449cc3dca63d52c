package web

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/id"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

func TestNoticesAreListedReadAndMuted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		guard := h.Staff[org.Guard]
		b := h.as(org.Guard)
		b.get("/notices").is(200, "No notices yet", "Times are in Asia/Kolkata.").lacks("Mark all as read")
		first := h.Notice(guard.ID, "The Harbour <changed>", "site", h.Harbour.ID)
		h.Notice(guard.ID, "A ticket waits", "ticket", id.New[id.Ticket]())
		a := b.get("/notices").is(200, "The Harbour <changed>", "You get this because a test says so", "Unread", "Mark all as read", "14:30")
		a.rings("Notices, 2 unread")
		for _, to := range []string{"/sites/" + h.Harbour.ID.String(), "/notices?show=unread"} {
			if !a.linksTo(to) {
				t.Errorf("no link to %s", to)
			}
		}
		if !strings.Contains(a.body, `data-seen="/notices/`+first.ID.String()+`/read"`) {
			t.Error("following a notice does not read it")
		}
		b.post("/notices/" + first.ID.String() + "/read").goes("/notices")
		b.get("/notices?show=unread").is(200, "A ticket waits").lacks("The Harbour").rings("Notices, 1 unread")
		b.post("/account/mutes/" + h.Harbour.ID.String()).goes("/notices")
		b.get("/notices").is(200, "You will not be told of this any more", "Hear of it again", "Mute this ticket")
		b.get("/account/notices").is(200, "The Harbour <changed>", "Hear of it again", "guard@lantern.example")
		b.post("/account/mutes/" + h.Harbour.ID.String() + "/delete").goes("/notices")
		b.get("/account/notices").is(200, "You muted nothing")
		late := h.Notice(guard.ID, "After the page", "site", h.Harbour.ID)
		b.post("/notices/read", "until", first.ID.String()).goes("/notices")
		b.post("/notices/read", "until", "x").is(422)
		b.get("/notices?show=unread").is(200, "After the page", "A ticket waits")
		b.post("/notices/read", "until", late.ID.String()).goes("/notices")
		b.get("/notices?show=unread").is(200, "Nothing unread").rings("Notices")

		for _, path := range []string{"/notices/" + first.ID.String() + "/read", "/account/mutes/" + h.Harbour.ID.String(), "/account/mutes/" + h.Harbour.ID.String() + "/delete", "/notices/x/read", "/account/mutes/x"} {
			if got := h.as(org.Viewer).post(path).status; got != 404 {
				t.Errorf("%s of another answers %d", path, got)
			}
		}
	})
}

func TestManyNoticesComeInPieces(t *testing.T) {
	h := fresh(t)
	guard := h.Staff[org.Guard]
	for range page.Default + 1 {
		h.Notice(guard.ID, "Again", "site", h.Harbour.ID)
	}
	for _, show := range []string{"/notices?after=", "/notices?show=unread&after="} {
		b := h.as(org.Guard)
		first := b.get(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(show, "after="), "&"), "?"))
		next := first.is(200, "50 notices shown").firstLink(show)
		b.get(next).is(200, "1 notice").lacks("Show more")
	}
}

// rings says what the bell tells screen readers.
func (a answer) rings(want string) {
	a.t.Helper()
	if bells := a.all("a", "href", "/notices"); len(bells) == 0 || attr(bells[0], "aria-label") != want {
		a.t.Errorf("the bell does not say %q", want)
	}
}

// holds says what fields have: names and values in turn.
func (a answer) holds(fieldsAndValues ...string) {
	a.t.Helper()
	for i := 0; i+1 < len(fieldsAndValues); i += 2 {
		if got := a.value(fieldsAndValues[i]); got != fieldsAndValues[i+1] {
			a.t.Errorf("%s holds %q, want %q", fieldsAndValues[i], got, fieldsAndValues[i+1])
		}
	}
}

// firstLink gives the first address of a page that begins so.
func (a answer) firstLink(prefix string) string {
	a.t.Helper()
	_, rest, ok := strings.Cut(strings.ReplaceAll(a.body, "&amp;", "&"), `href="`+prefix)
	if !ok {
		a.t.Fatalf("no link begins with %s", prefix)
	}
	rest, _, _ = strings.Cut(rest, `"`)
	return prefix + rest
}

func TestOneSaysHowOneIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Guard)
		b.get("/account/notices").is(200, "Tell me by mail too", "Asia/Kolkata").holds("version", "0")
		b.post("/account/notices", "version", "0", "mail", "true", "quiet_from", "22:00", "quiet_until", "06:30").goes("/account/notices")
		b.get("/account/notices").is(200, "Saved").holds("quiet_from", "22:00", "quiet_until", "06:30", "version", "1")
		b.post("/account/notices", "version", "1", "quiet_from", "late").is(422, "Enter a time like 22:00.", "leave both empty").holds("quiet_from", "late")
		b.post("/account/notices", "version", "1", "quiet_until", "06:00").is(422, "Enter when the quiet hours begin")
		b.post("/account/notices", "version", "0").is(409).holds("version", "1")
		b.post("/account/notices", "version", "1").goes("/account/notices")
		x, err := h.Notices.GetSettings(t.Context(), h.As(h.Staff[org.Guard]))
		if err != nil || x != (notice.Settings{Push: true, Version: 2}) {
			t.Error(x, err)
		}
		b.get("/account/notices").is(200).holds("quiet_from", "", "quiet_until", "")
		h.signedIn(h.Someone(nil)).get("/account/notices").is(200, "You have no e-mail address here")
	})
}

// TestOneTurnsDevicesOnAndOff: nothing of it is there while the channel is switched off.
func TestOneTurnsDevicesOnAndOff(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b, x := h.as(org.Guard), h.NewBrowser("https://push.example.com/to/c4n4ry")
		typed := []string{"endpoint", x.Input.Endpoint.Reveal(), "p256dh", x.Input.P256dh, "auth", x.Input.Auth.Reveal()}
		b.get("/account/notices").is(200).lacks("Notifications on this device").lacks("my devices")
		b.post("/account/push", typed...).is(404)
		h.SwitchPush(true)
		b.get("/account/notices").is(200, "Notifications on this device", "This needs a browser that runs scripts", "You are told on no device yet", "Tell me on my devices too")
		b.post("/account/push", "endpoint", "https://192.168.0.1/x").is(422)
		b.post("/account/push", typed...).goes("/account/notices")
		a := b.get("/account/notices").is(200, "You are told on this device from now on", "Not used yet", "Send a test", "1 device").lacks("c4n4ry")
		_, rest, _ := strings.Cut(a.body, `action="/account/push/`)
		device, _, _ := strings.Cut(rest, "/")
		path := "/account/push/" + device
		for _, what := range []string{"/test", "/delete"} {
			h.as(org.Viewer).post(path + what).is(404)
		}
		b.post(path + "/test").goes("/account/notices")
		b.post("/account/notices", "version", "0", "mail", "true").goes("/account/notices")
		if s, err := h.Notices.GetSettings(t.Context(), h.As(h.Staff[org.Guard])); err != nil || s.Push {
			t.Error(s, err)
		}
		b.post(path + "/delete").goes("/account/notices")
		b.get("/account/notices").is(200, "You are told on no device yet")
		a = b.get("/push-worker.js").is(200, "showNotification")
		if a.header.Get("Content-Type") != "text/javascript; charset=utf-8" || a.header.Get("Cache-Control") != "no-cache" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%v", a.header)
		}
	})
}

// TestTheBellRingsInABrowser: the number changes on an open page, and ends with the session.
func TestTheBellFollowsTheStream(t *testing.T) {
	h := fresh(t)
	guard := h.Staff[org.Guard]
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.Notices.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	secret := h.SignIn(guard)
	res := h.follow("/notices/stream", secret)
	defer res.Body.Close()
	var got strings.Builder
	buf := make([]byte, 1000)
	until := func(want string) {
		t.Helper()
		for end := time.Now().Add(5 * time.Second); !strings.Contains(got.String(), want); {
			n, err := res.Body.Read(buf)
			got.Write(buf[:n])
			if err != nil || time.Now().After(end) {
				t.Fatalf("got %q, want %q: %v", got.String(), want, err)
			}
		}
	}
	until("retry: 5000\n\nevent: unread\ndata: 0\n\n")
	h.Notice(guard.ID, "New", "site", h.Harbour.ID)
	until("event: unread\ndata: 1\n\n")
	who, err := h.Auth.BySession(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Auth.SignOut(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := io.ReadAll(res.Body); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("the stream ended %s after the session", took)
	}
}

// follow opens a stream of events as a session's browser.
func (h *house) follow(path, secret string) *http.Response {
	h.t.Helper()
	s := httptest.NewServer(h.mux)
	h.t.Cleanup(s.Close)
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, s.URL+path, nil)
	must(h.t, err)
	req.AddCookie(&http.Cookie{Name: SessionCookie(false), Value: secret})
	res, err := http.DefaultClient.Do(req)
	must(h.t, err)
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		h.t.Fatalf("%d %s", res.StatusCode, got)
	}
	return res
}

func TestRecordsLeadToTheirPages(t *testing.T) {
	x := testworld.Any(id.New[id.Site]())
	if got := Record("ticket", x); got != "/tickets/"+x.String() {
		t.Error(got)
	}
	if got := Record("mood", x); got != "" {
		t.Error(got)
	}
}
