package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/web/ui"
)

// blackoutRow is a blackout with what may be done with it.
type blackoutRow struct {
	Reason, Words string
	Delete        ui.Action
}

// listBlackouts shows the blackouts that are not over, and asks for another.
func (p *pages) listBlackouts(w http.ResponseWriter, r *http.Request) error {
	return p.askBlackout(w, r, newForm(), nil)
}

// askBlackout writes the page of blackouts, with what f has in its form.
func (p *pages) askBlackout(w http.ResponseWriter, r *http.Request, f form, refusal error) error {
	who := actor.From(r.Context())
	v, err := p.visit(r, "Blackouts")
	if err != nil {
		return err
	}
	all, err := p.Plans.ListBlackouts(r.Context(), who)
	if err != nil {
		return err
	}
	var rows []blackoutRow
	for _, b := range all {
		where, may := "At every site", who.Everywhere(plan.CanUpdate)
		if b.Site != nil {
			where, may = "At "+b.SiteName, who.At(plan.CanUpdate, *b.Site)
		}
		row := blackoutRow{Reason: b.Reason, Words: where + ", " + amid(b.From, v.now, v.zone) + " to " + amid(b.Until, v.now, v.zone)}
		if may {
			row.Delete = ui.Action{Text: "Delete", Icon: "trash", Bare: true, Post: blackoutsPath + "/" + b.ID.String() + "/delete", Version: number(b.Version), About: b.Reason}
		}
		rows = append(rows, row)
	}
	page := asking{Title: "Blackouts", Before: together(ui.Tabbed(v.frame.Parts()), blackoutsPart(rows)),
		Sub: "Times in which plans do what they do on holidays: a shutdown, an event. " + zoneLine(v.zone)}
	if who.Can(plan.CanUpdate) {
		page.Sheet = sheet{Action: blackoutsPath, Draft: "blackout:new", Go: "Add the blackout", Faults: faultsOf(refusal)}
		sites, err := p.activeSites(r.Context(), who)
		if err != nil {
			return err
		}
		every := "Choose a site"
		if who.Everywhere(plan.CanUpdate) {
			every = "Every site"
		}
		page.Sheet.Fields = []ui.Field{
			{Name: "site_id", Label: "Site", Kind: ui.Select, Optional: true, Options: siteChoices(sites, who, plan.CanUpdate, every, f.text("site_id"))},
			{Name: "reason", Label: "Why", Max: 200},
			{Name: "from_day", Label: "From", Kind: ui.Date}, {Name: "from_time", Label: "From, at", Kind: ui.Time},
			{Name: "until_day", Label: "Until", Kind: ui.Date}, {Name: "until_time", Label: "Until, at", Kind: ui.Time},
		}
		for i, x := range page.Sheet.Fields {
			page.Sheet.Fields[i].Value, page.Sheet.Fields[i].Error = f.text(x.Name), page.Sheet.Faults.At(x.Name)
		}
	}
	return p.ask(w, r, page, refusal)
}

// createBlackout adds a blackout; its times are in the organisation's zone.
func (p *pages) createBlackout(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "site_id", "reason", "from_day", "from_time", "until_day", "until_time")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "")
	if err != nil {
		return err
	}
	b := plan.Blackout{Site: ref[id.Site](&f, "site_id"), Reason: f.text("reason"), From: f.instant("from", v.zone), Until: f.instant("until", v.zone)}
	if err = f.readable(&b); err == nil {
		_, err = p.Plans.CreateBlackout(r.Context(), v.who, b)
	}
	if err != nil {
		return p.askBlackout(w, r, f, atInstants(err))
	}
	return p.seeOther(w, r, blackoutsPath, "The blackout is added")
}

// instant reads a day and a time of the clocks of a zone; zero when it was not given whole.
func (f *form) instant(name string, zone *time.Location) time.Time {
	text := strings.TrimSpace(f.text(name+"_day")) + "T" + strings.TrimSpace(f.text(name+"_time"))
	at, err := time.ParseInLocation("2006-01-02T15:04", text, zone)
	f.check.That(err == nil || text == "T", name+"_day", "grammar", "Give a day and a time.")
	return at
}

// atInstants puts the faults of instants to the days that were typed.
func atInstants(err error) error {
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	f := *fault.As(err)
	f.Fields = slices.Clone(f.Fields)
	for i, x := range f.Fields {
		if x.Path == "from" || x.Path == "until" {
			f.Fields[i].Path += "_day"
		}
	}
	return &f
}

// deleteBlackout removes a blackout.
func (p *pages) deleteBlackout(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Blackout](r, "blackout")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	version := f.version()
	if err := f.readable(nil); err != nil {
		return err
	}
	if err := p.Plans.DeleteBlackout(r.Context(), actor.From(r.Context()), at, version); err != nil {
		return err
	}
	return p.seeOther(w, r, blackoutsPath, "The blackout is deleted")
}
