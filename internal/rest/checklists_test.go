package rest_test

import (
	"net/http"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// checklistCruds are the nouns of package checklist, for TestRecordsAreMadeReadChangedAndDeleted.
func checklistCruds(x *api) []crud {
	x.t.Helper()
	volt, kind := x.Value(org.QuestionUnit, "VOLT"), x.Value(org.QuestionKind, "POWER")
	places := o{"everywhere": true}
	return []crud{
		{"questions", o{"text": "Voltage?", "rule": o{"type": "NUMERIC", "min": "0", "alert_below": "11.8"}, "unit_id": volt.ID.String(), "category_id": kind.ID.String()},
			o{"text": "Voltage?", "rule": o{"type": "NUMERIC", "min": "0", "alert_below": "11.8"}, "unit_id": volt.ID.String(), "unit_name": volt.Name, "category_id": kind.ID.String(),
				"category_name": kind.Name, "active": true, "checklists": 0, "updated_at": "2026-11-25T09:00:00Z", "version": 1},
			o{"text": "Voltage at rest?", "rule": o{"type": "NUMERIC", "alert_above": "15"}, "active": false},
			o{"text": "Voltage at rest?", "rule": o{"type": "NUMERIC", "alert_above": "15"}, "unit_id": nil, "unit_name": "", "category_id": nil, "category_name": "", "active": false}},
		{"checklists", o{"kind": "TASK", "name": "Gate", "places": places},
			o{"kind": "TASK", "name": "Gate", "sections": []o{}, "form_id": nil, "number": 0, "places": places, "active": true, "updated_at": "2026-11-25T09:00:00Z", "version": 1},
			o{"kind": "TASK", "name": "Gate at night", "sections": []o{}, "places": o{"everywhere": false, "site_ids": []string{x.Harbour.ID.String()}}, "active": false},
			o{"name": "Gate at night", "places": o{"everywhere": false, "site_ids": []string{x.Harbour.ID.String()}}, "active": false}},
	}
}

func TestAChecklistIsWrittenPublishedAndJudges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		boss, guard := x.Actor(org.Administrator), x.Actor(org.Guard)
		lamp, text := x.Question("Is the lamp on?"), "What is wrong?"
		why := x.call(boss, "POST", "/api/v1/questions", o{"text": text, "rule": o{"type": "MULTILINE"}}).want(http.StatusCreated).text("id")
		one, two := "0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f71", "0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f72"
		sections := []o{{"name": "", "items": []o{
			{"id": one, "question_id": lamp.ID.String(), "mandatory": true},
			{"id": two, "question_id": why, "mandatory": true, "show_if": o{"item_id": one, "operator": "EQUALS", "values": []string{"No"}}},
		}}}
		made := x.call(boss, "POST", "/api/v1/checklists", o{"kind": "TASK", "name": "Gate", "places": o{"everywhere": true}, "sections": sections}).want(http.StatusCreated)
		at := "/api/v1/checklists/" + made.text("id")
		x.call(guard, "POST", at+"/publish", o{"version": 1}).want(http.StatusForbidden)
		got := x.call(boss, "POST", at+"/publish", o{"version": 1}).want(http.StatusOK)
		testworld.Same(t, []any{float64(1), float64(2)}, []any{got.json["number"], got.json["version"]})
		x.call(boss, "POST", at+"/publish", o{"version": 2}).want(http.StatusConflict)
		testworld.Same(t, []any{"Gate"}, x.call(guard, "GET", "/api/v1/checklists?offered=true&kind=TASK&search=gat", nil).want(http.StatusOK).items("name"))
		testworld.Same(t, []any{float64(1)}, x.call(guard, "GET", at+"/forms", nil).want(http.StatusOK).items("number"))
		form := "/api/v1/checklist-forms/" + got.text("form_id")
		testworld.Same(t, "Gate", x.call(guard, "GET", form, nil).want(http.StatusOK).text("checklist_name"))

		judged := x.call(guard, "POST", form+"/evaluate", o{"whole": true, "answers": []o{{"item_id": one, "value": "No"}}}).want(http.StatusOK)
		want := normal(t, o{"alerts": 1, "items": []o{
			{"item_id": one, "shown": true, "answered": true, "text": "No", "alert": "No raises an alert"},
			{"item_id": two, "shown": true, "answered": false, "text": "", "alert": ""},
		}, "faults": []o{{"path": "answers[" + two + "]", "code": "required", "message": "This needs an answer."}}})
		testworld.Same(t, want, judged.json)
		judged = x.call(guard, "POST", form+"/evaluate", o{"whole": true, "answers": []o{{"item_id": one, "value": "Yes"}}}).want(http.StatusOK)
		testworld.Same(t, []any{float64(0), []any{}}, []any{judged.json["alerts"], judged.json["faults"]})

		bad := x.call(boss, "PUT", at, o{"kind": "TASK", "name": "Gate", "places": o{"everywhere": false}, "sections": []o{}, "active": true, "version": 2})
		testworld.Same(t, []string{"places required"}, bad.want(http.StatusUnprocessableEntity).faults())
		bad = x.call(boss, "POST", "/api/v1/questions", o{"text": "N?", "rule": o{"type": "NUMERIC", "max": "ten", "options": []string{"a"}}})
		testworld.Same(t, []string{"rule.options unused", "rule.max number"}, bad.want(http.StatusUnprocessableEntity).faults())
	})
}
