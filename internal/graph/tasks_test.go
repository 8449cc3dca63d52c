package graph_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/testworld"
)

// workCruds are the nouns of packages checklist and plan.
func workCruds(x *api) []crud {
	volt, kind := x.Value(org.QuestionUnit, "VOLT"), x.Value(org.QuestionKind, "POWER")
	list := x.Checklist("Round", x.Question("Is all well?"))
	rule := `rule { type options min max alertBelow alertAbove alertOn attachment fileNeeded }`
	ruleOf := func(change o) o {
		out := o{"type": "NUMERIC", "options": []any{}, "min": nil, "max": nil, "alertBelow": nil, "alertAbove": nil, "alertOn": []any{}, "attachment": "NONE", "fileNeeded": false}
		for k, v := range change {
			out[k] = v
		}
		return out
	}
	places := o{"everywhere": true, "siteIds": []any{}, "groupIds": []any{}, "typeIds": []any{}, "assetIds": []any{}}
	guard := x.Staff[org.Guard]
	day := o{"kind": "TASK", "siteId": x.Harbour.ID.String(), "name": "Lamps", "checklistId": list.ID.String(), "personId": guard.ID.String(), "rule": "0 8 * * *",
		"validFrom": "2026-11-25", "durationMinutes": 60, "reminderMinutes": []int{30}, "active": true}
	week := o{}
	for k, v := range day {
		week[k] = v
	}
	week["rule"], week["validUntil"], week["onExpiry"] = "0 9 * * 1", "2026-12-25", "MAIL"
	return []crud{
		{"Question", "", "text active version checklistCount unitName categoryName unit { code } category { name } " + rule,
			o{"text": "Voltage?", "rule": o{"type": "NUMERIC", "min": "0", "alertBelow": "11.80"}, "unitId": volt.ID.String(), "categoryId": kind.ID.String(), "active": true},
			o{"text": "Voltage?", "rule": ruleOf(o{"min": "0", "alertBelow": "11.8"}), "unitName": volt.Name, "categoryName": kind.Name, "unit": o{"code": "VOLT"},
				"category": o{"name": kind.Name}, "checklistCount": 0.0, "active": true, "version": 1.0},
			o{"text": "Voltage at rest?", "rule": o{"type": "NUMERIC", "attachment": "PHOTO"}, "active": false},
			o{"text": "Voltage at rest?", "rule": ruleOf(o{"attachment": "PHOTO"}), "unitName": "", "categoryName": "", "unit": nil, "category": nil, "active": false}},
		{"Checklist", "", "kind name formId number itemCount active version places { everywhere siteIds groupIds typeIds assetIds } sections { name items { text mandatory } }",
			o{"kind": "TASK", "name": "Gate", "active": true, "places": o{"everywhere": true},
				"sections": []o{{"items": []o{{"questionId": list.Draft.Sections[0].Items[0].Question.String(), "mandatory": true}}}}},
			o{"kind": "TASK", "name": "Gate", "formId": nil, "number": 0.0, "itemCount": 1.0, "active": true, "version": 1.0, "places": places,
				"sections": []any{o{"name": "", "items": []any{o{"text": "Is all well?", "mandatory": true}}}}},
			o{"kind": "TASK", "name": "Gate 2", "active": false, "places": o{"siteIds": []string{x.Mill.ID.String()}}},
			o{"name": "Gate 2", "active": false, "itemCount": 0.0, "sections": []any{},
				"places": o{"everywhere": false, "siteIds": []any{x.Mill.ID.String()}, "groupIds": []any{}, "typeIds": []any{}, "assetIds": []any{}}}},
		{"Plan", "", `kind name words zone siteName checklistName personName validFrom validUntil durationMinutes onExpiry reminderMinutes proof stops { name } active version
			site { code } checklist { name } person { name } asset { code }`, day,
			o{"kind": "TASK", "name": "Lamps", "words": "every day at 08:00", "zone": "Asia/Kolkata", "siteName": "Harbour", "checklistName": "Round", "personName": guard.Name,
				"validFrom": "2026-11-25", "validUntil": nil, "durationMinutes": 60.0, "onExpiry": "CLOSE", "reminderMinutes": []any{30.0}, "proof": "NONE", "stops": []any{},
				"active": true, "version": 1.0, "site": o{"code": "HARBOUR"}, "checklist": o{"name": "Round"}, "person": o{"name": guard.Name}, "asset": nil},
			week, o{"words": "on Monday at 09:00", "validUntil": "2026-12-25", "onExpiry": "MAIL"}},
	}
}

