package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// proofField is the field that carries a proof, in the form of its page or beside whatever form had to wait for it; proofKeyField the answer of a
// passkey beside a form. keptFormPath leads to a form that waited while somebody was elsewhere.
const (
	proofField    = "proof"
	proofKeyField = "proof_passkey"
	keptFormPath  = provePath + "/form"
)

// proving wraps a route whose row asks for a proof: who did not prove lately who they are is asked first, and goes on then to where they
// were going, with the form that they had sent.
func (p *pages) proving(route reply.Route) reply.Route {
	if route.Proof == "" {
		return route
	}
	handle := route.Handler
	route.Handler = func(w http.ResponseWriter, r *http.Request) error {
		if reply.Safe(r.Method) {
			if p.Auth.Proven(actor.From(r.Context())) {
				return handle(w, r)
			}
			return p.seeOther(w, r, withNext(provePath, r.URL.RequestURI()), "")
		}
		if err := parseForm(r); err != nil {
			return err
		}
		proof, key, given := r.PostForm.Get(proofField), r.PostForm.Get(proofKeyField), r.PostForm.Has(proofField) || r.PostForm.Has(proofKeyField)
		r.PostForm.Del(proofField) // handlers know only the fields of their own forms
		r.PostForm.Del(proofKeyField)
		if p.Auth.Proven(actor.From(r.Context())) || route.Proof == reply.ProofEntry && !p.changesEntry(r) {
			return handle(w, r)
		}
		if err := actor.From(r.Context()).RequireSelf(); err != nil {
			return err
		}
		if !given {
			return p.askProof(w, r, r.PostForm, nil)
		}
		secret, err := p.proveWith(w, r, proof, key)
		if err != nil {
			return p.askProof(w, r, r.PostForm, err)
		}
		p.putSession(w, secret)
		return handle(w, r)
	}
	return route
}

// proveWith takes the answer of a passkey as proof, or what was typed.
func (p *pages) proveWith(w http.ResponseWriter, r *http.Request, typed, key string) (secret string, err error) {
	if key == "" {
		return p.Auth.Prove(r.Context(), actor.From(r.Context()), typed)
	}
	http.SetCookie(w, p.cookie(keyCookie, "", -1))
	return p.Auth.ProveByPasskey(r.Context(), actor.From(r.Context()), p.readCookie(r, keyCookie), []byte(key))
}

// changesEntry says that a form about a person changes what they sign in with, or where their mail goes. A person who is not there changes
// nothing: the handler says so. Of one who cannot be read now, it may.
func (p *pages) changesEntry(r *http.Request) bool {
	person, err := id.Parse[id.Person](r.PathValue("id"))
	if err != nil {
		return false
	}
	x, err := p.People.GetPerson(r.Context(), actor.From(r.Context()), person)
	if err != nil {
		return fault.KindOf(err) != fault.NotFound
	}
	return r.PostForm.Get("login_id") != x.Login || r.PostForm.Get("email") != x.Email || r.PostForm.Get("mobile") != x.Mobile
}

// proofView is the page that asks who somebody is once more.
type proofView struct {
	Note  ui.Note
	Form  ui.Form
	Waits []waiting // the form beside it
	Key   keyView   // by a passkey, on the way to a page
	Door  ui.Link   // where else it can be proven
}

// waiting is a field of a form that waits for the proof.
type waiting struct{ Name, Value string }

// askProof asks for a proof, with a form beside it that is sent again together with the proof. Passwords are not written into a page: they
// are asked anew.
func (p *pages) askProof(w http.ResponseWriter, r *http.Request, waits url.Values, refused error) error {
	view := proofView{Form: ui.Form{Action: r.URL.RequestURI(), Back: backPath(r)}}
	if r.URL.Path == proveKeyPath {
		view.Form.Action = provePath
	}
	if strings.HasPrefix(view.Form.Back, provePath) {
		view.Form.Back = homePath
	}
	waits = withoutPasswords(waits)
	view.Waits = waitingOf(waits)
	status := http.StatusOK
	if refused != nil {
		faults, s, ok := formFault(refused)
		if x := fault.As(refused); x.Kind == fault.TooMany {
			view.Note, _, ok = signInRefused(refused)
			s = reply.Status(x.Kind)
		}
		if !ok {
			return refused
		}
		view.Form.Faults, status = faults, s
	}
	v, err := p.visit(r, titled("Is it you?", view.Form.Faults))
	if err != nil {
		return err
	}
	if view.Key, err = p.proofKey(r, waits); err != nil {
		return err
	}
	next := "" // a form of another page may have a field of this name
	if strings.HasPrefix(r.URL.Path, provePath) {
		next = ownPath(waits.Get("next"))
	}
	if view.Door, err = p.proofDoor(r, next, waits); err != nil {
		return err
	}
	v.frame.Thin = true
	view.Form.Go = "Go on"
	view.Form.Fields = []ui.Field{{Name: proofField, Label: "Your password, or a code of your app", Kind: ui.Password, Autocomplete: "current-password",
		Error: view.Form.Faults.At(proofField), Focus: !view.Form.Faults.Any()}}
	return p.show(w, r, status, v, ui.Headed(ui.Head{Title: "Is it you?", Sub: "What comes next is asked of you alone, not of whoever finds this browser open. It is not asked again for ten minutes."}), proofPart(view))
}

