package web

import (
	"net/http"
	"strings"
	"testing"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
)

// fieldOf gives a value of a form's fields and values in turn.
func fieldOf(fields []string, name string) string {
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i] == name {
			return fields[i+1]
		}
	}
	return ""
}

// goesTo says that an answer leads to an address of which the beginning is known, and gives it.
func (a answer) goesTo(prefix string) string {
	a.t.Helper()
	to, _, _ := strings.Cut(a.header.Get("Location"), "?")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(to, prefix) {
		a.t.Fatalf("%d to %q, want %s: %s", a.status, to, prefix, a.body)
	}
	return to
}

func TestAQuestionIsWrittenChangedAndArchived(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		volt := h.Value(org.QuestionUnit, "VOLT")
		b := h.as(org.Administrator)
		b.get("/questions").is(http.StatusOK, "No questions yet", "New question")
		sent := []string{"text", "Voltage?", "type", "NUMERIC", "options", "left over", "min", "ten", "below", "11.8", "attachment", "PHOTO", "file_needed", "true", "unit_id", volt.ID.String(), "active", "true"}
		a := b.post("/questions", sent...).is(http.StatusUnprocessableEntity)
		if a.message("min") != "Write a number with at most four decimals, as 12.5." || a.value("below") != "11.8" {
			t.Errorf("%q %q", a.message("min"), a.value("below"))
		}
		to := b.post("/questions", with(sent, "min", "10")...).goesTo("/questions/")
		b.get(to).is(http.StatusOK, "Voltage?", "At least 10", "Below 11.8", "Photo, always", volt.Name, "Archive")
		form := b.get(to+"/edit").is(http.StatusOK, "Change the question").lacks("Answered with")
		fields := form.fields(to)
		b.post(to, with(fields, "text", "Voltage at rest?")...).goes(to)
		if a := b.post(to, with(fields, "text", "Volts?")...).is(http.StatusConflict, "Somebody changed this question"); a.value("text") != "Volts?" {
			t.Errorf("what was typed is lost: %q", a.value("text"))
		}
		b.post(to+"/archive", "version", "2").goes(to)
		b.get(to).is(http.StatusOK, "Inactive", "Bring back")
		b.get("/questions").is(http.StatusOK, "No questions yet")
		b.get("/questions?inactive=true&q=rest").is(http.StatusOK, "Voltage at rest?", "No checklist")
		b.post(to+"/delete", "version", "3").is(http.StatusOK, "Delete this question?")
		b.post(to+"/delete", "version", "3", "confirm", "yes").goes("/questions")
		g := h.as(org.Guard)
		g.get("/questions").is(http.StatusOK).lacks("New question")
		g.get("/questions/new").is(http.StatusForbidden)
	})
}