func TestAChecklistIsPublishedAndJudges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin, guard := x.Actor(org.Administrator), x.Actor(org.Guard)
		one, two := id.New[id.Item]().String(), id.New[id.Item]().String()
		lamp := x.Question("Is the lamp on?").ID.String()
		bad := o{"in": o{"kind": "TASK", "name": "Gate", "active": true, "places": o{}, "sections": []o{{"items": []o{{"questionId": lamp}}}}}}
		create := `mutation($in: ChecklistInput!) { x: createChecklist(input: $in) { id version } }`
		testworld.Same(t, []string{"invalid x: places required"}, x.ask(admin, create, bad).faults())
		why := at(x.ask(admin, `mutation { x: createQuestion(input: {text: "Why?", rule: {type: MULTILINE}, active: true}) { id } }`, nil).data(), "x", "id")
		in := o{"kind": "TASK", "name": "Gate", "active": true, "places": o{"everywhere": true}, "sections": []o{{"items": []o{{"id": one, "questionId": lamp, "mandatory": true},
			{"id": two, "questionId": why, "mandatory": true, "showIf": o{"itemId": one, "operator": "EQUALS", "values": []string{"No"}}, "tell": []string{x.Staff[org.Guard].ID.String()}}}}}}
		made := x.ask(admin, create, o{"in": in}).data()["x"]
		publish := `mutation($id: ID!) { x: publishChecklist(id: $id, version: 1) { number formId version } }`
		done := x.ask(admin, publish, o{"id": at(made, "id")}).data()["x"]
		testworld.Same(t, any(1.0), at(done, "number"))
		testworld.Same(t, []string{"conflict x"}, x.ask(admin, publish, o{"id": at(made, "id")}).faults())
		forms := x.ask(guard, `query($id: ID!) { x: checklistForms(id: $id) { number checklistName personName } }`, o{"id": at(made, "id")}).data()["x"]
		testworld.Same(t, any([]any{o{"number": 1.0, "checklistName": "Gate", "personName": admin.Name()}}), forms)
		form := x.ask(guard, `query($id: ID!) { x: form(id: $id) { sections { items { text own showIf { itemId operator values } tell } } } }`, o{"id": at(done, "formId")}).data()["x"]
		testworld.Same(t, any(o{"itemId": one, "operator": "EQUALS", "values": []any{"No"}}), at(form, "sections", "0", "items", "1", "showIf"))
		judge := `query($id: ID!, $a: [GivenInput!]!) { x: formVerdict(id: $id, answers: $a, whole: true) { alerts items { shown answered text alert } faults { path code } } }`
		v := x.ask(guard, judge, o{"id": at(done, "formId"), "a": []o{{"itemId": one, "value": "No"}}}).data()["x"]
		testworld.Same(t, any(o{"alerts": 1.0, "faults": []any{o{"path": "answers[" + two + "]", "code": "required"}}, "items": []any{
			o{"shown": true, "answered": true, "text": "No", "alert": "No raises an alert"}, o{"shown": true, "answered": false, "text": "", "alert": ""}}}), v)
	})
}

