package ui

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestListsGrowAndAreWalkedByKeys(t *testing.T) {
	b := openWindow(t)
	b.open("/people")
	b.becomes(`document.querySelectorAll('#people > tr').length === 4 && globalThis.htmx`)
	b.run(`document.querySelector('#people-more a').click()`)
	b.becomes(`document.querySelectorAll('#people > tr').length === 8`)
	b.becomes(`document.querySelectorAll('#people-more').length === 1`)
	b.key("j")
	b.key("j")
	b.becomes(`document.activeElement.getAttribute('href') === '/people/vikram.more'`)
	b.key("k")
	b.becomes(`document.activeElement.getAttribute('href') === '/people/asha.kulkarni'`)
	b.key("/")
	b.becomes(`document.activeElement.matches('.top [data-search]')`)
	b.key("j")
	b.becomes(`document.activeElement.value.endsWith('j')`)
	b.run(`document.querySelector('.filters select').value = ''; document.querySelector('.filters select').dispatchEvent(new Event('change', { bubbles: true }))`)
	b.becomes(`document.querySelectorAll('#people > tr').length === 4 && location.search.includes('role=')`)
	b.quiet()
}

func TestMenusAndLook(t *testing.T) {
	b := openWindow(t)
	b.open("/people")
	menu := `document.querySelector('.top details.menu')`
	b.do(chromedp.Click(".top details.menu summary"))
	b.becomes(menu + `.open`)
	b.key(kb.Escape)
	b.becomes(`!` + menu + `.open && document.activeElement.matches('summary')`)
	b.do(chromedp.Click(".top details.menu summary"), chromedp.Click("h1"))
	b.becomes(`!` + menu + `.open`)
	b.do(chromedp.Click(".top details.menu summary"), chromedp.Click(`input[name="theme"][value="dark"]`))
	b.becomes(`document.documentElement.dataset.theme === 'dark'`)
	b.becomes(`getComputedStyle(document.body).backgroundColor === 'rgb(14, 19, 18)'`)
	if got := b.site.last(&b.site.posts); got != "/look?theme=dark" {
		t.Errorf("the server was told %q", got)
	}
	b.do(chromedp.Click(".rail .foot label"))
	b.becomes(`document.querySelector('.rail').offsetWidth < 100`)
	b.quiet()
}

func TestPaletteFindsPlacesAndRecords(t *testing.T) {
	b := openWindow(t)
	b.open("/sites")
	b.key("k", chromedp.KeyModifiers(2))
	b.becomes(`document.querySelector('#palette:popover-open') && document.activeElement.name === 'q'`)
	b.key("audit")
	b.becomes(`[...document.querySelectorAll('#palette li')].filter((li) => !li.hidden && !li.dataset.hit).length === 1`)
	b.becomes(`document.querySelector('#palette [data-hit] a[href$="q=audit"]')?.textContent === 'Asha <b>Kulkarni</b>Supervisor'`)
	b.key(kb.ArrowDown)
	b.becomes(`document.querySelector('#palette .on').parentElement.dataset.hit === ''`)
	b.key(kb.Enter)
	b.becomes(`location.pathname + location.search === '/people?q=audit' && document.readyState === 'complete'`)

	// What is typed in the moment of opening is kept.
	b.becomes(`(() => { const p = document.getElementById('palette'); p.showPopover(); const q = document.activeElement; q.value = 'audit'; q.dispatchEvent(new Event('input', { bubbles: true })); return p.contains(q); })()`)
	b.becomes(`document.querySelector('#palette [data-hit]') && document.querySelector('#palette input').value === 'audit'`)
	b.quiet()
}

