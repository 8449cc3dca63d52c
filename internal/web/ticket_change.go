package web

import (
	"net/http"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// newTicket asks about a new ticket; ?site=, ?location= and ?asset= (a code) say where.
func (p *pages) newTicket(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := newForm("site_id", q.Get("site"), "location_id", q.Get("location"), "asset_id", q.Get("asset"), "kind", string(ticket.Incident))
	if f.text("site_id") == "" {
		sites, err := p.activeSites(r.Context(), actor.From(r.Context()))
		if err != nil {
			return err
		}
		if len(sites) == 1 {
			f.set("site_id", sites[0].ID.String())
		}
	}
	return p.askTicket(w, r, ticket.Ticket{}, f, nil)
}

// createTicket reports a ticket.
func (p *pages) createTicket(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	f, parts, err := readTicketForm(r)
	if err != nil {
		return err
	}
	in, err := p.readTicket(r.Context(), who, &f, ticket.Ticket{})
	if err != nil {
		return err
	}
	var made ticket.Ticket
	if err = f.readable(&in); err == nil {
		made, err = p.Ticket.Create(r.Context(), who, in)
	}
	if err != nil {
		if parts.chosen() {
			f.set("file", "chosen")
		}
		return p.askTicket(w, r, ticket.Ticket{}, f, err)
	}
	return p.addPhotos(w, r, made, parts)
}

// editTicket asks what is to change about a ticket.
func (p *pages) editTicket(w http.ResponseWriter, r *http.Request) error {
	t, err := p.ticketFor(r)
	if err != nil {
		return err
	}
	f := ticketFormOf(t)
	f.set("version", number(t.Version))
	return p.askTicket(w, r, t, f, nil)
}

// ticketChange is an input whose check leaves out what an existing ticket is not asked.
type ticketChange struct{ *ticket.Input }

// Check gives every violation at its field.
func (c ticketChange) Check() error { return c.CheckChange() }

// updateTicket changes a ticket.
func (p *pages) updateTicket(w http.ResponseWriter, r *http.Request) error {
	t, err := p.ticketFor(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	f, err := readForm(r, ticketNames...)
	if err != nil {
		return err
	}
	in, err := p.readTicket(r.Context(), who, &f, t)
	if err != nil {
		return err
	}
	version := f.version()
	if err = f.readable(ticketChange{&in}); err == nil {
		t, err = keep(t)(p.Ticket.Update(r.Context(), who, t.ID, version, in))
	}
	if err != nil {
		return p.askTicket(w, r, t, f, err)
	}
	return p.seeOther(w, r, ticketsPath+"/"+t.ID.String(), t.Ref()+" is changed")
}

// ticketFor gives the ticket of the path, when the actor may change it.
func (p *pages) ticketFor(r *http.Request) (ticket.Ticket, error) {
	at, err := pathID[id.Ticket](r, "ticket")
	if err != nil {
		return ticket.Ticket{}, err
	}
	who := actor.From(r.Context())
	t, err := p.Ticket.Get(r.Context(), who, at)
	if err != nil {
		return ticket.Ticket{}, err
	}
	return t, who.RequireAt(ticket.CanUpdate, t.Site)
}

// atAssignee puts what was said of a person or a group to the one field that asks for both.
func atAssignee(faults ui.Faults, err error) ui.Faults {
	f := fault.As(err)
	if err == nil || f.Kind != fault.Invalid {
		return faults
	}
	moved := *f
	moved.Fields = slices.Clone(f.Fields)
	for i, x := range moved.Fields {
		if x.Path == "person_id" || x.Path == "group_id" {
			moved.Fields[i].Path = "assignee"
		}
	}
	return ui.FaultsOf(&moved)
}