// withoutPasswords gives the fields of a form that may wait: passwords are asked anew.
func withoutPasswords(form url.Values) url.Values {
	out := maps.Clone(form)
	maps.DeleteFunc(out, func(name string, _ []string) bool { return strings.Contains(name, "password") })
	return out
}

// waitingOf gives the fields of a form in an order.
func waitingOf(form url.Values) (out []waiting) {
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, v := range form[name] {
			out = append(out, waiting{name, v})
		}
	}
	return out
}

// keptForm gives a form back that waited while somebody was elsewhere to prove who they are, to be sent now.
func (p *pages) keptForm(w http.ResponseWriter, r *http.Request) error {
	if !p.Auth.Proven(actor.From(r.Context())) {
		return p.seeOther(w, r, withNext(provePath, r.URL.RequestURI()), "")
	}
	form, err := id.Parse[id.Any](r.URL.Query().Get("form"))
	if err != nil {
		return fault.Missing("form")
	}
	x, err := p.Auth.KeptForm(r.Context(), actor.From(r.Context()), form)
	if err != nil {
		return err
	}
	v, err := p.visit(r, "It is you")
	if err != nil {
		return err
	}
	v.frame.Thin = true
	view := proofView{Form: ui.Form{Action: ownPath(x.Path), Go: "Go on", Back: homePath}, Waits: waitingOf(x.Fields)}
	return p.show(w, r, http.StatusOK, v, ui.Headed(ui.Head{Title: "It is you", Sub: "What you typed is still here, but for passwords. Go on with it."}), proofPart(view))
}

// provePage asks for a proof on the way to a page.
func (p *pages) provePage(w http.ResponseWriter, r *http.Request) error {
	next := ownPath(r.URL.Query().Get("next"))
	if p.Auth.Proven(actor.From(r.Context())) {
		return p.seeOther(w, r, next, "")
	}
	return p.askProof(w, r, url.Values{"next": {next}}, nil)
}

// prove takes a proof and leads on.
func (p *pages) prove(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, proofField, "next")
	if err != nil {
		return err
	}
	next := ownPath(f.text("next"))
	if err = f.readable(nil); err == nil {
		var secret string
		if secret, err = p.Auth.Prove(r.Context(), actor.From(r.Context()), f.text(proofField)); err == nil {
			p.putSession(w, secret)
		}
	}
	if err != nil {
		return p.askProof(w, r, url.Values{"next": {next}}, err)
	}
	return p.goOn(w, r, next)
}

// proofKey is the form that proves by a passkey, for who has one: on the way to a page, or with a form that waits beside it.
func (p *pages) proofKey(r *http.Request, waits url.Values) (keyView, error) {
	if !p.Auth.HasPasskeys() {
		return keyView{}, nil
	}
	have, err := p.Auth.ListFactors(r.Context(), actor.From(r.Context()))
	if err != nil || !slices.ContainsFunc(have.All, func(f auth.Factor) bool { return f.Kind == auth.Passkey }) {
		return keyView{}, err
	}
	v := p.keyAt(proveKeyPath, "Use a passkey", ownPath(waits.Get("next")))
	if !strings.HasPrefix(r.URL.Path, provePath) {
		v.Action, v.Next, v.Answer, v.Waits = r.URL.RequestURI(), "", proofKeyField, waitingOf(waits)
	}
	return v, nil
}

func (p *pages) proveKeyOptions(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Auth.BeginPasskeyProof(r.Context(), actor.From(r.Context()))
	return p.ceremony(w, c, err)
}

// proveByKey takes a passkey as proof, and leads on.
func (p *pages) proveByKey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "response", "next")
	if err != nil {
		return err
	}
	next := ownPath(f.text("next"))
	http.SetCookie(w, p.cookie(keyCookie, "", -1))
	var secret string
	if err = f.readable(nil); err == nil {
		secret, err = p.Auth.ProveByPasskey(r.Context(), actor.From(r.Context()), p.readCookie(r, keyCookie), []byte(f.text("response")))
	}
	if err != nil {
		return p.askProof(w, r, url.Values{"next": {next}}, err)
	}
	p.putSession(w, secret)
	return p.goOn(w, r, next)
}

// goOn leads to where somebody was going before they proved who they are. A file has no page of its own: a link to it is shown.
func (p *pages) goOn(w http.ResponseWriter, r *http.Request, next string) error {
	table, isFile := strings.CutPrefix(next, "/exports/")
	if !isFile {
		return p.seeOther(w, r, next, "")
	}
	v, err := p.visit(r, "The file is ready")
	if err != nil {
		return err
	}
	v.frame.Thin = true
	if table, _, _ = strings.Cut(table, "?"); table == "units" {
		table = "sites" // they have no page of their own
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(ui.Head{Title: "The file is ready", Sub: "Download it within ten minutes."}), readyPart(readyView{Href: next, Back: "/" + table}))
}

// readyView leads to a file, and back to the page of what is in it.
type readyView struct{ Href, Back string }
