package web

import (
	"net/http"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

const ssoPath = "/sso"

// ssoRoutes are the pages about the providers that prove people of the organisation.
func (p *pages) ssoRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: providerPath + "{id}", Permission: reply.Public, Handler: p.toProvider, Name: "signin.provider"},
		{Method: post, Path: providerPath + "{id}", Permission: reply.Public, Handler: p.signInByDirectory, Name: "signin.directory", Changes: true, Always: true},
		{Method: get, Path: ProviderBackPath, Permission: reply.Public, Handler: p.fromProvider, Name: "signin.provider.back"},
		{Method: get, Path: provePath + "/provider", Permission: reply.SignedIn, Handler: p.proveByProvider, Name: "account.prove.provider", Own: true},
		{Method: get, Path: keptFormPath, Permission: reply.SignedIn, Handler: p.keptForm, Name: "account.prove.form", Own: true},

		{Method: get, Path: ssoPath, Permission: auth.CanReadSSO, Handler: p.listProviders, Name: "provider.list"},
		{Method: post, Path: ssoPath, Permission: auth.CanUpdateSSO, Handler: p.createProvider, Name: "provider.create", Proof: reply.ProofAlways, Changes: true},
		{Method: get, Path: ssoPath + "/new", Permission: auth.CanUpdateSSO, Handler: p.newProvider, Name: "provider.new", Proof: reply.ProofAlways},
		{Method: post, Path: ssoPath + "/only", Permission: auth.CanUpdateSSO, Handler: p.forceSSO, Name: "tenant.sso", Proof: reply.ProofAlways, Changes: true},
		{Method: get, Path: ssoPath + "/{id}", Permission: auth.CanReadSSO, Handler: p.getProvider, Name: "provider.get"},
		{Method: post, Path: ssoPath + "/{id}", Permission: auth.CanUpdateSSO, Handler: p.updateProvider, Name: "provider.update", Proof: reply.ProofAlways, Changes: true},
		{Method: get, Path: ssoPath + "/{id}/edit", Permission: auth.CanUpdateSSO, Handler: p.editProvider, Name: "provider.edit", Proof: reply.ProofAlways},
		{Method: post, Path: ssoPath + "/{id}/try", Permission: auth.CanUpdateSSO, Handler: p.tryProvider, Name: "provider.try", Changes: true},
		{Method: post, Path: ssoPath + "/{id}/delete", Permission: auth.CanUpdateSSO, Handler: p.deleteProvider, Name: "provider.delete", Proof: reply.ProofAlways, Changes: true},
		{Method: post, Path: ssoPath + "/{id}/people/{person}/unlink", Permission: auth.CanUpdateSSO, Handler: p.unlinkPerson, Name: "provider.unlink", Proof: reply.ProofAlways, Changes: true},
	}
}

// listProviders shows the providers by name, and whether people may come in by nothing else.
func (p *pages) listProviders(w http.ResponseWriter, r *http.Request) error {
	return p.showProviders(w, r, http.StatusOK, ui.Note{})
}

func (p *pages) showProviders(w http.ResponseWriter, r *http.Request, status int, note ui.Note) error {
	v, err := p.visit(r, "Single sign-on")
	if err != nil {
		return err
	}
	all, err := p.Auth.ListProviders(r.Context(), v.who)
	if err != nil {
		return err
	}
	since, err := p.Auth.SSOForced(r.Context(), v.who)
	if err != nil {
		return err
	}
	head := ui.Head{Title: "Single sign-on", Sub: "People sign in with the account that your organisation gave them elsewhere. " + zoneLine(v.zone)}
	empty := ui.Empty{Icon: "lock", Title: "No providers", Text: "A provider is where your people have an account already, such as Keycloak, Entra or Google. It tells us who they are; their password stays there. A directory (LDAP) is asked with the password that they type here."}
	if add := (ui.Action{Text: "New provider", Icon: "plus", Href: ssoPath + "/new", Primary: true}); v.who.Everywhere(auth.CanUpdateSSO) {
		head.Acts, empty.Act = []ui.Action{{Text: "New directory", Icon: "plus", Href: ssoPath + "/new?kind=ldap"}, add}, add
	}
	body := emptied("providers", empty)
	if len(all) > 0 {
		body = together(ui.Listed(providerList(all)), onlyCard(v, since.IsZero(), "Since "+amid(since, v.now, v.zone)))
	}
	return p.show(w, r, status, v, ui.Headed(head), noted(note), ui.Tabbed(v.frame.Parts()), body)
}