func TestAPlanIsLookedAtAndItsTaskIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		boss, guard := x.Actor(org.Administrator), x.Actor(org.Guard)
		list := x.Checklist("Round", x.Question("Is all well?"))
		item := list.Draft.Sections[0].Items[0].ID.String()
		gate, yard := x.NewAsset(x.Harbour.ID, "GATE"), x.NewAsset(x.Harbour.ID, "YARD")
		tour := x.Plan(x.Harbour.ID, "Tour", list, func(in *plan.Input) {
			in.Kind, in.Stops = plan.Tour, []plan.Stop{{Asset: &gate.ID}, {Asset: &yard.ID, Travel: 5}}
		})
		ahead := x.ask(boss, `query($id: ID!) { x: planComing(id: $id, until: "2026-11-27T09:00:00Z") { more items { planName nominal visits { name round } } } }`, o{"id": tour.ID.String()}).data()["x"]
		testworld.Same(t, any(o{"more": false, "items": []any{
			o{"planName": "Tour", "nominal": "2026-11-26T08:00", "visits": []any{o{"name": "GATE", "round": 1.0}, o{"name": "YARD", "round": 1.0}}},
			o{"planName": "Tour", "nominal": "2026-11-27T08:00", "visits": []any{o{"name": "GATE", "round": 1.0}, o{"name": "YARD", "round": 1.0}}}}}), ahead)
		all := x.ask(boss, `{ x: coming(filter: {kind: TOUR}, until: "2026-11-26T09:00:00Z") { items { planId at } } }`, nil).data()["x"]
		testworld.Same(t, any([]any{o{"planId": tour.ID.String(), "at": "2026-11-26T02:30:00Z"}}), at(all, "items"))
		shut := x.ask(boss, `mutation { x: createBlackout(input: {from: "2026-11-26T00:00:00Z", until: "2026-11-26T12:00:00Z", reason: "Shutdown"}) { id siteId reason version } }`, nil).data()["x"]
		testworld.Same(t, any([]any{shut}), x.ask(boss, `{ x: blackouts { id siteId reason version } }`, nil).data()["x"])
		preview := `query($in: PlanInput!) { x: planPreview(input: $in, until: "2026-11-26T09:00:00Z") { items { planId skipped why } } }`
		in := o{"kind": "TASK", "siteId": x.Harbour.ID.String(), "name": "N", "checklistId": list.ID.String(), "personId": guard.Person().String(), "rule": "0 8 * * *",
			"validFrom": "2026-11-25", "durationMinutes": 5, "holidays": "SKIP", "active": true}
		testworld.Same(t, any([]any{o{"planId": nil, "skipped": true, "why": "Shutdown"}}), at(x.ask(boss, preview, o{"in": in}).data()["x"], "items"))
		in["rule"], in["holidays"] = "AFTER 2 HOURS", "SHIFT"
		after := at(x.ask(boss, strings.Replace(preview, "skipped why", "estimate why", 1), o{"in": in}).data()["x"], "items")
		testworld.Same(t, any([]any{o{"planId": nil, "estimate": false, "why": ""}, o{"planId": nil, "estimate": true, "why": "An estimate: 2 hours after the one before is done."}}), after)
		kept := x.Plan(x.Harbour.ID, "Meter", list, func(in *plan.Input) { in.Rule, in.Asset, in.Active = "METER 250", &gate.ID, false })
		testworld.Same(t, any(o{"trigger": "METER", "rule": "METER 250", "words": "every 250 of the meter of its asset", "meter": nil}),
			x.ask(boss, `query($id: ID!) { x: plan(id: $id) { trigger rule words meter { reading next } } }`, o{"id": kept.ID.String()}).data()["x"])
		x.ask(boss, `mutation($id: ID!) { deleteBlackout(id: $id, version: 1) }`, o{"id": at(shut, "id")}).data()

		run := x.FirstTask(tour)
		whole := `query($id: ID!) { x: taskWhole(id: $id) { task { name status } form { checklistName } visits { id name status parentId } answers { itemId text alert } expectations { kind state } } }`
		w := x.ask(guard, whole, o{"id": run.ID.String()}).data()["x"]
		testworld.Same(t, any([]any{o{"kind": "task.done", "state": "OPEN"}}), at(w, "expectations"))
		visit := at(w, "visits", "0", "id")
		x.Clock.Advance(run.Begins.Sub(x.Clock.Now()) + time.Minute)
		report := `mutation($r: [TaskReportInput!]!) { x: reportTasks(reports: $r) { outcome code task { status performer { name } alerts } faults { path code } } }`
		key := id.New[id.Report]().String()
		said := o{"id": key, "taskId": visit, "done": true, "answers": []o{{"itemId": item, "value": "No"}}}
		empty := o{"id": id.New[id.Report]().String(), "taskId": visit, "done": true}
		done := o{"status": "COMPLETED", "performer": o{"name": guard.Name()}, "alerts": 1.0}
		testworld.Same(t, any([]any{
			o{"outcome": "REJECTED", "code": "invalid", "task": nil, "faults": []any{o{"path": "answers[" + item + "]", "code": "required"}}},
			o{"outcome": "APPLIED", "code": "", "task": done, "faults": []any{}}, o{"outcome": "DUPLICATE", "code": "", "task": done, "faults": []any{}}}),
			x.ask(guard, report, o{"r": []o{empty, said, said}}).data()["x"])
		w = x.ask(guard, whole, o{"id": visit}).data()["x"]
		testworld.Same(t, any([]any{o{"itemId": item, "text": "No", "alert": "No raises an alert"}}), at(w, "answers"))
		counts := x.ask(guard, `query($r: ID!) { x: taskCounts(filter: {parentId: $r}) { status count } }`, o{"r": run.ID.String()}).data()["x"].([]any)
		testworld.Same(t, any([]any{o{"status": "ASSIGNED", "count": 1.0}, o{"status": "INPROGRESS", "count": 0.0}, o{"status": "COMPLETED", "count": 1.0}}), any(counts[:3]))
		found := x.ask(guard, `{ x: tasks(filter: {mine: true, visits: true, alerts: true, newest: true, kind: TOUR, statuses: [COMPLETED]}) { edges { node { name status } } } }`, nil).data()["x"]
		testworld.Same(t, any([]any{"GATE"}), any(nodes(found, "name")))

		next := at(x.ask(boss, `query($p: ID!) { x: tasks(filter: {planId: $p, statuses: [ASSIGNED]}) { edges { node { id plan { name } } } } }`, o{"p": tour.ID.String()}).data(), "x", "edges", "0", "node")
		testworld.Same(t, any(o{"name": "Tour"}), at(next, "plan"))
		next = at(next, "id")
		give := `mutation($id: ID!, $p: ID!) { x: assignTask(id: $id, version: 1, assignee: {personId: $p}) { personName version } }`
		testworld.Same(t, any(o{"personName": x.Staff[org.Supervisor].Name, "version": 2.0}), x.ask(boss, give, o{"id": next, "p": x.Staff[org.Supervisor].ID.String()}).data()["x"])
		testworld.Same(t, []string{"forbidden x: permission task.update"}, x.ask(guard, `mutation($id: ID!) { x: callOffTask(id: $id, version: 2, remark: "Rain") { status } }`, o{"id": visit}).faults())
		testworld.Same(t, any(o{"status": "CANCELLED", "remark": "Rain"}), x.ask(boss, `mutation($id: ID!) { x: callOffTask(id: $id, version: 2, remark: "Rain") { status remark } }`, o{"id": next}).data()["x"])
	})
}

