package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/ops"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/web/ui"
)

// operationsPath is how the installation does.
const operationsPath = "/operations"

// operationsView is how the installation does: what is wrong first, then how it went, then what it is made of.
type operationsView struct {
	Wrong    []ui.Note
	Charts   []ui.Bars // empty in the first minute
	Checks   ui.Facts
	Versions ui.Facts
	Queue    ui.Facts
	Room     ui.Facts
	Costly   ui.List
	Faults   ui.List
	Calm     ui.Empty // instead of Faults
}

// operations shows how the installation does.
func (p *pages) operations(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Operations")
	if err != nil {
		return err
	}
	state, err := p.Ops.Read(r.Context(), v.who)
	if err != nil {
		return err
	}
	began := "This process runs since " + amid(state.Began, v.now, v.zone) + "; what is counted here is its own. "
	head := ui.Head{Title: "Operations", Sub: began + zoneLine(v.zone), Acts: []ui.Action{{Text: "Readiness", Href: readinessPath, Icon: "shield"}, {Text: "Parts", Href: partsPath, Icon: "list"}}}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), operationsPart(operationsViewOf(state, v)))
}

func operationsViewOf(s ops.State, v visit) operationsView {
	view := operationsView{Checks: ui.Facts{Title: "What must work"}, Versions: ui.Facts{Title: "Versions"}, Queue: queueFacts(s.Queue), Room: roomFacts(s, v)}
	for _, c := range s.Checks {
		pill := ui.Pill{Tone: ui.Done, Text: "Works"}
		if !c.Works {
			pill = ui.Pill{Tone: ui.Late, Text: "Does not work"}
			view.Wrong = append(view.Wrong, ui.Note{Tone: ui.Late, Urgent: true, Title: capital(c.Name) + " does not work", Text: "Why is in the log, and on the private port under /health."})
		}
		view.Checks.Items = append(view.Checks.Items, ui.Fact{Label: capital(c.Name), Pill: pill})
	}
	for _, x := range s.Versions {
		view.Versions.Items = append(view.Versions.Items, ui.Fact{Label: x.Name, Value: x.Value})
	}
	view.charts(s.Points, v)
	view.costly(s.Costly)
	view.faults(s.Faults, v)
	return view
}

// queueFacts tell of background work; the words for the states are ours.
func queueFacts(queue map[string]int64) ui.Facts {
	f := ui.Facts{Title: "Background work"}
	if queue == nil {
		f.Items = []ui.Fact{{Label: "Queue", Value: "The database does not say"}}
		return f
	}
	for _, x := range []struct{ label, state string }{{"Waits for its turn", "available"}, {"Runs", "running"}, {"Is to begin later", "scheduled"}, {"Failed, and comes again", "retryable"}, {"Given up", "discarded"}, {"Cannot succeed", "cancelled"}} {
		f.Items = append(f.Items, ui.Fact{Label: x.label, Value: grouped(queue[x.state])})
	}
	return f
}

func roomFacts(s ops.State, v visit) ui.Facts {
	f := ui.Facts{Title: "Room and backup", Items: []ui.Fact{{Label: "Free on the disk", Value: roomWords(s.Free) + " of " + roomWords(s.Size)}}}
	full := ui.Fact{Label: "Full, at this pace", Value: "Not within a year"}
	if !s.Full.IsZero() {
		full = ui.Fact{Label: "Full, at this pace", Pill: ui.Pill{Tone: ui.Wait, Text: "In " + spell(s.Full.Sub(v.now))}}
	}
	f.Items = append(f.Items, full, lastFact("Last backup", s.Backup, v), lastFact("Last verified restore", s.Restored, v))
	return f
}

// lastFact says when something was done last.
func lastFact(label string, at time.Time, v visit) ui.Fact {
	if at.IsZero() {
		return ui.Fact{Label: label, Pill: ui.Pill{Tone: ui.Wait, Text: "Never"}}
	}
	return ui.Fact{Label: label, Value: moment(at, v.now, v.zone)}
}

// roomWords writes the size of a disk.
func roomWords(bytes uint64) string {
	return strconv.FormatFloat(float64(bytes)/1e9, 'f', 1, 64) + " GB"
}

