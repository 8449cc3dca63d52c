package web

import (
	"net/http"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/web/ui"
)

// linkPath asks for a link that lets a browser try to sign in; devicePath and a secret are the link.
const (
	linkPath   = "/login/link"
	devicePath = "/login/device/"
)

// linkAsk is the button that asks for a link, after a refused sign-in.
type linkAsk struct{ Tenant, Login string }

// putDevice has the browser know its owner from now on.
func (p *pages) putDevice(w http.ResponseWriter, device string) {
	if device != "" {
		http.SetCookie(w, p.cookie(deviceCookie, device, year))
	}
}

// askForLink has a link sent, and says the same whether there is such an account or not.
func (p *pages) askForLink(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "tenant", "login")
	if err != nil {
		return err
	}
	if err = f.readable(nil); err == nil {
		err = p.Auth.AskDeviceLink(r.Context(), auth.SignIn{Tenant: f.text("tenant"), Login: f.text("login"), From: p.origin(r)})
	}
	if err != nil {
		return p.showSignIn(w, r, newForm("tenant", f.text("tenant"), "login", f.text("login")), err, f.text("tenant") != "")
	}
	v := lostView{Title: "Look at your e-mail", Lines: []string{
		"If there is such an account with an e-mail address, a link is on its way to it. Open it in this browser, within half an hour.",
		"Nothing came? Look again in ten minutes, or ask an administrator whether your address is right.",
	}, Back: ui.Link{Text: "Back to the sign-in", Href: signInPath}}
	return p.door(w, r, http.StatusOK, ui.Door{Title: v.Title, Foot: p.foot()}, lostPart(v))
}

// devicePage asks whoever opens a mailed link whether this is the browser: mail programs look at links too.
func (p *pages) devicePage(w http.ResponseWriter, r *http.Request) error {
	if err := p.Auth.CheckDeviceLink(r.Context(), r.PathValue("secret")); err != nil {
		return err
	}
	v := lostView{Title: "Sign in with this browser?", Lines: []string{"After this you sign in as ever, with your password. The link opens once."}, Form: ui.Form{Action: devicePath + r.PathValue("secret"), Go: "Yes, with this one"}}
	return p.door(w, r, http.StatusOK, ui.Door{Title: v.Title, Foot: p.foot()}, lostPart(v))
}

// letDevice uses a mailed link up for this browser.
func (p *pages) letDevice(w http.ResponseWriter, r *http.Request) error {
	if _, err := readForm(r); err != nil {
		return err
	}
	device, err := p.Auth.UseDeviceLink(r.Context(), r.PathValue("secret"), p.readCookie(r, deviceCookie))
	if err != nil {
		return err
	}
	p.putDevice(w, device)
	return p.seeOther(w, r, signInPath, "")
}

// askOf gives the button that asks for a link, for a sign-in that needs one.
func askOf(f form, refused error) linkAsk {
	if !auth.NeedsLink(refused) {
		return linkAsk{}
	}
	return linkAsk{Tenant: fold.Code(f.text("tenant")), Login: f.text("login")}
}