// TestAnAnswerNamesItsFiles: a photo that was added to the task counts for the answer that names it.
func TestAnAnswerNamesItsFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		guard := x.Actor(org.Guard)
		list := x.Checklist("Signed", x.Question("Signature", func(in *checklist.QuestionInput) { in.Rule = checklist.Rule{Type: checklist.Signature} }))
		job, item := x.FirstTask(x.Plan(x.Harbour.ID, "Gate", list)), list.Draft.Items()[0].ID.String()
		x.Clock.Advance(job.Begins.Add(time.Minute).Sub(x.Clock.Now()))
		var photo bytes.Buffer
		if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
			t.Fatal(err)
		}
		f, err := x.Files.Upload(t.Context(), guard, "task", id.Of[id.Any](job.ID.Bytes()), "sign.png", &photo)
		if err != nil {
			t.Fatal(err)
		}
		say := func(file fmt.Stringer) o {
			return o{"id": id.New[id.Report]().String(), "taskId": job.ID.String(), "done": true, "answers": []o{{"itemId": item, "fileIds": []string{file.String()}}}}
		}
		report := `mutation($r: [TaskReportInput!]!) { x: reportTasks(reports: $r) { outcome faults { path code } } }`
		testworld.Same(t, any([]any{
			o{"outcome": "REJECTED", "faults": []any{o{"path": "answers[" + item + "]", "code": "file"}}}, o{"outcome": "APPLIED", "faults": []any{}}}),
			x.ask(guard, report, o{"r": []o{say(id.New[id.File]()), say(f.ID)}}).data()["x"])
		whole := x.ask(guard, `query($id: ID!) { x: taskWhole(id: $id) { answers { itemId files fileIds } } }`, o{"id": job.ID.String()}).data()["x"]
		testworld.Same(t, any([]any{o{"itemId": item, "files": 1.0, "fileIds": []any{f.ID.String()}}}), at(whole, "answers"))
		testworld.Same(t, any([]any{o{"name": "sign.png"}}), x.ask(guard, `query($id: ID!) { x: taskFiles(id: $id) { name } }`, o{"id": job.ID.String()}).data()["x"])
	})
}

