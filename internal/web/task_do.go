package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/web/ui"
)

// beginTask says that the actor has begun a task, and goes on to its questions.
func (p *pages) beginTask(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Task](r, "task")
	if err != nil {
		return err
	}
	if _, err := readForm(r); err != nil {
		return err
	}
	if _, _, err = p.Tasks.Report(r.Context(), actor.From(r.Context()), task.Report{Task: at}); err != nil {
		return again(err, func(status int, faults ui.Faults) error {
			return p.showTask(w, r, at, taskSaid{faults: faults, status: status})
		})
	}
	return p.seeOther(w, r, tasksPath+"/"+at.String()+"/do", "")
}

// askTask shows the form in which a task is carried out.
func (p *pages) askTask(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Task](r, "task")
	if err != nil {
		return err
	}
	t, err := p.Tasks.GetWhole(r.Context(), actor.From(r.Context()), at)
	if err != nil {
		return err
	}
	if !t.Status.Open() || t.Form == nil {
		return p.seeOther(w, r, taskAt(t.Task), "")
	}
	f := newForm("report", id.New[id.Report]().String(), "started", p.Now().UTC().Format(time.RFC3339Nano))
	return p.showDo(w, r, t, f, false, nil)
}

// reportTask says what was done; with "try" it shows what the answers bring, and nothing is kept.
func (p *pages) reportTask(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Task](r, "task")
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	t, err := p.Tasks.GetWhole(r.Context(), who, at)
	if err != nil {
		return err
	}
	fields := []string{"report", "started", "do", "scanned", "latitude", "longitude", "no_point", "remark"}
	for _, i := range itemsOf(t) {
		fields = append(fields, askName(i.ID))
	}
	f, err := p.readDo(r, who, t, fields)
	if err != nil {
		return err
	}
	if drop, is := strings.CutPrefix(f.text("do"), "drop:"); is {
		if err := p.dropAnswerFile(r.Context(), who, t, drop); err != nil {
			return err
		}
	}
	if t, err = p.Tasks.GetWhole(r.Context(), who, at); err != nil { // with the files that came
		return err
	}
	if t.Form != nil && f.text("do") != "" {
		return p.showDo(w, r, t, f, true, nil)
	}
	report, err := p.readReport(r.Context(), who, &f, t)
	if err != nil {
		return err
	}
	if err = f.readable(nil); err == nil {
		_, _, err = p.Tasks.Report(r.Context(), who, report)
	}
	if err != nil {
		if _, _, shown := formFault(err); !shown || t.Form == nil {
			return err
		}
		return p.showDo(w, r, t, f, true, atAsks(err, t.Form.Form))
	}
	to := taskAt(t.Task)
	if t.Parent != nil {
		to = tasksPath + "/" + t.Parent.String()
	}
	return p.seeOther(w, r, to, t.Name+" is done")
}

// atAsks puts the faults of answers to the fields in which they were typed.
func atAsks(err error, asked checklist.Form) error {
	f := *fault.As(err)
	f.Fields = slices.Clone(f.Fields)
	for i, x := range f.Fields {
		if text, ok := strings.CutPrefix(x.Path, "answers["); ok {
			text = strings.TrimSuffix(text, "]")
			f.Fields[i].Path = "a_" + text
			drawn := func(it checklist.Item) bool { return it.ID.String() == text && it.Rule.Type == checklist.Signature }
			if x.Code == "file" || slices.ContainsFunc(asked.Items(), drawn) {
				f.Fields[i].Path = "p_" + text
			}
		}
		if x.Path == "point" {
			f.Fields[i].Path = "latitude"
		}
	}
	return &f
}

// readReport reads what was typed of a task.
func (p *pages) readReport(ctx context.Context, who actor.Actor, f *form, t task.Whole) (task.Report, error) {
	r := task.Report{Task: t.ID, Done: true, Scanned: f.text("scanned"), NoPoint: f.text("no_point"), Remark: f.text("remark")}
	if v, err := id.Parse[id.Report](f.text("report")); err == nil {
		r.ID = v
	}
	if at, err := time.Parse(time.RFC3339Nano, f.text("started")); err == nil {
		r.Started = at
	}
	if t.Started != nil {
		r.Started = *t.Started
	}
	if lat, lng := f.decimal("latitude"), f.decimal("longitude"); lat != nil && lng != nil {
		r.Point = &org.Point{Latitude: *lat, Longitude: *lng}
	}
	var err error
	r.Answers, err = p.given(ctx, who, f, t)
	return r, err
}

// given reads the answers that were typed.
func (p *pages) given(ctx context.Context, who actor.Actor, f *form, t task.Whole) ([]checklist.Given, error) {
	if t.Form == nil {
		return nil, nil
	}
	var out []checklist.Given
	for _, i := range t.Form.Form.Items() {
		g := checklist.Given{Item: i.ID, Value: f.text(askName(i.ID))}
		switch i.Rule.Type {
		case checklist.MultiSelect:
			g.Value, g.Values = "", f.all(askName(i.ID))
		case checklist.Person:
			if !who.Can(people.CanReadPerson) {
				break
			}
			person, err := p.readPerson(ctx, who, f, askName(i.ID), nil)
			if err != nil {
				return nil, err
			}
			if g.Value = ""; person != nil {
				g.Value = person.String()
			}
		}
		if f.asked(askName(i.ID)) {
			out = append(out, g)
		}
	}
	return out, nil
}

