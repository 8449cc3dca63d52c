package rest_test

import (
	"net/http"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/testworld"
)

// planCruds are the nouns of package plan, for TestRecordsAreMadeReadChangedAndDeleted.
func planCruds(x *api) []crud {
	x.t.Helper()
	list, a, b := x.Checklist("Round", x.Question("All well?")), x.NewAsset(x.Harbour.ID, "STOP-A"), x.NewAsset(x.Harbour.ID, "STOP-B")
	guard := x.Staff[org.Guard]
	site := x.Harbour.ID.String()
	return []crud{
		{"plans", o{"kind": "PPM", "site_id": site, "name": "Pump", "rule": "0 8 * * 1", "valid_from": "2026-11-25", "duration_minutes": 60,
			"checklist_id": list.ID.String(), "asset_id": a.ID.String(), "person_id": guard.ID.String()},
			o{"kind": "PPM", "site_id": site, "site_name": x.Harbour.Name, "name": "Pump", "description": "", "checklist_id": list.ID.String(), "checklist_name": "Round",
				"asset_id": a.ID.String(), "asset_name": "STOP-A", "person_id": guard.ID.String(), "person_name": guard.Name, "group_id": nil, "group_name": "", "post_id": nil, "post_name": "",
				"priority": "MEDIUM", "proof": "NONE", "rule": "0 8 * * 1", "trigger": "RULE", "meter": nil, "words": "on Monday at 08:00", "zone": "Asia/Kolkata", "valid_from": "2026-11-25",
				"valid_until": nil, "holidays": "GENERATE", "duration_minutes": 60, "grace_before_minutes": 0, "grace_after_minutes": 0, "stops": []o{}, "rounds": 1,
				"pause_minutes": 0, "random": false, "ordered": false, "on_expiry": "CLOSE", "category_id": nil, "category_name": "", "active": true,
				"silence_minutes": 0, "reminder_minutes": []int{}, "moves_asset": false, "updated_at": "2026-11-25T09:00:00Z", "version": 1},
			o{"kind": "PPM", "site_id": site, "name": "Pump 2", "rule": "0 9 * * 1", "valid_from": "2026-11-25", "valid_until": "2027-11-25", "duration_minutes": 30,
				"grace_after_minutes": 15, "checklist_id": list.ID.String(), "asset_id": b.ID.String(), "person_id": guard.ID.String(), "priority": "HIGH", "active": false,
				"reminder_minutes": []int{15, 60}, "moves_asset": true},
			o{"name": "Pump 2", "rule": "0 9 * * 1", "words": "on Monday at 09:00", "valid_until": "2027-11-25", "duration_minutes": 30, "grace_after_minutes": 15,
				"asset_id": b.ID.String(), "asset_name": "STOP-B", "priority": "HIGH", "active": false,
				"reminder_minutes": []any{60.0, 15.0}, "moves_asset": true}},
	}
}

