package web

import (
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// personFor gives the person of the path, when the actor may do something about them.
func (p *pages) personFor(r *http.Request, need actor.Permission) (people.Person, error) {
	person, err := pathID[id.Person](r, "person")
	if err != nil {
		return people.Person{}, err
	}
	who := actor.From(r.Context())
	x, err := p.People.GetPerson(r.Context(), who, person)
	if err != nil {
		return people.Person{}, err
	}
	return x, requireHome(who, need, x)
}

// newPassword asks for the password that somebody is to be given.
func (p *pages) newPassword(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, auth.CanSetPassword)
	if err != nil {
		return err
	}
	return p.askPassword(w, r, x, nil)
}

// setPassword gives a person a password that they have to change.
func (p *pages) setPassword(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, auth.CanSetPassword)
	if err != nil {
		return err
	}
	f, err := readForm(r, "password")
	if err != nil {
		return err
	}
	if err = f.readable(nil); err == nil {
		err = p.Auth.SetPassword(r.Context(), actor.From(r.Context()), x.ID, f.text("password"))
	}
	if err != nil {
		return p.askPassword(w, r, x, err)
	}
	return p.seeOther(w, r, "/people/"+x.ID.String(), x.Name+" has a new password. Tell it to them in person")
}

func (p *pages) askPassword(w http.ResponseWriter, r *http.Request, x people.Person, refusal error) error {
	at := "/people/" + x.ID.String()
	faults := faultsOf(refusal)
	field := ui.Field{Name: "password", Label: "Password for " + x.Name, Kind: ui.Password, Error: faults.At("password"), Autocomplete: "new-password",
		Help: "At least 12 characters, 15 for who may give rights. Four or five words that do not belong together are easy to say and to remember."}
	a := asking{Title: "Give a password", Crumbs: []ui.Link{{Text: "People", Href: "/people"}, {Text: x.Name, Href: at}},
		Sub:   "They choose their own when they next sign in. All their sessions end now.",
		Sheet: sheet{Action: at + "/password", Faults: faults, Fields: []ui.Field{field}, Go: "Give the password", Back: at}}
	return p.ask(w, r, a, refusal)
}

// endPersonSession ends one session of a person.
func (p *pages) endPersonSession(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, auth.CanEndSession)
	if err != nil {
		return err
	}
	session, err := id.Parse[id.Session](r.PathValue("session"))
	if err != nil {
		return fault.Missing("session")
	}
	if err := p.Auth.EndSession(r.Context(), actor.From(r.Context()), session); err != nil {
		return err
	}
	return p.seeOther(w, r, "/people/"+x.ID.String(), "That session of "+x.Name+" is ended")
}

// endPersonSessions ends all sessions of a person, after asking.
func (p *pages) endPersonSessions(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, auth.CanEndSession)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	at := "/people/" + x.ID.String()
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: endAll(x), Action: at + "/sessions/end", Keep: at})
	if !ok {
		return err
	}
	if err := p.Auth.EndSessions(r.Context(), actor.From(r.Context()), x.ID); err != nil {
		return err
	}
	return p.seeOther(w, r, at, x.Name+" is signed out everywhere")
}
