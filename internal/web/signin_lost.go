package web

import (
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/web/ui"
)

// lostPath is for who proved the password and can do the second step in no way; stopPath and a secret stop what comes of it.
const (
	lostPath = stepPath + "/lost"
	stopPath = "/login/stop/"
)

// lostView is a page around one button, before sign-in.
type lostView struct {
	Title, Sub string
	Lines      []string
	Note       ui.Note
	Form       ui.Form // without words on the button: there is none
	Next       string
	Back       ui.Link
}

// lostPage says how somebody gets in again who lost everything, or how far that is.
func (p *pages) lostPage(w http.ResponseWriter, r *http.Request) error {
	next := ownPath(r.URL.Query().Get("next"))
	plea, err := p.Auth.PleaOfStep(r.Context(), p.readCookie(r, stepCookie))
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return p.stepOver(w, r, next, err)
	}
	v := lostView{Title: "Lost everything?", Sub: "For who has neither their phone, nor a passkey, nor a recovery code.", Next: next, Back: ui.Link{Text: "Back to the second step", Href: withNext(stepPath, next)}}
	if err == nil {
		v.Note = p.pleaNote(plea)
		return p.door(w, r, http.StatusOK, ui.Door{Title: v.Title, Foot: p.foot()}, lostPart(v))
	}
	v.Lines = []string{
		"Tell two administrators of your organisation. Each agrees on your page, and then your password alone opens your account.",
		"Or wait three days. We write to your e-mail address at once and every day, so that somebody who only knows your password can be stopped.",
		"After that you set up a new second step.",
	}
	v.Form = ui.Form{Action: lostPath, Go: "Ask for help"}
	return p.door(w, r, http.StatusOK, ui.Door{Title: v.Title, Foot: p.foot()}, lostPart(v))
}

// pleaNote says how far a plea is. Nobody's zone is known before sign-in, so its end is a distance.
func (p *pages) pleaNote(plea auth.Plea) ui.Note {
	n := ui.Note{Tone: ui.Wait, Title: "You asked for help", Text: "Your second step is removed in " + spell(plea.Ends.Sub(p.Now())) + ", or when two administrators agree. We wrote to your e-mail address."}
	if !plea.Waits {
		n.Text = "Your second step is removed when two administrators agree. There is no e-mail address of you that we could warn, so waiting does not help."
	}
	if plea.Agreed != nil {
		n.Text += " One agreed already."
	}
	return n
}

// askForHelp asks that a lost second step be taken away.
func (p *pages) askForHelp(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "next")
	if err != nil {
		return err
	}
	next := ownPath(f.text("next"))
	if _, err := p.Auth.AskPlea(r.Context(), p.readCookie(r, stepCookie)); err != nil {
		return p.stepOver(w, r, next, err)
	}
	return p.seeOther(w, r, withNext(lostPath, next), "")
}

// stopPage asks whoever got a warning whether it is to be stopped.
func (p *pages) stopPage(w http.ResponseWriter, r *http.Request) error {
	plea, err := p.Auth.LinkedPlea(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	v := lostView{Title: "Is it not you?", Lines: []string{
		"Somebody who knows your password says that they lost every second step of your sign-in. It is removed in " + spell(plea.Ends.Sub(p.Now())) + ".",
		"If that is you, close this page.",
	}, Form: ui.Form{Action: stopPath + r.PathValue("secret"), Go: "It is not me: stop it"}}
	return p.door(w, r, http.StatusOK, ui.Door{Title: v.Title, Foot: p.foot()}, lostPart(v))
}

// stopByLink stops a plea by the link of a mail.
func (p *pages) stopByLink(w http.ResponseWriter, r *http.Request) error {
	if _, err := readForm(r); err != nil {
		return err
	}
	if err := p.Auth.StopLinkedPlea(r.Context(), r.PathValue("secret")); err != nil {
		return err
	}
	v := lostView{Title: "It is stopped", Lines: []string{"Your second step stays as it is. Somebody knows your password: sign in and change it now."}, Back: ui.Link{Text: "Sign in", Href: withNext(signInPath, passwordPath)}}
	return p.door(w, r, http.StatusOK, ui.Door{Title: v.Title, Foot: p.foot()}, lostPart(v))
}

// stopPlea stops one's own plea, in a session.
func (p *pages) stopPlea(w http.ResponseWriter, r *http.Request) error {
	if _, err := readForm(r); err != nil {
		return err
	}
	if err := p.Auth.StopPlea(r.Context(), actor.From(r.Context())); err != nil {
		return err
	}
	return p.seeOther(w, r, factorsPath, "Your second step stays. Change your password: whoever asked knows it")
}
