package web

import (
	"net/http"
	"strings"
	"time"

	"intelliwiz/internal/readiness"
	"intelliwiz/internal/web/ui"
)

// readinessPath is the last report on how ready the installation is.
const readinessPath = operationsPath + "/readiness"

// readinessView is a report: what is not met first, then everything by phase.
type readinessView struct {
	None   ui.Empty // instead of a report
	Sum    ui.Note
	Counts ui.Facts
	Of     ui.Facts
	Phases []readinessPhase
}

type readinessPhase struct {
	Title string
	Items ui.List
}

// readiness shows the last report of this node.
func (p *pages) readiness(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Readiness")
	if err != nil {
		return err
	}
	report, there, err := p.Ready.Last(r.Context(), v.who)
	if err != nil {
		return err
	}
	head := ui.Head{Title: "Readiness", Sub: "The readiness plan, run against this installation. " + zoneLine(v.zone), Crumbs: []ui.Link{{Text: "Operations", Href: operationsPath}}}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), readinessPart(readinessViewOf(report, there, v)))
}

func readinessViewOf(r readiness.Report, there bool, v visit) readinessView {
	if !there {
		return readinessView{None: ui.Empty{Icon: "check", Title: "There is no report yet", Text: "The plan runs ten minutes after the start and once a day, and at any time by the command: intelliwiz readiness."}}
	}
	view := readinessView{Sum: ui.Note{Tone: ui.Done, Title: "Every item that was looked at is met", Text: r.Sum()}}
	if n := r.Count(readiness.NotMet); n > 0 {
		view.Sum = ui.Note{Tone: ui.Wait, Title: plural(n, "item") + " of the plan not met", Text: r.Sum()}
	}
	view.Counts = ui.Facts{Title: "What came of it"}
	for _, x := range []readiness.Result{readiness.NotMet, readiness.NotChecked, readiness.Met, readiness.NotApplicable} {
		view.Counts.Items = append(view.Counts.Items, ui.Fact{Label: capital(strings.ToLower(x.Words())), Value: grouped(int64(r.Count(x)))})
	}
	view.Of = ui.Facts{Title: "Of what", Items: []ui.Fact{
		{Label: "Address", Value: r.Address}, {Label: "Version", Value: r.Version}, {Label: "Profile", Value: r.Profile}, {Label: "Run", Value: moment(r.At, v.now, v.zone) + ", in " + tookWords(r.Took.Round(time.Millisecond))},
	}}
	for _, phase := range r.Phases() {
		view.Phases = append(view.Phases, readinessPhase{Title: phase[0].Phase, Items: findingsList(phase)})
	}
	return view
}

var resultTones = map[readiness.Result]ui.Tone{readiness.Met: ui.Done, readiness.NotMet: ui.Late, readiness.NotApplicable: ui.Shut, readiness.NotChecked: ui.Wait}

func findingsList(all []readiness.Finding) ui.List {
	list := ui.List{ID: "r" + strings.ToLower(strings.ReplaceAll(all[0].ID, ".", "-")), Caption: all[0].Phase + ", in the order of the plan", Columns: []ui.Column{
		{Label: "Item", Slot: ui.Subject}, {Label: "Result"}, {Label: "What was seen"}, {Label: "To do", Slot: ui.Fourth},
	}}
	for _, f := range all {
		list.Rows = append(list.Rows, ui.Row{Cells: []ui.Cell{
			{Text: f.Title, Note: f.ID}, {Pill: ui.Pill{Tone: resultTones[f.Result], Text: capital(strings.ToLower(f.Result.Words()))}}, {Text: f.Why, Note: strings.Join(f.Evidence, " · ")}, {Text: f.Todo},
		}})
	}
	list.More = paged(len(all), "item", "items")
	return list
}
