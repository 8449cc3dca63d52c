package web

import (
	"encoding/base64"
	"testing"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
)

// TestAPhotoAndASignatureOnAPhone: a photo goes up at once and on its own, one that is refused or has no connection takes nothing of what was
// typed along, a name that is typed signs, and a phone that does not say where it is leads to the reason.
func TestAPhotoAndASignatureOnAPhone(t *testing.T) {
	h := fresh(t)
	list := proven(h)
	x := h.open(h.Plan(h.Harbour.ID, "Gate", list, func(in *plan.Input) { in.Proof = plan.ByGPS }))
	gate, sign := list.Draft.Items()[0].ID, list.Draft.Items()[1].ID
	b := openWindow(t, h)
	b.enterAs(org.Guard)
	b.do(chromedp.EmulateViewport(390, 800), chromedp.Navigate(b.url+"/tasks/"+x.ID.String()+"/do"))
	b.becomes(`document.readyState === 'complete' && globalThis.htmx && document.querySelector('[data-pad]')?.hidden === false && !document.querySelector('[data-locate]').hidden`)
	b.run(`globalThis.same = true; document.querySelector('input[type="radio"][value="Yes"]').click(); document.querySelector('[name="remark"]').value = 'It rains.'`)
	give := func(name, content string) string {
		return `const t = new DataTransfer(); t.items.add(new File([Uint8Array.from(atob('` + base64.StdEncoding.EncodeToString([]byte(content)) + `'), (c) => c.charCodeAt(0))], '` + name + `'));
			const i = document.querySelector('[name="` + fileName(gate) + `"]'); i.files = t.files; i.dispatchEvent(new Event('change', { bubbles: true }))`
	}
	// What is swapped in listens once it has settled.
	kept := ` && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added') && globalThis.same && document.querySelector('[name="remark"]').value === 'It rains.' && document.querySelector('input[type="radio"][value="Yes"]').checked`
	b.run(give("gate.exe", "MZ"))
	b.becomes(`document.querySelector('#file-` + gate.String() + ` .err')?.textContent.includes('Files of this type are not taken')` + kept)
	b.run(give("gate.png", pictureOf(200)))
	b.becomes(`document.querySelector('#file-` + gate.String() + ` img')?.naturalWidth > 0 && !document.querySelector('#file-` + gate.String() + ` .err')` + kept)
	b.run(`const p = document.querySelector('[data-pad]'); p.querySelector('[data-pad-name]').value = 'Gopal Gale'; p.querySelector('[data-pad-type]').click()`)
	b.becomes(`document.querySelector('#file-` + sign.String() + ` img')?.naturalWidth > 0 && document.querySelector('[data-pad]')?.hidden === false` + kept)
	b.run(`document.querySelector('[data-locate] button').click()`)
	b.becomes(`document.querySelector('[data-locate] [role="status"]').textContent.includes('say why there is none')` + kept)
	b.pictures("task-photo")
	b.run(`document.querySelector('[name="no_point"]').value = 'The phone is old'; document.querySelector('#do .btn.go').click()`)
	b.becomes(`document.querySelector('.toast')?.textContent.includes('Gate is done') && document.querySelectorAll('.thumbs img').length === 2 && document.body.textContent.includes('No position: The phone is old. It rains.')`)
	b.pictures("task-photo-done")
	b.quiet()
}
