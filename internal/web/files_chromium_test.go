package web

import (
	"encoding/base64"
	"testing"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestFilesInABrowser adds files as a supervisor does, while something is typed elsewhere on the page: a refusal is said at the file, what
// was typed stays, and what is taken stands in the list without a new page.
func TestFilesInABrowser(t *testing.T) {
	h := fresh(t)
	pump := h.NewAsset(h.Harbour.ID, "PUMP").ID.String()
	b := openWindow(t, h)
	b.do(chromedp.Navigate(b.url + "/login?next=/assets/" + pump))
	b.becomes(`document.activeElement.id === 'f-tenant'`)
	b.do(chromedp.KeyEvent("house\t" + h.Staff[org.Supervisor].Login + "\t" + testworld.Password + "\r"))
	b.becomes(`document.readyState === 'complete' && document.querySelector('[data-files-go]')?.hidden`)
	b.run(`document.querySelector('#f-note').value = 'Rope worn'; globalThis.samePage = true`)

	give := func(name, content string) string {
		return `t.items.add(new File([Uint8Array.from(atob('` + base64.StdEncoding.EncodeToString([]byte(content)) + `'), (c) => c.charCodeAt(0))], '` + name + `'))`
	}
	b.run(`const t = new DataTransfer(); ` + give("tool.exe", "MZ") + `; ` + give("plate.png", photo(t)) + `; const i = document.querySelector('#f-files'); i.files = t.files; i.dispatchEvent(new Event('change'))`)
	b.becomes(`document.querySelectorAll('.upload').length === 1 && document.querySelector('.upload .err')?.textContent.includes('Files of this type are not taken')`)
	b.becomes(`document.querySelectorAll('.thumbs img').length === 1 && document.querySelector('.thumbs img').naturalWidth > 0 && document.querySelector('#h-files .count').textContent.trim() === '1'`)
	b.becomes(`document.querySelector('#f-note').value === 'Rope worn' && globalThis.samePage`)

	// Dropping is as good as choosing; one that is too large never leaves.
	b.run(`const t = new DataTransfer(); ` + give("notes.txt", "Check the seal.") + `; t.items.add(new File([new Uint8Array(3 << 20)], 'film.png'));
		document.querySelector('#files').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: t }))`)
	b.becomes(`document.querySelectorAll('.thumbs li').length === 2 && [...document.querySelectorAll('.upload .err')].some((e) => e.textContent.includes('It has 3.0 MB, and at most 1.0 MB are taken'))`)

	// Without a connection the file is kept; the next try takes it.
	b.run(`globalThis.there = document.querySelector('#files form').action; document.querySelector('#files form').action = 'http://127.0.0.1:1/'`)
	b.run(`const t = new DataTransfer(); ` + give("later.txt", "Later.") + `; const i = document.querySelector('#f-files'); i.files = t.files; i.dispatchEvent(new Event('change'))`)
	b.becomes(`[...document.querySelectorAll('.upload .err')].some((e) => e.textContent.includes('There is no connection'))`)
	b.run(`document.querySelector('#files form').action = globalThis.there; [...document.querySelectorAll('.upload button')].find((x) => x.textContent === 'Try again').click()`)
	b.becomes(`document.querySelectorAll('.thumbs li').length === 3 && document.querySelectorAll('.upload').length === 2`)
	b.run(`[...document.querySelectorAll('.upload button')].forEach((x) => x.click())`)
	b.becomes(`document.querySelector('[data-files-queue]').hidden && document.querySelector('#f-note').value === 'Rope worn' && globalThis.samePage`)
}
