package web

import (
	"context"
	"net/http"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// reportsPath is where a report that nobody planned is begun.
const reportsPath = "/reports"

// reportKinds are the kinds of checklist that reports are written by.
func reportKinds() []checklist.Kind {
	return []checklist.Kind{checklist.IncidentReport, checklist.SiteReport, checklist.AssetAudit}
}

// newReport asks what is reported, and where; ?site= and ?template= say it already.
func (p *pages) newReport(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := newForm("report", id.New[id.Report]().String(), "site_id", q.Get("site"), "template", q.Get("template"))
	return p.askNewReport(w, r, f, nil)
}

// createReport begins a report: a task of the actor's own, which goes on as any other.
func (p *pages) createReport(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "report", "template", "site_id", "asset_id")
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	in, err := p.readWork(r.Context(), who, &f)
	if err != nil {
		return err
	}
	var t task.Task
	if err = f.readable(nil); err == nil {
		t, _, err = p.Tasks.Report(r.Context(), who, in)
	}
	if err != nil {
		return p.askNewReport(w, r, f, err)
	}
	return p.seeOther(w, r, taskAt(t)+"/do", "")
}

// readWork reads what is reported, and where. The template must apply there.
func (p *pages) readWork(ctx context.Context, who actor.Actor, f *form) (task.Report, error) {
	var in task.Report
	if x := ref[id.Report](f, "report"); x != nil {
		in.ID = *x
	}
	site, template := ref[id.Site](f, "site_id"), ref[id.Checklist](f, "template")
	asset, err := p.readAssetRef(ctx, who, f, "asset_id")
	if err != nil {
		return in, err
	}
	f.check.That(site != nil || f.text("site_id") != "", "site_id", "required", "Choose a site.")
	f.check.That(template != nil || f.text("template") != "", "template", "required", "Choose what you report.")
	if site == nil || template == nil {
		return in, nil
	}
	in.Work.Site, in.Work.Asset = *site, asset
	here, err := p.templates(ctx, who, checklist.Filter{Offered: true, Site: site, Asset: asset})
	if err != nil {
		return in, err
	}
	at := slices.IndexFunc(here, func(c checklist.Checklist) bool { return c.ID == *template })
	if at < 0 {
		f.check.Add("template", "place", "This does not apply there. Choose another, or another place.")
		return in, nil
	}
	f.check.That(here[at].Kind != checklist.AssetAudit || asset != nil, "asset_id", "required", "An audit is of an asset: say which.")
	in.Work.Form = *here[at].Form
	return in, nil
}

// templates are the checklists that reports are written by.
func (p *pages) templates(ctx context.Context, who actor.Actor, f checklist.Filter) ([]checklist.Checklist, error) {
	if !who.Can(checklist.CanRead) {
		return nil, nil
	}
	all, err := allPages(func(q page.Request) (page.Of[checklist.Checklist], error) { return p.Checks.List(ctx, who, f, q) })
	return slices.DeleteFunc(all, func(c checklist.Checklist) bool { return !slices.Contains(reportKinds(), c.Kind) }), err
}

// reportInstead is what one can do where there is no checklist for reports.
func reportInstead(who actor.Actor) ui.Action {
	switch {
	case who.Can(checklist.CanCreate):
		return ui.Action{Text: "New checklist", Icon: "plus", Href: checklistsPath + "/new"}
	case who.Can(ticket.CanCreate):
		return ui.Action{Text: "Report a ticket", Icon: "plus", Href: ticketsPath + "/new"}
	}
	return ui.Action{}
}

// askNewReport shows the form that begins a report.
func (p *pages) askNewReport(w http.ResponseWriter, r *http.Request, f form, refusal error) error {
	who := actor.From(r.Context())
	a := asking{Title: "New report", Sub: "Choose what you report and where; the questions come next.", Crumbs: []ui.Link{{Text: "Tasks", Href: tasksPath}}}
	all, err := p.templates(r.Context(), who, checklist.Filter{Offered: true})
	if err != nil {
		return err
	}
	if len(all) == 0 {
		a.After = ui.Nothing(ui.Empty{Icon: "report", Title: "Nothing to report by yet", Text: "Reports are written by checklists for incidents, sites and audits. Whoever sets up checklists publishes one first.", Act: reportInstead(who)})
		return p.ask(w, r, a, refusal)
	}
	a.Sheet = sheet{Action: reportsPath, Draft: "report:new", Go: "Go on to the questions", Back: tasksPath, Faults: faultsOf(refusal)}
	options := []ui.Option{{Label: "Choose", Selected: f.text("template") == ""}}
	for _, k := range reportKinds() {
		for _, c := range all {
			if c.Kind == k {
				options = append(options, ui.Option{Value: c.ID.String(), Label: c.Name, Group: k.Label(), Selected: f.text("template") == c.ID.String()})
			}
		}
	}
	sites, err := p.activeSites(r.Context(), who)
	if err != nil {
		return err
	}
	fields := []ui.Field{
		{Name: "template", Label: "What", Kind: ui.Select, Options: options},
		{Name: "site_id", Label: "Site", Kind: ui.Select, Options: siteChoices(sites, who, task.CanDo, "Choose a site", f.text("site_id"))},
		{Name: "asset_id", Label: "Asset", Help: "Of that site. Name or code. An audit needs one.", Optional: true, Width: "mid"},
	}
	filled(fields, f, a.Sheet.Faults)
	sent := form{values: f.values}
	offers, err := p.assetOffers(r.Context(), who, ref[id.Site](&sent, "site_id"), id.Asset{})
	if err != nil {
		return err
	}
	a.Sheet.Fields = fields
	a.Sheet.Body = together(carried("report", f.text("report")), ui.Asked(fields[0]), ui.Asked(fields[1]), suggested(suggestion{Offers: offers, Field: fields[2]}))
	return p.ask(w, r, a, refusal)
}
