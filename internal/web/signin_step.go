package web

import (
	"net/http"
	"slices"
	"strconv"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// stepView is what the page for the second step of a sign-in shows.
type stepView struct {
	Next string
	Lead string // what is asked
	Note ui.Note
	Form ui.Form
	Key  keyView
	None string // instead of Key where the browser has no passkeys
}

// stepPage asks for the code that comes after the password.
func (p *pages) stepPage(w http.ResponseWriter, r *http.Request) error {
	next := ownPath(r.URL.Query().Get("next"))
	if actor.From(r.Context()).SignedIn() {
		return p.seeOther(w, r, next, "")
	}
	return p.showStep(w, r, newForm("next", next), nil)
}

// secondStep proves the code and lets somebody in.
func (p *pages) secondStep(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "code", "next")
	if err != nil {
		return err
	}
	next := ownPath(f.text("next"))
	f.check.That(f.text("code") != "", "code", "required", "Type the code.")
	if err := f.readable(nil); err != nil {
		return p.showStep(w, r, f, err)
	}
	out, err := p.Auth.SecondStep(r.Context(), p.readCookie(r, stepCookie), f.text("code"), p.origin(r))
	switch {
	case auth.StepOver(err):
		return p.stepOver(w, r, next, err)
	case err != nil:
		return p.showStep(w, r, f, err)
	}
	http.SetCookie(w, p.cookie(stepCookie, "", -1))
	return p.letIn(w, r, out, next)
}

// letIn goes on with a sign-in that was proven to its end.
func (p *pages) letIn(w http.ResponseWriter, r *http.Request, out auth.SignedIn, next string) error {
	p.putSession(w, out.Secret)
	p.putDevice(w, out.Device)
	switch {
	case out.MustChange:
		next = withNext(passwordPath, next)
	case !out.FactorDue.IsZero():
		next = withNext(factorsPath, next, "asked", "1")
	}
	return p.seeOther(w, r, next, "")
}

// stepOver leads back to the sign-in when the step cannot be gone on with; other errors pass on.
func (p *pages) stepOver(w http.ResponseWriter, r *http.Request, next string, err error) error {
	if !auth.StepOver(err) {
		return err
	}
	if p.readCookie(r, stepCookie) == "" {
		return p.seeOther(w, r, withNext(signInPath, next), "")
	}
	http.SetCookie(w, p.cookie(stepCookie, "", -1))
	return p.seeOther(w, r, withNext(signInPath, next, "over", "1"), "")
}

func (p *pages) showStep(w http.ResponseWriter, r *http.Request, f form, refused error) error {
	v, status, title := stepView{Next: ownPath(f.text("next"))}, http.StatusOK, "Second step"
	kinds, err := p.Auth.CheckStep(r.Context(), p.readCookie(r, stepCookie))
	if err != nil {
		return p.stepOver(w, r, v.Next, err)
	}
	var faults ui.Faults
	if refused != nil {
		x := fault.As(refused)
		switch x.Kind {
		case fault.Unauthenticated, fault.Invalid:
			faults = ui.FaultsOf(refused)
			if faults.At("response") != "" { // of a passkey, which has no field to be shown at
				v.Note, faults = ui.Note{Tone: ui.Late, Urgent: true, Title: "That did not match", Text: x.Message}, ui.Faults{}
			}
		case fault.Forbidden, fault.TooMany:
			v.Note, _, _ = signInRefused(refused)
		default:
			return refused
		}
		if x.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(wholeSeconds(x.RetryAfter)))
		}
		status, title = reply.Status(x.Kind), "Error: "+title
	}
	v.Lead = "The password is right. Now the code."
	field := digitsField("Code", "Six digits from the app on your phone, or one of your recovery codes.", faults)
	if slices.Contains(kinds, auth.Passkey) {
		v.Lead = "The password is right. Now your passkey, or the code."
		v.Key = p.keyAt(stepPath+"/passkey", "Use your passkey", v.Next)
		if !slices.Contains(kinds, auth.App) {
			v.Lead = "The password is right. Now your passkey."
			v.None = "A passkey needs a browser that has them and runs scripts; this one does not."
			field.Label, field.Help, field.Focus = "Recovery code", "One of those that you kept, when you do not have the passkey here.", false
		}
	}
	v.Form = ui.Form{Action: stepPath, Go: "Go on", Faults: faults, Fields: []ui.Field{field}}
	return p.door(w, r, status, ui.Door{Title: title, Foot: p.foot()}, stepPart(v))
}