// charts draws the last hour by minute.
func (view *operationsView) charts(points []ops.Point, v visit) {
	if len(points) == 0 {
		return
	}
	var answered, failed uint64
	charts := []ui.Bars{{Title: "Answered", Unit: "Requests"}, {Title: "Failed on our side", Unit: "Requests"}, {Title: "19 of 20 answers within", Unit: "Milliseconds"}, {Title: "19 of 20 jobs began within", Unit: "Seconds"}}
	for i, x := range points {
		answered, failed = answered+x.Traffic.Requests, failed+x.Traffic.Failed
		values := []float64{float64(x.Traffic.Requests), float64(x.Traffic.Failed), boundOf(x.Traffic.Times).Seconds() * 1000, boundOf(x.Traffic.Waits).Seconds()}
		for n := range charts {
			charts[n].Items = append(charts[n].Items, ui.Bar{Label: x.At.In(v.zone).Format(clockForm), Value: values[n], Now: i == len(points)-1, Late: n == 1 && values[n] > 0})
		}
	}
	last := points[len(points)-1].Traffic
	charts[0].Total, charts[1].Total = grouped(int64(answered)), grouped(int64(failed))
	charts[2].Total, charts[3].Total = tookWords(boundOf(last.Times)), tookWords(boundOf(last.Waits))
	for n := range charts {
		charts[n].Head, charts[n].Sub = "Minute", "In the last "+plural(len(points), "minute")
		if n > 1 {
			charts[n].Sub = "In the last minute"
		}
		charts[n].Label = charts[n].Title + " by minute, " + charts[n].Unit + ": " + charts[n].Total
	}
	view.Charts = charts
}

// boundOf is the bound that nineteen of twenty stayed under, or the last that can be told.
func boundOf(s telemetry.Spread) time.Duration { bound, _ := s.Within(); return bound }

// tookWords writes how long something took that is mostly short.
func tookWords(d time.Duration) string {
	switch {
	case d == 0:
		return "–"
	case d < time.Second:
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64) + " ms"
	}
	return strconv.FormatFloat(d.Round(100*time.Millisecond).Seconds(), 'f', -1, 64) + " s"
}

func (view *operationsView) costly(all []telemetry.Use) {
	view.Costly = ui.List{ID: "costly", Caption: "Statements, the most costly together first", Columns: []ui.Column{
		{Label: "Statement", Slot: ui.Subject}, {Label: "Together", Slot: ui.Amount}, {Label: "Runs", Slot: ui.Amount}, {Label: "Each", Slot: ui.Amount}, {Label: "19 of 20", Slot: ui.Amount}, {Label: "Failed", Slot: ui.Amount},
	}}
	for _, u := range all {
		bound, over := u.Times.Within()
		within := "within " + tookWords(bound)
		if over {
			within = "over " + tookWords(bound)
		}
		view.Costly.Rows = append(view.Costly.Rows, ui.Row{Cells: []ui.Cell{
			{Text: u.Name}, {Text: tookWords(u.Total.Round(time.Millisecond))}, {Text: grouped(int64(u.Count))}, {Text: tookWords(u.Mean().Round(10 * time.Microsecond))}, {Text: within}, {Text: grouped(int64(u.Failed))},
		}})
	}
	view.Costly.More = paged(len(all), "statement", "statements")
}

func (view *operationsView) faults(all []telemetry.Seen, v visit) {
	if len(all) == 0 {
		view.Calm = ui.Empty{Icon: "check", Title: "No errors since the start", Text: "What fails on our side is listed here, like errors together, with the requests by which the log is searched."}
		return
	}
	view.Faults = ui.List{ID: "faults", Caption: "Errors, the last first", Columns: []ui.Column{
		{Label: "Error", Slot: ui.Subject}, {Label: "Times", Slot: ui.Amount}, {Label: "Last"}, {Label: "Requests", Slot: ui.Third}, {Label: "Mark", Slot: ui.Fourth},
	}}
	for _, f := range all {
		view.Faults.Rows = append(view.Faults.Rows, ui.Row{Cells: []ui.Cell{
			{Text: f.What, Note: f.Why}, {Text: grouped(f.Count)}, {Text: moment(f.Last, v.now, v.zone), Note: "first " + amid(f.First, v.now, v.zone)}, {Text: strings.Join(f.Requests, " ")}, {Code: f.Print},
		}})
	}
	view.Faults.More = paged(len(all), "error", "errors")
}