// TestAChecklistIsWrittenWithoutScripts: every button of the editor is a plain form post, and nothing that was typed is lost on the way.
func TestAChecklistIsWrittenWithoutScripts(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.Question("Is the lamp on?")
		h.Question("What is wrong?", func(in *checklist.QuestionInput) { in.Rule = checklist.Rule{Type: checklist.MultiLine} })
		guard := h.Staff[org.Guard]
		b := h.as(org.Administrator)
		const at = "/checklists"
		b.get(at).is(http.StatusOK, "No checklists yet")
		fields := b.get(at+"/new?kind=SITEREPORT").is(http.StatusOK, "New checklist: site report", "Preview").fields(at)
		fields = b.post(at, with(fields, "name", "Gate", "do", "add", "add", "No such thing")...).is(http.StatusUnprocessableEntity, "The library has no such question").fields(at)
		fields = b.post(at, with(fields, "do", "add", "add", "is the lamp on?")...).is(http.StatusOK, "One of a few").fields(at)
		a := b.post(at, with(fields, "do", "add", "add", "What is wrong? (Text)")...).is(http.StatusOK)
		if fields = a.fields(at); fieldOf(fields, "name") != "Gate" {
			t.Errorf("the name is lost: %q", fields)
		}
		lamp, why := fieldOf(fields, "r2_id"), fieldOf(fields, "r3_id")
		rows := func(fields []string) (out string) {
			for i := 0; i+1 < len(fields); i += 2 {
				if fields[i] == "row" {
					out += fields[i+1]
				}
			}
			return out
		}
		moved := b.post(at, with(fields, "do", "up:3")...).is(http.StatusOK).fields(at)
		if got := rows(moved); got != "132" {
			t.Errorf("moved up: %s", got)
		}
		if got := rows(b.post(at, with(moved, "do", "down:3")...).fields(at)); got != "123" {
			t.Errorf("moved down: %s", got)
		}
		// The condition points to a question that stands behind: it is said at its field, and the preview says it, too.
		cond := with(moved, "r3_if", lamp, "r3_op", "EQUALS", "r3_values", "No", "r3_tell", guard.Code+"\nNobody")
		a = b.post(at, cond...).is(http.StatusUnprocessableEntity)
		if a.message("r3_tell") == "" {
			t.Errorf("no fault at whom it tells: %s", a.body)
		}
		a = b.post(at, with(cond, "r3_tell", guard.Code)...).is(http.StatusUnprocessableEntity, "Before it can be saved")
		if a.message("r3_if") != "A condition looks at an item that stands before this one." {
			t.Errorf("no fault at the condition: %q", a.message("r3_if"))
		}
		cond = with(fields, "r3_if", lamp, "r3_op", "EQUALS", "r3_values", "No", "r3_tell", guard.Code, "r2_own", "true", "r2_options", "Yes\nNo\nPartly", "r2_alert_on", "No\nPartly")
		b.post(at, with(cond, "do", "try")...).is(http.StatusOK, "1 question is hidden by the answers so far.", "Partly")
		b.post(at, with(cond, "do", "try", "a_"+lamp, "No")...).is(http.StatusOK, "Alert: No raises an alert", "1 alert: those in charge").lacks("hidden by the answers").value("a_" + why)
		to := b.post(at, cond...).goesTo("/checklists/")
		b.get(to).is(http.StatusOK, "Not published", "Only when “Is the lamp on?” is No", "1 person is told of an alert", "Everywhere", "Publish")
		b.post(to+"/publish", "version", "1").goes(to)
		b.get(to).is(http.StatusOK, "Version 1", "by "+h.Staff[org.Administrator].Name)
		b.post(to+"/publish", "version", "2").is(http.StatusConflict, "Nothing has changed since it was published.")
		edit := b.get(to+"/edit").is(http.StatusOK, guard.Name).fields(to)
		b.post(to, with(edit, "r2_mandatory", "", "everywhere", "", "sites", h.Mill.ID.String())...).goes(to)
		b.get(to).is(http.StatusOK, "Draft", "Not published yet", "No longer a must: Is the lamp on?", "MILL Mill")
		b.post(to+"/publish", "version", "3").goes(to)
		forms, err := h.Checks.ListForms(h.Ctx(), h.System, h.lists(t)[0].ID)
		must(t, err)
		b.get("/checklist-forms/"+forms[1].ID.String()).is(http.StatusOK, "Gate, version 1", "It never changes")
		if n := strings.Count(b.get("/checklists?kind=SITEREPORT&site="+h.Mill.ID.String()).body, "Version 2"); n != 1 {
			t.Errorf("%d rows", n)
		}
		b.get("/checklists?kind=ROUTE").is(http.StatusOK, "No checklist fits these filters")
		h.as(org.Guard).get(to).is(http.StatusOK).lacks("Publish", "Change")
	})
}

func (h *house) lists(t *testing.T) []checklist.Checklist {
	t.Helper()
	all, err := h.Checks.List(h.Ctx(), h.System, checklist.Filter{Inactive: true}, page.Request{})
	must(t, err)
	return all.Items
}
