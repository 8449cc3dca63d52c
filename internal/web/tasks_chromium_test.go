package web

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
)

// TestATaskIsCarriedOutOnAPhone: a guard begins it, an answer brings the next question without losing what was typed, and it is done.
func TestATaskIsCarriedOutOnAPhone(t *testing.T) {
	h := fresh(t)
	list := follows(h, h.Question("Signature", func(in *checklist.QuestionInput) { in.Rule = checklist.Rule{Type: checklist.Signature} }))
	x := h.open(h.Plan(h.Harbour.ID, "Evening lamps", list))
	gate, yard := h.NewAsset(h.Harbour.ID, "GATE"), h.NewAsset(h.Harbour.ID, "YARD")
	run := h.FirstTask(h.Plan(h.Harbour.ID, "Night round", list, func(in *plan.Input) {
		in.Kind, in.Stops, in.Rule, in.From = plan.Tour, []plan.Stop{{Asset: &gate.ID}, {Asset: &yard.ID, Travel: 5}}, "0 10 * * *", "2026-11-26"
	}))
	h.Clock.Advance(5 * time.Minute)
	b := openWindow(t, h)
	b.enterAs(org.Guard)
	b.do(chromedp.EmulateViewport(390, 800), chromedp.Navigate(b.url+"/tasks"))
	b.becomes(`document.querySelectorAll('#tasks > tr').length === 2`)
	b.pictures("tasks")
	b.do(chromedp.EmulateViewport(390, 800), chromedp.Navigate(b.url+"/tasks/"+x.ID.String()))
	b.becomes(`document.querySelector('h1')?.textContent === 'Evening lamps'`)
	b.run(`document.querySelector('form[action$="/begin"]').requestSubmit()`)
	b.becomes(`location.pathname.endsWith('/do') && globalThis.htmx && !document.querySelector('textarea[name^="a_"]')`)
	// A refusal, more typing, and the page loaded anew: what was typed last is back.
	b.run(`document.querySelector('#do .btn.go').click()`)
	b.becomes(`document.readyState === 'complete' && document.querySelector('[data-faults]')`)
	b.run(`const r = document.querySelector('[name="remark"]'); r.value = 'It pours.'; r.dispatchEvent(new Event('input', { bubbles: true }))`)
	b.do(chromedp.Reload())
	b.becomes(`document.readyState === 'complete' && globalThis.htmx && document.querySelector('[name="remark"]').value === 'It pours.'`)
	b.run(`document.querySelector('[name="remark"]').value = 'It rains.'; document.querySelector('input[type="radio"][value="No"]').click()`)
	b.becomes(`document.querySelector('textarea[name^="a_"]') && document.querySelector('input[type="radio"][value="No"]').checked && document.querySelector('[name="remark"]').value === 'It rains.'`)
	b.pictures("task-do")
	// What is typed or drawn while the server draws the questions anew stays.
	b.run(`const c = document.querySelector('[data-pad] canvas'); c.setPointerCapture = () => {}; c.hasPointerCapture = () => true; const r = c.getBoundingClientRect();
		for (const [name, x] of [['pointerdown', 20], ['pointermove', 120]]) c.dispatchEvent(new PointerEvent(name, { clientX: r.left + x, clientY: r.top + 20, pointerId: 1 }));
		document.querySelector('[data-pad-name]').value = 'Gopal Gale'`)
	b.run(`globalThis.was = document.querySelector('textarea[name^="a_"]'); was.dispatchEvent(new Event('change', { bubbles: true })); was.value = 'typed meanwhile'`)
	b.becomes(`!was.isConnected && document.querySelector('textarea[name^="a_"]')?.value === 'typed meanwhile' && document.querySelector('input[type="radio"][value="No"]').checked
		&& document.querySelector('[data-pad-name]')?.value === 'Gopal Gale' && document.querySelector('[data-pad] canvas').getContext('2d').getImageData(0, 0, 600, 200).data.some((part) => part !== 255)`)
	b.run(`document.querySelector('textarea[name^="a_"]').value = 'The bulb is gone'; document.querySelector('#do .btn.go').click()`)
	b.becomes(`document.querySelector('.toast')?.textContent.includes('Evening lamps is done') && document.body.textContent.includes('The bulb is gone')`)
	b.pictures("task")
	b.do(chromedp.Navigate(b.url + "/tasks/" + run.ID.String()))
	b.becomes(`document.querySelectorAll('.week tbody tr').length === 2 && document.documentElement.scrollWidth <= innerWidth`)
	b.pictures("run")
	b.forget()
	b.enterAs(org.Administrator)
	for name, path := range map[string]string{"plans": "/plans", "plan": "/plans/" + run.Plan.String(), "plan-edit": "/plans/" + run.Plan.String() + "/edit", "blackouts": "/blackouts"} {
		b.do(chromedp.EmulateViewport(390, 800), chromedp.Navigate(b.url+path))
		b.becomes(`document.readyState === 'complete' && document.querySelector('h1') && document.documentElement.scrollWidth <= innerWidth`)
		b.pictures(name)
	}
	b.quiet("Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)")
}
