package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
)

// follows makes a checklist whose second question is asked only when the first is answered "No"; more may be answered.
func follows(h *house, more ...checklist.Question) checklist.Checklist {
	lamp := h.Question("Is the lamp on?")
	why := h.Question("What is wrong?", func(in *checklist.QuestionInput) { in.Rule = checklist.Rule{Type: checklist.MultiLine} })
	draft := checklist.Form{Sections: []checklist.Section{{Items: []checklist.Item{
		{ID: id.New[id.Item](), Question: lamp.ID, Mandatory: true}, {ID: id.New[id.Item](), Question: why.ID, Mandatory: true},
	}}}}
	items := draft.Sections[0].Items
	items[1].ShowIf = &checklist.Condition{Item: items[0].ID, Operator: checklist.Equals, Values: []string{"No"}}
	for _, q := range more {
		draft.Sections[0].Items = append(draft.Sections[0].Items, checklist.Item{ID: id.New[id.Item](), Question: q.ID})
	}
	c, err := h.Checks.Create(h.Ctx(), h.System, checklist.Input{Kind: checklist.ForTask, Name: "Lamp", Active: true, Places: checklist.Places{Everywhere: true}, Draft: draft})
	must(h.t, err)
	c, err = h.Checks.Publish(h.Ctx(), h.System, c.ID, c.Version)
	must(h.t, err)
	return c
}

// open makes the tasks of a plan and stands at the beginning of the first.
func (h *house) open(of plan.Plan) task.Task {
	h.t.Helper()
	t := h.FirstTask(of)
	h.Clock.Advance(t.Begins.Add(time.Minute).Sub(h.Clock.Now()))
	return t
}

func TestATaskIsCarriedOutInABrowser(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		list := follows(h)
		x := h.open(h.Plan(h.Harbour.ID, "Evening lamps", list))
		items := list.Draft.Items()
		lamp, why := askName(items[0].ID), askName(items[1].ID)
		b := h.as(org.Guard)
		at := "/tasks/" + x.ID.String()
		b.get("/").is(http.StatusOK, "Your work today", "Evening lamps", "until today, 09:00", "Begin")
		b.get("/tasks").is(http.StatusOK, "Evening lamps", "To be done", "08:00–09:00")
		b.get(at).is(http.StatusOK, "Begin", "Is the lamp on?", "No answer").lacks("By hand", "Call it off")
		b.post(at + "/begin").goes(at + "/do")
		form := b.get(at+"/do").is(http.StatusOK, "Is the lamp on?", "Show what follows").lacks("What is wrong?")
		sent := form.fields(at + "/report")
		asked := b.post(at+"/report", with(sent, lamp, "No", "do", "try", "remark", "It rains.")...).is(http.StatusOK, "What is wrong?", "It rains.")
		if kept := strings.Join(asked.fields(at+"/report"), " "); !strings.Contains(kept, lamp+" No") {
			t.Errorf("what was chosen is lost: %s", kept)
		}
		again := b.post(at+"/report", with(sent, lamp, "No", "remark", "It rains.")...).is(http.StatusUnprocessableEntity, "This needs an answer.", "It rains.", "1 thing to put right")
		if again.message(why) != "This needs an answer." {
			t.Errorf("the fault is not at its field: %q", again.message(why))
		}
		done := with(sent, lamp, "No", why, "The bulb\nis gone", "remark", "It rains.")
		b.post(at+"/report", done...).goes(at)
		b.post(at+"/report", done...).goes(at) // twice is once
		b.get(at).is(http.StatusOK, "Done", "The bulb is gone", "No raises an alert", "It rains.").lacks("Begin", "Carry on")
		b.get(at + "/do").goes(at)
		if w, err := h.Tasks.GetWhole(h.Ctx(), h.System, x.ID); err != nil || len(w.Answers) != 2 {
			t.Errorf("%v %+v", err, w.Answers)
		}
		b.get("/tasks").is(http.StatusOK, "Nothing to do")
		b.get("/tasks?status=COMPLETED&alerts=true").is(http.StatusOK, "Evening lamps", "1 alert")
	})
}

