package web

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
)

// TestTheLiveBoard: what is late, missed and on its way, each number with the rows that it counts.
func TestTheLiveBoard(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		list := h.Checklist("Round", h.Question("All well?"))
		gate, yard := h.NewAsset(h.Harbour.ID, "GATE"), h.NewAsset(h.Harbour.ID, "YARD")
		run := h.open(h.Plan(h.Harbour.ID, "Night round", list, func(in *plan.Input) {
			in.Kind, in.Silence, in.Stops = plan.Tour, 40, []plan.Stop{{Asset: &gate.ID}, {Asset: &yard.ID, Travel: 5}}
		}))
		lamps := h.FirstTask(h.Plan(h.Harbour.ID, "Lamps", list, func(in *plan.Input) { in.Rule = "30 8 * * *" }))
		b := h.as(org.Supervisor)
		page := b.get("/board/live").is(http.StatusOK, "Rounds on the way", "Night round", "0 of 2 scanned", "Not begun", "a stop is scanned", "Nothing was missed.", "Today, by site")
		if !strings.Contains(page.body, `data-theme="dark"`) || !strings.Contains(page.body, `http-equiv="refresh"`) {
			t.Error("the board is not dark, or does not renew itself without scripts")
		}
		h.Clock.Advance(lamps.Due.Add(time.Minute).Sub(h.Clock.Now()))
		must(t, h.Deadlines.FireDue(h.Ctx(), h.System))
		b = h.as(org.Supervisor) // the session of an hour ago is over
		page = b.get("/board/live").is(http.StatusOK, "No scan: Night round", "1 stop passed over", "Those in charge of the site are told.", "late")
		href := "/tasks?site=" + h.Harbour.ID.String() + "&amp;status=late"
		_, after, found := strings.Cut(page.body, `"`+href+`">`)
		n, _, _ := strings.Cut(after, "<")
		if got := strings.Count(b.get(strings.ReplaceAll(href, "&amp;", "&")).is(http.StatusOK).body, `<a href="/tasks/0`); !found || strconv.Itoa(got) != n {
			t.Errorf("the board says %q are late, the list has %d", n, got)
		}
		one := b.get("/board/live?site="+h.Tower.ID.String()).is(http.StatusOK, "All sites").lacks("Night round")
		if strings.Contains(one.body, run.ID.String()) {
			t.Error("the board of a site shows another's")
		}
	})
}

// TestTheBoardSaysWhenItChanges: the stream's mark is the page's, until something happens.
func TestTheBoardSaysWhenItChanges(t *testing.T) {
	h := fresh(t)
	h.FirstTask(h.Plan(h.Harbour.ID, "Lamps", h.Checklist("Round", h.Question("All well?"))))
	watcher := h.Staff[org.Supervisor]
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() { _ = h.Notices.Run(ctx) }()
	_, mark, _ := strings.Cut(h.as(org.Supervisor).get("/board/live").is(http.StatusOK).body, `data-mark="`)
	mark, _, _ = strings.Cut(mark, `"`)
	res := h.follow("/board/live/stream", h.SignIn(watcher))
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			if data != mark || mark == "" {
				t.Errorf("the stream's mark is %q, the page's %q", data, mark)
			}
			return
		}
	}
	t.Error("no event came")
}