// TestAPlanIsPreviewedAndItsTasksAreReported: the whole way of a round over the API.
func TestAPlanIsPreviewedAndItsTasksAreReported(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		boss, guard := x.Actor(org.Supervisor), x.Actor(org.Guard)
		list, a, b := x.Checklist("Round", x.Question("All well?")), x.NewAsset(x.Harbour.ID, "A"), x.NewAsset(x.Harbour.ID, "B")
		body := o{"kind": "TOUR", "site_id": x.Harbour.ID.String(), "name": "Round", "rule": "0 20 * * *", "valid_from": "2026-11-25", "duration_minutes": 10,
			"checklist_id": list.ID.String(), "person_id": x.Staff[org.Guard].ID.String(), "ordered": true,
			"stops": []o{{"asset_id": a.ID.String()}, {"asset_id": b.ID.String(), "travel_minutes": 5}}}
		preview := x.call(boss, "POST", "/api/v1/plans/preview", body).want(http.StatusOK)
		body["rule"] = "AFTER 0 DAYS"
		testworld.Same(t, []string{"rule range"}, x.call(boss, "POST", "/api/v1/plans", body).want(http.StatusUnprocessableEntity).faults())
		body["rule"] = "AFTER 2 DAYS AT 20:00"
		after := x.call(boss, "POST", "/api/v1/plans/preview", body).want(http.StatusOK)
		testworld.Same(t, []any{"2026-11-25T14:30:00Z", false, "2026-11-27T14:30:00Z", true}, []any{after.items("at")[0], after.items("estimate")[0], after.items("at")[1], after.items("estimate")[1]})
		body["rule"] = "0 20 * * *"
		made := x.call(boss, "POST", "/api/v1/plans", body).want(http.StatusCreated)
		at := "/api/v1/plans/" + made.text("id")
		coming := x.call(boss, "GET", at+"/coming", nil).want(http.StatusOK)
		testworld.Same(t, preview.items("at"), coming.items("at"))
		testworld.Same(t, []any{"2026-11-25T14:30:00Z", "2026-11-26T14:30:00Z"}, coming.items("at")[:2])
		if n := len(coming.items("visits")[0].([]any)); n != 2 || len(coming.items("at")) != 31 {
			t.Errorf("%d visits, %d times", n, len(coming.items("at")))
		}
		testworld.Same(t, coming.items("at"), x.call(boss, "GET", "/api/v1/coming?kind=TOUR&until=2026-12-26T09:00:00Z", nil).want(http.StatusOK).items("at"))
		x.call(boss, "GET", "/api/v1/coming?until=2028-12-26T09:00:00Z", nil).want(http.StatusUnprocessableEntity)
		x.call(guard, "GET", at, nil).want(http.StatusForbidden)

		if err := x.Tasks.GenerateAll(t.Context(), x.System); err != nil {
			t.Fatal(err)
		}
		x.Clock.Advance(6 * time.Hour)
		runs := x.call(guard, "GET", "/api/v1/tasks?mine=true&status=ASSIGNED&kind=TOUR", nil).want(http.StatusOK)
		if len(runs.items("id")) != 2 {
			t.Fatalf("%d runs", len(runs.items("id")))
		}
		run := "/api/v1/tasks/" + runs.items("id")[0].(string)
		visits := x.call(guard, "GET", run, nil).want(http.StatusOK).json["visits"].([]any)
		first := visits[0].(map[string]any)
		whole := x.call(guard, "GET", "/api/v1/tasks/"+first["id"].(string), nil).want(http.StatusOK)
		item := whole.json["form"].(map[string]any)["sections"].([]any)[0].(map[string]any)["items"].([]any)[0].(map[string]any)["id"].(string)
		report := func(answers ...o) o {
			return o{"id": id.New[id.Report]().String(), "task_id": first["id"], "started_at": first["begins_at"], "done": true, "answers": append([]o{}, answers...)}
		}
		good := report(o{"item_id": item, "value": "No"})
		sent := x.call(guard, "POST", "/api/v1/tasks/reports", o{"reports": []o{report(), good, good}}).want(http.StatusOK)
		testworld.Same(t, []any{"REJECTED", "APPLIED", "DUPLICATE"}, sent.items("outcome"))
		testworld.Same(t, []any{"invalid", "", ""}, sent.items("code"))
		whole = x.call(guard, "GET", "/api/v1/tasks/"+first["id"].(string), nil).want(http.StatusOK)
		answer := whole.json["answers"].([]any)[0].(map[string]any)
		testworld.Same(t, []any{"COMPLETED", "No", "No raises an alert"}, []any{whole.text("status"), answer["text"], answer["alert"]})
		testworld.Same(t, "INPROGRESS", x.call(guard, "GET", run, nil).want(http.StatusOK).text("status"))
		changed := x.call(boss, "GET", "/api/v1/tasks?visits=true&changed_after=2026-11-25T14:59:00Z", nil).want(http.StatusOK)
		if n := len(changed.items("id")); n != 2 { // the visit and its run
			t.Errorf("%d changed: %s", n, changed.raw)
		}

		next := "/api/v1/tasks/" + runs.items("id")[1].(string)
		x.call(boss, "POST", next+"/assignee", o{"version": 1, "person_id": x.Staff[org.Technician].ID.String()}).want(http.StatusOK)
		stale := x.call(boss, "POST", next+"/call-off", o{"version": 1, "remark": "The gate is shut."}).want(http.StatusConflict)
		testworld.Same(t, float64(2), stale.json["current"].(map[string]any)["version"])
		testworld.Same(t, "CANCELLED", x.call(boss, "POST", next+"/call-off", o{"version": 2, "remark": "The gate is shut."}).want(http.StatusOK).text("status"))
		counts := x.call(boss, "GET", "/api/v1/tasks/counts?kind=TOUR", nil).want(http.StatusOK)
		testworld.Same(t, []any{float64(0), float64(1), float64(0), float64(0), float64(0), float64(1)}, counts.items("count"))
	})
}

