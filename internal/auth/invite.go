package auth

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/people"
)

// Invitation is how far a person is on the way to their first password.
type Invitation string

// The states of an invitation. Someone may have a password without ever having been invited.
const (
	NotInvited Invitation = "none"
	Invited    Invitation = "invited"  // the mail is on its way, or its link still opens
	RanOut     Invitation = "expired"  // the link was not used in time
	Joined     Invitation = "accepted" // they chose their password by it
	HasWayIn   Invitation = "password" // they have a password that did not come by an invitation
)

// mailPatience is how old a request may be for its mail still to go out: nobody waits for it any longer.
const mailPatience = 24 * time.Hour

// Invite mails a person a link by which they choose their first password; one from before opens nothing then. Needs person.password at their
// home site and everything that the person may do. Conflict when they have a password, no e-mail address, or are inactive.
func (s *Service) Invite(ctx context.Context, who actor.Actor, person id.Person) error {
	if err := s.mayAbout(ctx, who, CanSetPassword, person); err != nil {
		return err
	}
	o, err := s.owner(ctx, who, person)
	if err != nil {
		return err
	}
	switch {
	case !o.Active:
		return fault.Of(fault.Conflict, "An inactive person cannot be invited.")
	case o.Email == "":
		return fault.Of(fault.Conflict, "This person has no e-mail address. Enter one first, or give them a password.")
	}
	switch err := s.barredNow(ctx, who.Tenant(), person); fault.KindOf(err) {
	case "":
	case fault.Forbidden:
		return fault.Of(fault.Conflict, "People of your organisation sign in by its provider. This person needs no password.")
	default:
		return err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		kind, err := linkKind(ctx, tx, person)
		if err != nil {
			return err
		}
		if kind != first {
			return fault.Of(fault.Conflict, "This person has a password already. They can ask for a new one where they sign in.")
		}
		return s.askLink(ctx, tx, o.Person, kind, "person.invited")
	})
	if err != nil {
		return fmt.Errorf("invite %s: %w", person, err)
	}
	return nil
}

// InvitationOf says how far a person is on the way to their first password, and since when. Needs person.password at their home site.
func (s *Service) InvitationOf(ctx context.Context, who actor.Actor, person id.Person) (state Invitation, since time.Time, err error) {
	if err := s.mayAbout(ctx, who, CanSetPassword, person); err != nil {
		return "", time.Time{}, err
	}
	var x invitation
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		x, err = db.One(ctx, tx, scanInvitation, invitationGet, person)
		return err
	})
	if err != nil {
		return "", time.Time{}, err
	}
	state, since = x.state(s.now())
	return state, since, nil
}

// invitation is what is stored of the way to a first password.
type invitation struct {
	has                  bool // they have a password
	kind                 string
	asked, expires, used *time.Time
}

func (x invitation) state(now time.Time) (Invitation, time.Time) {
	switch {
	case x.has && x.kind == first && x.used != nil:
		return Joined, *x.used
	case x.has:
		return HasWayIn, time.Time{}
	case x.asked == nil:
		return NotInvited, time.Time{}
	case x.expires != nil && !x.expires.After(now), x.expires == nil && now.Sub(*x.asked) > mailPatience:
		return RanOut, *x.asked
	}
	return Invited, *x.asked
}

// Kinds of links: to a first password, whoever asked for it, and to another.
const (
	first = "invite"
	anew  = "reset"
)

// linkKind says which kind of link a person gets now.
func linkKind(ctx context.Context, tx *db.Tx, person id.Person) (string, error) {
	has, err := db.All(ctx, tx, scanText, credentialGet, person)
	if err != nil || len(has) == 0 {
		return first, err
	}
	return anew, nil
}

// askLink notes that a person is to get a link, and has it mailed.
func (s *Service) askLink(ctx context.Context, tx *db.Tx, p people.Person, kind, verb string) error {
	now := s.now()
	tx.Later(linkAsk, p.ID, kind, now)
	if err := job.Enqueue(ctx, tx, sendLink{p.ID, now}, ""); err != nil {
		return err
	}
	c := journal.Change{Verb: verb, Subject: p.ID}
	if p.HomeSite != nil {
		c.Site = *p.HomeSite
	}
	return s.journal.Record(ctx, tx, c)
}

// sendLink is the job that makes a link and mails it. Only its hash is stored, so that a mail that has to be sent again has another link.
type sendLink struct {
	Person id.Person `json:"person"`
	Asked  time.Time `json:"asked"`
}

// Kind names the job.
func (sendLink) Kind() string { return "auth.link" }

func (s *Service) sendLink(ctx context.Context, who actor.Actor, a sendLink) error {
	p, err := s.people.GetPerson(ctx, who, a.Person)
	if err != nil {
		return err
	}
	now := s.now()
	if !p.Active || p.Email == "" || now.Sub(a.Asked) > mailPatience {
		return nil
	}
	if err := s.activeTenant(ctx, who.Tenant()); err != nil {
		return err
	}
	secret, hash := newSecret(who.Tenant())
	until, kind := now.Add(mailedLife), ""
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("the link that was asked for: that has a row")
		n, err := tx.Exec(ctx, linkMake, p.ID, hash, p.Email, until)
		if err == nil && n == 0 {
			err = fault.Missing("link")
		}
		if err != nil {
			return err
		}
		kind, err = linkKind(ctx, tx, p.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("make a link: %w", err)
	}
	m, err := s.linkMail(ctx, p, secret, until, kind)
	if err != nil {
		return err
	}
	return s.mail.Now(ctx, m)
}

// linkMail is the letter with a link.
func (s *Service) linkMail(ctx context.Context, p people.Person, secret string, until time.Time, kind string) (mail.Message, error) {
	tenant, _, err := readSecret(secret)
	if err != nil {
		return mail.Message{}, err
	}
	in := door(tenant)
	t, err := s.org.GetTenant(ctx, in)
	if err != nil {
		return mail.Message{}, err
	}
	name := t.Zone
	if p.HomeSite != nil {
		home, err := s.org.GetSite(ctx, in, *p.HomeSite)
		if err != nil {
			return mail.Message{}, err
		}
		name = home.Zone
	}
	zone, err := clock.Zone(name)
	if err != nil {
		return mail.Message{}, err
	}
	subject, why := "Your new IntelliWiz password", "Somebody, most likely you, asked for a new password at "+t.Name+"."
	if kind == first {
		subject, why = "Your way into IntelliWiz", t.Name+" invites you to IntelliWiz."
	}
	return mail.Message{
		Key: id.New[id.Any]().String(), To: p.Email, Subject: subject,
		Text: fmt.Sprintf("Hello %s,\n\n%s Choose your password here:\n\n%s\n\nThe link opens once, until %s (%s). Then sign in:\n\nOrganisation: %s\nLogin: %s\n\n"+
			"A newer mail makes this link void. If it has run out, ask for another:\n%s\n\nIf you did not expect this, do nothing: nothing changes.\n",
			p.Name, why, s.links+secret, until.In(zone).Format("2 Jan 2006, 15:04"), zone, t.Code, p.Login, s.askPage),
	}, nil
}
