package web

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
)

// TestTheBoardFollows: what is missed stands on the board without a reload of the page; the planner fits a phone, and keys walk it.
func TestTheBoardFollows(t *testing.T) {
	h := fresh(t)
	list := h.Checklist("Round", h.Question("All well?"))
	gate, yard := h.NewAsset(h.Harbour.ID, "GATE"), h.NewAsset(h.Harbour.ID, "YARD")
	run := h.open(h.Plan(h.Harbour.ID, "Night round", list, func(in *plan.Input) {
		in.Kind, in.Silence, in.Stops = plan.Tour, 10, []plan.Stop{{Asset: &gate.ID}, {Asset: &yard.ID, Travel: 5}}
	}))
	h.Plan(h.Harbour.ID, "Lamps in the long corridor", list, func(in *plan.Input) { in.Rule = "30 8,14,20 * * *" })
	h.FirstTask(h.Plan(h.Tower.ID, "Doors", list))
	b := openWindow(t, h)
	b.enterAs(org.Administrator)
	b.do(chromedp.EmulateViewport(1920, 1080), chromedp.Navigate(b.url+"/board/live"))
	b.becomes(`document.querySelector('[data-is="live"]').hidden === false && document.querySelector('.tour')`)
	b.run(`document.querySelector('#live').dataset.first = 'yes'`)
	h.Clock.Advance(run.Begins.Add(11 * time.Minute).Sub(h.Clock.Now()))
	must(t, h.Deadlines.FireDue(h.Ctx(), h.System))
	b.becomes(`document.querySelector('#live').dataset.first !== 'yes' && document.querySelector('#alarms')?.textContent.includes('No scan: Night round')`)
	b.pictures("live")
	day := h.Clock.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	for name, path := range map[string]string{"planner-week": "/planner", "planner-month": "/planner?span=month", "planner-day": "/planner?span=day&on=" + day} {
		b.do(chromedp.EmulateViewport(390, 800), chromedp.Navigate(b.url+path))
		b.becomes(`document.readyState === 'complete' && document.querySelector('[data-planner]') && document.documentElement.scrollWidth <= innerWidth`)
		b.pictures(name)
	}
	b.do(chromedp.Navigate(b.url + "/planner?span=day&on=" + day))
	b.becomes(`document.readyState === 'complete' && document.querySelector('[data-planner] .log')`)
	b.run(`document.dispatchEvent(new KeyboardEvent('keydown', {key: 'n', bubbles: true}))`)
	b.becomes(`location.search.includes('on=` + h.Clock.Now().AddDate(0, 0, 2).Format(time.DateOnly) + `')`)
	b.quiet()
}
