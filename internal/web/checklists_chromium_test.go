package web

import (
	"testing"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/org"
)

// TestAChecklistIsWrittenInABrowser: questions are added, moved by keyboard and by dragging, an item is asked only by an answer, and the preview
// follows what is typed without a new page.
func TestAChecklistIsWrittenInABrowser(t *testing.T) {
	h := fresh(t)
	h.Question("Is the lamp on?")
	h.Question("Voltage?", func(in *checklist.QuestionInput) {
		in.Rule = checklist.Rule{Type: checklist.Numeric, AlertBelow: checklist.ReadNumber("11.8"), Attachment: checklist.Photo}
	})
	h.Question("What is wrong?", func(in *checklist.QuestionInput) { in.Rule = checklist.Rule{Type: checklist.MultiLine} })
	b := openWindow(t, h)
	b.enterAs(org.Administrator)
	b.do(chromedp.Navigate(b.url + "/checklists/new"))
	b.becomes(`document.readyState === 'complete' && globalThis.htmx && document.querySelector('#preview')`)
	b.run(`document.querySelector('#f-name').value = 'Gate at night'`)
	for i, q := range []string{"What is wrong?", "Is the lamp on?", "Voltage?"} {
		b.run(`const f = document.querySelector('#f-add'); f.value = '` + q + `'; f.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))`)
		b.becomes(`document.readyState === 'complete' && globalThis.htmx && document.querySelectorAll('[data-row]').length === ` + string(rune('2'+i)))
	}
	b.becomes(`document.querySelector('#f-name').value === 'Gate at night' && !document.querySelector('[data-grip]').hidden`)
	// The keyboard moves a row without a new page, says so, and keeps its button.
	b.run(`globalThis.same = true; document.querySelector('[data-row="2"] button[value="down:2"]').focus()`)
	b.do(chromedp.KeyEvent("\r"))
	b.becomes(`globalThis.same && [...document.querySelectorAll('[data-row]')].map((r) => r.dataset.row).join() === '1,3,2,4' && document.activeElement.value === 'down:2' && document.querySelector('[data-moved]').textContent.startsWith('What is wrong? is number 3')`)
	b.becomes(`document.querySelector('#preview legend')?.textContent.includes('Is the lamp on?')`)
	// A condition takes the question out of the preview until the answer brings it.
	b.run(`document.querySelector('[data-row="2"] details').open = true; const s = document.querySelector('[name="r2_if"]');
		const id = document.querySelector('[name="r3_id"]').value; s.append(new Option('Is the lamp on?', id)); s.value = id;
		document.querySelector('[name="r2_values"]').value = 'No'; s.dispatchEvent(new Event('change', { bubbles: true }))`)
	b.becomes(`document.querySelector('#preview').textContent.includes('1 question is hidden') && !document.querySelector('#preview textarea')`)
	b.run(`document.querySelector('#preview input[value="No"]').click()`)
	b.becomes(`document.querySelector('#preview textarea') && document.querySelector('#preview').textContent.includes('Alert: No raises an alert') && globalThis.same`)
	b.pictures("checklist-edit")
	b.run(`document.querySelector('.sheet, form .btn.go').click()`)
	b.becomes(`document.querySelector('.toast')?.textContent.includes('Gate at night is saved')`)
	b.run(`document.querySelector('form[action$="/publish"]').requestSubmit()`)
	b.becomes(`document.querySelector('.toast')?.textContent.includes('Version 1 is published') && document.documentElement.scrollWidth <= innerWidth`)
	b.pictures("checklist")
	for name, path := range map[string]string{"checklists": "/checklists", "questions": "/questions", "question-new": "/questions/new"} {
		b.do(chromedp.EmulateViewport(390, 800), chromedp.Navigate(b.url+path))
		b.becomes(`document.readyState === 'complete' && document.querySelector('h1') && document.documentElement.scrollWidth <= innerWidth`)
		b.pictures(name)
	}
	b.quiet()
}
