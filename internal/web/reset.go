package web

import (
	"net/http"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// ForgotPath is where somebody asks for a link by which they set a new password, and PasswordLinkPath where such a link leads, up to its secret.
const (
	ForgotPath       = "/login/forgot"
	PasswordLinkPath = "/password/"
)

// resetRoutes are the pages for who cannot sign in yet, or not any more. A link is looked at by GET, and used by POST alone: programs that
// open the links of a mail before people do use nothing up.
func (p *pages) resetRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: ForgotPath, Permission: reply.Public, Handler: p.forgotPage, Name: "password.forgot.page"},
		{Method: post, Path: ForgotPath, Permission: reply.Public, Handler: p.forgot, Name: "password.forgot", Changes: true},
		{Method: get, Path: PasswordLinkPath + "{secret}", Permission: reply.Public, Handler: p.linkPage, Name: "password.link.page", SecretPath: true},
		{Method: post, Path: PasswordLinkPath + "{secret}", Permission: reply.Public, Handler: p.useLink, Name: "password.link", SecretPath: true, Changes: true},
	}
}

// doorView is a page without a frame that has a heading, a line, a form and a way out; what is empty is left out.
type doorView struct {
	Title, Sub string
	Form       ui.Form
	Back       ui.Link
}

// forgotPage asks who forgot their password.
func (p *pages) forgotPage(w http.ResponseWriter, r *http.Request) error {
	return p.showForgot(w, r, http.StatusOK, newForm("tenant", p.knownOrg(r)), ui.Faults{})
}

// forgot has a link mailed. What is said is the same whoever was named.
func (p *pages) forgot(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "tenant", "login")
	if err != nil {
		return err
	}
	if err = f.readable(nil); err == nil {
		err = p.Auth.AskLink(r.Context(), auth.LinkRequest{Tenant: f.text("tenant"), Login: f.text("login"), From: p.origin(r)})
	}
	if fault.KindOf(err) == fault.TooMany {
		return p.slowDown(w, err, func(status int, faults ui.Faults) error { return p.showForgot(w, r, status, f, faults) })
	}
	if err != nil {
		return again(err, func(status int, faults ui.Faults) error { return p.showForgot(w, r, status, f, faults) })
	}
	return p.door(w, r, http.StatusOK, ui.Door{Title: "Look into your mail", Foot: p.foot()}, doorPart(doorView{
		Title: "Look into your mail",
		Sub: "If this is an active account with an e-mail address, a mail with a link is on its way there. The link opens once, for 30 minutes. " +
			"Nothing comes? Look among unwanted mail, and ask your administrator: they can give you a password too.",
		Back: ui.Link{Text: "Back to sign-in", Href: signInPath},
	}))
}

func (p *pages) showForgot(w http.ResponseWriter, r *http.Request, status int, f form, faults ui.Faults) error {
	v := doorView{
		Title: "Forgot your password?", Sub: "Say who you are. We mail you a link by which you choose a new one.", Back: ui.Link{Text: "Back to sign-in", Href: signInPath},
		Form: ui.Form{Action: ForgotPath, Go: "Mail me a link", Faults: faults},
	}
	v.Form.Fields = []ui.Field{
		{Name: "tenant", Label: "Organisation", Help: "Its short code, from your administrator.", Autocomplete: "organization", Literal: true, Max: 30},
		{Name: "login", Label: "Login, e-mail or mobile number", Autocomplete: "username", Literal: true, Max: 254},
	}
	for i, x := range v.Form.Fields {
		v.Form.Fields[i].Value, v.Form.Fields[i].Error = f.text(x.Name), faults.At(x.Name)
	}
	return p.door(w, r, status, ui.Door{Title: titled(v.Title, faults), Foot: p.foot()}, doorPart(v))
}

// linkPage asks for the password that a mailed link sets. It changes nothing.
func (p *pages) linkPage(w http.ResponseWriter, r *http.Request) error {
	return p.showLink(w, r, http.StatusOK, ui.Faults{})
}

// useLink sets the password, once. Nobody is signed in by it.
func (p *pages) useLink(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "login", "password", "again")
	if err != nil {
		return err
	}
	secret := r.PathValue("secret")
	link, err := p.Auth.OpenLink(r.Context(), secret)
	if err == nil {
		f.twice("password", "again")
		if err = f.readable(nil); err == nil {
			err = p.Auth.SetByLink(r.Context(), secret, f.text("password"))
		}
	}
	switch {
	case err == nil:
		p.putOrg(w, link.Tenant)
		return p.seeOther(w, r, signInPath+"?set=1", "")
	case fault.KindOf(err) == fault.NotFound:
		return p.deadLink(w, r)
	}
	return again(err, func(status int, faults ui.Faults) error { return p.showLink(w, r, status, faults) })
}

func (p *pages) showLink(w http.ResponseWriter, r *http.Request, status int, faults ui.Faults) error {
	link, err := p.Auth.OpenLink(r.Context(), r.PathValue("secret"))
	if fault.KindOf(err) == fault.NotFound {
		return p.deadLink(w, r)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	v := doorView{Title: "Choose a new password", Sub: link.Name + ", " + link.Tenant, Form: ui.Form{Action: r.URL.Path, Go: "Set the password", Faults: faults}}
	if link.First {
		v.Title = "Choose your password"
	}
	v.Form.Fields = append([]ui.Field{{Name: "login", Label: "Login", Value: link.Login, ReadOnly: true, Autocomplete: "username"}}, newPasswordFields("New password", faults)...)
	return p.door(w, r, status, ui.Door{Title: titled(v.Title, faults), Foot: p.foot()}, doorPart(v))
}

// deadLink says what to do about a link that opens nothing.
func (p *pages) deadLink(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	return p.door(w, r, http.StatusNotFound, ui.Door{Title: "This link is over", Foot: p.foot()}, doorPart(doorView{
		Title: "This link is over",
		Sub:   "A link opens once, for 30 minutes, and a newer one makes it void. If your password is set already, sign in with it. Otherwise ask for another link.",
		Back:  ui.Link{Text: "Ask for another link", Href: ForgotPath},
	}))
}
