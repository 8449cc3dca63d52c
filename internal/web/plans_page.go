package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/web/ui"
)

// lookDays is how many days a plan's page looks ahead; lookRows is how many of the times it tells.
const (
	lookDays = 35
	lookRows = 12
)

// getPlan shows a plan with what it brings.
func (p *pages) getPlan(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Plan](r, "plan")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "Plan")
	if err != nil {
		return err
	}
	x, err := p.Plans.Get(r.Context(), v.who, at)
	if err != nil {
		return err
	}
	v.zone, v.frame.Title = zoneOr(x.Zone, v.zone), x.Name
	coming, _, err := p.Plans.LookAt(r.Context(), v.who, at, v.now, v.now.AddDate(0, 0, lookDays))
	if err != nil {
		return err
	}
	history, err := p.history(r.Context(), v, x.ID)
	if err != nil {
		return err
	}
	main := within(stacked(), together(comingPart(comingViewOf(v, x.Trigger(), coming)), history))
	aside := within(stacked(), together(ui.Stated(planFacts(v, x)), stopsPart(stopRows(x))))
	return p.show(w, r, http.StatusOK, v, ui.Headed(planHead(v, x)), within(split(), together(main, aside)))
}

func planHead(v visit, x plan.Plan) ui.Head {
	at := plansPath + "/" + x.ID.String()
	h := ui.Head{Title: x.Name, Pill: activePill(x.Active), Crumbs: []ui.Link{{Text: "Plans", Href: plansPath}}, Sub: capital(x.Words()) + ". " + zoneLine(v.zone)}
	h.Acts = append(h.Acts, ui.Action{Text: "Its tasks", Icon: "task", Href: tasksPath + "?status=" + anyStatus + "&when=ever&plan=" + x.ID.String()})
	if v.who.At(plan.CanUpdate, x.Site) {
		h.Acts = append(h.Acts, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit", Primary: true})
	}
	if v.who.At(plan.CanDelete, x.Site) {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(x.Version), Danger: true, Confirm: planConfirm(x)})
	}
	return h
}

func planConfirm(x plan.Plan) ui.Confirm {
	return ui.Confirm{Title: "Delete the plan " + x.Name + "?", Text: "A plan that has brought tasks cannot be deleted: make it inactive instead.", Go: "Delete the plan"}
}

// planFacts gathers the facts about a plan, with links to what the actor may see.
func planFacts(v visit, x plan.Plan) ui.Facts {
	f := ui.Facts{Title: "Facts"}
	add := func(label, value, href string, may bool) {
		if !may {
			href = ""
		}
		if value != "" {
			f.Items = append(f.Items, ui.Fact{Label: label, Value: value, Href: href})
		}
	}
	add("Kind", x.Kind.Label(), "", false)
	add("Site", x.SiteName, "/sites/"+x.Site.String(), v.who.At(org.CanReadSite, x.Site))
	if x.Asset != nil {
		add("Asset", x.AssetName, "/assets/"+x.Asset.String(), v.who.At(asset.CanRead, x.Site))
	}
	if x.Person != nil {
		add("With", x.PersonName, "/people/"+x.Person.String(), v.who.Can(people.CanReadPerson))
	}
	if x.Group != nil {
		add("With", x.GroupName, "/groups/"+x.Group.String(), v.who.Can(people.CanReadGroup))
	}
	if x.Post != nil {
		add("With", "Whoever holds "+x.PostName, postsPath+"/"+x.Post.String(), v.who.At(post.CanRead, x.Site))
	}
	if x.Checklist != nil {
		add("Checklist", x.ChecklistName, checklistsPath+"/"+x.Checklist.String(), v.who.Can(checklist.CanRead))
	}
	add("Done within", minutesWords(x.Duration), "", false)
	if x.Before > 0 {
		add("May begin", minutesWords(x.Before)+" early", "", false)
	}
	if x.After > 0 {
		add("May be late", minutesWords(x.After), "", false)
	}
	add("On holidays", x.Holidays.Label(), "", false)
	add("Priority", priorityWords(x.Priority), "", false)
	add("Proof of presence", proofWords(x.Proof), "", false)
	add("When it is missed", expiryWords(x), "", false)
	days := "From " + dateWords(x.From)
	if x.Until != nil {
		days += " to " + dateWords(*x.Until)
	}
	add("Comes", days, "", false)
	if m := x.Meter(); m != nil {
		add("Meter", m.Reading.String()+" on "+m.At.In(v.zone).Format("2 January 2006")+"; the next task at "+m.Next.String(), "", false)
	}
	add("What it is", x.Description, "", false)
	return f
}

