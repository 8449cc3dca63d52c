package ui

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"intelliwiz/internal/web/static"
)

// policy is the content policy that the product sends with every page.
const policy = "default-src 'none'; script-src 'nonce-n0nce' 'strict-dynamic'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default; report-uri /csp"

// site serves the sample pages under the policy and remembers what it was told.
type site struct {
	*httptest.Server
	mu         sync.Mutex
	violations []string
	posts      []string
}

func newSite(t *testing.T) *site {
	s := &site{}
	m := http.NewServeMux()
	m.Handle("GET "+static.Prefix, static.Handler())
	m.HandleFunc("POST /csp", func(_ http.ResponseWriter, r *http.Request) { s.note(&s.violations, r) })
	m.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		s.note(&s.posts, r)
		done := frame("Done", "/people")
		if r.FormValue("note") != "lost" { // as when somebody has to sign in first
			done.Toast = Toast{Text: "It is saved"}
		}
		s.write(w, r, around(Layout(done), text("Done")))
	})
	m.HandleFunc("GET /go", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`[{"label":"Asha <b>Kulkarni</b>","detail":"Supervisor","href":"/people?q=` + r.URL.Query().Get("q") + `","icon":"user"}]`))
	})
	m.HandleFunc("GET /evil", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<p id="evil">Here<script>window.hacked = 1</script><img src="x" onerror="window.hacked = 2"></p>`))
	})
	m.HandleFunc("GET /plain", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte(`<p id="plain">not HTML</p>`))
	})
	m.HandleFunc("GET /draft", func(w http.ResponseWriter, r *http.Request) { s.write(w, r, draftPage(r.URL.Query().Get("version"))) })
	m.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		if page, ok := pages()[r.URL.Path]; ok {
			s.write(w, r, page)
			return
		}
		http.NotFound(w, r)
	})
	s.Server = httptest.NewServer(m)
	t.Cleanup(s.Close)
	return s
}

func (s *site) write(w http.ResponseWriter, r *http.Request, page templ.Component) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	_ = page.Render(r.Context(), w)
}

func (s *site) note(list *[]string, r *http.Request) {
	_ = r.ParseForm()
	var b strings.Builder
	b.WriteString(r.URL.Path + "?" + r.PostForm.Encode())
	if r.Header.Get("Content-Type") == "application/csp-report" {
		body := make([]byte, 4096)
		n, _ := r.Body.Read(body)
		b.Write(body[:n])
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	*list = append(*list, b.String())
}

func (s *site) last(list *[]string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(*list) == 0 {
		return ""
	}
	return (*list)[len(*list)-1]
}

// window is a browser tab and what its console said.
type window struct {
	t    *testing.T
	ctx  context.Context
	site *site
	mu   sync.Mutex
	said []string
}

// chromium is started by the first test that wants it and serves all; TestMain ends it.
var (
	chromium     context.Context
	quitChromium = func() {}
	startOnce    sync.Once
)

func TestMain(m *testing.M) {
	code := m.Run()
	quitChromium()
	os.Exit(code)
}

func startChromium() {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			chromium, quitChromium = chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(chromedp.ExecPath(p), chromedp.NoSandbox,
				chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true)))
			return
		}
	}
}

func openWindow(t *testing.T) *window {
	startOnce.Do(func() {
		startChromium()
		if chromium != nil {
			if err := chromedp.Do(chromium, chromedp.Navigate("about:blank")); err != nil {
				t.Fatal(err)
			}
		}
	})
	if chromium == nil {
		t.Skip("no chromium here; scripts/ensure-packages chromium installs it")
	}
	b := &window{t: t, site: newSite(t)}
	ctx, cancel := chromedp.NewContext(chromium, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.hear))
	t.Cleanup(cancel)
	b.ctx = ctx
	b.do(chromedp.EmulateViewport(1280, 900))
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	// Several windows are open; each must act as the one in front.
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
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

// do takes steps; the whole of them may take ten seconds.
func (b *window) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *window) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.site.URL + path))
}

// key presses keys where the focus is.
func (b *window) key(keys string, o ...chromedp.KeyOption) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys, o...))
}

// becomes waits until an expression is true in the page.
func (b *window) becomes(expression string) {
	b.t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if ok {
			return
		}
		if time.Now().After(deadline) {
			at, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("location.href + document.body.innerText.slice(0, 300)"))
			b.t.Fatalf("never true: %s (%v), at %s", expression, err, at)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// run runs code in the page.
func (b *window) run(code string) {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("(() => {"+code+"; return ''})()")); err != nil {
		b.t.Fatal(err)
	}
}

// quiet says that no policy was violated and nothing was thrown.
func (b *window) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.said {
		b.t.Errorf("console: %s", s)
	}
	if v := b.site.last(&b.site.violations); v != "" {
		b.t.Errorf("policy violated: %s", v)
	}
}

// IW_SHOTS names a folder to which the pages are photographed, for looking at.
func TestPagesRunUnderThePolicy(t *testing.T) {
	b := openWindow(t)
	shots := os.Getenv("IW_SHOTS")
	for path := range pages() {
		b.open(path)
		b.becomes(`document.readyState === 'complete' && globalThis.htmx`)
		if shots == "" {
			continue
		}
		for _, theme := range []string{"light", "dark"} {
			for _, width := range []int64{390, 1280} {
				b.do(chromedp.EmulateViewport(width, 900))
				b.run(`document.documentElement.dataset.theme = '` + theme + `'`)
				time.Sleep(300 * time.Millisecond)
				png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
				if err != nil {
					t.Fatal(err)
				}
				name := strings.Trim(path, "/") + "-" + theme + "-" + map[int64]string{390: "390", 1280: "1280"}[width] + ".png"
				if err := os.WriteFile(filepath.Join(shots, name), png, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	b.quiet()
}

func TestOnlyOurOwnAnswersBecomeHTML(t *testing.T) {
	b := openWindow(t)
	b.open("/people")
	b.becomes(`globalThis.htmx`)
	b.run(`try { document.body.innerHTML = '<p>x</p>'; window.leak = 1 } catch (e) {}
		try { Document.parseHTMLUnsafe('<p>x</p>'); window.leak = 2 } catch (e) {}
		try { const s = document.createElement('script'); s.textContent = 'window.leak = 3'; document.body.append(s) } catch (e) {}`)
	b.becomes(`window.leak === undefined`)
	b.run(`htmx.ajax('GET', '/plain', '#people')`)
	b.run(`htmx.ajax('GET', '/evil', { target: '#people-more', swap: 'innerHTML' })`)
	b.becomes(`document.getElementById('evil')`)
	b.becomes(`document.querySelectorAll('#evil script').length === 0`)
	time.Sleep(100 * time.Millisecond)
	b.becomes(`window.hacked === undefined && !document.getElementById('plain') && document.querySelectorAll('#people > tr').length === 4`)
}
