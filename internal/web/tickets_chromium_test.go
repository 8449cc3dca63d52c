package web

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// TestTicketPagesInABrowser is a supervisor's shift: a ticket is reported with a photo, given to a crew, talked of and resolved; several are
// given at once; a card is dragged; another ticket escalates when the clock moves; and the labels that tickets come from are printed. Nothing that a page does may break the content policy.
func TestTicketPagesInABrowser(t *testing.T) {
	d := openDesk(fresh(t))
	picture := filepath.Join(t.TempDir(), "leak.png")
	must(t, os.WriteFile(picture, []byte(photo(t)), 0o600))
	b := openWindow(t, d.house)
	b.do(chromedp.Navigate(b.url + "/login?next=/tickets/new"))
	b.becomes(`document.activeElement.id === 'f-tenant'`)
	b.do(chromedp.KeyEvent("house\t" + d.Staff[org.Supervisor].Login + "\t" + testworld.Password + "\r"))
	b.becomes(`location.pathname === '/tickets/new' && globalThis.htmx`)

	// A report that lacks its title comes back with all that was typed.
	choose := `for (const [name, value] of [['site_id', '` + d.Harbour.ID.String() + `'], ['category_id', '` + d.heat.ID.String() + `']]) document.querySelector('#f-' + name).value = value;`
	b.run(choose + `document.querySelector('#f-description').value = 'Under the sink'; document.querySelector('main form').requestSubmit()`)
	b.becomes(`document.querySelector('.err')?.textContent.includes('Enter') && document.querySelector('#f-description').value === 'Under the sink'`)
	b.run(`document.querySelector('#f-title').value = 'Tap leaks'`)
	b.do(chromedp.SetUploadFiles("#f-file", []string{picture}))
	b.run(`document.querySelector('main form').requestSubmit()`)
	b.becomes(`document.querySelector('h1')?.textContent === 'Tap leaks' && document.querySelector('.thumbs img')?.complete && document.querySelector('.ladder')`)

	// It is given to the crew, talked of, taken and resolved.
	b.run(`document.querySelector('#f-to_whom').value = 'Group: Crew'; document.querySelector('#f-to_whom').form.requestSubmit()`)
	b.becomes(`document.querySelector('.toast')?.textContent.includes('is with Crew now')`)
	b.do(chromedp.SendKeys("#f-comment", "Valve under the sink"))
	b.run(`document.querySelector('#say .btn.go').click()`)
	b.becomes(`document.querySelector('#history blockquote')?.textContent === 'Valve under the sink'`)
	b.run(`document.querySelector('.head form').requestSubmit()`)
	b.becomes(`document.querySelector('.toast')?.textContent.includes('is with Samir Stone now') && document.querySelector('.head .pill').textContent.includes('Open')`)
	b.run(`document.querySelector('#say button[value="RESOLVED"]').click()`)
	b.becomes(`document.querySelector('#f-comment-e')?.textContent.includes('Say why')`)
	b.do(chromedp.SendKeys("#f-comment", "Washer replaced"))
	b.run(`document.querySelector('#say button[value="RESOLVED"]').click()`)
	b.becomes(`document.querySelector('.head .pill')?.textContent.includes('Resolved') && document.querySelector('#f-comment').value === ''`)

	d.manyAtOnce(b)
	d.another(b)
	d.labels(b)
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, said := range b.said {
		if !strings.Contains(said, "status of 422") { // what was typed wrong on purpose
			t.Errorf("the console says %q", said)
		}
	}
}

// manyAtOnce picks rows and gives them away, then drags a card of the board.
func (d *desk) manyAtOnce(b *window) {
	b.do(chromedp.Navigate(b.url + "/tickets"))
	b.becomes(`globalThis.htmx && !document.querySelector('[data-pick-all]').hidden && getComputedStyle(document.querySelector('.bulk')).display === 'none'`)
	b.run(`document.querySelector('[data-pick-all] input').click()`)
	b.becomes(`document.querySelector('[data-picked]').textContent === document.querySelectorAll('#tickets > tr').length + ' picked' && getComputedStyle(document.querySelector('.bulk')).display !== 'none'`)
	b.run(`document.querySelector('.bulk [name="to"]').value = 'Group: Crew'; document.querySelector('.bulk .btn').click()`)
	b.becomes(`document.querySelector('.toast')?.textContent.includes('are with Crew now')`)

	b.do(chromedp.Navigate(b.url + "/tickets/board"))
	b.becomes(`globalThis.htmx && document.querySelectorAll('[data-lane="NEW"] [data-card]').length > 1`)
	b.run(`(() => {
		const card = document.querySelector('[data-lane="NEW"] [data-card]'), lane = document.querySelector('[data-lane="OPEN"]'), data = new DataTransfer();
		card.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
		for (const [on, kind] of [[card, 'dragstart'], [lane, 'dragover'], [lane, 'drop']]) on.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
	})()`)
	b.becomes(`location.pathname === '/tickets/board' && document.querySelector('.toast')?.textContent.includes('is open now')`)
}

