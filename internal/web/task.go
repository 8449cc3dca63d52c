package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// taskSaid is what a task's page was sent and could not do: the texts stay in its forms.
type taskSaid struct {
	form   form
	faults ui.Faults
	status int
}

// getTask shows a task.
func (p *pages) getTask(w http.ResponseWriter, r *http.Request) error {
	t, err := pathID[id.Task](r, "task")
	if err != nil {
		return err
	}
	return p.showTask(w, r, t, taskSaid{})
}

// showTask writes a task's page.
func (p *pages) showTask(w http.ResponseWriter, r *http.Request, at id.Task, said taskSaid) error {
	v, err := p.visit(r, "Task")
	if err != nil {
		return err
	}
	t, err := p.Tasks.GetWhole(r.Context(), v.who, at)
	if err != nil {
		return err
	}
	if v.zone, v.frame.Title = zoneOr(t.Zone, v.zone), t.Name; said.status >= http.StatusBadRequest {
		v.frame.Title = "Error: " + t.Name
	}
	history, err := p.history(r.Context(), v, t.ID)
	if err != nil {
		return err
	}
	hand, err := p.taskHand(r.Context(), v.who, t.Task, said)
	if err != nil {
		return err
	}
	main := within(stacked(), together(visitsPart(visitsOf(v, t)), answersPart(answersOf(t), t.AnswersNote()), history))
	beside := []templ.Component{ui.Stated(taskFacts(v, t.Task))}
	if x := taskExpected(v, t); len(x.Items) > 0 {
		beside = append(beside, ui.Stated(x))
	}
	aside := within(stacked(), together(append(beside, hand)...))
	return p.show(w, r, max(said.status, http.StatusOK), v, ui.Headed(taskHead(v, t.Task)), noted(taskNote(v, t.Task, said)), within(split(), together(main, aside)))
}

// mayDo says that the actor may carry a task out.
func mayDo(who actor.Actor, t task.Task) bool {
	return t.Form != nil && (t.Mine && who.At(task.CanDo, t.Site) || who.At(task.CanUpdate, t.Site))
}

func taskHead(v visit, t task.Task) ui.Head {
	h := ui.Head{Title: t.Name, Pill: taskPill(t, v.now), Crumbs: []ui.Link{{Text: "Tasks", Href: tasksPath}}, Sub: capital(t.Kind.Label()) + ", " + amid(t.Begins, v.now, v.zone) + ". " + zoneLine(v.zone)}
	if t.Parent != nil {
		h.Crumbs = append(h.Crumbs, ui.Link{Text: "The run", Href: tasksPath + "/" + t.Parent.String()})
	}
	switch {
	case !mayDo(v.who, t) || v.now.Before(t.Begins):
	case t.Status == task.Assigned:
		h.Acts = append(h.Acts, ui.Action{Text: "Begin", Icon: "task", Post: taskAt(t) + "/begin", Primary: true})
	case t.Status == task.InProgress:
		h.Acts = append(h.Acts, ui.Action{Text: "Carry on", Icon: "task", Href: taskAt(t) + "/do", Primary: true})
	}
	return h
}

// taskNote says what keeps a task from being done, or what was not done.
func taskNote(v visit, t task.Task, said taskSaid) ui.Note {
	switch s := said.faults.Summary(); {
	case said.faults.Any() && len(s.Items) > 0:
		return ui.Note{Tone: ui.Late, Title: "That was not done", Text: s.Items[0].Text, Urgent: true}
	case said.faults.Any():
		return ui.Note{Tone: ui.Late, Title: "That was not done", Text: s.Title, Urgent: true}
	case t.Deviation && t.Parent == nil:
		return ui.Note{Tone: ui.Wait, Title: "Out of order", Text: "A stop was visited before one that comes earlier."}
	case t.Status == task.Assigned && v.now.Before(t.Begins) && mayDo(v.who, t):
		return ui.Note{Tone: ui.New, Text: "It may be begun " + amid(t.Begins, v.now, v.zone) + "."}
	}
	return ui.Note{}
}

