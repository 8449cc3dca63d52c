package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// inviteCard shows how far somebody is on the way to their first password, to those who may invite them.
func (p *pages) inviteCard(ctx context.Context, v visit, x people.Person) (templ.Component, error) {
	if x.ID == v.who.Person() || !x.Active || !mayAt(v.who, auth.CanSetPassword, x.HomeSite) {
		return together(), nil
	}
	state, since, err := p.Auth.InvitationOf(ctx, v.who, x.ID)
	if err != nil || state == auth.HasWayIn {
		return together(), err
	}
	when := amid(since, v.now, v.zone)
	line, act := "They have no password yet. An invitation mails them a link by which they choose one.", "Invite again"
	switch state {
	case auth.Joined:
		return section(ui.Card{Title: "Invitation"}, ui.List{ID: "invitation"}, "Accepted "+when+": they chose their password."), nil
	case auth.Invited:
		line = "Invited " + when + ". The link in the mail opens for 30 minutes."
	case auth.RanOut:
		line = "Expired: invited " + when + ", and the link was not used in time."
	default:
		act = "Invite"
	}
	card := ui.Card{Title: "Invitation"}
	if x.Email == "" {
		line = "They have no password yet, and no e-mail address to which an invitation could go."
	} else {
		card.Acts = []ui.Action{{Text: act, Icon: "mail", Post: "/people/" + x.ID.String() + "/invite", About: x.Name}}
	}
	return section(card, ui.List{ID: "invitation"}, line), nil
}

// invite mails somebody a link by which they choose their first password.
func (p *pages) invite(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, auth.CanSetPassword)
	if err != nil {
		return err
	}
	if _, err := readForm(r); err != nil {
		return err
	}
	if err := p.Auth.Invite(r.Context(), actor.From(r.Context()), x.ID); err != nil {
		return err
	}
	return p.seeOther(w, r, "/people/"+x.ID.String(), "An invitation to "+x.Name+" is on its way")
}

// inviteQuestion offers to invite a person who is being added.
func inviteQuestion(f form) ui.Field {
	return ui.Field{Name: "invite", Label: "Invite by e-mail", Help: "They get a link by which they choose their password. You can do it later, too.", Kind: ui.Checkbox, Checked: f.yes("invite")}
}

// inviteNew invites somebody who was just added, and says what came of it: they are added in any case.
func (p *pages) inviteNew(ctx context.Context, who actor.Actor, x people.Person) string {
	err := p.Auth.Invite(ctx, who, x.ID)
	switch fault.KindOf(err) {
	case "":
		return x.Name + " is added. An invitation is on its way"
	case fault.Conflict, fault.Forbidden:
		return x.Name + " is added, but not invited: " + fault.As(err).Message
	}
	p.Log.ErrorContext(ctx, "invite a new person", "person", x.ID, "err", err)
	return x.Name + " is added, but the invitation could not be sent. Invite them below"
}
