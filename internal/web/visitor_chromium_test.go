package web

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// forget takes the cookies out of the browser.
func (b *window) forget() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		b.t.Fatal(err)
	}
}

// TestAVisitorReportsInABrowser goes the way of somebody with a phone: a report with a photo, its page, and later the link, whose code no
// request has in its address. Nothing may break the content policy.
func TestAVisitorReportsInABrowser(t *testing.T) {
	h := fresh(t)
	h.NewAsset(h.Harbour.ID, "CH2")
	shot := filepath.Join(t.TempDir(), "leak.png")
	if err := os.WriteFile(shot, []byte(photo(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	b := openWindow(t, h)
	b.do(chromedp.EmulateViewport(390, 800), chromedp.Navigate(b.url+"/r/HOUSE/a/CH2"))
	b.becomes(`document.readyState === 'complete' && document.querySelector('#f-title') && document.activeElement === document.body`)
	b.pictures("report")
	b.do(chromedp.EmulateViewport(390, 800), chromedp.Click(`form button`))
	b.becomes(`document.activeElement.matches('[data-faults]') && document.querySelector('#f-title-e')`)
	b.pictures("report-faults")
	b.do(chromedp.EmulateViewport(390, 800), chromedp.Focus("#f-title"), chromedp.KeyEvent("Water on the floor"))
	b.do(chromedp.Navigate(b.url+"/login"), chromedp.Navigate(b.url+"/r/HOUSE/a/CH2")) // another page, and back
	b.becomes(`document.readyState === 'complete' && document.querySelector('#f-title').value === 'Water on the floor' && document.querySelector('form .note').textContent.includes('is back')`)
	b.pictures("report-back")
	b.do(chromedp.EmulateViewport(390, 800), chromedp.SetUploadFiles("#f-photo", []string{shot}), chromedp.Click(`form .go`))
	b.becomes(`location.pathname === '/r/status' && document.querySelector('h1').textContent.includes('HARBOUR#1') && Object.keys(sessionStorage).every((x) => !x.startsWith('draft:'))`)
	b.pictures("report-made")
	if all := h.tickets(); len(all) != 1 || h.photosOf(all[0]) != 1 {
		t.Errorf("tickets %+v", all)
	}
	b.run(`window.name = document.querySelector('#f-kept').value`)

	// Later, without the cookie: the link alone opens it, and is gone from the address.
	b.do(chromedp.Navigate(b.url + "/r/HOUSE/s/HARBOUR"))
	b.becomes(`document.readyState === 'complete' && document.querySelector('#f-title')`)
	code, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`window.name`))
	if err != nil || len(code) < 40 {
		t.Fatalf("code %q %v", code, err)
	}
	b.forget()
	b.do(chromedp.Navigate(b.url + "/r/status"))
	b.becomes(`document.readyState === 'complete' && document.querySelector('#f-code') && !document.querySelector('#f-kept')`)
	b.pictures("report-code")
	b.do(chromedp.Navigate(b.url + "/r/status#" + code))
	b.becomes(`document.querySelector('h1').textContent.includes('HARBOUR#1') && location.hash === ''`)

	// A photo that fails says so, and the report stands.
	bad := filepath.Join(t.TempDir(), "leak.jpg")
	if err := os.WriteFile(bad, []byte("not a picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.SetUploadFiles("#f-photo", []string{bad}), chromedp.Click(`form[action$="/photo"] button`))
	b.becomes(`document.querySelector('.note.late') && document.querySelector('#f-photo-e') && document.body.textContent.includes('Your report is kept')`)
	b.pictures("report-photo-failed")
	b.quiet("Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)")
}