func providerList(all []auth.Provider) ui.List {
	l := ui.List{ID: "providers", Caption: "Providers by name", More: ui.Pager{Shown: len(all), Noun: "providers"}, Columns: []ui.Column{
		{Label: "Name", Slot: ui.Subject}, {Label: "Issuer"}, {Label: "New people"}, {Label: "State", Slot: ui.Status}}}
	if len(all) == 1 {
		l.More.Noun = "provider"
	}
	for _, x := range all {
		joins := "Get no account"
		if x.Joins {
			joins = "Get an account"
		}
		l.Rows = append(l.Rows, ui.Row{Href: ssoPath + "/" + x.ID.String(), Cells: []ui.Cell{{Text: x.Name}, {Text: hostOf(x.Issuer)}, {Text: joins}, {Pill: providerState(x)}}})
	}
	return l
}

func providerState(x auth.Provider) ui.Pill {
	if x.Active {
		return ui.Pill{Tone: ui.Done, Text: "On"}
	}
	return ui.Pill{Tone: ui.Shut, Text: "Off"}
}

// onlyCard says whether people may come in by a provider only, to those who may change that with a button.
func onlyCard(v visit, open bool, since string) templ.Component {
	x := onlyView{Text: "People may sign in with a password or a passkey of here too."}
	act := ui.Action{Text: "Shut the other doors", Post: ssoPath + "/only", Name: "on", Value: "true", Confirm: shutting(true)}
	if !open {
		x.Text = since + " people come in by a provider only. Whoever may change single sign-on still has their password and passkey, and is told of each use."
		act = ui.Action{Text: "Open the other doors", Post: ssoPath + "/only", Confirm: shutting(false)}
	}
	if v.who.Everywhere(auth.CanUpdateSSO) {
		x.Act = act
	}
	return onlyPart(x)
}

// onlyView is the rule about the other doors.
type onlyView struct {
	Text string
	Act  ui.Action
}

func shutting(on bool) ui.Confirm {
	if !on {
		return ui.Confirm{Title: "Open the other doors?", Text: "People can sign in with a password or a passkey again, and with phones.", Go: "Open the other doors"}
	}
	return ui.Confirm{Title: "Shut the other doors?", Go: "Shut the other doors",
		Text: "Passwords, passkeys alone, phones and mailed links open nothing any more, for everybody but those who may change single sign-on. Who is signed in stays so until the session ends."}
}

// forceSSO says, after asking, whether people may come in by a provider only.
func (p *pages) forceSSO(w http.ResponseWriter, r *http.Request) error {
	if err := actor.From(r.Context()).RequireEverywhere(auth.CanUpdateSSO); err != nil {
		return err
	}
	f, err := readForm(r, "on")
	if err != nil {
		return err
	}
	on := f.yes("on")
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: shutting(on), Action: r.URL.Path, Keep: ssoPath, Hidden: []ui.Hidden{{Name: "on", Value: yesNo(on)}}})
	if err != nil || !ok {
		return err
	}
	if err := p.Auth.ForceSSO(r.Context(), actor.From(r.Context()), on); err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showProviders(w, r, status, n) })
	}
	line := "People sign in with a password too"
	if on {
		line = "People sign in by a provider only"
	}
	return p.seeOther(w, r, ssoPath, line)
}
