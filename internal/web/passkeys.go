package web

import (
	"cmp"
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/web/ui"
)

// keyView is a form that a passkey answers: a script asks the browser for the answer and sends it.
type keyView struct {
	Action  string // where the answer is sent; "" = there are no passkeys here, and no form
	Options string // where the script asks what to ask for
	Make    bool   // a new passkey; false: one that there is
	Next    string
	Words   string
	Fields  []ui.Field // asked beside the answer
	Faults  ui.Faults
	Answer  string    // the field of the answer; "" = response
	Waits   []waiting // the form that waits for it
}

func (v keyView) answer() string { return cmp.Or(v.Answer, "response") }

// keyAt is a form that signs in by a passkey, at the sign-in or at its second step.
func (p *pages) keyAt(path, words, next string) keyView {
	if !p.Auth.HasPasskeys() {
		return keyView{}
	}
	return keyView{Action: path, Options: path + "/options", Next: next, Words: words}
}

// ceremony answers a script with what to ask the browser for; the state waits in a cookie.
func (p *pages) ceremony(w http.ResponseWriter, c auth.Ceremony, err error) error {
	if err != nil {
		return err
	}
	http.SetCookie(w, p.cookie(keyCookie, c.State, stepAge))
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(c.Options) // a client that left is nobody's fault
	return nil
}

func (p *pages) passkeyOptions(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Auth.BeginPasskeySignIn(r.Context(), "")
	return p.ceremony(w, c, err)
}

func (p *pages) stepKeyOptions(w http.ResponseWriter, r *http.Request) error {
	step := p.readCookie(r, stepCookie)
	c, err := p.Auth.BeginPasskeySignIn(r.Context(), step)
	if step == "" || auth.StepOver(err) {
		return fault.Of(fault.Conflict, "This took too long. Sign in again.")
	}
	return p.ceremony(w, c, err)
}

// passkeySignIn lets somebody in by a passkey alone.
func (p *pages) passkeySignIn(w http.ResponseWriter, r *http.Request) error {
	return p.enterByKey(w, r, func(f form, refused error) error {
		org := p.knownOrg(r)
		return p.showSignIn(w, r, newForm("tenant", org, "next", f.text("next")), refused, org != "")
	})
}

// stepByKey takes a passkey for the second step.
func (p *pages) stepByKey(w http.ResponseWriter, r *http.Request) error {
	return p.enterByKey(w, r, func(f form, refused error) error {
		if auth.StepOver(refused) {
			return p.stepOver(w, r, ownPath(f.text("next")), refused)
		}
		return p.showStep(w, r, f, refused)
	})
}

// enterByKey lets somebody in whose passkey answers what it was asked; others see the page anew.
func (p *pages) enterByKey(w http.ResponseWriter, r *http.Request, again func(f form, refused error) error) error {
	f, err := readForm(r, "response", "next")
	if err != nil {
		return err
	}
	http.SetCookie(w, p.cookie(keyCookie, "", -1))
	f.check.That(f.text("response") != "", "response", "required", "The passkey did not answer.")
	if err := f.readable(nil); err != nil {
		return again(f, err)
	}
	out, err := p.Auth.PasskeySignIn(r.Context(), p.readCookie(r, keyCookie), []byte(f.text("response")), p.origin(r))
	if err != nil {
		return again(f, err)
	}
	http.SetCookie(w, p.cookie(stepCookie, "", -1))
	return p.letIn(w, r, out, ownPath(f.text("next")))
}

func (p *pages) newPasskeyOptions(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Auth.BeginPasskey(r.Context(), actor.From(r.Context()))
	return p.ceremony(w, c, err)
}

func (p *pages) newPasskey(w http.ResponseWriter, r *http.Request) error {
	if !p.Auth.HasPasskeys() {
		return fault.Missing("page")
	}
	return p.showNewPasskey(w, r, http.StatusOK, newForm("name", agentName(r.UserAgent())), ui.Faults{})
}

func (p *pages) showNewPasskey(w http.ResponseWriter, r *http.Request, status int, f form, faults ui.Faults) error {
	v, err := p.visit(r, titled("New passkey", faults))
	if err != nil {
		return err
	}
	v.frame.Thin = true
	view := keyView{Action: passkeysPath, Options: passkeysPath + "/options", Make: true, Words: "Make the passkey", Faults: faults, Fields: []ui.Field{
		{Name: "name", Label: "Name", Help: "To know it by later, like the device that it is in.", Value: f.text("name"), Max: 60, Error: faults.At("name"), Autocomplete: "off"}}}
	head := ui.Head{Title: "New passkey", Crumbs: []ui.Link{{Text: "Signing in", Href: factorsPath}},
		Sub: "Your device asks for your finger, your face or its code, and signs you in from then on: no password, no digits. The passkey never leaves it, or the keeper of your passwords."}
	return p.show(w, r, status, v, ui.Headed(head), newPasskeyPart(view))
}

// addPasskey keeps a passkey that the browser made.
func (p *pages) addPasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "response", "name")
	if err != nil {
		return err
	}
	var codes []string
	if err = f.readable(nil); err == nil {
		codes, err = p.Auth.AddPasskey(r.Context(), actor.From(r.Context()), p.readCookie(r, keyCookie), f.text("name"), []byte(f.text("response")))
	}
	http.SetCookie(w, p.cookie(keyCookie, "", -1))
	switch {
	case fault.KindOf(err) == fault.Conflict:
		return err
	case err != nil:
		return again(err, func(status int, faults ui.Faults) error { return p.showNewPasskey(w, r, status, f, faults) })
	case codes == nil:
		return p.seeOther(w, r, factorsPath, "The passkey is kept. You can sign in with it")
	}
	return p.showCodes(w, r, "You can sign in with the passkey", codes)
}
