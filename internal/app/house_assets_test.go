package app

import (
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// collectAssets finds, or makes, a location, an asset and its file of the first tenant, and one of each for the second.
func (h *house) collectAssets() {
	for _, prefix := range []string{"B ", ""} {
		who := operator(h.actors[prefix+"ADMINISTRATOR"].Tenant())
		sites, err := h.org.ListSites(h.t.Context(), who, org.SiteFilter{}, page.Request{Limit: 1})
		if err != nil {
			h.t.Fatal(err)
		}
		in := asset.LocationInput{ID: id.New[id.Location](), Site: sites.Items[0].ID, Code: "ISO-ROOM", Name: "Isolation room", Active: true}
		l, err := h.asset.CreateLocation(h.t.Context(), who, in)
		if err != nil {
			h.t.Fatal(err)
		}
		a, err := h.asset.CreateAsset(h.t.Context(), who, asset.AssetInput{Site: l.Site, Location: &l.ID, Code: "ISO-1", Name: "Isolation pump", Active: true})
		if err != nil {
			h.t.Fatal(err)
		}
		f, err := h.files.Upload(h.t.Context(), who, "asset", id.Of[id.Any](a.ID.Bytes()), "isolation.txt", strings.NewReader("Isolation valve."))
		if err != nil {
			h.t.Fatal(err)
		}
		h.ids["location"], h.ids["asset"], h.ids["file"] = l.ID.String(), a.ID.String(), f.ID.String()
		h.collectTickets(who, h.actors[prefix+"ADMINISTRATOR"], a)
		h.collectPlans(who, h.actors[prefix+"ADMINISTRATOR"].Person(), l.Site, h.collectChecklists(who), h.ids)
	}
}

// collectTickets makes a category with a ladder, a ticket of it, and a person's view.
func (h *house) collectTickets(who, person actor.Actor, a asset.Asset) {
	c, err := h.ticket.CreateCategory(h.t.Context(), who, ticket.CategoryInput{Code: "ISOLATION", Name: "Isolation", Active: true})
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.ticket.PutLadder(h.t.Context(), who, 0, ticket.LadderInput{Category: c.ID, Rungs: []ticket.RungInput{{After: 60}}}); err != nil {
		h.t.Fatal(err)
	}
	x, err := h.ticket.Create(h.t.Context(), who, ticket.Input{Site: a.Site, Asset: &a.ID, Category: c.ID, Title: "Isolation leaks"})
	if err != nil {
		h.t.Fatal(err)
	}
	v, err := h.ticket.SaveView(h.t.Context(), person, ticket.ViewInput{Area: "tickets", Name: "Isolation"})
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["category"], h.ids["ticket"], h.ids["view"] = c.ID.String(), x.ID.String(), v.ID.String()
}

// collectChecklists makes a question, and a checklist that asks it and is published.
func (h *house) collectChecklists(who actor.Actor) id.Checklist {
	in := checklist.QuestionInput{Text: "Isolation holds?", Rule: checklist.Rule{Type: checklist.SingleLine}, Active: true}
	q, err := h.lists.CreateQuestion(h.t.Context(), who, in)
	if err != nil {
		h.t.Fatal(err)
	}
	c, err := h.lists.Create(h.t.Context(), who, checklist.Input{
		Kind: checklist.ForTask, Name: "Isolation", Active: true, Places: checklist.Places{Everywhere: true}, Draft: testworld.Form(q),
	})
	if err == nil {
		c, err = h.lists.Publish(h.t.Context(), who, c.ID, c.Version)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["question"], h.ids["checklist"], h.ids["form"] = q.ID.String(), c.ID.String(), c.Form.String()
	return c.ID
}
