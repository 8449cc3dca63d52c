package web

import (
	"net"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestAPasskeyInABrowser(t *testing.T) {
	at, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(at.Addr().String())
	home := "http://localhost:" + port // browsers keep passkeys for names, and trust this one without TLS
	h := open(t, testworld.New(t, dbtest.Open(t, "sqlite"), func(c *auth.Config) { c.Origin = home }))
	b := openWindowAt(t, h, at)
	if _, err := chromedp.Call(b.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	device, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
	if err != nil {
		t.Fatal(err)
	}

	guard := h.Staff[org.Guard]
	b.do(chromedp.Navigate(home + "/login?org=HOUSE&next=/account/factors"))
	b.becomes(`document.readyState === 'complete' && document.activeElement.id === 'f-login'`)
	b.do(chromedp.KeyEvent(guard.Login + "\t" + testworld.Password + "\r"))
	b.becomes(`location.pathname === '/account/factors' && document.readyState === 'complete'`)
	b.do(chromedp.Click(`a[href="/account/factors/passkeys/new"]`))
	b.becomes(`location.pathname.endsWith('/new') && document.querySelector('form[data-passkey]')?.checkVisibility() && !document.querySelector('[data-passkey-none]').checkVisibility()`)
	b.do(chromedp.Click(`form[data-passkey] button`))
	b.becomes(`document.querySelector('textarea[name="codes"]')?.value.split('\n').length === 10`)

	// The passkey alone signs in, without a name and a password.
	b.do(chromedp.Navigate(home + "/account"))
	b.becomes(`document.readyState === 'complete' && document.querySelector('form[action="/logout"]')`)
	b.run(`document.querySelector('form[action="/logout"]').requestSubmit()`)
	b.becomes(`location.pathname === '/login' && document.readyState === 'complete' && document.querySelector('form[data-passkey]')?.checkVisibility()`)
	b.do(chromedp.Click(`form[data-passkey] button`))
	b.becomes(`location.pathname === '/' && document.readyState === 'complete' && document.body.innerText.includes('` + guard.Name + `')`)

	// A device that does not make sure of its owner is told at the form, and the page goes on.
	b.run(`document.querySelector('form[action="/logout"]').requestSubmit()`)
	b.becomes(`location.pathname === '/login' && document.readyState === 'complete' && document.querySelector('form[data-passkey]')?.checkVisibility()`)
	if _, err := chromedp.Call(b.ctx, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: device.AuthenticatorID, IsUserVerified: false}); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Click(`form[data-passkey] button`))
	b.becomes(`document.querySelector('[data-passkey-said]')?.checkVisibility() && document.querySelector('[data-passkey-said]').innerText.includes('did not answer')`)

	// After the password it is the second step.
	if _, err := chromedp.Call(b.ctx, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: device.AuthenticatorID, IsUserVerified: true}); err != nil {
		t.Fatal(err)
	}
	b.run(`document.querySelector('#f-login').value = '` + guard.Login + `'; document.querySelector('#f-password').value = '` + testworld.Password + `'; document.querySelector('form[action="/login"]').requestSubmit()`)
	b.becomes(`location.pathname === '/login/code' && document.readyState === 'complete' && document.querySelector('form[data-passkey]')?.checkVisibility()`)
	b.do(chromedp.Click(`form[data-passkey] button`))
	b.becomes(`location.pathname === '/' && document.body.innerText.includes('` + guard.Name + `')`)
	if len(b.said) > 0 {
		t.Errorf("console: %q", b.said)
	}
	if _, err := chromedp.Call(b.ctx, webauthn.Disable, cdp.Empty{}); err != nil {
		t.Error(err)
	}
}