// TestUnplannedWorkIsMerged: the report of work that nobody planned goes to the planned task that it fits.
func TestUnplannedWorkIsMerged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		guard := x.Actor(org.Guard)
		list := x.Checklist("Free", x.Question("All well?"))
		x.Plan(x.Harbour.ID, "Free", list)
		if err := x.Tasks.GenerateAll(t.Context(), x.System); err != nil {
			t.Fatal(err)
		}
		x.Clock.Advance(17*time.Hour + 40*time.Minute) // 08:10 at the site
		form := x.call(guard, "GET", "/api/v1/checklist-forms/"+list.Form.String(), nil).want(http.StatusOK)
		item := form.json["sections"].([]any)[0].(map[string]any)["items"].([]any)[0].(map[string]any)["id"]
		report := func() o {
			return o{"id": id.New[id.Report]().String(), "work": o{"site_id": x.Harbour.ID.String(), "form_id": list.Form.String(), "name": "Extra"}, "done": true,
				"latitude": 18.9, "longitude": 72.8, "answers": []o{{"item_id": item, "value": "Yes"}}}
		}
		sent := x.call(guard, "POST", "/api/v1/tasks/reports", o{"reports": []o{report(), report()}}).want(http.StatusOK)
		testworld.Same(t, []any{"MERGED", "APPLIED"}, sent.items("outcome"))
		testworld.Same(t, "Extra", sent.items("task")[1].(map[string]any)["name"])
	})
}

func TestBlackoutsOverTheAPI(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	boss := x.Actor(org.Administrator)
	body := o{"site_id": x.Harbour.ID.String(), "from": "2026-12-24T00:00:00Z", "until": "2026-12-27T00:00:00Z", "reason": "Shutdown"}
	made := x.call(boss, "POST", "/api/v1/blackouts", body).want(http.StatusCreated)
	testworld.Same(t, []any{"Shutdown"}, x.call(boss, "GET", "/api/v1/blackouts", nil).want(http.StatusOK).items("reason"))
	at := "/api/v1/blackouts/" + made.text("id")
	stale := x.call(boss, "DELETE", at+"?version=2", nil).want(http.StatusConflict)
	testworld.Same(t, "Shutdown", stale.json["current"].(map[string]any)["reason"])
	x.call(boss, "DELETE", at+"?version=1", nil).want(http.StatusNoContent)
	body["until"] = body["from"]
	testworld.Same(t, []string{"until order"}, x.call(boss, "POST", "/api/v1/blackouts", body).want(http.StatusUnprocessableEntity).faults())
}

// TestATaskSaysThatItsAnswersAreSetAside rather than showing none.
func TestATaskSaysThatItsAnswersAreSetAside(t *testing.T) {
	var url string
	x := newAPI(t, dbtest.Open(t, "postgres", func(o *db.Options) { url = o.URL }))
	x.Clock.Advance(-2 * 365 * 24 * time.Hour)
	run := x.FirstTask(x.Plan(x.Harbour.ID, "Gate", x.Checklist("Round", x.Question("All well?")), func(in *plan.Input) { in.From = "2024-11-01" }))
	month := run.ID.Time().Format("200601")
	dbtest.Exec(t, url, "insert into sys_set_aside (name, parent, month, at) values ('answers_"+month+"', 'answers', '"+month+"', clock_timestamp())")
	got := x.call(x.Actor(org.Guard), "GET", "/api/v1/tasks/"+run.ID.String(), nil).want(http.StatusOK)
	after := time.Date(run.ID.Time().Year(), run.ID.Time().Month()+1, 1, 0, 0, 0, 0, time.UTC)
	testworld.Same(t, any("Answers before "+after.Format("January 2006")+" are set aside by the retention of this installation."), got.json["answers_note"])
}