// taskFacts gathers the facts about a task, with links to what the actor may see.
func taskFacts(v visit, t task.Task) ui.Facts {
	f := ui.Facts{Title: "Facts"}
	add := func(label, value, href string, may bool) {
		if !may {
			href = ""
		}
		if value != "" {
			f.Items = append(f.Items, ui.Fact{Label: label, Value: value, Href: href})
		}
	}
	add("To be done", spanWords(t.Begins, t.Due, v.now, v.zone), "", false)
	add("Site", t.SiteName, "/sites/"+t.Site.String(), v.who.At(org.CanReadSite, t.Site))
	if t.Asset != nil {
		add("Asset", t.AssetName, "/assets/"+t.Asset.String(), v.who.At(asset.CanRead, t.Site))
	}
	if t.Person != nil {
		add("With", t.PersonName, "/people/"+t.Person.String(), v.who.Can(people.CanReadPerson))
	}
	if t.Group != nil {
		add("With", t.GroupName, "/groups/"+t.Group.String(), v.who.Can(people.CanReadGroup))
	}
	if t.Post != nil {
		add("With", "Whoever holds "+t.PostName, postsPath+"/"+t.Post.String(), v.who.At(post.CanRead, t.Site))
	}
	add("Priority", priorityWords(t.Priority), "", false)
	add("Proof of presence", proofWords(t.Proof), "", false)
	if t.Started != nil {
		add("Begun", moment(*t.Started, v.now, v.zone), "", false)
	}
	if t.Ended != nil {
		add("Done", moment(*t.Ended, v.now, v.zone), "", false)
	}
	add("By", t.PerformerName, "", false)
	if t.Late && t.Received != nil {
		add("Reported late", "After it was closed: "+moment(*t.Received, v.now, v.zone), "", false)
	}
	if t.Alerts > 0 {
		f.Items = append(f.Items, ui.Fact{Label: "Alerts", Pill: ui.Pill{Tone: ui.Late, Text: strconv.FormatInt(t.Alerts, 10)}})
	}
	add("Remark", t.Remark, "", false)
	if t.Ticket != nil {
		add("Ticket", "Raised because of it", "/tickets/"+t.Ticket.String(), v.who.At(ticket.CanRead, t.Site))
	}
	if t.Plan != nil {
		add("Comes of", "Its plan", plansPath+"/"+t.Plan.String(), v.who.At(plan.CanRead, t.Site))
	} else {
		add("Comes of", "Nobody planned it", "", false)
	}
	return f
}

func proofWords(p plan.Proof) string {
	return map[plan.Proof]string{plan.NoProof: "None", plan.ByQR: "The code is scanned", plan.ByNFC: "The tag is touched", plan.ByGPS: "The phone is there"}[p]
}

// taskHandView is where a task is given to another or called off.
type taskHandView struct {
	At, Version string
	Field       suggestion
	Why         ui.Field
}

// taskHand is the part of a task's page for who may change it by hand.
func (p *pages) taskHand(ctx context.Context, who actor.Actor, t task.Task, said taskSaid) (templ.Component, error) {
	if t.Status != task.Assigned || !who.At(task.CanUpdate, t.Site) {
		return together(), nil
	}
	offers, err := p.assigneeOffers(ctx, who)
	h := taskHandView{
		At: taskAt(t), Version: number(t.Version),
		Field: suggestion{Offers: offers, Field: ui.Field{Name: "to_whom", Label: "Give it to", Help: "A person by name or code, or a group. Its plan leaves it so.", Error: said.faults.At("to_whom")}},
		Why:   ui.Field{Name: "remark", Label: "Call it off: why", Max: 2000, Error: said.faults.At("remark")},
	}
	if said.form.values != nil {
		h.Field.Field.Value, h.Why.Value = said.form.text("to_whom"), said.form.text("remark")
	}
	return taskHandPart(h), err
}
