package web

import (
	"net/http"
	"strconv"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// directoryView is the page that asks for a name and a password, with which a directory is asked.
type directoryView struct {
	Name string // of the directory
	Org  string
	Next string
	Note ui.Note
	Ask  linkAsk
	Form ui.Form
	Back string
}

// signInByDirectory has a directory prove somebody, and lets them in.
func (p *pages) signInByDirectory(w http.ResponseWriter, r *http.Request) error {
	provider, err := pathID[id.Provider](r, "provider")
	if err != nil {
		return err
	}
	f, err := readForm(r, "tenant", "login", "password", "next")
	if err != nil {
		return err
	}
	in := auth.DirectorySignIn{Tenant: f.text("tenant"), Provider: provider, Login: f.text("login"), Password: f.text("password"), From: p.origin(r)}
	var out auth.SignedIn
	if err = f.readable(nil); err == nil {
		out, err = p.Auth.SignInDirectory(r.Context(), in)
	}
	if err != nil {
		return p.refuseDirectory(w, r, in, f, err)
	}
	p.putOrg(w, fold.Code(in.Tenant))
	next := ownPath(f.text("next"))
	if out.Step != "" {
		http.SetCookie(w, p.cookie(stepCookie, out.Step, stepAge))
		return p.seeOther(w, r, withNext(stepPath, next), "")
	}
	return p.letIn(w, r, out, next)
}

// refuseDirectory shows the form again, of a directory that is still offered, with why nobody was let in.
func (p *pages) refuseDirectory(w http.ResponseWriter, r *http.Request, in auth.DirectorySignIn, f form, refused error) error {
	a, err := p.Auth.BeginSSO(r.Context(), auth.SSOBegin{Tenant: in.Tenant, Provider: in.Provider, From: in.From})
	if err != nil || a.Asks == "" { // it is gone, or none
		return refused
	}
	return p.showDirectory(w, r, a.Asks, f, refused)
}

// showDirectory writes the page.
func (p *pages) showDirectory(w http.ResponseWriter, r *http.Request, name string, f form, refused error) error {
	v := directoryView{Name: name, Org: fold.Code(f.text("tenant")), Next: ownPath(f.text("next"))}
	v.Back = withNext(signInPath, v.Next, "org", v.Org)
	v.Form = ui.Form{Action: r.URL.Path, Go: "Sign in"}
	status, title := http.StatusOK, "Sign in"
	if refused != nil {
		var ok bool
		if v.Note, v.Form.Faults, ok = signInRefused(refused); !ok {
			return refused
		}
		v.Ask = askOf(f, refused)
		status, title = reply.Status(fault.KindOf(refused)), "Error: "+title
		if wait := fault.As(refused).RetryAfter; wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(wholeSeconds(wait)))
		}
	}
	v.Form.Fields = directorySignInFields(f, v.Form.Faults, refused != nil && !ofProvider(refused))
	return p.door(w, r, status, ui.Door{Title: title, Foot: p.foot()}, directoryPart(v))
}

func directorySignInFields(f form, faults ui.Faults, failed bool) []ui.Field {
	fields := signInFields(f, faults, true, failed)
	fields[0].Label, fields[0].Help = "Login", "As your organisation's directory knows you."
	return fields
}
