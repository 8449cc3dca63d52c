package web

import (
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/org"
	"intelliwiz/internal/ticket"
)

// pictures keeps a page as it is on a desk, in light and in dark, and on a phone, if IW_SHOTS names a folder.
func (b *window) pictures(name string) {
	b.t.Helper()
	if os.Getenv("IW_SHOTS") == "" {
		return
	}
	for _, theme := range []string{"light", "dark"} {
		b.run(`document.documentElement.dataset.theme = '` + theme + `'`)
		for size, width := range map[string]int64{"1440": 1440, "390": 390} {
			b.do(chromedp.EmulateViewport(width, 900))
			b.run(`scrollTo(0, 0)`)
			b.photograph(name + "-" + size + "-" + theme)
		}
	}
	b.run(`document.documentElement.dataset.theme = 'light'`)
	b.do(chromedp.EmulateViewport(1280, 900))
}

// TestLaddersAreSetUpInABrowser walks the set-up of a ladder by keyboard: Enter saves and takes no level out, a level more keeps what was
// typed and puts the reader there, and a dry run shows the arithmetic. Nothing may break the content policy.
func TestLaddersAreSetUpInABrowser(t *testing.T) {
	h := fresh(t)
	h.night()
	week := calendar.Input{Name: "Office hours", Holidays: []calendar.Holiday{{Day: clock.Date("2026-11-26"), Name: "Founders' day"}}}
	for d := time.Monday; d <= time.Friday; d++ {
		week.Openings = append(week.Openings, calendar.Opening{Weekday: d, From: 540, Until: 780}, calendar.Opening{Weekday: d, From: 840, Until: 1080})
	}
	if _, err := h.Calendar.Put(t.Context(), h.System, nil, 0, week); err != nil {
		t.Fatal(err)
	}
	c := h.Category("HVAC", func(in *ticket.CategoryInput) {
		in.Name, in.Clock, in.Resolve, in.Priority = "Air conditioning", ticket.Business, new(int64(8*60)), ticket.High
	})
	b := openWindow(t, h)
	b.enterAs(org.Administrator)

	b.do(chromedp.Navigate(b.url + "/categories/new"))
	b.becomes(`document.readyState === 'complete' && document.querySelector('#f-resolve_minutes_unit')`)
	b.run(`document.querySelector('#f-name').value = 'Lifts'; document.querySelector('main form').requestSubmit()`)
	b.becomes(`document.activeElement.matches('[data-faults]') && document.querySelector('#f-name').value === 'Lifts'`)
	b.pictures("category-faults")

	at := b.url + "/categories/" + c.ID.String() + "/ladder"
	b.do(chromedp.Navigate(at))
	b.becomes(`document.readyState === 'complete' && document.querySelector('#f-after_1')`)
	b.do(chromedp.Focus("#f-after_1"), chromedp.KeyEvent("50"))
	b.run(`document.querySelector('#f-after_1_unit').value = 'minutes'; document.querySelector('#f-to_1').value = 'E3'`)
	b.do(chromedp.Click(`button[value="add"]`))
	b.becomes(`document.readyState === 'complete' && document.activeElement.id === 'f-after_2' && document.querySelector('#f-to_1').value === 'E3' && document.querySelector('#f-after_1').value === '50'`)
	b.do(chromedp.KeyEvent("2"))
	b.run(`document.querySelector('#f-to_2').value = 'Night shift (group)'; document.querySelector('#f-mails_2').value = 'control@lantern.example'`)
	b.do(chromedp.Click(`button[value="add"]`))
	b.becomes(`document.readyState === 'complete' && document.activeElement.id === 'f-after_3'`)
	b.do(chromedp.KeyEvent("1"))
	b.run(`document.querySelector('#f-after_3_unit').value = 'days'; document.querySelector('#f-to_3').value = 'E1'`)
	b.do(chromedp.Click(`button[value="try"]`))
	b.becomes(`document.readyState === 'complete' && document.querySelectorAll('.ladder li').length === 5 && document.querySelector('#try').textContent.includes('not saved yet')`)
	b.do(chromedp.Click(`.whys details:nth-of-type(2) summary`))
	b.becomes(`document.querySelector('.whys details[open] .sum tfoot td').textContent === '16:30'`)
	b.pictures("ladder-tried")

	// What was typed is there after going away, though the page itself has one level: its server puts it back.
	b.do(chromedp.Focus("#f-mails_3"), chromedp.KeyEvent("late@lantern.example"))
	b.do(chromedp.Navigate(b.url+"/categories"), chromedp.Navigate(at))
	b.becomes(`document.readyState === 'complete' && document.querySelectorAll('fieldset.rung').length === 1 && document.querySelector('form .note').textContent.includes('You typed something here')`)
	b.do(chromedp.Click(`form .note button`))
	b.becomes(`document.readyState === 'complete' && document.querySelectorAll('fieldset.rung').length === 3 && document.querySelector('#f-mails_3').value === 'late@lantern.example' && document.querySelector('#f-mails_2').value === 'control@lantern.example' && document.querySelector('#f-after_1').value === '50'`)
	b.do(chromedp.Click(`button[value="remove-2"]`))
	b.becomes(`document.readyState === 'complete' && document.querySelectorAll('fieldset.rung').length === 2 && document.querySelector('#f-mails_2').value === 'late@lantern.example' && !document.querySelector('form .note')`)
	b.do(chromedp.Click(`button[value="add"]`))
	b.becomes(`document.readyState === 'complete' && document.activeElement.id === 'f-after_3'`)
	b.do(chromedp.KeyEvent("2"))
	b.run(`document.querySelector('#f-after_3_unit').value = 'days'`)

	b.do(chromedp.Focus("#f-after_3"), chromedp.KeyEvent("\r"))
	b.becomes(`document.querySelector('.toast')?.textContent.includes('is saved') && document.querySelectorAll('fieldset.rung').length === 3 && !document.querySelector('form .note') && Object.keys(sessionStorage).every((x) => !x.startsWith('draft:ladder'))`)
	b.do(chromedp.Focus("#f-after_1"))
	b.run(`const f = document.querySelector('#f-after_1'); f.value = '5000'; f.form.requestSubmit()`)
	b.becomes(`document.activeElement.matches('[data-faults]') && document.querySelector('#f-after_2-e')`)
	b.pictures("ladder-faults")

	b.do(chromedp.Navigate(b.url + "/categories/" + c.ID.String()))
	b.becomes(`document.readyState === 'complete' && document.querySelectorAll('#rungs > tr').length === 3`)
	b.pictures("category")
	b.do(chromedp.Navigate(b.url + "/categories"))
	b.pictures("categories")
	b.quiet("Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)")
}
