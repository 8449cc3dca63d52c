package web

import (
	"net"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/testworld"
)

// TestSingleSignOnInABrowser: the provider is another site to the browser, so that its cookies and policies are those of real life.
func TestSingleSignOnInABrowser(t *testing.T) {
	at, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(at.Addr().String())
	home := "http://localhost:" + port
	h := open(t, testworld.New(t, dbtest.Open(t, "sqlite"), func(c *auth.Config) { c.Back = home + ProviderBackPath }))
	provider := testworld.NewProvider(t, h.Clock.Now)
	h.Provider(provider)
	b := openWindowAt(t, h, at)
	asksThere := func() {
		t.Helper()
		b.becomes(`location.port !== '` + port + `' && document.readyState === 'complete' && document.querySelector('#me')`)
		b.do(chromedp.Click(`#me`))
	}

	b.do(chromedp.Navigate(home + "/login?org=HOUSE&next=/account/tokens"))
	b.becomes(`document.readyState === 'complete' && document.querySelector('a[href^="/login/provider/"]')?.innerText === 'Sign in with Lantern login'`)
	b.do(chromedp.Click(`a[href^="/login/provider/"]`))
	asksThere()
	b.becomes(`location.pathname === '/account/tokens' && location.search === '' && document.readyState === 'complete' && document.body.innerText.includes('Gopal Gale')`)

	// Ten minutes later what is sensitive asks at the provider anew, and goes on to where it was going.
	h.Clock.Advance(11 * time.Minute)
	b.do(chromedp.Navigate(home + "/account/tokens/new"))
	b.becomes(`location.pathname === '/account/prove' && document.readyState === 'complete' && document.querySelector('a[href^="/account/prove/provider"]')`)
	b.do(chromedp.Click(`a[href^="/account/prove/provider"]`))
	asksThere()
	b.becomes(`location.pathname === '/account/tokens/new' && document.readyState === 'complete' && document.querySelector('form[action="/account/tokens"]')`)

	if len(b.said) > 0 {
		t.Errorf("console: %q", b.said)
	}

	// Who is nobody here is told so where they came from.
	provider.Says(map[string]any{"sub": "n-1", "email": "nadia@lantern.example"})
	b.run(`document.querySelector('form[action="/logout"]').requestSubmit()`)
	b.becomes(`location.pathname === '/login' && document.readyState === 'complete' && document.querySelector('a[href^="/login/provider/"]')`)
	b.do(chromedp.Click(`a[href^="/login/provider/"]`))
	asksThere()
	b.becomes(`location.pathname === '/login/provider/back' && document.readyState === 'complete' && document.body.innerText.includes('You have no account here yet') && document.querySelector('a[href^="/login/provider/"]')`)
}
