package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
)

// TestMaintenanceInTime: the counts of a site's months open the tasks that they count.
func TestMaintenanceInTime(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		pump := h.NewAsset(h.Harbour.ID, "PUMP")
		h.as(org.Administrator).get("/compliance").is(http.StatusOK, "No maintenance was due")
		x := h.FirstTask(h.Plan(h.Harbour.ID, "Pump service", h.Checklist("Pump", h.Question("Dry?")), func(in *plan.Input) {
			in.Kind, in.Asset, in.Rule = plan.Maintenance, &pump.ID, "0 8 * * 5"
		}))
		h.Clock.Advance(x.Due.Add(24 * time.Hour).Sub(h.Clock.Now()))
		must(t, h.Deadlines.FireDue(h.Ctx(), h.System))
		b := h.as(org.Administrator)
		b.get("/compliance").is(http.StatusOK, "0 % of 1 were done on time", "HARBOUR", "1 missed", "low")
		page := b.get("/compliance?site="+h.Harbour.ID.String()).is(http.StatusOK, "November 2026").lacks("By site")
		_, after, found := strings.Cut(page.body, `outcome=MISSED">1<`)
		if !found || after == "" {
			t.Fatal("what was missed is not counted")
		}
		href := page.body[:len(page.body)-len(after)]
		href = strings.ReplaceAll(href[strings.LastIndex(href, `href="`)+len(`href="`):strings.LastIndex(href, `">1<`)], "&amp;", "&")
		b.get(href).is(http.StatusOK, "Pump service", "Missed", "Due in", "November 2026")
		b.get(strings.Replace(href, "MISSED", "ONTIME", 1)).is(http.StatusOK).lacks("Pump service")
		b.get(tasksPath + "?outcome=BORED").is(http.StatusUnprocessableEntity)
	})
}

// TestAChangeOfAPlanIsForetold before it is saved.
func TestAChangeOfAPlanIsForetold(t *testing.T) {
	h := fresh(t)
	x := h.Plan(h.Harbour.ID, "Lamps", h.Checklist("Round", h.Question("All well?")))
	b := h.as(org.Administrator)
	at := "/plans/" + x.ID.String()
	form := b.get(at + "/edit").is(http.StatusOK).fields(at)
	b.post(at, with(form, "times", "08:00, 20:00", "do", "try")...).is(http.StatusOK, "What saving does", "14 times added, 0 removed, 0 changed, 14 as before in the next 14 days.", "Added", "8 more follow.")
	b.post(at, with(form, "do", "try")...).is(http.StatusOK, "Nothing changes of the 14 times in the next 14 days.")
	if now, err := h.Plans.Get(h.Ctx(), h.System, x.ID); err != nil || now.Version != x.Version {
		t.Errorf("a look is kept: %v", err)
	}
}
