package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// ticketNames are the fields of the form about a ticket.
var ticketNames = []string{"site_id", "title", "description", "kind", "priority", "category_id", "location_id", "asset_id", "assignee"}

// ticketFormOf is the form that shows a ticket.
func ticketFormOf(t ticket.Ticket) form {
	f := newForm("site_id", t.Site.String(), "title", t.Title, "description", t.Description, "kind", string(t.Kind), "priority", string(t.Priority),
		"category_id", t.Category.String(), "location_id", refText(t.Location))
	if t.Asset != nil {
		f.set("asset_id", assetText(t.AssetCode, t.AssetName))
	}
	return f
}

// readTicket reads what was typed about a ticket. What the form did not ask stays as it was.
func (p *pages) readTicket(ctx context.Context, who actor.Actor, f *form, was ticket.Ticket) (ticket.Input, error) {
	in := ticket.Input{
		Site: was.Site, Title: f.text("title"), Description: f.text("description"), Kind: ticket.Kind(f.text("kind")), Priority: ticket.Priority(f.text("priority")),
		Location: was.Location, Asset: was.Asset,
	}
	if site := ref[id.Site](f, "site_id"); site != nil && was.ID.IsZero() {
		in.Site = *site
	}
	if category := ref[id.Category](f, "category_id"); category != nil {
		in.Category = *category
	}
	if f.asked("location_id") {
		in.Location = ref[id.Location](f, "location_id")
	}
	var err error
	if f.asked("asset_id") {
		if in.Asset, err = p.readAssetRef(ctx, who, f, "asset_id"); err != nil {
			return in, err
		}
	}
	if f.asked("assignee") {
		in.Assignee, err = p.readAssignee(ctx, who, f, "assignee")
	}
	return in, err
}

// ticketFields are the questions of the form, and what two of them offer.
type ticketFields struct {
	site, title, text, kind, priority, category, location ui.Field
	asset, assignee                                       suggestion
	placed, equipped, given                               bool // whether location, asset and assignee are asked
	fresh                                                 bool
	photo                                                 ui.Field
	most                                                  int64 // bytes of one file
}

func (q ticketFields) all() []ui.Field {
	var out []ui.Field
	if q.fresh {
		out = append(out, q.site)
	}
	out = append(out, q.title, q.text, q.category)
	if q.equipped {
		out = append(out, q.asset.Field)
	}
	if q.placed {
		out = append(out, q.location)
	}
	out = append(out, q.priority, q.kind)
	if q.given {
		out = append(out, q.assignee.Field)
	}
	if q.fresh {
		out = append(out, q.photo) // the last: what is reported is stored before a file is read
	}
	return out
}

// body lays the questions out: where, what, and what one may also say.
func (q ticketFields) body() templ.Component {
	var parts []templ.Component
	for _, f := range q.all() {
		switch f.Name {
		case "asset_id":
			parts = append(parts, suggested(q.asset))
		case "file":
			parts = append(parts, photoField(f, sizeWords(q.most)))
		case "assignee":
			parts = append(parts, suggested(q.assignee))
		default:
			parts = append(parts, ui.Asked(f))
		}
	}
	return together(parts...)
}

