package web

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/web/ui"
)

// planNames are the fields of the form about a plan with these rows for stops.
func planNames(rows []string) []string {
	out := []string{
		"kind", "site_id", "name", "description", "checklist_id", "asset_id", "assignee", "often", "times", "day", "monthday", "rule", "every", "every_unit", "valid_from", "valid_until",
		"holidays", "duration_minutes", "grace_before_minutes", "grace_after_minutes", "rounds", "pause_minutes", "random", "ordered", "proof", "priority", "on_expiry",
		"silence_minutes", "reminder_minutes", "moves_asset", "category_id", "active", rowField, "do",
	}
	for _, key := range rows {
		out = append(out, stopName("id", key), stopName("place", key), stopName("travel", key))
	}
	return out
}

func stopName(part, row string) string { return "stop_" + part + "_" + row }

// planForm is the form that shows a plan.
func planForm(x plan.Plan, places map[string]string) form {
	f := newForm("kind", string(x.Kind), "site_id", x.Site.String(), "name", x.Name, "description", x.Description, "checklist_id", refText(x.Checklist),
		"valid_from", string(x.From), "holidays", string(x.Holidays), "duration_minutes", number(x.Duration), "grace_before_minutes", number(x.Before),
		"grace_after_minutes", number(x.After), "rounds", number(x.Rounds), "pause_minutes", number(x.Pause), "random", yesNo(x.Random), "ordered", yesNo(x.Ordered),
		"proof", string(x.Proof), "priority", string(x.Priority), "on_expiry", string(x.Expiry), "category_id", refText(x.Category), "active", yesNo(x.Active),
		"silence_minutes", number(x.Silence), "reminder_minutes", strings.ReplaceAll(x.ReminderWords(), " ", ", "), "moves_asset", yesNo(x.MoveAsset),
		"version", number(x.Version), "assignee", x.PersonName)
	if x.Site.IsZero() {
		f.set("site_id", "")
	}
	if x.Until != nil {
		f.set("valid_until", string(*x.Until))
	}
	if x.Group != nil {
		f.set("assignee", groupPrefix+x.GroupName)
	}
	if x.Post != nil {
		f.set("assignee", postPrefix+x.PostName)
	}
	if x.Asset != nil {
		f.set("asset_id", places[x.Asset.String()])
	}
	putRule(&f, x.Rule)
	for i, s := range x.Stops {
		key := strconv.Itoa(i)
		f.values.Add(rowField, key)
		f.set(stopName("id", key), s.ID.String())
		f.set(stopName("travel", key), number(s.Travel))
		if s.Site != nil {
			f.set(stopName("place", key), s.Site.String())
		} else {
			f.set(stopName("place", key), places[s.Asset.String()])
		}
	}
	f.spare()
	return f
}

// readPlan reads what was typed about a plan, and in which row each stop was typed. What the form did not ask stays as it was.
func (p *pages) readPlan(ctx context.Context, who actor.Actor, f *form, was plan.Plan) (in plan.Input, rows []string, err error) {
	in = plan.Input{
		Kind: plan.Kind(f.text("kind")), Site: was.Site, Name: f.text("name"), Description: f.text("description"), Checklist: ref[id.Checklist](f, "checklist_id"),
		Priority: plan.Priority(f.text("priority")), Proof: plan.Proof(f.text("proof")), Ordered: f.yes("ordered"), Expiry: plan.Expiry(f.text("on_expiry")),
		Category: ref[id.Category](f, "category_id"), Alarms: readAlarms(f), Active: f.yes("active"),
		Schedule: plan.Schedule{
			Rule: readRule(f), From: f.date("valid_from"), Holidays: plan.Holidays(f.text("holidays")), Duration: f.whole("duration_minutes"),
			Before: f.whole("grace_before_minutes"), After: f.whole("grace_after_minutes"), Rounds: f.whole("rounds"), Pause: f.whole("pause_minutes"), Random: f.yes("random"),
		},
	}
	if !was.ID.IsZero() {
		in.Kind = was.Kind
	} else if site := ref[id.Site](f, "site_id"); site != nil {
		in.Site = *site
	}
	if until := f.date("valid_until"); until != "" {
		in.Until = new(until)
	}
	if in.Kind.Stops() {
		if rows, err = p.readStops(ctx, who, f, &in, was); err != nil {
			return in, rows, err
		}
	} else if in.Asset, err = p.readAssetRef(ctx, who, f, "asset_id"); err != nil {
		return in, rows, err
	}
	if typed := strings.TrimSpace(f.text("assignee")); was.Person != nil && typed == was.PersonName {
		in.Person = was.Person // as it stood there
		return in, rows, nil
	}
	if name, isPost := strings.CutPrefix(fold.Line(f.text("assignee")), strings.TrimSpace(postPrefix)); isPost {
		in.Post, err = p.readPostRef(ctx, who, f, "assignee", in.Site, fold.Line(name))
		return in, rows, err
	}
	to, err := p.readAssignee(ctx, who, f, "assignee")
	in.Person, in.Group = to.Person, to.Group
	return in, rows, err
}

