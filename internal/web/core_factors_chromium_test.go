package web

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// signsIn types a member's login and password into the page that is open.
func (b *window) signsIn(m testworld.Member) {
	b.t.Helper()
	b.becomes(`location.pathname === '/login' && document.readyState === 'complete' && document.querySelector('#f-password')`)
	b.run(`document.querySelector('#f-login').value = '` + m.Login + `'; document.querySelector('#f-password').value = '` + m.Password + `'; document.querySelector('form[action="/login"]').requestSubmit()`)
}

func (b *window) text(expression string) string {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func TestAnAppAndARecoveryCodeInABrowser(t *testing.T) {
	h := fresh(t)
	b := openWindow(t, h)
	guard := h.Staff[org.Guard]
	b.do(chromedp.Navigate(b.url + "/login?org=HOUSE&next=/account/factors"))
	b.signsIn(guard)
	b.becomes(`location.pathname === '/account/factors' && document.readyState === 'complete'`)
	b.do(chromedp.Click(`form[action="/account/factors/app"] button`))
	b.becomes(`location.pathname === '/account/factors/app' && document.readyState === 'complete' && document.querySelector('svg[role="img"]') && document.activeElement.id === 'f-code'`)
	app := testworld.App{Key: b.text(`[...document.querySelectorAll('code')].find((c) => c.textContent.split(' ').length === 8).textContent`)}
	b.do(chromedp.KeyEvent("000000\r"))
	b.becomes(`document.querySelector('#f-code')?.getAttribute('aria-invalid') === 'true'`)
	b.run(`document.querySelector('#f-code').value = '` + app.At(h.Clock.Now()) + `'; document.querySelector('#f-code').form.requestSubmit()`)
	b.becomes(`document.querySelector('textarea[name="codes"]')?.value.split('\n').length === 10`)
	code := strings.Fields(b.text(`document.querySelector('textarea[name="codes"]').value`))[0]
	b.do(chromedp.Click(`main a[href="/account/factors"].btn`))
	b.becomes(`location.pathname === '/account/factors' && document.body.innerText.includes('10 recovery codes are left.')`)

	// The app, and another day a recovery code, open the account after the password.
	h.Clock.Advance(time.Minute)
	for _, typed := range []string{app.At(h.Clock.Now()), strings.ToUpper(code)} {
		b.run(`document.querySelector('form[action="/logout"]').requestSubmit()`)
		b.signsIn(guard)
		b.becomes(`location.pathname === '/login/code' && document.readyState === 'complete' && document.activeElement.id === 'f-code'`)
		b.do(chromedp.KeyEvent(typed + "\r"))
		b.becomes(`location.pathname === '/' && document.readyState === 'complete' && document.querySelector('form[action="/logout"]')`)
	}
	b.do(chromedp.Navigate(b.url + "/account/factors"))
	b.becomes(`document.body.innerText.includes('9 recovery codes are left.')`)
}

func TestASessionThatIsEndedElsewhereInABrowser(t *testing.T) {
	h := fresh(t)
	b := openWindow(t, h)
	guard := h.Staff[org.Guard]
	b.do(chromedp.Navigate(b.url + "/login?org=HOUSE&next=/account/sessions"))
	b.signsIn(guard)
	b.becomes(`location.pathname === '/account/sessions' && document.readyState === 'complete'`)
	other := h.signedIn(guard)
	other.get("/account/sessions").is(200, "2 sessions")
	other.post("/account/sessions/end", "confirm", "yes").goes("/account/sessions")
	b.do(chromedp.Navigate(b.url + "/account"))
	b.becomes(`location.pathname === '/login' && new URLSearchParams(location.search).get('next') === '/account' && document.readyState === 'complete'`)
	b.signsIn(guard) // and what was asked for is next
	b.becomes(`location.pathname === '/account' && document.body.innerText.includes('` + guard.Name + `')`)
}