func TestARunShowsItsStops(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		list := h.Checklist("Round", h.Question("All well?"))
		gate, yard := h.NewAsset(h.Harbour.ID, "GATE"), h.NewAsset(h.Harbour.ID, "YARD")
		x := h.open(h.Plan(h.Harbour.ID, "Night round", list, func(in *plan.Input) {
			in.Kind, in.Ordered, in.Proof, in.Stops = plan.Tour, true, plan.ByQR, []plan.Stop{{Asset: &gate.ID}, {Asset: &yard.ID, Travel: 5}}
		}))
		h.Clock.Advance(66 * time.Minute) // at the second stop's time
		visits, err := h.Tasks.List(h.Ctx(), h.System, task.Filter{Parent: &x.ID}, page.Request{})
		must(t, err)
		second := "/tasks/" + visits.Items[1].ID.String()
		b := h.as(org.Guard)
		b.get("/tasks/"+x.ID.String()).is(http.StatusOK, "Stops", "1 GATE", "2 YARD", "08:00–09:00", "09:05–10:05", "What is expected", "To be done").lacks("Begin")
		form := b.get(second+"/do").is(http.StatusOK, "Code at the place")
		item := askName(list.Draft.Items()[0].ID)
		b.post(second+"/report", with(form.fields(second+"/report"), item, "Yes", "scanned", "GATE")...).is(http.StatusUnprocessableEntity, "Scan the code where the work is")
		b.post(second+"/report", with(form.fields(second+"/report"), item, "Yes", "scanned", "yard")...).goes("/tasks/" + x.ID.String())
		b.get("/tasks/"+x.ID.String()).is(http.StatusOK, "Out of order", "Begun")
		b.get(second).is(http.StatusOK, "The run")
	})
}

func TestATaskIsChangedByHand(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		list := h.Checklist("Round", h.Question("All well?"))
		x := h.FirstTask(h.Plan(h.Harbour.ID, "Lamps", list))
		at, b := "/tasks/"+x.ID.String(), h.as(org.Administrator)
		b.get(at).is(http.StatusOK, "By hand", "To come", "It may be begun")
		if a := b.post(at+"/assign", "version", "1", "to_whom", " ").is(http.StatusUnprocessableEntity); a.message("to_whom") != "Say whom it goes to." {
			t.Errorf("nobody: %q", a.message("to_whom"))
		}
		b.post(at+"/assign", "version", "1", "to_whom", h.Staff[org.Technician].Code).goes(at)
		b.get(at).is(http.StatusOK, h.Staff[org.Technician].Name)
		if a := b.post(at+"/call-off", "version", "1", "remark", "The gate is shut.").is(http.StatusConflict, "That was not done"); a.value("remark") != "The gate is shut." {
			t.Errorf("what was typed is lost: %q", a.value("remark"))
		}
		b.post(at+"/call-off", "version", "2", "remark", "").is(http.StatusUnprocessableEntity)
		b.post(at+"/call-off", "version", "2", "remark", "The gate is shut.").goes(at)
		b.get(at).is(http.StatusOK, "Called off", "The gate is shut.").lacks("By hand")
		h.as(org.Guard).post(at+"/call-off", "version", "3", "remark", "So.").is(http.StatusForbidden)
	})
}

func TestAPlanShowsWhatComes(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		list := h.Checklist("Round", h.Question("All well?"))
		_, err := h.Plans.CreateBlackout(h.Ctx(), h.System, plan.Blackout{Site: &h.Harbour.ID, From: h.Clock.Now(), Until: h.Clock.Now().Add(20 * time.Hour), Reason: "Stocktaking"})
		must(t, err)
		x := h.Plan(h.Harbour.ID, "Lamps", list, func(in *plan.Input) { in.Holidays = plan.Skip })
		b := h.as(org.Administrator)
		b.get("/plans").is(http.StatusOK, "Lamps", "Every day at 08:00", "Active")
		b.get("/plans?q=nothing").is(http.StatusOK, "No plan fits these filters")
		at := "/plans/" + x.ID.String()
		a := b.get(at).is(http.StatusOK, "Every day at 08:00", "It comes 34 times in the next 35 days.", "Does not come: Stocktaking", "23 more follow.", "Does not come")
		if n := strings.Count(a.body, `class="hi"`); n != 34 {
			t.Errorf("%d days are marked", n)
		}
		b.post(at+"/delete", "version", "1").is(http.StatusOK, "Delete the plan Lamps?")
		b.post(at+"/delete", "version", "1", "confirm", "yes").goes("/plans")
		b.get(at).is(http.StatusNotFound)
		h.as(org.Guard).get("/plans").is(http.StatusForbidden)
	})
}
