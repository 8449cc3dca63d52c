package web

import (
	"net/http"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// factorsCard shows the second steps of somebody who has any, to those who may take them away.
func factorsCard(v visit, x people.Person, w auth.Ways) templ.Component {
	if !mayAt(v.who, auth.CanResetFactor, x.HomeSite) || len(w.Factors) == 0 {
		return together()
	}
	var plea auth.Plea
	if w.Plea != nil {
		plea = *w.Plea
	}
	list := factorList(v, w.Factors)
	dropColumn(&list, len(list.Columns)-1)
	card := ui.Card{Title: "Second step"}
	if plea.Agreed == nil || *plea.Agreed != v.who.Person() {
		card.Acts = []ui.Action{{Text: "Remove", Icon: "lock", Post: "/people/" + x.ID.String() + "/factors/reset", Danger: true, About: "the second step of " + x.Name, Confirm: resetting(x, plea)}}
	}
	return together(section(card, list, ""), pleaPart(pleaLine(v, x, plea)))
}

// pleaLine says how far it is that somebody's second steps are taken away; "" when nobody asked.
func pleaLine(v visit, x people.Person, plea auth.Plea) string {
	line := ""
	if plea.Waits {
		line = x.Name + " lost them all, and asked for help " + amid(plea.Asked, v.now, v.zone) + ". Without two administrators they are removed " + amid(plea.Ends, v.now, v.zone) + ". "
	}
	switch {
	case plea.Agreed == nil:
	case *plea.Agreed == v.who.Person():
		line += "You agreed. Another administrator has to as well."
	default:
		line += plea.Helper + " agreed. With you they are two."
	}
	return line
}

func resetting(x people.Person, plea auth.Plea) ui.Confirm {
	c := ui.Confirm{Title: "Remove the second step of " + x.Name + "?", Go: "I agree",
		Text: "For somebody who lost their phone and their recovery codes. Be sure that it is they who ask. A second administrator has to agree within three days; then they are signed out everywhere, and sign in with their password alone."}
	if plea.Agreed != nil {
		c.Go = "Remove it"
		c.Text = "For somebody who lost their phone and their recovery codes. Be sure that it is they who ask. " + plea.Helper + " agreed. They are signed out everywhere, and sign in with their password alone."
	}
	return c
}

// resetFactors takes the second step of somebody away who lost it, after asking and when two administrators agree.
func (p *pages) resetFactors(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, auth.CanResetFactor)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	plea, err := p.Auth.PleaOf(r.Context(), who, x.ID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	at := "/people/" + x.ID.String()
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: resetting(x, plea), Action: at + "/factors/reset", Keep: at})
	if !ok {
		return err
	}
	done, err := p.Auth.ResetFactors(r.Context(), who, x.ID)
	if err != nil {
		return err
	}
	said := "You agreed. Another administrator has to as well, on this page"
	if done {
		said = x.Name + " signs in with the password alone now"
	}
	return p.seeOther(w, r, at, said)
}
