package web

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/ops"
	"intelliwiz/internal/org"
	"intelliwiz/internal/telemetry"
)

// TestOperationsTellHowTheInstallationDoes: the administrator alone sees it, and of errors only their own organisation's.
func TestOperationsTellHowTheInstallationDoes(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	b.get("/operations").is(http.StatusOK, "Database Works", "No errors since the start", "The charts begin a minute after the start.", "Last backup Never", "Last verified restore Never", "IntelliWiz", "1.2.3", "Waits for its turn")
	ctx := telemetry.WithRequestID(actor.Into(t.Context(), h.System), "01JA2M-7QK4X-W0ZC7")
	lines := h.Logged()
	for range 3 {
		lines.ErrorContext(ctx, "job failed", "job", "mail.send", "err", errors.New(`mail to "x@y" 17 failed`))
	}
	theirs := h.SecondTenant()
	lines.ErrorContext(actor.Into(t.Context(), theirs.System), "fault", "code", "internal", "err", errors.New("theirs alone"))
	h.Metrics.Statement("org.siteGet", 300*time.Millisecond, 1, "unavailable")
	b.get("/operations").is(http.StatusOK, "job failed mail.send", "mail to # # failed", "01JA2M-7QK4X-W0ZC7", "org.siteGet", "300 ms").lacks("theirs alone", "No errors since")
	for _, role := range []string{org.Supervisor, org.Viewer, org.Auditor, org.Guard} {
		h.as(role).get("/operations").is(http.StatusForbidden)
	}
}

func TestOperationsDrawTheLastHour(t *testing.T) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	m := telemetry.NewMetrics()
	m.Request("GET", "/", 200, 3*time.Millisecond)
	m.Request("GET", "/", 500, 3*time.Millisecond)
	m.Waited("mail.send", 2*time.Second)
	view := operationsViewOf(ops.State{
		Checks: []ops.Check{{Name: "database"}}, Points: []ops.Point{{At: now.Add(-time.Minute)}, {At: now, Traffic: m.Traffic()}}, Full: now.Add(72 * time.Hour), Backup: now.Add(-time.Hour), Restored: now.Add(-2 * time.Hour), Free: 1 << 30, Size: 2 << 30,
	}, visit{now: now, zone: time.UTC})
	if len(view.Wrong) != 1 || view.Wrong[0].Title != "Database does not work" || view.Queue.Items[0].Value != "The database does not say" {
		t.Errorf("what is wrong: %+v, the queue: %+v", view.Wrong, view.Queue)
	}
	var totals []string
	for _, c := range view.Charts {
		totals = append(totals, c.Total)
		if len(c.Items) != 2 || c.Items[1].Label != "09:00" {
			t.Errorf("%s draws %+v", c.Title, c.Items)
		}
	}
	if want := []string{"2", "1", "5 ms", "2.5 s"}; len(totals) != 4 || totals[0] != want[0] || totals[1] != want[1] || totals[2] != want[2] || totals[3] != want[3] || !view.Charts[1].Items[1].Late {
		t.Errorf("got %v, want %v", totals, want)
	}
	if room := view.Room.Items; room[1].Pill.Text != "In 3 days" || room[2].Value != "Today, 08:00" || room[3].Value != "Today, 07:00" || room[0].Value != "1.1 GB of 2.1 GB" {
		t.Errorf("got %+v", room)
	}
}