func TestConfirmingNamesTheThing(t *testing.T) {
	b := openWindow(t)
	b.open("/sites")
	b.do(chromedp.Click(".head .btn.bad"))
	b.becomes(`document.querySelector('dialog[open] h2').textContent === 'Delete the site Mula Tech Park?'`)
	b.becomes(`document.querySelector('dialog .bad').disabled && document.activeElement.id === 'confirm-name'`)
	b.key(kb.Escape)
	b.becomes(`!document.querySelector('dialog') && document.activeElement.matches('.head .btn.bad')`)
	b.do(chromedp.Click(".head .btn.bad"))
	b.becomes(`document.querySelector('dialog[open]')`)
	b.key("PUN-TP1")
	b.do(chromedp.Click("dialog .bad"))
	b.becomes(`location.pathname === '/sites/1/delete'`)
	if got := b.site.last(&b.site.posts); got != "/sites/1/delete?confirm=PUN-TP1&version=3" {
		t.Errorf("posted %q", got)
	}
	b.quiet()
}

func TestWhatIsTypedSurvives(t *testing.T) {
	b := openWindow(t)
	b.open("/draft")
	b.do(chromedp.SendKeys("#f-note", "three posts"), chromedp.SendKeys("#f-secret", "hunter2"), chromedp.Click("#f-on"))
	b.becomes(`sessionStorage.getItem('draft:site:1').includes('three posts')`)
	b.becomes(`!sessionStorage.getItem('draft:site:1').includes('hunter2')`)
	b.do(chromedp.Reload())
	b.becomes(`document.querySelector('#f-note').value === 'three posts' && document.querySelector('#f-on').checked`)
	b.becomes(`document.querySelector('form .note').textContent.includes('is back')`)
	b.do(chromedp.Click("form .note button"))
	b.becomes(`document.querySelector('#f-note').value === '' && !document.querySelector('form .note')`)

	b.do(chromedp.SendKeys("#f-note", "four"))
	b.open("/draft?version=2")
	b.becomes(`document.querySelector('#f-note').value === '' && document.querySelector('form .note').textContent.includes('has changed since')`)
	b.do(chromedp.Click("form .note button"))
	b.becomes(`document.querySelector('#f-note').value === 'four'`)

	b.run(`document.querySelector('#f-note').value = 'lost'; document.querySelector('#f-note').dispatchEvent(new Event('input', { bubbles: true }))`)
	b.do(chromedp.Click("form .go")) // what comes does not say that it was taken
	b.becomes(`document.body.textContent.includes('Done') && !document.querySelector('form[data-draft]') && sessionStorage.getItem('draft:site:1').includes('lost')`)
	b.open("/draft?version=2")
	b.becomes(`document.querySelector('#f-note').value === 'lost' && document.querySelector('form .note').textContent.includes('is back')`)
	b.run(`document.querySelector('#f-note').value = 'four'`)
	b.do(chromedp.Click("form .go"))
	b.becomes(`document.querySelector('.toast') && !sessionStorage.getItem('draft:site:1')`)
	if got := b.site.last(&b.site.posts); !strings.Contains(got, "note=four") {
		t.Errorf("posted %q", got)
	}
	b.quiet()
}

func TestMapDrawsItsPoints(t *testing.T) {
	b := openWindow(t)
	b.open("/sites")
	b.becomes(`document.querySelectorAll('.map path.map-dot').length === 3 && document.querySelectorAll('.map path.map-fence').length === 3`)
	b.becomes(`document.querySelectorAll('.map-grid .leaflet-tile').length > 0`)
	b.run(`document.querySelector('.map-list a').focus()`)
	b.becomes(`document.querySelector('.map path.map-dot.on')`)
	b.becomes(`document.querySelector('.map .map-name')?.textContent === 'PUN-TP1'`)
	b.do(chromedp.Click("[data-zoom-in]"))
	b.open("/draft")
	b.do(chromedp.Click(".map-canvas"))
	b.becomes(`document.querySelector('#f-lat').value !== ''`)
	b.becomes(`document.querySelectorAll('.map path.map-dot').length === 1`)
	b.quiet()
}

func TestAFormThatCameBackStartsAtItsFaults(t *testing.T) {
	b := openWindow(t)
	b.open("/form")
	b.becomes(`document.activeElement.matches('[data-faults]')`)
	b.do(chromedp.Click("[data-faults] li a"))
	b.becomes(`document.activeElement.id === 'f-code'`)
	b.quiet()
}
