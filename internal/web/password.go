package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// settled wraps a route so that who must change their password first, or set up a second step, is sent to the page where they do, from
// everywhere.
func (p *pages) settled(route reply.Route) reply.Route {
	if route.Permission == reply.Public || route.Path == passwordPath || route.Path == provePath {
		return route
	}
	handle := route.Handler
	route.Handler = func(w http.ResponseWriter, r *http.Request) error {
		must, err := p.mustFirst(r)
		if err != nil {
			return err
		}
		if must == "" || must == factorsPath && strings.HasPrefix(route.Path, factorsPath) {
			return handle(w, r)
		}
		next := homePath
		if r.Method == http.MethodGet {
			next = ownPath(r.URL.RequestURI())
		}
		return p.seeOther(w, r, withNext(must, next), "")
	}
	return route
}

// mustFirst gives the page where a person has to do something before anything else: choose a password, or set up a second step; "" = none.
// Who has any right has done it already, so nobody else is looked up.
func (p *pages) mustFirst(r *http.Request) (string, error) {
	who := actor.From(r.Context())
	may := func(d actor.Declared) bool { return who.Can(d.Name) }
	if !who.SignedIn() || slices.ContainsFunc(p.Org.Declared(), may) {
		return "", nil
	}
	a, err := p.Auth.GetAccount(r.Context(), who)
	switch {
	case a.MustChange:
		return passwordPath, err
	case a.MustSetUp:
		return factorsPath, err
	}
	return "", err
}

// passwordView is what the page for one's own password shows.
type passwordView struct {
	Must bool // the password was given by somebody else, and nothing else can be done before
	Next string
	Form ui.Form
}

func (p *pages) passwordPage(w http.ResponseWriter, r *http.Request) error {
	return p.showPassword(w, r, http.StatusOK, newForm("next", r.URL.Query().Get("next")), ui.Faults{})
}

// changePassword replaces one's own password.
func (p *pages) changePassword(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "login", "current", "password", "again", "next")
	if err != nil {
		return err
	}
	must, err := p.mustFirst(r)
	if err != nil {
		return err
	}
	f.twice("password", "again")
	if err = f.readable(nil); err == nil {
		err = p.Auth.ChangePassword(r.Context(), actor.From(r.Context()), f.text("current"), f.text("password"))
	}
	if err == nil {
		to := ownPath(f.text("next"))
		if to == homePath && must == "" {
			to = accountPath
		}
		return p.seeOther(w, r, to, "Your password is changed. You are signed out everywhere else.")
	}
	if fault.KindOf(err) == fault.TooMany {
		return p.slowDown(w, err, func(status int, faults ui.Faults) error { return p.showPassword(w, r, status, f, faults) })
	}
	return again(err, func(status int, faults ui.Faults) error { return p.showPassword(w, r, status, f, faults) })
}

// slowDown brings a form back that was tried too often.
func (p *pages) slowDown(w http.ResponseWriter, err error, page func(status int, faults ui.Faults) error) error {
	limited := fault.As(err)
	w.Header().Set("Retry-After", strconv.Itoa(wholeSeconds(limited.RetryAfter)))
	return page(reply.Status(limited.Kind), ui.FaultsOf(fault.Of(limited.Kind, "Too many tries. "+tryAgain(limited.RetryAfter))))
}

// twice holds the second typing of a new password against the first.
func (f *form) twice(name, again string) {
	f.check.That(f.text(again) == f.text(name), again, "differs", "This is not what you typed above. Type the new password twice.")
}

func (p *pages) showPassword(w http.ResponseWriter, r *http.Request, status int, f form, faults ui.Faults) error {
	v, err := p.visit(r, titled("Change password", faults))
	if err != nil {
		return err
	}
	a, err := p.Auth.GetAccount(r.Context(), v.who)
	if err != nil {
		return err
	}
	view := passwordView{Must: a.MustChange, Next: ownPath(f.text("next")), Form: ui.Form{Action: passwordPath, Go: "Change password", Faults: faults}}
	view.Form.Fields = append([]ui.Field{{Name: "login", Label: "Login", Value: a.Login, ReadOnly: true, Autocomplete: "username"},
		{Name: "current", Label: "Your password now", Kind: ui.Password, Autocomplete: "current-password", Error: faults.At("current"), Focus: !faults.Any()}},
		newPasswordFields("New password", faults)...)
	if view.Must {
		return p.door(w, r, status, ui.Door{Title: v.frame.Title, Foot: p.foot()}, passwordPart(view))
	}
	view.Form.Back = accountPath
	v.frame.Thin = true
	return p.show(w, r, status, v, ui.Headed(accountHead(v)), ui.Tabbed(accountTabs(passwordPath)), passwordPart(view))
}

// newPasswordFields ask for a password that somebody chooses, twice.
func newPasswordFields(label string, faults ui.Faults) []ui.Field {
	return []ui.Field{
		{Name: "password", Label: label, Kind: ui.Password, Autocomplete: "new-password", Error: faults.At("password"),
			Help: "At least 12 characters, 15 for an administrator. Four or five words that do not belong together are easy to remember."},
		{Name: "again", Label: label + " again", Kind: ui.Password, Autocomplete: "new-password", Error: faults.At("again")},
	}
}

// titled marks the title of a page whose form came back.
func titled(title string, faults ui.Faults) string {
	if faults.Any() {
		return "Error: " + title
	}
	return title
}