// showDo writes the form, with what f has in it: what its answers bring is asked, too.
func (p *pages) showDo(w http.ResponseWriter, r *http.Request, t task.Whole, f form, typed bool, refusal error) error {
	status := http.StatusOK
	var faults ui.Faults
	if refusal != nil {
		_, status, _ = formFault(refusal)
		faults = ui.FaultsOf(refusal)
	} else {
		faults = ui.FaultsOf(f.check.Err()) // of a file that was refused
	}
	title := t.Name
	if status != http.StatusOK {
		title = "Error: " + title
	}
	v, err := p.visit(r, title)
	if err != nil {
		return err
	}
	v.frame.Thin, v.zone = true, zoneOr(t.Zone, v.zone)
	view, err := p.doView(r.Context(), v, t, f, faults)
	if err != nil {
		return err
	}
	view.Typed = typed
	head := ui.Head{Title: t.Name, Crumbs: []ui.Link{{Text: "Tasks", Href: tasksPath}, {Text: t.SiteName, Href: taskAt(t.Task)}}, Sub: "To be done " + lowered(spanWords(t.Begins, t.Due, v.now, v.zone)) + "."}
	return p.show(w, r, status, v, ui.Headed(head), doPart(view))
}

// doView makes the form of a task.
func (p *pages) doView(ctx context.Context, v visit, t task.Whole, f form, faults ui.Faults) (doView, error) {
	view := doView{At: taskAt(t.Task), Draft: "task:do:" + t.ID.String(), Report: f.text("report"), Started: f.text("started")}
	reading := form{values: f.values}
	given, err := p.given(ctx, v.who, &reading, t)
	if err != nil {
		return view, err
	}
	shown := map[id.Item]bool{}
	for _, j := range t.Form.Form.Evaluate(t.Given(given), t.Readings, false).Items {
		shown[j.ID] = j.Shown
	}
	var all []ui.Field
	for _, s := range t.Form.Form.Sections {
		section := doSection{Name: s.Name}
		for _, i := range s.Items {
			view.Follows = view.Follows || i.ShowIf != nil
			if !shown[i.ID] {
				continue
			}
			a, err := p.doAsk(ctx, v.who, i, t, f, faults)
			if err != nil {
				return view, err
			}
			if a.File = fileAskOf(i, t, p.Files.Max(), faults.At); a.File != nil {
				view.Sends = true
				all = append(all, ui.Field{Name: a.File.Name, Label: a.File.Label})
			}
			section.Asks, all = append(section.Asks, a), append(all, a.Field)
		}
		if len(section.Asks) > 0 {
			view.Sections = append(view.Sections, section)
		}
	}
	view.More = proofFields(t.Task)
	for i, x := range view.More {
		view.More[i].Value, view.More[i].Error = f.text(x.Name), faults.At(x.Name)
	}
	if faults.Any() {
		view.Faults = faults.Summary(append(all, view.More...)...)
	}
	return view, nil
}

// doAsk makes the question of an item, with what f has in it.
func (p *pages) doAsk(ctx context.Context, who actor.Actor, i checklist.Item, t task.Whole, f form, faults ui.Faults) (a doAsk, err error) {
	var last *checklist.Number
	if n, known := t.Readings[i.ID]; known {
		last = &n
	}
	a.Field, a.Locate, a.Scan = askField(i, last), i.Rule.Type == checklist.GPS, i.Rule.Type == checklist.Scan
	if i.Rule.Type == checklist.Site {
		sites, err := p.activeSites(ctx, who)
		if err != nil {
			return a, err
		}
		a.Field.Kind, a.Field.Options = ui.Select, siteChoices(sites, who, org.CanReadSite, "Choose", f.text(a.Field.Name))
	}
	a.Field.Value, a.Field.Error = f.text(a.Field.Name), faults.At(a.Field.Name)
	for n, o := range a.Field.Options {
		a.Field.Options[n].Selected = f.picked(a.Field.Name, o.Value) || o.Value == "" && a.Field.Value == ""
	}
	if i.Rule.Type == checklist.Person {
		s, sees, err := p.personField(ctx, who, a.Field)
		if sees {
			a.People = &s
		}
		return a, err
	}
	return a, nil
}

// proofFields ask for the proof of presence, and for a remark.
func proofFields(t task.Task) (out []ui.Field) {
	switch t.Proof {
	case plan.ByQR, plan.ByNFC:
		out = append(out, ui.Field{Name: "scanned", Label: "Code at the place", Help: "As it stands on the label there.", Width: "mid", Literal: true, Max: 200})
	case plan.ByGPS:
		out = append(out, ui.Field{Name: "latitude", Label: "Latitude", Help: "Where you are, degrees north.", Kind: ui.Number, Step: "any", Min: "-90", Top: "90", Optional: true},
			ui.Field{Name: "longitude", Label: "Longitude", Help: "Degrees east.", Kind: ui.Number, Step: "any", Min: "-180", Top: "180", Optional: true},
			ui.Field{Name: "no_point", Label: "Without a position: why", Help: "For when the phone does not say where it is. Those in charge see the reason.", Optional: true, Max: 200})
	}
	return append(out, ui.Field{Name: "remark", Label: "Remark", Kind: ui.Lines, Optional: true, Max: 2000, Rows: 2})
}
