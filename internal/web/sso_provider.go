package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// getProvider shows a provider with those who came in by it.
func (p *pages) getProvider(w http.ResponseWriter, r *http.Request) error {
	return p.showProvider(w, r, http.StatusOK, ui.Note{})
}

func (p *pages) showProvider(w http.ResponseWriter, r *http.Request, status int, note ui.Note) error {
	provider, err := pathID[id.Provider](r, "provider")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "Provider")
	if err != nil {
		return err
	}
	x, err := p.Auth.GetProvider(r.Context(), v.who, provider)
	if err != nil {
		return err
	}
	v.frame.Title = x.Name
	linked, err := p.Auth.ListLinked(r.Context(), v.who, provider, page.Request{After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	changes, err := p.history(r.Context(), v, provider)
	if err != nil {
		return err
	}
	groups, err := p.groupTexts(r.Context(), v.who, x)
	if err != nil {
		return err
	}
	card := section(ui.Card{Title: "Who came in by it"}, linkedList(v, x, linked), "Nobody yet.")
	return p.show(w, r, status, v, ui.Headed(providerHead(v, x)), noted(note), within(split(), together(within(stacked(), together(card, changes)), providerFacts(p.Public, x, groups))))
}

func providerHead(v visit, x auth.Provider) ui.Head {
	at := ssoPath + "/" + x.ID.String()
	h := ui.Head{Title: x.Name, Pill: providerState(x), Crumbs: []ui.Link{{Text: "Single sign-on", Href: ssoPath}}, Sub: zoneLine(v.zone)}
	if v.who.Everywhere(auth.CanUpdateSSO) {
		h.Acts = []ui.Action{{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(x.Version), Danger: true, Confirm: deletingProvider(x)},
			{Text: "Try it", Icon: "live", Post: at + "/try"}, {Text: "Change", Icon: "edit", Href: at + "/edit", Primary: true}}
	}
	return h
}

func deletingProvider(x auth.Provider) ui.Confirm {
	return ui.Confirm{Title: "Delete the provider " + x.Name + "?", Go: "Delete the provider",
		Text: "Whoever came in by it is signed out, and the roles that its groups gave are taken away. Their accounts stay. This cannot be undone."}
}

func providerFacts(public string, x auth.Provider, groups []string) templ.Component {
	if x.Directory != nil {
		return directoryFacts(x, groups)
	}
	kept, step, joins := "None", "Never: ours is asked", "Get no account"
	if x.Secret {
		kept = "Kept sealed"
	}
	if slices.Contains(x.Proofs, auth.Always) {
		step = "Always"
	} else if len(x.Proofs) > 0 {
		step = "When it says " + strings.Join(x.Proofs, " or ")
	}
	if x.Joins {
		joins = "Get an account"
	}
	items := []ui.Fact{{Label: "Issuer", Value: x.Issuer}, {Label: "Client", Value: x.Client}, {Label: "Client secret", Value: kept}, {Label: "Scopes", Value: strings.Join(append([]string{"openid"}, x.Scopes...), " ")},
		{Label: "Sends people back to", Value: public + ProviderBackPath, Code: true}, {Label: "It asks for a second step", Value: step}, {Label: "New people", Value: joins}}
	return ui.Stated(ui.Facts{Title: "About it", Items: append(items, groupFacts(x, groups)...)})
}

func groupFacts(x auth.Provider, groups []string) (items []ui.Fact) {
	if x.Claim != "" {
		items = append(items, ui.Fact{Label: "Groups are in", Value: x.Claim, Code: true})
	}
	for _, g := range groups {
		items = append(items, ui.Fact{Label: "Group", Value: g})
	}
	return items
}

func linkedList(v visit, x auth.Provider, found page.Of[auth.Linked]) ui.List {
	at := ssoPath + "/" + x.ID.String()
	l := ui.List{ID: "linked", Caption: "People by name", More: ui.Pager{Shown: len(found.Items), Noun: "people"}, Columns: []ui.Column{
		{Label: "Person", Slot: ui.Subject}, {Label: "Since"}, {Label: "Unlink", Slot: ui.Status}}}
	if found.Next != "" {
		l.More.Next = at + "?after=" + url.QueryEscape(found.Next)
	}
	if len(found.Items) == 1 {
		l.More.Noun = "person"
	}
	for _, who := range found.Items {
		row := ui.Row{Cells: []ui.Cell{{Text: who.Name}, {Text: "Since " + amid(who.Since, v.now, v.zone)}, {}}}
		if v.who.Can(people.CanReadPerson) {
			row.Href = "/people/" + who.Person.String()
		}
		if v.who.Everywhere(auth.CanUpdateSSO) {
			row.Cells[2].Body = acted(ui.Action{Text: "Unlink", Post: at + "/people/" + who.Person.String() + "/unlink", About: who.Name, Confirm: unlinking(x, who.Name)})
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

func unlinking(x auth.Provider, name string) ui.Confirm {
	return ui.Confirm{Title: "Unlink " + name + "?", Go: "Unlink",
		Text: name + " is signed out where they came in by " + x.Name + ", and loses the roles that its groups gave. Whoever comes next with their e-mail address from there is linked anew."}
}

// tryProvider asks a provider whether it is what its issuer says.
func (p *pages) tryProvider(w http.ResponseWriter, r *http.Request) error {
	x, _, err := p.providerFor(r)
	if err != nil {
		return err
	}
	if err := p.Auth.TryProvider(r.Context(), actor.From(r.Context()), x.ID); err != nil {
		return notDone(err, func(status int, n ui.Note) error {
			n.Title = "It does not work yet"
			return p.showProvider(w, r, status, n)
		})
	}
	return p.seeOther(w, r, ssoPath+"/"+x.ID.String(), x.Name+" answers, and is what it is to be")
}

// providerFor gives the provider of the path and the form that was sent.
func (p *pages) providerFor(r *http.Request) (x auth.Provider, f form, err error) {
	provider, err := pathID[id.Provider](r, "provider")
	if err != nil {
		return x, f, err
	}
	who := actor.From(r.Context())
	if err = who.RequireEverywhere(auth.CanUpdateSSO); err != nil {
		return x, f, err
	}
	if x, err = p.Auth.GetProvider(r.Context(), who, provider); err != nil {
		return x, f, err
	}
	f, err = readForm(r)
	return x, f, err
}

// deleteProvider removes a provider, after asking.
func (p *pages) deleteProvider(w http.ResponseWriter, r *http.Request) error {
	x, f, err := p.providerFor(r)
	if err != nil {
		return err
	}
	at := ssoPath + "/" + x.ID.String()
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: deletingProvider(x), Action: at + "/delete", Keep: at, Hidden: []ui.Hidden{{Name: "version", Value: f.text("version")}}})
	if err != nil || !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Auth.DeleteProvider(r.Context(), actor.From(r.Context()), x.ID, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showProvider(w, r, status, n) })
	}
	return p.seeOther(w, r, ssoPath, x.Name+" is deleted")
}

// unlinkPerson forgets who a person is at a provider, after asking.
func (p *pages) unlinkPerson(w http.ResponseWriter, r *http.Request) error {
	x, f, err := p.providerFor(r)
	if err != nil {
		return err
	}
	person, err := id.Parse[id.Person](r.PathValue("person"))
	if err != nil {
		return fault.Missing("person")
	}
	who := actor.From(r.Context())
	named, err := p.People.GetPerson(r.Context(), who, person)
	if err != nil {
		return err
	}
	at := ssoPath + "/" + x.ID.String()
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: unlinking(x, named.Name), Action: r.URL.Path, Keep: at})
	if err != nil || !ok {
		return err
	}
	if err := p.Auth.Unlink(r.Context(), who, x.ID, person); err != nil {
		return err
	}
	return p.seeOther(w, r, at, named.Name+" is unlinked")
}