// another ticket escalates when the clock has moved.
func (d *desk) another(b *window) {
	d.report("left alone", d.Harbour.ID, d.heat.ID, nil)
	b.do(chromedp.Navigate(b.url + d.at("left alone")))
	b.becomes(`document.querySelector('.ladder')?.previousElementSibling.textContent.includes('Goes to Samir Stone at')`)
	d.Clock.Advance(20 * time.Minute)
	b.do(chromedp.Reload())
	b.becomes(`document.readyState === 'complete' && document.querySelector('.ladder')?.previousElementSibling.textContent.includes('in 10 minutes')`)
	d.Clock.Advance(9*time.Minute + 59*time.Second)
	if climbed, err := d.Ticket.Escalate(d.Ctx(), d.System, d.byTitle["left alone"].ID); err != nil || climbed {
		d.t.Fatalf("it climbed too early: %v, %v", climbed, err)
	}
	d.Clock.Advance(time.Second)
	if climbed, err := d.Ticket.Escalate(d.Ctx(), d.System, d.byTitle["left alone"].ID); err != nil || !climbed {
		d.t.Fatalf("it did not climb: %v, %v", climbed, err)
	}
	b.do(chromedp.Navigate(b.url + d.at("left alone")))
	b.becomes(`document.querySelector('#history > li')?.textContent.includes('Escalated to level 1') && document.querySelector('.facts').textContent.includes('Samir Stone')`)
	if now := d.now("left alone"); now.Level != 1 || now.Status != ticket.Fresh || !strings.Contains(now.PersonName, "Samir") {
		d.t.Errorf("escalated to %+v", now)
	}
}

// labels are printed for the assets of the supervisor's sites: from the list to the button and the sheet on paper, and a label opens the form
// in which somebody without an account reports.
func (d *desk) labels(b *window) {
	d.NewAsset(d.Harbour.ID, "M2")
	d.NewAsset(d.Mill.ID, "ELSEWHERE") // not hers to see
	b.do(chromedp.Navigate(b.url + "/assets"))
	b.becomes(`document.readyState === 'complete' && document.querySelectorAll('#assets > tr').length === 2`)
	b.run(`[...document.querySelectorAll('.head a')].find((a) => a.textContent.trim() === 'Labels').click()`)
	b.becomes(`location.pathname === '/assets/labels' && document.readyState === 'complete' && document.querySelector('#f-site')`)
	b.run(`document.querySelector('#f-site').value = '` + d.Harbour.ID.String() + `'; document.querySelector('#f-first').value = '2'; document.querySelector('#f-first').form.requestSubmit()`)
	b.becomes(`document.readyState === 'complete' && document.querySelectorAll('.label').length > 0 && !document.querySelector('[data-print]').hidden`)
	b.becomes(`[...document.querySelectorAll('.a4 li')].map((x) => x.querySelector('b')?.textContent ?? '').join() === ',M1,M2' && [...document.querySelectorAll('.label path')].every((x) => x.getAttribute('d').length > 100)`)
	b.run(`window.printed = 0; window.print = () => { window.printed++ }; document.querySelector('[data-print] button').click()`)
	b.becomes(`window.printed === 1`)
	paper, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: ptr(true)})
	if err != nil || !bytes.HasPrefix(paper.Data, []byte("%PDF")) || len(regexp.MustCompile(`/Type\s*/Page\b[^s]`).FindAll(paper.Data, -1)) != 1 {
		d.t.Errorf("the sheet is not one page: %v", err)
	}
	b.do(chromedp.Navigate(b.url + "/r/HOUSE/a/M2"))
	b.becomes(`document.readyState === 'complete' && document.body.textContent.includes('M2, Harbour') && document.querySelector('#f-title')`)
}
