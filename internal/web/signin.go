package web

import (
	"net/http"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// signInView is what the sign-in page shows.
type signInView struct {
	Org    string // the organisation's code where it is known: then it is not asked for
	Change string // the address of the page that asks for it
	Next   string // where to go after signing in
	Trial  ui.Note
	Failed bool
	Form   ui.Form
	Key    keyView
	Ask    linkAsk
	Doors  []ui.Link // the organisation's providers
	Only   bool      // most people come in by nothing else
}

// signInPage asks who somebody is. Who is signed in already goes on.
func (p *pages) signInPage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	next := ownPath(q.Get("next"))
	if actor.From(r.Context()).SignedIn() {
		return p.seeOther(w, r, next, "")
	}
	f := newForm("tenant", q.Get("org"), "next", next, "over", q.Get("over"), "set", q.Get("set"), "away", q.Get("away"))
	asked := f.text("tenant") == ""
	if asked {
		f.set("tenant", p.knownOrg(r))
	}
	if q.Has("change") || len(f.text("tenant")) > 100 {
		f.set("tenant", "")
	}
	return p.showSignIn(w, r, f, nil, f.text("tenant") != "")
}

// signIn proves a password and lets somebody in.
func (p *pages) signIn(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "tenant", "known", "login", "password", "next")
	if err != nil {
		return err
	}
	if err := f.readable(nil); err != nil {
		return p.showSignIn(w, r, f, err, f.yes("known"))
	}
	in := auth.SignIn{Tenant: f.text("tenant"), Login: f.text("login"), Password: f.text("password"), From: p.origin(r)}
	out, err := p.Auth.SignIn(r.Context(), in)
	if err != nil {
		return p.showSignIn(w, r, f, err, f.yes("known"))
	}
	p.putOrg(w, fold.Code(in.Tenant))
	next := ownPath(f.text("next"))
	if out.Step != "" {
		http.SetCookie(w, p.cookie(stepCookie, out.Step, stepAge))
		return p.seeOther(w, r, withNext(stepPath, next), "")
	}
	return p.letIn(w, r, out, next)
}

// signOut ends the session that the browser came with. Who is not signed in any more is shown the same.
func (p *pages) signOut(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	if who.Kind() == actor.Person && !who.Session().IsZero() {
		if err := p.Auth.SignOut(r.Context(), who); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	p.dropSession(w)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return p.seeOther(w, r, signInPath, "")
}

// origin is where a sign-in comes from.
func (p *pages) origin(r *http.Request) auth.Origin {
	o := auth.Origin{Agent: r.UserAgent(), Device: p.readCookie(r, deviceCookie)}
	if p.Source != nil {
		o.Source = p.Source(r)
	}
	return o
}

// showSignIn writes the page. known says that the organisation is remembered and need not be typed.
func (p *pages) showSignIn(w http.ResponseWriter, r *http.Request, f form, refused error, known bool) error {
	v := signInView{Next: ownPath(f.text("next"))}
	status := http.StatusOK
	if f.text("over") != "" {
		v.Trial = ui.Note{Tone: ui.Wait, Urgent: true, Title: "Sign in again", Text: "The second step took too long, or too many codes were wrong."}
	}
	if f.text("away") != "" {
		v.Trial = ui.Note{Tone: ui.Wait, Urgent: true, Title: "Sign in again", Text: "This browser was not on its way to your organisation's sign-in, or for too long."}
	}
	if f.text("set") != "" {
		v.Trial = ui.Note{Tone: ui.Done, Title: "Your password is set", Text: "Sign in with it. You are signed out everywhere else."}
	}
	if refused != nil {
		var ok bool
		if v.Trial, v.Form.Faults, ok = signInRefused(refused); !ok {
			return refused
		}
		v.Ask = askOf(f, refused)
		v.Failed, status = !ofProvider(refused), reply.Status(fault.KindOf(refused))
		if wait := fault.As(refused).RetryAfter; wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(wholeSeconds(wait)))
		}
	}
	known = known && v.Form.Faults.At("tenant") == ""
	v.Change = withNext(signInPath, v.Next, "change", "1")
	if known {
		v.Org = f.text("tenant")
	}
	v.Key = p.keyAt(passkeyPath, "Sign in with a passkey", v.Next)
	v.Form.Action, v.Form.Go = signInPath, "Sign in"
	v.Form.Fields = signInFields(f, v.Form.Faults, known, v.Failed)
	var err error
	if v.Doors, v.Only, err = p.doors(r, v.Org, v.Next); err != nil {
		return err
	}
	title := "Sign in"
	if refused != nil {
		title = "Error: " + title
	}
	return p.door(w, r, status, ui.Door{Title: title, Foot: p.foot()}, signInPart(v))
}

// signInRefused says why somebody was not let in: in a note, or at the fields. ok is false for what is not about this person.
func signInRefused(err error) (note ui.Note, faults ui.Faults, ok bool) {
	f := fault.As(err)
	if ofProvider(err) {
		return ui.Note{Tone: ui.Late, Urgent: true, Title: "You are not signed in", Text: f.Message}, ui.Faults{}, true
	}
	switch f.Kind {
	case fault.Invalid:
		faults, _, _ = formFault(err)
		return ui.Note{}, faults, true
	case fault.Unauthenticated:
		return ui.Note{Tone: ui.Late, Urgent: true, Title: "That did not match", Text: f.Message + " After several tries there is a short wait."}, ui.Faults{}, true
	case fault.Forbidden:
		return ui.Note{Tone: ui.Late, Urgent: true, Title: "You cannot sign in", Text: f.Message}, ui.Faults{}, true
	case fault.TooMany:
		if auth.NeedsLink(err) {
			return ui.Note{Tone: ui.Wait, Urgent: true, Title: "This browser needs a link", Text: f.Message}, ui.Faults{}, true
		}
		return ui.Note{Tone: ui.Wait, Urgent: true, Title: "Too many tries", Text: tryAgain(f.RetryAfter)}, ui.Faults{}, true
	}
	return ui.Note{}, ui.Faults{}, false
}

// tryAgain says when a limit lets somebody try again. Nobody's zone is known before sign-in, so it is a distance.
func tryAgain(wait time.Duration) string {
	if wait <= 0 {
		return "You are not locked out. Wait a few minutes and try again."
	}
	return "You are not locked out. Try again in " + spell(wait) + "."
}

func signInFields(f form, faults ui.Faults, known, failed bool) []ui.Field {
	var out []ui.Field
	if !known {
		out = append(out, ui.Field{Name: "tenant", Label: "Organisation", Help: "Its short code, from your administrator.", Value: f.text("tenant"),
			Autocomplete: "organization", Literal: true, Max: 30, Error: faults.At("tenant"), Focus: !failed && f.text("tenant") == ""})
	}
	password := faults.At("password")
	if failed && password == "" {
		password = "Enter the password again."
	}
	return append(out,
		ui.Field{Name: "login", Label: "Login, e-mail or mobile number", Value: f.text("login"), Autocomplete: "username", Literal: true, Max: 254,
			Error: faults.At("login"), Focus: known && !failed},
		ui.Field{Name: "password", Label: "Password", Kind: ui.Password, Autocomplete: "current-password", Error: password})
}

// foot is what stands at the bottom of pages without a frame.
func (p *pages) foot() []string {
	if p.Version == "" {
		return nil
	}
	return []string{"Version " + p.Version}
}
