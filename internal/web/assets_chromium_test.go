package web

import (
	"bytes"
	"regexp"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestAssetPagesInABrowser walks the assets as a supervisor does: the list follows what is chosen with its counts, a status is changed, and
// a sheet of labels is printed. Nothing that a page does may break the content policy.
func TestAssetPagesInABrowser(t *testing.T) {
	h := fresh(t)
	for i := range 30 {
		h.NewAsset(h.Harbour.ID, "C"+strconv.Itoa(100+i), func(in *asset.AssetInput) {
			in.Kind = []asset.Kind{asset.Equipment, asset.Checkpoint}[i%2]
			in.Point = &org.Point{Latitude: 18.5 + float64(i)/1000, Longitude: 73.8}
		})
	}
	b := openWindow(t, h)
	b.do(chromedp.Navigate(b.url + "/login?next=/assets"))
	b.becomes(`document.activeElement.id === 'f-tenant'`)
	b.do(chromedp.KeyEvent("house\t" + h.Staff[org.Supervisor].Login + "\t" + testworld.Password + "\r"))
	b.becomes(`location.pathname === '/assets' && globalThis.htmx && document.querySelectorAll('#assets > tr').length === 30`)

	// The counts follow the filter, in their place.
	b.run(`const s = document.querySelector('select[name="kind"]'); s.value = 'CHECKPOINT'; s.dispatchEvent(new Event('change', { bubbles: true }))`)
	b.becomes(`document.querySelectorAll('#assets > tr').length === 15 && document.querySelector('.tabs [aria-current] .count').textContent.trim() === '15' && document.querySelector('.chip')`)
	b.do(chromedp.Click(".chip"))
	b.becomes(`document.readyState === 'complete' && document.querySelectorAll('#assets > tr').length === 30`)

	// A status is changed on the asset's page.
	b.do(chromedp.Click("#assets > tr a"))
	b.becomes(`document.readyState === 'complete' && document.querySelector('h1')?.textContent === 'C100' && document.querySelectorAll('.map-dot').length === 1`)
	b.run(`document.querySelector('#f-status').value = 'MAINTENANCE'; document.querySelector('#f-note').value = 'Rope worn'; document.querySelector('form[action$="/status"]').requestSubmit()`)
	b.becomes(`document.querySelector('.toast')?.textContent.includes('C100 is maintenance now') && document.querySelectorAll('#statuses > li').length === 2 && document.querySelectorAll('.strip rect').length === 2`)

	// Every asset is a point of the map.
	b.do(chromedp.Navigate(b.url + "/assets/map"))
	b.becomes(`document.querySelectorAll('.map-dot').length === 30`)

	// The sheets print alone, one to a page, to the millimetre.
	b.do(chromedp.Navigate(b.url + "/assets/labels?first=3&site=" + h.Harbour.ID.String()))
	b.becomes(`document.readyState === 'complete' && document.querySelectorAll('.a4').length === 2 && !document.querySelector('[data-print]').hidden`)
	at := b.number(`document.querySelectorAll('.a4 li')[2].getBoundingClientRect().x - document.querySelector('.a4').getBoundingClientRect().x`)
	if want := 96 / 25.4 * (7.25 + 2*(63.5+2.5)); at < want-1.5 || at > want+1.5 { // and the border
		t.Errorf("the third label begins at %.1f px, want %.1f", at, want)
	}
	pdf, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: ptr(true), PrintBackground: ptr(true)})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(regexp.MustCompile(`/Type\s*/Page\b[^s]`).FindAll(pdf.Data, -1)); n != 2 {
		t.Errorf("%d pages are printed, want 2", n)
	}
	if box := regexp.MustCompile(`/MediaBox \[0 0 (59[45]\.?\d*) (84[12]\.?\d*)\]`); !box.Match(pdf.Data) {
		t.Errorf("the pages are not A4: %q", regexp.MustCompile(`/MediaBox[^\]]*\]`).Find(pdf.Data))
	}
	if bytes.Contains(pdf.Data, []byte("/Subtype /Image")) {
		t.Error("there is a picture on the sheet: codes are drawn")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, said := range b.said {
		t.Errorf("the console says %q", said)
	}
}

// number gives the value of an expression in the page.
func (b *window) number(expression string) float64 {
	b.t.Helper()
	n, err := chromedp.Run(b.ctx, chromedp.Evaluate[float64](expression))
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}
