package web

import (
	"context"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/web/ui"
)

// newPlan asks about a new plan; ?kind= says of what, ?site= where.
func (p *pages) newPlan(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	kind := plan.Kind(q.Get("kind"))
	if !kind.Valid() {
		kind = plan.Task
	}
	x := plan.Plan{Kind: kind, Priority: plan.Medium, Proof: plan.NoProof, Expiry: plan.CloseIt, Active: true, Schedule: plan.Schedule{Rule: "0 8 * * *", From: clock.DateIn(p.Now(), time.UTC), Holidays: plan.Generate, Duration: 60, Rounds: 1}}
	f := planForm(x, nil)
	f.set("site_id", q.Get("site"))
	return p.askPlan(w, r, x, f, nil, nil)
}

// createPlan adds a plan, or, asked to try, shows what it would bring.
func (p *pages) createPlan(w http.ResponseWriter, r *http.Request) error {
	return p.putPlan(w, r, plan.Plan{})
}

// editPlan asks for a plan's change.
func (p *pages) editPlan(w http.ResponseWriter, r *http.Request) error {
	x, err := p.planAt(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	if err := who.RequireAt(plan.CanUpdate, x.Site); err != nil {
		return err
	}
	places, err := p.planPlaces(r.Context(), who, x)
	if err != nil {
		return err
	}
	return p.askPlan(w, r, x, planForm(x, places), nil, nil)
}

// updatePlan changes a plan, or, asked to try, shows what it would bring.
func (p *pages) updatePlan(w http.ResponseWriter, r *http.Request) error {
	x, err := p.planAt(r)
	if err != nil {
		return err
	}
	return p.putPlan(w, r, x)
}

// planAt reads the plan of the path.
func (p *pages) planAt(r *http.Request) (plan.Plan, error) {
	at, err := pathID[id.Plan](r, "plan")
	if err != nil {
		return plan.Plan{}, err
	}
	return p.Plans.Get(r.Context(), actor.From(r.Context()), at)
}

// planPlaces writes the assets of a plan as its form does.
func (p *pages) planPlaces(ctx context.Context, who actor.Actor, x plan.Plan) (map[string]string, error) {
	var assets []id.Asset
	for _, s := range append([]plan.Stop{{Asset: x.Asset}}, x.Stops...) {
		if s.Asset != nil {
			assets = append(assets, *s.Asset)
		}
	}
	names, err := p.assetNames(ctx, who, assets)
	out := map[string]string{}
	for at, name := range names {
		out[at.String()] = name
	}
	return out, err
}

// assetNames writes assets as forms do; those that the actor does not see are absent.
func (p *pages) assetNames(ctx context.Context, who actor.Actor, assets []id.Asset) (map[id.Asset]string, error) {
	out := map[id.Asset]string{}
	if len(assets) == 0 || !who.Can(asset.CanRead) {
		return out, nil
	}
	found, err := inParts(assets, func(part []id.Asset) (map[id.Asset]asset.Asset, error) { return p.Asset.AssetsByID(ctx, who, part) })
	for at, a := range found {
		out[at] = assetText(a.Code, a.Name)
	}
	return out, err
}

// putPlan adds or changes a plan as it was typed.
func (p *pages) putPlan(w http.ResponseWriter, r *http.Request, was plan.Plan) error {
	who := actor.From(r.Context())
	if err := parseForm(r); err != nil {
		return err
	}
	f, err := readForm(r, planNames(stopKeys(r.PostForm[rowField]))...)
	if err != nil {
		return err
	}
	f.values[rowField] = stopKeys(f.all(rowField))
	shown := was
	if was.ID.IsZero() {
		if shown.Kind = plan.Kind(f.text("kind")); !shown.Kind.Valid() {
			return fault.Of(fault.Malformed, "This form cannot be read. Load the page again.")
		}
	}
	if do := f.text("do"); do != "" && do != "try" { // a row comes, goes or moves, or the places of another site are asked for
		if f.moveRow(do); len(f.all(rowField)) == 0 {
			f.spare()
		}
		return p.askPlan(w, r, shown, f, nil, nil)
	}
	in, rows, err := p.readPlan(r.Context(), who, &f, was)
	if err != nil {
		return err
	}
	version := f.version()
	refusal := f.readable(&in)
	if f.text("do") == "try" {
		return p.tryPlan(w, r, shown, f, in, rows, refusal)
	}
	var made plan.Plan
	if refusal == nil {
		if was.ID.IsZero() {
			made, refusal = p.Plans.Create(r.Context(), who, in)
		} else {
			made, refusal = p.Plans.Update(r.Context(), who, was.ID, version, in)
		}
	}
	if refusal != nil {
		return p.askPlan(w, r, shown, f, nil, atPlanFields(refusal, rows, f.text("often")))
	}
	return p.seeOther(w, r, plansPath+"/"+made.ID.String(), "The plan "+made.Name+" is saved")
}

// tryPlan shows what a plan would bring as it was typed, and more rows for stops; nothing is kept.
func (p *pages) tryPlan(w http.ResponseWriter, r *http.Request, x plan.Plan, f form, in plan.Input, rows []string, refusal error) error {
	f.spare()
	if refusal != nil {
		return p.askPlan(w, r, x, f, nil, atPlanFields(refusal, rows, f.text("often")))
	}
	v, err := p.visit(r, "")
	if err != nil {
		return err
	}
	in.ID = x.ID
	coming, _, err := p.Plans.Preview(r.Context(), v.who, in, v.now, v.now.AddDate(0, 0, lookDays))
	if err != nil {
		return p.askPlan(w, r, x, f, nil, atPlanFields(err, rows, f.text("often")))
	}
	if len(coming) > 0 {
		v.zone = zoneOr(coming[0].Plan.Zone, v.zone)
	}
	view := comingViewOf(v, in.Trigger(), coming)
	if !x.ID.IsZero() {
		d, err := p.Plans.Difference(r.Context(), v.who, x.ID, in, v.now, v.now.AddDate(0, 0, differDays(x.Kind)))
		if err != nil {
			return p.askPlan(w, r, x, f, nil, atPlanFields(err, rows, f.text("often")))
		}
		view.Change = changeOf(v, x.Kind, d)
	}
	return p.askPlan(w, r, x, f, &view, nil)
}

// askPlan shows the form about a plan: a new one when x has no id. coming is what it would bring, nil: nobody asked.
func (p *pages) askPlan(w http.ResponseWriter, r *http.Request, x plan.Plan, f form, coming *comingView, refusal error) error {
	who := actor.From(r.Context())
	at, page := plansPath, asking{Title: "New plan: " + lower(x.Kind.Label()), Sub: "All fields are needed unless marked optional.", Crumbs: []ui.Link{{Text: "Plans", Href: plansPath}}}
	page.Sheet = sheet{Action: at, Draft: "plan:new:" + string(x.Kind), Go: "Add the plan", Back: at}
	if x.ID.IsZero() {
		page.Before = ui.Tabbed(kindTabs(x.Kind))
	} else {
		at = plansPath + "/" + x.ID.String()
		page.Title, page.Crumbs = "Change "+x.Name, append(page.Crumbs, ui.Link{Text: x.Name, Href: at})
		page.Sheet = sheet{Action: at, Draft: "plan:" + x.ID.String(), Version: f.text("version"), Go: "Save the plan", Back: at}
	}
	page.Sheet.Faults, page.Sheet.Typed = faultsOf(refusal), r.Method == http.MethodPost
	q, err := p.planQuestions(r.Context(), who, x, f, page.Sheet.Faults)
	if err != nil {
		return err
	}
	page.Sheet.Fields, page.Sheet.Body = q.all, together(planHidden(string(x.Kind)), q.body, planTry(x.Kind.Stops()))
	page.Maps = q.maps
	if coming != nil {
		page.After = comingPart(*coming)
	}
	err = refused(&page.Sheet, refusal, "plan", at+"/edit", func(now plan.Plan) ([]ui.Field, int64, error) {
		places, err := p.planPlaces(r.Context(), who, now)
		if err != nil {
			return nil, 0, err
		}
		theirs, err := p.planQuestions(r.Context(), who, now, planForm(now, places), ui.Faults{})
		return theirs.all, now.Version, err
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, page, refusal)
}

// kindTabs lead to the forms of the kinds of plan.
func kindTabs(here plan.Kind) ui.Tabs {
	t := ui.Tabs{Label: "What comes again"}
	for _, k := range plan.Kinds() {
		t.Items = append(t.Items, ui.Tab{Text: k.Label(), Href: plansPath + "/new?kind=" + string(k), Here: k == here})
	}
	return t
}