func expiryWords(x plan.Plan) string {
	switch x.Expiry {
	case plan.MailIt:
		return "Closed, and those in charge are told"
	case plan.RaiseTicket:
		return "Closed, and a ticket of " + x.CategoryName + " is raised"
	}
	return "Closed"
}

// stopRow is a stop of a plan.
type stopRow struct{ Name, Note string }

func stopRows(x plan.Plan) (out []stopRow) {
	for i, s := range x.Stops {
		r := stopRow{Name: strconv.Itoa(i+1) + " " + s.Name}
		if s.Metres > 0 {
			r.Note = distanceWords(s.Metres)
		}
		if s.Travel > 0 {
			r.Note = strings.TrimPrefix(r.Note+", "+minutesWords(s.Travel)+" to get there", ", ")
		}
		out = append(out, r)
	}
	return out
}

// comingView is what comes: a strip of days, and the next times.
type comingView struct {
	Words string
	Days  []dayMark
	Rows  []comingRow
	More  int // that are not told

	Change *planChange // what saving would do, nil where nothing is changed
}

// dayMark is a day of the strip.
type dayMark struct {
	X     string
	Class string // "bed" without, "hi" with something, "lim" where something falls out
}

// comingRow is one time.
type comingRow struct{ When, Note string }

// comingViewOf draws what comes in the days after now.
func comingViewOf(v visit, by plan.Trigger, coming []plan.Coming) comingView {
	out := comingView{Words: "Nothing comes in the next " + plural(lookDays, "day") + "."}
	if by == plan.ByMeter {
		out.Words = "It comes when the meter says so. When that is can be estimated from two readings on, for the next " + plural(lookDays, "day") + "."
	}
	marks, comes := make([]string, lookDays+1), 0
	first := v.now.In(v.zone)
	for _, c := range coming {
		day := daysBetween(first, c.At.In(v.zone))
		row := comingRow{When: spanWords(c.Begins, c.Due, v.now, v.zone), Note: c.Why}
		mark := "hi"
		if c.Skipped {
			row.When, mark = moment(c.At, v.now, v.zone), "off"
			row.Note = "Does not come: " + c.Why
		} else {
			comes++
		}
		if day >= 0 && day < len(marks) && marks[day] != "hi" {
			marks[day] = mark
		}
		if len(out.Rows) < lookRows {
			out.Rows = append(out.Rows, row)
		} else {
			out.More++
		}
	}
	for i, m := range marks {
		if m == "" {
			m = "bed"
		}
		out.Days = append(out.Days, dayMark{X: strconv.Itoa(i * 10), Class: m})
	}
	switch {
	case comes > 0 && by != plan.ByRule:
		out.Words = "What is known of the next " + plural(lookDays, "day") + ": an estimate moves with what happens."
	case comes > 0:
		out.Words = "It comes " + plural(comes, "time") + " in the next " + plural(lookDays, "day") + "."
	}
	return out
}

// daysBetween counts the midnights between two times of one zone.
func daysBetween(from, to time.Time) int {
	a := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
	b := time.Date(to.Year(), to.Month(), to.Day(), 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a).Hours() / 24)
}

// deletePlan removes a plan that brought nothing yet.
func (p *pages) deletePlan(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Plan](r, "plan")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	x, err := p.Plans.Get(r.Context(), who, at)
	if err != nil {
		return err
	}
	here := plansPath + "/" + at.String()
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: planConfirm(x), Action: here + "/delete", Keep: here, Hidden: []ui.Hidden{{Name: "version", Value: f.text("version")}}})
	if !ok {
		return err
	}
	version := f.version()
	if err := f.readable(nil); err != nil {
		return err
	}
	if err := p.Plans.Delete(r.Context(), who, at, version); err != nil {
		return err
	}
	return p.seeOther(w, r, plansPath, "The plan "+x.Name+" is deleted")
}
