package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// tryNames are the fields of a dry run: where a ticket is opened, and when, in the site's zone.
var tryNames = []string{"at_site", "at_day", "at_time"}

// ladderPage is what the page of a ladder shows.
type ladderPage struct {
	ladderAt
	form    form
	draft   *ticket.LadderInput // what is tried; nil = what is stored
	refusal error               // what the use case said to the form
	typed   bool                // the form is what somebody typed, not what is stored
	at      string              // the field at which the page starts; "" = none
}

func (pg *ladderPage) refused() bool { return pg.refusal != nil }

// ladderView is ladderPage as the template draws it.
type ladderView struct {
	Sheet   sheet
	May     bool
	Typed   bool // see ladderPage
	Site    string
	Levels  []levelView
	More    bool // a level can be added
	Offers  []string
	Rungs   ui.List // for those who may not change it
	Try     []ui.Field
	TryHelp string
	Plan    *planView
	Runs    string // what it is that the plan shows, or why there is none
}

// showLadder writes the page of a ladder.
func (p *pages) showLadder(w http.ResponseWriter, r *http.Request, pg ladderPage) error {
	v, err := p.visit(r, pg.title())
	if err != nil {
		return err
	}
	sites, err := p.activeSites(r.Context(), v.who)
	if err != nil {
		return err
	}
	view := ladderView{May: pg.may(v.who), Typed: pg.typed, Site: refText(pg.siteID())}
	if err := p.tryLadder(r.Context(), v, &pg, &view, sites); err != nil {
		return err
	}
	status := http.StatusOK
	if pg.refusal != nil {
		pg.refusal = ladderFault(pg.refusal)
		var ok bool
		if _, status, ok = formFault(pg.refusal); !ok {
			return pg.refusal
		}
		v.frame.Title = "Error: " + v.frame.Title
	}
	if err := p.ladderQuestions(r.Context(), v, pg, &view); err != nil {
		return err
	}
	crumbs := []ui.Link{{Text: "Ticket categories", Href: categoriesAt}, {Text: pg.category.Name, Href: categoryPath(pg.category)}}
	head := ui.Head{Title: pg.title(), Sub: ladderWords(pg.ladderAt), Crumbs: crumbs}
	if view.May && !pg.stored.ID.IsZero() {
		head.Acts = []ui.Action{{Text: "Delete", Icon: "trash", Post: ladderPath(pg.category.ID, nil) + "/delete", Name: "site", Value: view.Site, Version: number(pg.stored.Version), Danger: true, Confirm: deleteLadder(pg.ladderAt)}}
	}
	return p.show(w, r, status, v, ui.Headed(head), ladderPart(view))
}

// ladderWords say what the ladder does, and by which time.
func ladderWords(x ladderAt) string {
	words := "A ticket about " + x.category.Name + " climbs these levels, counted from its opening, until it is resolved. Every minute counts."
	if x.category.Clock == ticket.Business {
		words = "A ticket about " + x.category.Name + " climbs these levels, counted from its opening in the site's business hours, until it is resolved."
	}
	if x.stand != nil {
		words += " " + x.site.Name + " follows the ladder of all sites so far; what you save here holds for " + x.site.Name + " alone."
	}
	return words
}

// ladderQuestions put the form into the page, or the levels alone for those who may not change them.
func (p *pages) ladderQuestions(ctx context.Context, v visit, pg ladderPage, view *ladderView) (err error) {
	if !view.May {
		view.Rungs = rungList(ticket.Ladder{Rungs: pg.rungs()})
		return nil
	}
	faults := faultsOf(pg.refusal)
	view.Levels = levelViews(pg.form, faults)
	view.More = len(view.Levels) < maxLevels
	if view.Offers, err = p.targetOffers(ctx, v.who); err != nil {
		return err
	}
	view.Sheet = sheet{Action: ladderPath(pg.category.ID, nil), Draft: "ladder:" + pg.path(), Faults: faults, Version: pg.form.text("version"), Go: "Save the ladder", Back: categoryPath(pg.category)}
	for i := range view.Levels {
		view.Levels[i].After[0].Focus = view.Levels[i].After[0].Name == pg.at
		view.Sheet.Fields = append(view.Sheet.Fields, view.Levels[i].fields()...)
	}
	now, ok := stale[ticket.Ladder](pg.refusal)
	if !ok {
		return nil
	}
	targets, err := p.targets(ctx, v.who, now.Rungs)
	if err != nil {
		return err
	}
	theirs := ladderForm(now.Rungs, targets)
	if len(now.Rungs) == 0 {
		theirs.removeLevel(1)
	}
	view.Sheet.Clash = &clash{Thing: "ladder", Take: pg.path(), Rows: differences(levelLines(pg.form), levelLines(theirs))}
	view.Sheet.Version = number(now.Version)
	return nil
}

// levelLines are the levels of a form in a line each, as two versions are compared.
func levelLines(f form) (out []ui.Field) {
	for n := 1; n <= maxLevels; n++ {
		line := ui.Field{Label: levelView{N: n}.title()}
		if n <= f.levels() {
			line.Value = f.text(afterName(n)) + " " + f.text(afterName(n)+"_unit") + ": " + orNobody(f.text(toName(n)))
			for _, a := range addresses(f.text(mailsName(n))) {
				line.Value += ", " + a
			}
		}
		out = append(out, line)
	}
	return out
}

