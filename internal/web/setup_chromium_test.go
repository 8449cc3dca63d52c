package web

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// TestSetupPagesInABrowser walks the set-up as an administrator does: the map is picked on, lists follow what is typed, and what is
// deleted is named first. Nothing that a page does may break the content policy.
func TestSetupPagesInABrowser(t *testing.T) {
	h := fresh(t)
	for i := range 60 {
		if _, err := h.People.CreatePerson(t.Context(), h.System, people.PersonInput{Code: fmt.Sprintf("P%d", i), Name: fmt.Sprintf("Person %02d", i), Login: fmt.Sprintf("person%d", i), Active: true}); err != nil {
			t.Fatal(err)
		}
	}
	b := openWindow(t, h)
	b.do(chromedp.Navigate(b.url + "/login?next=/sites"))
	b.becomes(`document.activeElement.id === 'f-tenant'`)
	b.do(chromedp.KeyEvent("house\t" + h.Staff[org.Administrator].Login + "\t" + testworld.Password + "\r"))

	// The tree and the map speak of the same sites.
	b.becomes(`location.pathname === '/sites' && document.querySelectorAll('.map-dot').length === 4`)
	b.run(`document.querySelector('[data-code="TOWER"]').dispatchEvent(new Event('pointerenter'))`)
	b.becomes(`document.querySelectorAll('.map-dot.on').length === 1`)

	// A click on the map is a position; what was typed comes back with its faults.
	b.do(chromedp.Navigate(b.url + "/sites/new?unit=" + h.Hill.ID.String()))
	b.becomes(`globalThis.L && document.querySelector('.leaflet-container')`)
	b.run(`document.querySelector('.map-canvas').scrollIntoView()`)
	b.do(chromedp.Click(".map-canvas"))
	b.becomes(`document.querySelector('#f-latitude').value !== '' && document.querySelector('#f-longitude').value !== ''`)
	b.run(`document.querySelector('#f-name').value = 'Quay'; document.querySelector('main form[method=post]').requestSubmit()`)
	b.becomes(`document.activeElement.matches('[data-faults]') && document.querySelector('#f-name').value === 'Quay' && document.querySelector('#f-latitude').value !== ''`)
	b.run(`document.querySelector('#f-code').value = 'QUAY'; document.querySelector('main form[method=post]').requestSubmit()`)
	b.becomes(`document.querySelector('h1')?.textContent === 'Quay' && document.querySelectorAll('.map-fence').length === 1`)

	// Deleting asks in a dialog until the code is typed.
	b.do(chromedp.Click("main .head .bad"))
	b.becomes(`document.querySelector('dialog[open] h2')?.textContent === 'Delete the site Quay?' && document.querySelector('dialog .bad').disabled`)
	b.do(chromedp.KeyEvent("QUAY"), chromedp.Click("dialog .bad"))
	b.becomes(`location.pathname === '/sites' && document.querySelector('.toast')?.textContent.includes('Quay is deleted')`)

	// The list of people grows in its place and follows what is typed.
	b.do(chromedp.Navigate(b.url + "/people"))
	b.becomes(`globalThis.htmx && document.querySelectorAll('#people > tr').length === 50`)
	b.do(chromedp.Click("#people-more a"))
	b.becomes(`document.querySelectorAll('#people > tr').length === 66`)
	b.run(`const s = document.querySelector('main input[type=search]'); s.value = 'nobody at all'; s.dispatchEvent(new Event('input', { bubbles: true }))`)
	b.becomes(`document.querySelector('#people-list .empty') && location.search.includes('nobody')`)
	b.run(`const s = document.querySelector('main input[type=search]'); s.value = 'gale'; s.dispatchEvent(new Event('input', { bubbles: true }))`)
	b.becomes(`document.querySelectorAll('#people > tr').length === 1`)

	// Members are found and ticked; the way back leads to them.
	b.do(chromedp.Navigate(b.url + "/groups/new?kind=people"))
	b.becomes(`document.querySelector('#f-people')`)
	b.run(`document.querySelector('#f-name').value = 'Night watch'; document.querySelector('input[name=find]').value = 'gale'; document.querySelector('button[value=find]').click()`)
	b.becomes(`location.hash === '#f-people' && document.querySelectorAll('#f-people input[type=checkbox]').length === 1`)
	b.do(chromedp.Click("#f-people label"))
	b.run(`document.querySelector('main .go').click()`)
	b.becomes(`document.querySelector('h1')?.textContent === 'Night watch' && document.querySelectorAll('#members > tr').length === 1`)

	for _, path := range []string{"/units/" + h.Hill.ID.String(), "/roles", "/roles/new", "/grants", "/grants/new", "/lookups", "/settings", "/operations", "/people/" + h.Staff[org.Guard].ID.String(), "/sites/" + h.Mill.ID.String() + "/edit"} {
		b.do(chromedp.Navigate(b.url + path))
		b.becomes(`globalThis.htmx && document.querySelector('h1')`)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	// The two forms that came back with faults are answers 422, which a browser notes; everything else would be a fault of ours.
	for _, said := range b.said {
		if said != "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)" {
			t.Errorf("the console says %q", said)
		}
	}
}
