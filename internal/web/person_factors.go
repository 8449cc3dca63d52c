package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// factorsCard shows the second steps of somebody who has any, to those who may take them away.
func (p *pages) factorsCard(ctx context.Context, v visit, x people.Person) (templ.Component, error) {
	if x.ID == v.who.Person() || !mayAt(v.who, auth.CanResetFactor, x.HomeSite) {
		return together(), nil
	}
	f, err := p.Auth.FactorsOf(ctx, v.who, x.ID)
	if err != nil || len(f.All) == 0 {
		return together(), err
	}
	list := factorList(v, f.All)
	dropColumn(&list, len(list.Columns)-1)
	card := ui.Card{Title: "Second step", Acts: []ui.Action{{Text: "Remove", Icon: "lock", Post: "/people/" + x.ID.String() + "/factors/reset", Danger: true, About: "the second step of " + x.Name, Confirm: resetting(x)}}}
	return section(card, list, ""), nil
}

func resetting(x people.Person) ui.Confirm {
	return ui.Confirm{Title: "Remove the second step of " + x.Name + "?", Go: "Remove it",
		Text: "For somebody who lost their phone and their recovery codes. Be sure that it is they who ask. They are signed out everywhere, and sign in with their password alone."}
}

// resetFactors takes the second step of somebody away who lost it, after asking.
func (p *pages) resetFactors(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, auth.CanResetFactor)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	at := "/people/" + x.ID.String()
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: resetting(x), Action: at + "/factors/reset", Keep: at})
	if !ok {
		return err
	}
	if err := p.Auth.ResetFactors(r.Context(), actor.From(r.Context()), x.ID); err != nil {
		return err
	}
	return p.seeOther(w, r, at, x.Name+" signs in with the password alone now")
}
