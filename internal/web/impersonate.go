package web

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/people"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// actingEndPath is where who acts as another person is themselves again.
const actingEndPath = accountPath + "/acting/end"

// ownRoutes are what one does about oneself beside core's: proving by a passkey, and ending that somebody acts as another.
func (p *pages) ownRoutes() []reply.Route {
	const post, signedIn = http.MethodPost, reply.SignedIn
	return []reply.Route{
		{Method: post, Path: proveKeyPath + "/options", Permission: signedIn, Handler: p.proveKeyOptions, Name: "account.prove.passkey.options", Own: true, Changes: true, Always: true},
		{Method: post, Path: proveKeyPath, Permission: signedIn, Handler: p.proveByKey, Name: "account.prove.passkey", Own: true, Changes: true, Always: true},
		{Method: post, Path: actingEndPath, Permission: signedIn, Handler: p.endActing, Name: "account.acting.end", Changes: true, Always: true},
		{Method: post, Path: accountPath + "/impersonations/{id}/end", Permission: signedIn, Handler: p.stopActing, Name: "account.impersonation.end", Own: true, Changes: true, Always: true},
	}
}

// actingOf is the line over every page while somebody acts as another person.
func actingOf(v visit) ui.Acting {
	b := v.who.Behind()
	if b == nil {
		return ui.Acting{}
	}
	return ui.Acting{Text: "You act as " + v.who.Name() + " until " + b.Until.In(v.zone).Format(clockForm) + ". What you do bears your name, " + b.Name + ", and they see it.", End: actingEndPath}
}

// newActing asks why somebody wants to act as another person, and for how long.
func (p *pages) newActing(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, auth.CanImpersonate)
	if err != nil {
		return err
	}
	return p.askActing(w, r, x, newForm("minutes", "15"), nil)
}

// beginActing has the session act as another person.
func (p *pages) beginActing(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, auth.CanImpersonate)
	if err != nil {
		return err
	}
	f, err := readForm(r, "reason", "minutes")
	if err != nil {
		return err
	}
	in := auth.ImpersonationInput{Reason: f.text("reason"), Minutes: 0}
	if n, err := strconv.ParseInt(f.text("minutes"), 10, 64); err == nil {
		in.Minutes = n
	}
	var secret string
	if err = f.readable(&in); err == nil {
		secret, err = p.Auth.Impersonate(r.Context(), actor.From(r.Context()), x.ID, in)
	}
	if err != nil {
		return p.askActing(w, r, x, f, err)
	}
	p.putSession(w, secret)
	return p.seeOther(w, r, homePath, "You act as "+x.Name)
}

func (p *pages) askActing(w http.ResponseWriter, r *http.Request, x people.Person, f form, refusal error) error {
	at := "/people/" + x.ID.String()
	faults := faultsOf(refusal)
	long := ui.Field{Name: "minutes", Label: "For", Kind: ui.Select, Error: faults.At("minutes")}
	for _, n := range []string{"5", "15", "30"} {
		long.Options = append(long.Options, ui.Option{Value: n, Label: n + " minutes", Selected: n == f.text("minutes")})
	}
	long.Options = keepChosen(long.Options, f.text("minutes"), "Another time")
	why := ui.Field{Name: "reason", Label: "Why", Max: 500, Value: f.text("reason"), Error: faults.At("reason"), Help: x.Name + " reads it. For example: to see why the list of tickets is empty for you."}
	a := asking{Title: "Act as " + x.Name, Crumbs: []ui.Link{{Text: "People", Href: "/people"}, {Text: x.Name, Href: at}},
		Sub:   "You see and do what they may, but nothing that opens an account or hands out rights. They get a mail now, and the audit trail bears both names.",
		Sheet: sheet{Action: at + "/impersonate", Faults: faults, Fields: []ui.Field{why, long}, Go: "Act as " + x.Name, Back: at}}
	if k := fault.KindOf(refusal); k == fault.Conflict || k == fault.Forbidden {
		a.Before, a.Status = noted(ui.Note{Tone: ui.Late, Text: fault.As(refusal).Message, Urgent: true}), http.StatusConflict
		refusal = nil
	}
	return p.ask(w, r, a, refusal)
}

// endActing ends it, and leads back to the person.
func (p *pages) endActing(w http.ResponseWriter, r *http.Request) error {
	if _, err := readForm(r); err != nil {
		return err
	}
	as, err := p.Auth.EndImpersonation(r.Context(), actor.From(r.Context()))
	if fault.KindOf(err) == fault.Conflict || fault.KindOf(err) == fault.NotFound {
		return p.seeOther(w, r, homePath, "You are yourself")
	}
	if err != nil {
		return err
	}
	return p.seeOther(w, r, "/people/"+as.String(), "You are yourself again")
}

// stopActing ends that somebody else acts as oneself.
func (p *pages) stopActing(w http.ResponseWriter, r *http.Request) error {
	x, err := pathID[id.Impersonation](r, "impersonation")
	if err != nil {
		return err
	}
	if _, err := readForm(r); err != nil {
		return err
	}
	if err := p.Auth.StopImpersonation(r.Context(), actor.From(r.Context()), x); err != nil {
		return err
	}
	return p.seeOther(w, r, accountPath, "It is ended. Nobody acts as you")
}

// actedCard shows somebody who acted as them, and lets them end what goes on.
func actedCard(v visit, all []auth.Impersonation) templ.Component {
	if len(all) == 0 {
		return together()
	}
	list := ui.List{ID: "acted", Caption: "Who acted as you, the newest first", More: ui.Pager{Shown: len(all), Noun: "times"}, Columns: []ui.Column{
		{Label: "Who", Slot: ui.Subject}, {Label: "Why"}, {Label: "When"}, {Label: "State", Slot: ui.Status}}}
	if len(all) == 1 {
		list.More.Noun = "time"
	}
	for _, x := range all {
		last := ui.Cell{Text: "Ended " + amid(x.Over(), v.now, v.zone)}
		if v.now.Before(x.Over()) && v.who.Behind() == nil {
			last = ui.Cell{Body: acted(ui.Action{Text: "End it", Post: accountPath + "/impersonations/" + x.ID.String() + "/end", Danger: true, About: "that " + x.ByName + " acts as you"})}
		}
		list.Rows = append(list.Rows, ui.Row{Cells: []ui.Cell{{Who: x.ByName}, {Text: x.Reason}, {Text: "Since " + amid(x.Started, v.now, v.zone)}, last}})
	}
	return section(ui.Card{Title: "Who acted as me"}, list, "")
}