// ticketQuestions makes the questions about a ticket, with what f has in them.
func (p *pages) ticketQuestions(ctx context.Context, who actor.Actor, t ticket.Ticket, f form, faults ui.Faults) (q ticketFields, err error) {
	q.fresh = t.ID.IsZero()
	sent := form{values: f.values}
	site := ref[id.Site](&sent, "site_id")
	fill := func(x ui.Field) ui.Field {
		x.Value, x.Error = f.text(x.Name), faults.At(x.Name)
		return x
	}
	if q.fresh {
		sites, err := p.activeSites(ctx, who)
		if err != nil {
			return q, err
		}
		q.site = fill(ui.Field{Name: "site_id", Label: "Site", Kind: ui.Select, Options: siteChoices(sites, who, ticket.CanCreate, "Choose a site", f.text("site_id"))})
	}
	q.title = fill(ui.Field{Name: "title", Label: "What is wrong", Help: "One line, as you would say it on the phone. For example: lift 4 stops between floors.", Max: 200})
	q.text = fill(ui.Field{Name: "description", Label: "Details", Kind: ui.Lines, Optional: true, Max: 10000})
	categories, err := p.categoryChoices(ctx, who, "Choose a category", f.text("category_id"))
	if err != nil {
		return q, err
	}
	q.category = fill(ui.Field{Name: "category_id", Label: "Category", Help: "It decides who is told when nobody acts, and when.", Kind: ui.Select, Options: categories})
	if q.equipped = who.Can(asset.CanRead); q.equipped {
		q.asset = suggestion{Field: fill(ui.Field{Name: "asset_id", Label: "Asset", Help: "Of the same site. Name or code, as on its label.", Optional: true, Width: "mid"})}
		if q.asset.Offers, err = p.assetOffers(ctx, who, site, id.Asset{}); err != nil {
			return q, err
		}
	}
	locations, err := p.locations(ctx, who)
	if err != nil {
		return q, err
	}
	if q.placed = locations != nil; q.placed {
		q.location = fill(ui.Field{Name: "location_id", Label: "Location", Help: "Of the same site. Without one it is the asset's.", Kind: ui.Select, Optional: true,
			Options: locationChoices(locations, "None", f.text("site_id"), f.text("location_id"), nil)})
	}
	none := ""
	if q.fresh {
		none = "As usual for the category"
	}
	q.priority = fill(ui.Field{Name: "priority", Label: "Priority", Kind: ui.Radio, Optional: q.fresh, Options: urgency(none, f.text("priority"))})
	q.kind = fill(ui.Field{Name: "kind", Label: "Kind", Kind: ui.Radio, Options: []ui.Option{
		{Value: string(ticket.Incident), Label: "Incident", Help: "Something is wrong.", Selected: f.text("kind") != string(ticket.Request)},
		{Value: string(ticket.Request), Label: "Request", Help: "Somebody wants something.", Selected: f.text("kind") == string(ticket.Request)}}})
	q.photo, q.most = ui.Field{Name: "file", Label: "Photos and files", Kind: ui.File, Optional: true}, p.Files.Max()
	if f.text("file") != "" {
		q.photo.Error = "Choose the files again: they were not sent with what was wrong above."
	}
	if q.given = q.fresh && who.Can(ticket.CanAssign); q.given {
		q.assignee = suggestion{Field: fill(ui.Field{Name: "assignee", Label: "Give it to", Help: "A person by name or code, or a group. Without one whoever is free takes it.", Optional: true, Width: "mid"})}
		q.assignee.Offers, err = p.assigneeOffers(ctx, who)
	}
	return q, err
}

// urgency are the priorities with what they mean.
func urgency(none, chosen string) []ui.Option {
	help := map[string]string{string(ticket.High): "Danger, or work has stopped.", string(ticket.Medium): "Work is hindered.", string(ticket.Low): "It can wait."}
	out := priorityChoices(none, chosen)
	if none == "" {
		out = out[1:]
	}
	for i := range out {
		out[i].Help = help[out[i].Value]
	}
	return out
}

// askTicket shows the form about a ticket: a new one when t has no id. f is what it shows, refusal what the use case said to it.
func (p *pages) askTicket(w http.ResponseWriter, r *http.Request, t ticket.Ticket, f form, refusal error) error {
	who := actor.From(r.Context())
	at, page := ticketsPath, asking{Title: "New ticket", Sub: "All fields are needed unless marked optional.", Crumbs: []ui.Link{{Text: "Tickets", Href: ticketsPath}}}
	page.Sheet = sheet{Action: at, Upload: true, Draft: "ticket:new", Go: "Report the ticket", Back: at}
	if !t.ID.IsZero() {
		at = ticketsPath + "/" + t.ID.String()
		page.Title, page.Crumbs = "Change "+t.Ref(), append(page.Crumbs, ui.Link{Text: t.Ref(), Href: at})
		page.Sheet = sheet{Action: at, Draft: "ticket:" + t.ID.String(), Version: f.text("version"), Go: "Save the ticket", Back: at}
	}
	page.Sheet.Faults = atAssignee(faultsOf(refusal), refusal)
	q, err := p.ticketQuestions(r.Context(), who, t, f, page.Sheet.Faults)
	if err != nil {
		return err
	}
	page.Sheet.Fields, page.Sheet.Body = q.all(), q.body()
	err = refused(&page.Sheet, refusal, "ticket", at+"/edit", func(now ticket.Ticket) ([]ui.Field, int64, error) {
		theirs, err := p.ticketQuestions(r.Context(), who, now, ticketFormOf(now), ui.Faults{})
		return theirs.all(), now.Version, err
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, page, refusal)
}