// TestTheDayThePlannerAndMaintenanceOverGraphQL say what the pages say.
func TestTheDayThePlannerAndMaintenanceOverGraphQL(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		boss := x.Actor(org.Administrator)
		list, gate := x.Checklist("Round", x.Question("Is all well?")), x.NewAsset(x.Harbour.ID, "GATE")
		run := x.FirstTask(x.Plan(x.Harbour.ID, "Tour", list, func(in *plan.Input) { in.Kind, in.Stops = plan.Tour, []plan.Stop{{Asset: &gate.ID}} }))
		ppm := x.FirstTask(x.Plan(x.Harbour.ID, "Service", list, func(in *plan.Input) { in.Kind, in.Asset = plan.Maintenance, &gate.ID }))
		x.Clock.Advance(run.Begins.Add(30 * time.Minute).Sub(x.Clock.Now()))
		live := x.ask(boss, `query($s: ID!) { x: liveBoard(siteId: $s) { more sites { siteCode zone expected open stops } runs { task { name site { code } } visits { name status passed } } alarms { note } next { kind taskName whose taskAlerts } } }`,
			o{"s": x.Harbour.ID.String()}).data()["x"]
		guard := x.Staff[org.Guard].Name
		testworld.Same(t, any(o{"more": false, "alarms": []any{}, "sites": []any{o{"siteCode": "HARBOUR", "zone": "Asia/Kolkata", "expected": 2.0, "open": 2.0, "stops": 1.0}},
			"runs": []any{o{"task": o{"name": "Tour", "site": o{"code": "HARBOUR"}}, "visits": []any{o{"name": "GATE", "status": "ASSIGNED", "passed": false}}}}}), without(live, "next"))
		if n := len(at(live, "next").([]any)); n == 0 || at(live, "next", "0", "whose") != guard {
			t.Errorf("%d are expected: %v", n, live)
		}
		agenda := x.ask(boss, `{ x: agenda(filter: {kind: PPM}, from: "2026-11-26T00:00:00Z", until: "2026-11-28T00:00:00Z") { more items { made name status siteName whose uncovered skipped } } }`, nil).data()["x"]
		entry := func(made bool, status any) o {
			return o{"made": made, "name": "Service", "status": status, "siteName": "Harbour", "whose": guard, "uncovered": false, "skipped": false}
		}
		testworld.Same(t, any(o{"more": false, "items": []any{entry(true, "ASSIGNED"), entry(true, "ASSIGNED")}}), agenda)
		x.Clock.Advance(ppm.Due.Add(testworld.TaskGrace + time.Minute).Sub(x.Clock.Now()))
		if err := x.Deadlines.FireDue(t.Context(), x.System); err != nil {
			t.Fatal(err)
		}
		kept := x.ask(boss, `{ x: maintenanceKept(until: "2026-11-26", months: 1) { next items { siteName month onTime late missed } } }`, nil).data()["x"]
		testworld.Same(t, any(o{"next": "", "items": []any{o{"siteName": "Harbour", "month": "2026-10-31T18:30:00Z", "onTime": 0.0, "late": 0.0, "missed": 1.0}}}), kept)
		missed := x.ask(boss, `{ x: tasks(filter: {kind: PPM, outcome: MISSED, dueFrom: "2026-11-25T00:00:00Z"}) { edges { node { name } } } }`, nil).data()["x"]
		testworld.Same(t, any([]any{"Service"}), any(nodes(missed, "name")))
		testworld.Same(t, []string{"invalid x: months range"}, x.ask(boss, `{ x: maintenanceKept(months: 37) { next } }`, nil).faults())
	})
}

// without is an object without one of its fields.
func without(of any, field string) any {
	out := o{}
	for k, v := range of.(o) {
		if k != field {
			out[k] = v
		}
	}
	return out
}

// TestATaskSaysThatItsAnswersAreSetAside rather than showing none.
func TestATaskSaysThatItsAnswersAreSetAside(t *testing.T) {
	var url string
	x := newAPI(t, dbtest.Open(t, "postgres", func(o *db.Options) { url = o.URL }))
	x.Clock.Advance(-2 * 365 * 24 * time.Hour)
	run := x.FirstTask(x.Plan(x.Harbour.ID, "Gate", x.Checklist("Round", x.Question("All well?")), func(in *plan.Input) { in.From = "2024-11-01" }))
	month := run.ID.Time().Format("200601")
	dbtest.Exec(t, url, "insert into sys_set_aside (name, parent, month, at) values ('answers_"+month+"', 'answers', '"+month+"', clock_timestamp())")
	got := x.ask(x.Actor(org.Guard), `query($id: ID!) { x: taskWhole(id: $id) { answers { text } answersNote } }`, o{"id": run.ID.String()}).data()["x"]
	after := time.Date(run.ID.Time().Year(), run.ID.Time().Month()+1, 1, 0, 0, 0, 0, time.UTC)
	testworld.Same(t, any(o{"answers": []any{}, "answersNote": "Answers before " + after.Format("January 2006") + " are set aside by the retention of this installation."}), got)
}
