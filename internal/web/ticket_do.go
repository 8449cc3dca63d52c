package web

import (
	"net/http"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// commentTicket adds to what was said of a ticket.
func (p *pages) commentTicket(w http.ResponseWriter, r *http.Request) error {
	at, f, err := p.ticketForm(r, "comment")
	if err != nil {
		return err
	}
	if err = f.readable(nil); err == nil {
		_, err = p.Ticket.Comment(r.Context(), actor.From(r.Context()), at, f.text("comment"))
	}
	if err != nil {
		return p.ticketRefused(w, r, at, f, err)
	}
	return p.seeOther(w, r, ticketsPath+"/"+at.String(), "The comment is added")
}

// moveTicket takes a ticket to another status; back is the board's address when it was moved there.
func (p *pages) moveTicket(w http.ResponseWriter, r *http.Request) error {
	at, f, err := p.ticketForm(r, "comment", "to", "back")
	if err != nil {
		return err
	}
	var t ticket.Ticket
	version := f.version()
	if err = f.readable(nil); err == nil {
		t, err = p.Ticket.Move(r.Context(), actor.From(r.Context()), at, version, ticket.Status(f.text("to")), f.text("comment"))
	}
	if err != nil {
		return p.ticketRefused(w, r, at, f, err)
	}
	back := ticketsPath + "/" + at.String()
	if to := ownPath(f.text("back")); strings.HasPrefix(to, boardPath) {
		back = to
	}
	return p.seeOther(w, r, back, t.Ref()+" is "+lower(t.Status.Label())+" now")
}

// assignTicket gives a ticket to somebody; who takes a new one for themselves opens it too.
func (p *pages) assignTicket(w http.ResponseWriter, r *http.Request) error {
	at, f, err := p.ticketForm(r, "to_whom", "me", "nobody")
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	var to ticket.Assignee
	switch {
	case f.yes("me"):
		me := who.Person()
		to.Person = &me
	case f.yes("nobody"):
	default:
		f.check.That(strings.TrimSpace(f.text("to_whom")) != "", "to_whom", "required", "Say whom it goes to.")
		if to, err = p.readAssignee(r.Context(), who, &f, "to_whom"); err != nil {
			return err
		}
	}
	var t ticket.Ticket
	version := f.version()
	if err = f.readable(nil); err == nil {
		t, err = p.Ticket.Assign(r.Context(), who, at, version, to)
	}
	if err == nil && f.yes("me") && t.Status == ticket.Fresh {
		t, err = p.Ticket.Move(r.Context(), who, at, t.Version, ticket.Open, "")
	}
	if err != nil {
		return p.ticketRefused(w, r, at, f, err)
	}
	line := t.Ref() + " is with " + t.AssigneeName() + " now"
	if t.Person == nil && t.Group == nil {
		line = t.Ref() + " is with nobody now"
	}
	return p.seeOther(w, r, ticketsPath+"/"+at.String(), line)
}

// ticketForm reads a form of a ticket's page.
func (p *pages) ticketForm(r *http.Request, fields ...string) (id.Ticket, form, error) {
	at, err := pathID[id.Ticket](r, "ticket")
	if err != nil {
		return at, form{}, err
	}
	f, err := readForm(r, fields...)
	return at, f, err
}

// ticketRefused shows a ticket's page again with what was typed and what was wrong with it; what the page cannot show passes on.
func (p *pages) ticketRefused(w http.ResponseWriter, r *http.Request, at id.Ticket, f form, err error) error {
	said := ticketSaid{form: f}
	if now, ok := stale[ticket.Ticket](err); ok {
		said.status = http.StatusConflict
		said.note = ui.Note{Tone: ui.Late, Title: "That was not done", Urgent: true,
			Text: "Somebody changed " + now.Ref() + " a moment ago: it is " + lower(now.Status.Label()) + " now. What you typed is still here. Decide again."}
		return p.showTicket(w, r, at, said)
	}
	faults, status, ok := formFault(err)
	if !ok {
		return err
	}
	said.faults, said.status = faults, status
	if faults.At("comment") == "" && faults.At("body") == "" && faults.At("to_whom") == "" {
		said.note = ui.Note{Tone: ui.Late, Title: "That was not done", Text: firstMessage(err), Urgent: true}
	}
	return p.showTicket(w, r, at, said)
}

// firstMessage is what a fault says of the first field, or of the whole.
func firstMessage(err error) string {
	f := fault.As(err)
	if len(f.Fields) > 0 {
		return f.Fields[0].Message
	}
	return f.Message
}
