package web

import (
	"net/http"
	"net/url"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
)

// viewAreas are the lists that can be kept as views, by their area.
var viewAreas = map[string]string{"tickets": ticketsPath}

// saveView keeps a list under a name, and shows it.
func (p *pages) saveView(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "area", "name", "query")
	if err != nil {
		return err
	}
	to, known := viewAreas[f.text("area")]
	query, broken := url.ParseQuery(f.text("query"))
	if !known || broken != nil {
		return fault.Of(fault.Malformed, "This form cannot be read. Load the page again.")
	}
	if err := f.readable(nil); err != nil {
		return err
	}
	v, err := p.Ticket.SaveView(r.Context(), actor.From(r.Context()), ticket.ViewInput{Area: f.text("area"), Name: f.text("name"), Query: query.Encode()})
	if err != nil {
		return err
	}
	return p.seeOther(w, r, to+"?"+v.Query, "The view "+v.Name+" is kept")
}

// deleteView lets go of a view. It is kept again as easily as it was made, so nobody is asked.
func (p *pages) deleteView(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.View](r, "view")
	if err != nil {
		return err
	}
	f, err := readForm(r, "area")
	if err != nil {
		return err
	}
	if err := p.Ticket.DeleteView(r.Context(), actor.From(r.Context()), at); err != nil {
		return err
	}
	to, known := viewAreas[f.text("area")]
	if !known {
		to = "/"
	}
	return p.seeOther(w, r, to, "The view is gone")
}
