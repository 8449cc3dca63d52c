package web

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// photograph keeps a picture of the page in the folder IW_SHOTS, if that is given.
func (b *window) photograph(name string) {
	b.t.Helper()
	dir := os.Getenv("IW_SHOTS")
	if dir == "" {
		return
	}
	raw, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), raw, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func TestTheBellRingsInABrowser(t *testing.T) {
	h := fresh(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.Notices.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	guard := h.Staff[org.Guard]
	h.Notice(guard.ID, "The site Harbour has a new radius", "site", h.Harbour.ID)
	b := openWindow(t, h)
	b.enterAs(org.Guard)
	b.do(chromedp.Navigate(b.url + "/notices"))
	b.becomes(`document.querySelector('.bell .count').textContent === '1'`)
	h.Notice(guard.ID, "The ticket HARBOUR#12 is yours: Chiller 2 tripped, server room at 29 °C", "ticket", id.New[id.Ticket]())
	b.becomes(`document.querySelector('.bell').getAttribute('aria-label') === 'Notices, 2 unread'`)
	b.do(chromedp.Navigate(b.url + "/notices"))
	b.photograph("notices")
	b.run(`document.querySelector('[data-seen*="/read"][href^="/sites/"]').click()`)
	b.becomes(`location.pathname.startsWith('/sites/')`)
	b.becomes(`document.querySelector('.bell .count').textContent === '1'`)
	b.do(chromedp.Navigate(b.url + "/account/notices"))
	b.photograph("notices-settings")
	b.devices(h)
	b.do(chromedp.EmulateViewport(390, 800), chromedp.Navigate(b.url+"/notices"))
	b.photograph("notices-phone")
	b.quiet()
}

// devices looks at how this device stands: off, blocked, and that a push service which is out of reach turns nothing on and says so.
func (b *window) devices(h *house) {
	b.t.Helper()
	h.SwitchPush(true)
	b.do(chromedp.Navigate(b.url + "/account/notices"))
	b.becomes(`document.querySelector('[data-push]').dataset.state === 'off' || document.querySelector('[data-push]').dataset.state === 'blocked'`)
	b.photograph("notices-devices")
	b.run(`Object.defineProperty(Notification, 'requestPermission', { value: async () => 'granted' });
		PushManager.prototype.subscribe = async () => { throw new DOMException('out of reach', 'AbortError'); };
		document.querySelector('[data-push-on]').requestSubmit()`)
	b.becomes(`document.querySelector('[data-push]').dataset.state === 'failed'`)
	b.becomes(`document.querySelector('[data-push-said]').textContent.includes('could not reach') && !document.querySelector('[data-push-on]').hidden`)
	b.becomes(`navigator.serviceWorker.controller?.scriptURL.endsWith('/push-worker.js') || navigator.serviceWorker.ready`)
}

// enterAs signs in who has a built-in role, by the form.
func (b *window) enterAs(role string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + "/login"))
	b.becomes(`document.readyState === 'complete' && document.activeElement.id === 'f-tenant'`)
	b.do(chromedp.KeyEvent("house\t" + b.Staff[role].Login + "\t" + testworld.Password + "\r"))
	b.becomes(`location.pathname === '/' && document.readyState === 'complete' && globalThis.htmx`)
}

// quiet says that the console has no complaint but these.
func (b *window) quiet(but ...string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, said := range b.said {
		if !slices.Contains(but, said) {
			b.t.Errorf("the console says %q", said)
		}
	}
}