func orNobody(target string) string {
	if target == "" {
		return "stays with whom it has"
	}
	return target
}

// opening reads where and when a ticket is opened in the dry run: at the ladder's site, or the first that the actor sees, and now, unless
// the form says otherwise. The time is zero when it cannot be read.
func (pg *ladderPage) opening(sites []org.Site, v visit) (time.Time, *org.Site) {
	site := pg.site
	for i, s := range sites {
		if site == nil && (pg.form.text("at_site") == "" && v.who.At(ticket.CanReadCategory, s.ID) || pg.form.text("at_site") == s.ID.String()) {
			site = &sites[i]
		}
	}
	if site == nil {
		return time.Time{}, nil
	}
	zone := zoneOr(site.Zone, v.zone)
	if pg.form.text("at_day") == "" && pg.form.text("at_time") == "" {
		now := v.now.In(zone)
		pg.form.set("at_day", dateOf(now))
		pg.form.set("at_time", now.Format(clockForm))
	}
	pg.form.set("at_site", site.ID.String())
	opened, err := time.ParseInLocation(time.DateOnly+" "+clockForm, pg.form.text("at_day")+" "+pg.form.text("at_time"), zone)
	if err != nil {
		return time.Time{}, site
	}
	return opened, site
}

// tryFields ask where and when a ticket is opened.
func (pg *ladderPage) tryFields(sites []org.Site, v visit, site *org.Site) (out []ui.Field, help string) {
	if pg.site == nil {
		out = append(out, ui.Field{Name: "at_site", Label: "Site", Kind: ui.Select, Width: "mid", Options: siteChoices(sites, v.who, ticket.CanReadCategory, "", pg.form.text("at_site"))})
	}
	out = append(out, ui.Field{Name: "at_day", Label: "Opened on", Kind: ui.Date, Width: "short", Value: pg.form.text("at_day")}, ui.Field{Name: "at_time", Label: "At", Kind: ui.Time, Width: "short", Value: pg.form.text("at_time")})
	if site == nil {
		return out, ""
	}
	zone := zoneOr(site.Zone, v.zone)
	return out, "In the time of " + site.Name + ", " + zone.String() + ". It is " + v.now.In(zone).Format(clockForm) + " there."
}

// tryLadder runs the ladder dry: what is typed, or what is stored. What is wrong with what is typed becomes the form's refusal.
func (p *pages) tryLadder(ctx context.Context, v visit, pg *ladderPage, view *ladderView, sites []org.Site) error {
	opened, site := pg.opening(sites, v)
	view.Try, view.TryHelp = pg.tryFields(sites, v, site)
	switch {
	case site == nil:
		view.Runs = "There is no site that you see."
		return nil
	case opened.IsZero():
		view.Runs = "Say on which day and at what time a ticket is opened."
		return nil
	case pg.refused():
		view.Runs = "Put right what is wrong, then try again."
		return nil
	}
	plan, err := p.runLadder(ctx, v, pg, site.ID, opened)
	if pg.draft != nil && fault.KindOf(err) == fault.Invalid {
		pg.refusal, err = err, nil
		view.Runs = "Put right what is wrong, then try again."
	}
	if err != nil || pg.refused() {
		return err
	}
	drawn := planOf(plan, firstStep(plan), planReason(plan), time.Time{})
	view.Plan, view.Runs = &drawn, runsWords(pg, plan, site.Name)
	return nil
}

func (p *pages) runLadder(ctx context.Context, v visit, pg *ladderPage, site id.Site, opened time.Time) (ticket.Plan, error) {
	if pg.draft != nil {
		return p.Ticket.PreviewDraft(ctx, v.who, *pg.draft, site, opened)
	}
	return p.Ticket.Preview(ctx, v.who, pg.category.ID, site, opened)
}

// runsWords say which ladder a dry run shows.
func runsWords(pg *ladderPage, plan ticket.Plan, site string) string {
	switch {
	case pg.draft != nil:
		return "What the levels above do. They are not saved yet."
	case pg.site == nil && plan.Ladder != nil && plan.Ladder.Site != nil:
		return "What happens now. " + site + " has a ladder of its own, which holds there."
	case pg.site != nil && plan.Ladder != nil && plan.Ladder.Site == nil:
		return "What happens now, by the ladder of all sites."
	}
	return "What happens now, by the ladder as it is saved."
}

// firstStep is what comes first to a ticket that is opened; nil = nothing.
func firstStep(plan ticket.Plan) *ticket.Step {
	for i, s := range plan.Steps {
		if s.At != nil {
			return &plan.Steps[i]
		}
	}
	return nil
}

// planReason is why nothing comes to a ticket that is opened.
func planReason(plan ticket.Plan) string {
	switch {
	case firstStep(plan) != nil:
		return ""
	case plan.Ladder == nil:
		return "There is no ladder for this category at this site."
	}
	return fmt.Sprintf("By the calendar the time does not come within %d years.", calendar.Horizon)
}
