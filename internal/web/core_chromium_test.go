package web

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// policy is the content policy that the product sends with every page.
const policy = "default-src 'none'; script-src 'nonce-n0nce' 'strict-dynamic'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default"

// window is a real browser in front of a house, and what its console said.
type window struct {
	*house
	ctx  context.Context
	url  string
	mu   sync.Mutex
	said []string
}

func openWindow(t *testing.T, h *house) *window {
	t.Helper()
	return openWindowAt(t, h, nil)
}

// openWindowAt is openWindow with the house behind a listener; nil makes one.
func openWindowAt(t *testing.T, h *house, at net.Listener) *window {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium here; scripts/ensure-packages chromium installs it")
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		h.mux.ServeHTTP(w, r)
	}))
	if at != nil {
		_ = s.Listener.Close() // it was opened for nothing
		s.Listener = at
	}
	s.Start()
	t.Cleanup(s.Close)
	b := &window{house: h, url: s.URL}
	ctx, quit := chromedp.NewContext(context.Background(), chromedp.WithListener(b.hear), chromedp.WithAllocatorOptions(chromedp.ExecPath(browser), chromedp.NoSandbox,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true)))
	t.Cleanup(quit)
	b.ctx = ctx
	b.do(chromedp.EmulateViewport(1280, 900))
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *window) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.said = append(b.said, e.Entry.Text)
		}
	}
}

func (b *window) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// becomes waits until an expression is true in the page, whichever page that is by then.
func (b *window) becomes(expression string) {
	b.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if ok {
			return
		}
		if time.Now().After(deadline) {
			at, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("location.href + ' ' + document.body.innerText.slice(0, 600)"))
			b.t.Fatalf("never true: %s (%v), at %s", expression, err, at)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (b *window) run(code string) {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("(() => {"+code+"; return ''})()")); err != nil {
		b.t.Fatal(err)
	}
}

func TestCorePagesInABrowser(t *testing.T) {
	h := fresh(t)
	for range 30 {
		h.Actor(org.Guard)
	}
	b := openWindow(t, h)
	const line = `document.querySelectorAll('#entries > li').length`

	// Sign-in leads to the page that was asked for.
	b.do(chromedp.Navigate(b.url + "/audit"))
	b.becomes(`document.readyState === 'complete' && document.activeElement.id === 'f-tenant' && location.pathname === '/login'`)
	b.do(chromedp.KeyEvent("house\t" + h.Staff[org.Administrator].Login + "\t" + testworld.Password + "\r"))
	b.becomes(`location.pathname === '/audit' && document.readyState === 'complete' && globalThis.htmx && ` + line + ` === 50`)

	// The trail grows in its place, and is narrowed without a new page.
	b.do(chromedp.Click("#entries-more a"))
	b.becomes(line + ` > 50 && document.querySelectorAll('#entries-more').length === 1`)
	b.run(`const s = document.querySelector('select[name="what"]'); s.value = 'site.created'; s.dispatchEvent(new Event('change', { bubbles: true }))`)
	b.becomes(line + ` === 4 && location.search.includes('what=site.created')`)

	// The palette finds people.
	b.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(2)))
	b.becomes(`document.querySelector('#palette:popover-open')`)
	b.do(chromedp.KeyEvent("gopal"))
	b.becomes(`document.querySelector('#palette [data-hit] a')?.href.includes('/people/` + h.Staff[org.Guard].ID.String() + `')`)

	// A form that comes back puts the reader at what is wrong, and keeps what was typed.
	b.do(chromedp.Navigate(b.url + "/account/tokens/new"))
	b.becomes(`document.readyState === 'complete' && document.activeElement.id === 'f-name'`)
	b.do(chromedp.KeyEvent("Payroll"))
	b.run(`document.querySelector('#f-expires_at').value = '2031-01-01'; document.querySelector('main form').requestSubmit()`)
	b.becomes(`document.activeElement.matches('[data-faults]') && document.querySelector('#f-name').value === 'Payroll'`)
	b.run(`document.querySelector('#f-expires_at').value = '2026-12-31'; document.querySelector('main form').requestSubmit()`)
	b.becomes(`document.querySelector('#f-token')?.value.startsWith('iw_')`)

	// What is hidden is not shown, however it is laid out.
	b.becomes(`(() => { const e = Object.assign(document.createElement('p'), { className: 'row btn stack', hidden: true }); document.body.append(e); return !e.checkVisibility() })()`)

	// What cannot be undone is asked in a dialog, which names it.
	b.do(chromedp.Navigate(b.url + "/account/tokens"))
	b.becomes(`document.readyState === 'complete'`)
	b.do(chromedp.Click("td form button"))
	b.becomes(`document.querySelector('dialog[open] h2')?.textContent === 'Revoke the token Payroll?'`)
	b.do(chromedp.Click("dialog .bad"))
	b.becomes(`document.querySelector('.empty') && document.querySelector('.toast')?.textContent.includes('is revoked')`)

	b.do(chromedp.Navigate(b.url+"/"), chromedp.Click(".top details.menu summary"), chromedp.Click(`.top form[action="/logout"] button`))
	b.becomes(`location.pathname === '/login' && document.activeElement.id === 'f-login' && document.body.textContent.includes('HOUSE')`)

	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.said {
		if s != "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)" {
			t.Errorf("console: %s", s)
		}
	}
}
