package web

import (
	"net/http"
	"net/url"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// providerPath and an id lead to a provider; ProviderBackPath is where all of them send browsers back to.
const (
	providerPath     = "/login/provider/"
	ProviderBackPath = providerPath + "back"
)

// doors are the providers of an organisation, as the sign-in page offers them, and whether most people come in by nothing else. org is "" for
// one that is not known yet.
func (p *pages) doors(r *http.Request, org, next string) (out []ui.Link, only bool, err error) {
	if org == "" {
		return nil, false, nil
	}
	all, only, err := p.Auth.SSODoors(r.Context(), org)
	for _, d := range all {
		out = append(out, ui.Link{Text: "Sign in with " + d.Name, Href: withNext(providerPath+d.ID.String(), next, "org", org)})
	}
	return out, only, err
}

// ofProvider says that an error is about what a provider said, or did not.
func ofProvider(err error) bool {
	if err == nil {
		return false
	}
	f := fault.As(err).Fields
	return len(f) == 1 && f[0].Path == "provider"
}

// toProvider sends a browser to a provider. It changes nothing here: what has to come back goes with the browser.
func (p *pages) toProvider(w http.ResponseWriter, r *http.Request) error {
	provider, err := pathID[id.Provider](r, "provider")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	a, err := p.Auth.BeginSSO(r.Context(), auth.SSOBegin{Tenant: q.Get("org"), Provider: provider, Next: ownPath(q.Get("next")), From: p.origin(r)})
	switch {
	case ofProvider(err) || fault.KindOf(err) == fault.TooMany:
		return p.showSignIn(w, r, newForm("tenant", q.Get("org"), "next", q.Get("next")), err, true)
	case err != nil:
		return err
	case a.Asks != "":
		return p.showDirectory(w, r, a.Asks, newForm("tenant", q.Get("org"), "next", q.Get("next")), nil)
	}
	return p.sendAway(w, r, a)
}

// proveByProvider sends the browser of who is signed in by a provider there once more.
func (p *pages) proveByProvider(w http.ResponseWriter, r *http.Request) error {
	next := ownPath(r.URL.Query().Get("next"))
	a, err := p.Auth.ProveSSO(r.Context(), actor.From(r.Context()), next)
	switch {
	case ofProvider(err) || fault.KindOf(err) == fault.TooMany:
		return p.seeOther(w, r, withNext(provePath, next), fault.As(err).Message)
	case err != nil:
		return err
	}
	return p.sendAway(w, r, a)
}

func (p *pages) sendAway(w http.ResponseWriter, r *http.Request, a auth.Away) error {
	http.SetCookie(w, p.cookie(awayCookie, a.Kept, awayAge))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, a.URL, http.StatusSeeOther) //nolint:gosec // a provider that an administrator set up
	return nil
}

// fromProvider takes what a browser comes back with from a provider. What cannot be taken is said on the page that it left; who did not leave
// from here, or too long ago, begins again.
func (p *pages) fromProvider(w http.ResponseWriter, r *http.Request) error {
	q, kept := r.URL.Query(), p.readCookie(r, awayCookie)
	if kept == "" {
		return p.seeOther(w, r, signInPath+"?away=1", "")
	}
	in := auth.Return{Kept: kept, State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error"), From: p.origin(r)}
	http.SetCookie(w, p.cookie(awayCookie, "", -1))
	out, err := p.Auth.FinishSSO(r.Context(), actor.From(r.Context()), in)
	next := ownPath(out.Next)
	switch {
	case err != nil && out.Again && actor.From(r.Context()).SignedIn():
		return p.seeOther(w, r, withNext(provePath, next), fault.As(err).Message)
	case err != nil:
		return p.showSignIn(w, r, newForm("tenant", out.Org, "next", next), err, out.Org != "")
	case out.Again:
		p.putSession(w, out.Secret)
		return p.seeOther(w, r, next, "")
	}
	p.putOrg(w, out.Org)
	if out.Step != "" {
		http.SetCookie(w, p.cookie(stepCookie, out.Step, stepAge))
		return p.seeOther(w, r, withNext(stepPath, next), "")
	}
	return p.letIn(w, r, out.SignedIn, next)
}

// proofDoor is where else a proof can come from: the provider by which one signed in. next is where one is going; "" = on with the form that
// waits, which is kept meanwhile.
func (p *pages) proofDoor(r *http.Request, next string, waits url.Values) (ui.Link, error) {
	d, ok, err := p.Auth.ProofBy(r.Context(), actor.From(r.Context()))
	if err != nil || !ok {
		return ui.Link{}, err
	}
	if next == "" {
		form, err := p.Auth.KeepForm(r.Context(), actor.From(r.Context()), auth.Waiting{Path: r.URL.RequestURI(), Fields: waits})
		if err != nil {
			return ui.Link{}, err
		}
		next = keptFormPath + "?form=" + form.String()
	}
	return ui.Link{Text: "Show it at " + d.Name, Href: withNext(provePath+"/provider", next)}, nil
}
