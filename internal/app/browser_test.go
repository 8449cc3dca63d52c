package app

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/db/dbtest"
)

// window is a tab of a real browser on a real process.
type window struct {
	t   *testing.T
	ctx context.Context
	url string
}

func openBrowser(t *testing.T, url string) *window {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium here; scripts/ensure-packages chromium installs it")
	}
	ctx, stop := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true)))
	t.Cleanup(stop)
	w := &window{t: t, ctx: ctx, url: url}
	w.do(chromedp.EmulateViewport(1280, 900))
	return w
}

func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if err := chromedp.Do(w.ctx, steps...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *window) open(path string) { w.t.Helper(); w.do(chromedp.Navigate(w.url + path)) }

// becomes waits until an expression is true in the page.
func (w *window) becomes(expression string) {
	w.t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for {
		ok, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if ok {
			return
		}
		if time.Now().After(deadline) {
			text, _ := chromedp.Run(w.ctx, chromedp.Evaluate[string]("location.href + ' ' + document.body.innerText.slice(0, 2000)")) // for the report only
			w.t.Fatalf("never true: %s (%v)\n%s", expression, err, text)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// fill puts values into fields by their names and sends the page's form.
func (w *window) fill(form string, values map[string]string) {
	w.t.Helper()
	w.becomes(fmt.Sprintf("document.readyState === 'complete' && document.querySelector(%q)", form))
	script := fmt.Sprintf("const f = document.querySelector(%q);", form)
	for name, value := range values {
		script += fmt.Sprintf("{ const x = f.elements[%q]; if (x.type === 'checkbox') { x.checked = true } else { x.value = %q } }", name, value)
	}
	script += "f.requestSubmit();"
	if _, err := chromedp.Run(w.ctx, chromedp.Evaluate[string]("(() => {"+script+"; return ''})()")); err != nil {
		w.t.Fatal(err)
	}
}

func (w *window) signIn(tenant, login, password string) {
	w.t.Helper()
	w.open("/login?org=" + tenant)
	w.becomes(`document.querySelector('form[action^="/login"], form [name=login]')`)
	w.fill("main form", map[string]string{"login": login, "password": password})
}

// shot photographs the page for looking at, when IW_SHOTS names a folder: light and dark, wide and narrow.
func (w *window) shot(name string) {
	w.t.Helper()
	folder := os.Getenv("IW_SHOTS")
	if folder == "" {
		return
	}
	for _, width := range []int64{1280, 390} {
		for _, theme := range []string{"light", "dark"} {
			w.do(chromedp.EmulateViewport(width, 900))
			png, err := chromedp.Run(w.ctx, chromedp.Evaluate[string]("document.documentElement.dataset.theme = '"+theme+"'"))
			if err != nil {
				w.t.Fatal(png, err)
			}
			time.Sleep(300 * time.Millisecond)
			picture, err := chromedp.Run(w.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				w.t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, width, theme)), picture, 0o600); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	w.do(chromedp.EmulateViewport(1280, 900))
}

// TestAnAdministratorSetsUpASiteAndItsPerson signs in as administrator, adds a site and a person, grants a role, gives a password, and signs
// in as that person, who has to choose a password of their own and then sees their site and nothing else. This process has a Redis.
func TestAnAdministratorSetsUpASiteAndItsPerson(t *testing.T) {
	p := startDemo(t, t.TempDir(), "REDIS_URL=redis://"+dbtest.Redis(t))
	_, login, password, tenant := p.account(0, "administrator")
	w := openBrowser(t, p.start.URL)
	w.open("/login")
	w.shot("sign-in")
	w.signIn(tenant, login, password)
	w.becomes(`location.pathname === '/' && document.querySelector('.rail')`)
	w.shot("home")

	w.open("/sites/new")
	w.becomes(`document.querySelector('#f-code')`)
	w.fill("main form[method=post]", map[string]string{
		"code": "pun-fort", "name": "Fort gate", "latitude": "18.5196", "longitude": "73.8553", "radius": "120",
	})
	w.becomes(`document.querySelector('h1')?.textContent.includes('Fort gate') && document.body.textContent.includes('PUN-FORT')`)

	w.open("/people/new")
	w.becomes(`document.querySelector('#f-login_id')`)
	w.fill("main form[method=post]", map[string]string{"code": "F-1", "name": "Leela Fortkeeper", "login_id": "leela.f", "home_site_id": w.optionOf("home_site_id", "Fort gate"), "active": "on"})
	w.becomes(`document.querySelector('h1')?.textContent.includes('Leela Fortkeeper')`)
	person := w.text(`location.pathname.split('/').pop()`)

	w.open("/grants/new?person=" + person)
	w.becomes(`document.querySelector('[name=role_id]')`)
	w.fill("main form[method=post]", map[string]string{"role_id": w.optionOf("role_id", "Guard"), "place": w.optionOf("place", "Fort gate")})
	w.becomes(`location.pathname !== '/grants/new' && document.body.textContent.includes('Guard') && document.body.textContent.includes('Fort gate') && !document.querySelector('[data-faults]')`)

	w.open("/people/" + person + "/password")
	w.becomes(`document.querySelector('[name=password]')`)
	w.fill("main form[method=post]", map[string]string{"password": "walnut gate tells seventeen stories"})
	w.becomes(`!location.pathname.endsWith('/password')`)
	w.open("/audit?what=person.password_set") // the trail of all is busy with what happens in the demo world
	w.becomes(`document.body.textContent.includes('Leela Fortkeeper')`)
	w.shot("audit")
	for _, page := range []string{"sites", "people", "groups", "roles", "lookups", "account"} {
		w.open("/" + page)
		w.becomes(`document.querySelector('h1')`)
		w.shot(page)
	}
	w.fill(`form[action="/logout"]`, nil)
	w.becomes(`location.pathname === '/login'`)

	w.signIn(tenant, "leela.f", "walnut gate tells seventeen stories")
	w.becomes(`location.pathname === '/account/password'`)
	w.fill("main form[method=post]", map[string]string{
		"current": "walnut gate tells seventeen stories", "password": "copper kites over a slow river", "again": "copper kites over a slow river",
	})
	w.becomes(`location.pathname !== '/account/password'`)
	w.open("/")
	w.becomes(`location.pathname === '/' && document.body.textContent.includes('Fort gate')`)
	w.shot("guard-home")
	w.open("/sites")
	w.becomes(`document.body.textContent.includes('Fort gate') && !document.body.textContent.includes('Mula Tech Park')`)
	w.open("/people/new")
	w.becomes(`document.body.textContent.includes('not allowed')`)
}

// text reads something from the page.
func (w *window) text(expression string) string {
	w.t.Helper()
	out, err := chromedp.Run(w.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// optionOf gives the value of the option of a select, or the radio of a group, whose label holds some words.
func (w *window) optionOf(name, words string) string {
	w.t.Helper()
	w.becomes(fmt.Sprintf(`[...document.querySelectorAll('[name=%s] option')].some((o) => o.textContent.includes(%q))`, name, words))
	return w.text(fmt.Sprintf(`[...document.querySelectorAll('[name=%s] option')].find((o) => o.textContent.includes(%q)).value`, name, words))
}