// readAlarms reads what is to be known of a task before its time is over. What a kind of plan is not asked is not there.
func readAlarms(f *form) plan.Alarms {
	a := plan.Alarms{Silence: f.whole("silence_minutes"), MoveAsset: f.yes("moves_asset")}
	for _, word := range strings.FieldsFunc(f.text("reminder_minutes"), func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			f.check.Add("reminder_minutes", "number", "Give minutes, such as 60, 15.")
			break
		}
		a.Reminders = append(a.Reminders, n)
	}
	return a
}

// atPlanFields puts the faults of a plan to the fields in which they were typed.
func atPlanFields(err error, rows []string, often string) error {
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	f := *fault.As(err)
	f.Fields = append([]fault.Field(nil), f.Fields...)
	for i, x := range f.Fields {
		switch list, rest, _ := strings.Cut(x.Path, "["); {
		case list == "stops" && rest != "":
			index, part, _ := strings.Cut(rest, "]")
			n, failed := strconv.Atoi(index)
			if failed != nil || n >= len(rows) {
				continue
			}
			if f.Fields[i].Path = stopName("place", rows[n]); part == ".travel_minutes" {
				f.Fields[i].Path = stopName("travel", rows[n])
			}
		case x.Path == "stops":
			f.Fields[i].Path = stopName("place", "0")
		case x.Path == "person_id" || x.Path == "group_id" || x.Path == "post_id":
			f.Fields[i].Path = "assignee"
		case x.Path == "rule" && (often == onEnd || often == onMeter):
			f.Fields[i].Path = "every"
		case x.Path == "rule" && often != byRule:
			f.Fields[i].Path = "times"
		}
	}
	return &f
}

// planQuestions are the questions about a plan as they are laid out.
type planQuestions struct {
	all  []ui.Field
	body templ.Component
	maps bool // there are places on a map
}

// stopAsk is a row of the form about stops.
type stopAsk struct {
	Key, Title string
	ID         ui.Hidden
	Place      *suggestion // of a tour: an asset
	Site       ui.Field    // of a route
	Travel     ui.Field
	Note       string // how far it is from the stop before
}

// planQuestions makes the questions about a plan, with what f has in them.
func (p *pages) planQuestions(ctx context.Context, who actor.Actor, x plan.Plan, f form, faults ui.Faults) (q planQuestions, err error) {
	var parts []templ.Component
	fill := func(field ui.Field) ui.Field {
		field.Value, field.Error = f.text(field.Name), faults.At(field.Name)
		q.all = append(q.all, field)
		return field
	}
	ask := func(fields ...ui.Field) {
		for _, field := range fields {
			parts = append(parts, ui.Asked(fill(field)))
		}
	}
	sites, err := p.activeSites(ctx, who)
	if err != nil {
		return q, err
	}
	if x.ID.IsZero() {
		ask(ui.Field{Name: "site_id", Label: "Site", Kind: ui.Select, Options: siteChoices(sites, who, plan.CanCreate, "Choose a site", f.text("site_id"))})
	}
	ask(ui.Field{Name: "name", Label: "Name", Max: 200}, ui.Field{Name: "description", Label: "What is to be done", Kind: ui.Lines, Optional: true, Max: 2000, Rows: 2})
	lists, err := p.checklistChoices(ctx, who, f.text("checklist_id"))
	if err != nil {
		return q, err
	}
	ask(ui.Field{Name: "checklist_id", Label: "Checklist", Kind: ui.Select, Options: lists})
	places, err := p.planOffers(ctx, who, x, f, sites)
	if err != nil {
		return q, err
	}
	if !x.Kind.Stops() {
		parts = append(parts, suggested(suggestion{Offers: places.Offers, Field: fill(ui.Field{Name: "asset_id", Label: "Asset", Help: "Of the same site. Name or code.", Optional: x.Kind != plan.Maintenance, Width: "mid"})}))
	}
	hands, err := p.handOffers(ctx, who)
	if err != nil {
		return q, err
	}
	parts = append(parts, suggested(suggestion{Offers: hands, Field: fill(ui.Field{Name: "assignee", Label: "Who does it", Help: "A person by name or code, a group, or a post of the site.", Width: "mid"})}), headed("When"))
	ask(ruleFields(x.Kind, f)...)
	ask(planTimes(x.Kind, f)...)
	if x.Kind.Stops() {
		places.Rows = stopRowsAsked(x, f, sites, who, fill)
		parts, q.maps = append(parts, stopAsks(places)), len(places.Points) > 0
	}
	parts = append(parts, headed("How"))
	categories, err := p.categoryChoices(ctx, who, "None", f.text("category_id"))
	if err != nil {
		return q, err
	}
	ask(planManner(x.Kind, f, categories)...)
	q.body = together(parts...)
	return q, nil
}

// checklistChoices are the checklists that a plan may ask.
func (p *pages) checklistChoices(ctx context.Context, who actor.Actor, chosen string) ([]ui.Option, error) {
	out := []ui.Option{{Label: "Choose a checklist", Selected: chosen == ""}}
	if who.Can(checklist.CanRead) {
		all, err := allPages(func(r page.Request) (page.Of[checklist.Checklist], error) {
			return p.Checks.List(ctx, who, checklist.Filter{Offered: true}, r)
		})
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name, Selected: c.ID.String() == chosen})
		}
	}
	return keepChosen(out, chosen, "One that is no longer offered"), nil
}
