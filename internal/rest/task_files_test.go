package rest_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"maps"
	"net/http"
	"testing"
	"time"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestAProgramsPhotoGoesWithItsAnswer: it is added to the task under the program's own id, once however often it is sent, and the answer names
// it; what is claimed and not there counts for nothing.
func TestAProgramsPhotoGoesWithItsAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		boss, guard := x.Actor(org.Administrator), x.Actor(org.Guard)
		list := x.Checklist("Proven", x.Question("Locked?", func(in *checklist.QuestionInput) { in.Rule.Attachment, in.Rule.FileNeeded = checklist.Photo, true }),
			x.Question("All well?"))
		run := x.FirstTask(x.Plan(x.Harbour.ID, "Gate", list))
		other := x.FirstTask(x.Plan(x.Harbour.ID, "Door", list))
		gate, well := list.Draft.Items()[0].ID.String(), list.Draft.Items()[1].ID.String()
		x.Clock.Advance(run.Begins.Add(time.Minute).Sub(x.Clock.Now()))
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30))); err != nil {
			t.Fatal(err)
		}
		photo, of := b.String(), func(x id.Task) string { return "/api/v1/tasks/" + x.String() }
		one := id.New[id.File]().String()
		made := x.attach(guard, of(run.ID)+"/files?file_id="+one, "gate.png", photo).want(http.StatusCreated)
		again := x.attach(guard, of(run.ID)+"/files?file_id="+one, "gate.png", photo).want(http.StatusCreated)
		testworld.Same(t, []any{one, "task", run.ID.String()}, []any{made.json["id"], made.json["owner"], made.json["owner_id"]})
		testworld.Same(t, made.json, again.json)
		for _, taken := range []answer{
			x.attach(boss, of(run.ID)+"/files?file_id="+one, "gate.png", photo), x.attach(guard, of(other.ID)+"/files?file_id="+one, "gate.png", photo),
		} {
			testworld.Same(t, []string{"file_id taken"}, taken.want(http.StatusConflict).faults())
		}
		theirs := x.attach(guard, of(other.ID)+"/files", "door.png", photo).want(http.StatusCreated).text("id")
		text := x.attach(guard, of(run.ID)+"/files", "note.txt", "A note.").want(http.StatusCreated).text("id")
		x.attach(x.Actor(org.Viewer), of(run.ID)+"/files", "no.png", photo).want(http.StatusForbidden)

		report := func(answers ...o) o {
			return o{"id": id.New[id.Report]().String(), "task_id": run.ID.String(), "done": true, "answers": answers}
		}
		said := func(files ...string) o {
			return o{"item_id": gate, "value": "Yes", "file_ids": append([]string{}, files...)}
		}
		fine := o{"item_id": well, "value": "Yes"}
		bad := x.call(guard, "POST", "/api/v1/tasks/reports", o{"reports": []o{
			report(said(), fine), report(said(theirs), fine), report(said(id.New[id.File]().String()), fine), report(said(text), fine),
			report(said(one), o{"item_id": well, "value": "Yes", "file_ids": []string{one}}), report(said(one), o{"item_id": well, "value": "Yes", "file_ids": []string{text}}),
		}}).want(http.StatusOK)
		for i, e := range bad.items("errors") {
			first := e.([]any)[0].(map[string]any)
			at := []string{gate, gate, gate, gate, well, well}[i]
			if first["path"] != "answers["+at+"]" || first["code"] != "file" || bad.items("outcome")[i] != "REJECTED" {
				t.Errorf("%d: %v %v", i, bad.items("outcome")[i], e)
			}
		}
		x.call(guard, "POST", "/api/v1/tasks/reports", o{"reports": []o{report(o{"item_id": gate, "value": "Yes", "files": 1}, fine)}}).want(http.StatusUnprocessableEntity)

		good := report(said(one), fine)
		sent := x.call(guard, "POST", "/api/v1/tasks/reports", o{"reports": []o{good, good}}).want(http.StatusOK)
		testworld.Same(t, []any{"APPLIED", "DUPLICATE"}, sent.items("outcome"))
		counts := map[any][]any{}
		for _, a := range x.call(guard, "GET", of(run.ID), nil).want(http.StatusOK).json["answers"].([]any) {
			m := a.(map[string]any)
			counts[m["item_id"]] = []any{m["files"], m["file_ids"]}
		}
		testworld.Same(t, map[any][]any{gate: {1.0, []any{one}}, well: {0.0, []any{}}}, counts)
		x.attach(guard, of(run.ID)+"/files", "late.png", photo).want(http.StatusForbidden)
		testworld.Same(t, []any{"gate.png", "note.txt"}, x.call(guard, "GET", of(run.ID)+"/files", nil).want(http.StatusOK).items("name"))
	})
}

// TestUnplannedWorkIsToldWithItsFilesAtOnce: ops 2.7; the form makes the task, keeps the files and tells what was done, once however often it is
// sent, and what is refused leaves nothing behind that a better form would not find.
func TestUnplannedWorkIsToldWithItsFilesAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		guard := x.Actor(org.Guard)
		list := x.Checklist("Proven", x.Question("Noise?", func(in *checklist.QuestionInput) { in.Rule.Attachment, in.Rule.FileNeeded = checklist.Audio, true }),
			x.Question("All well?"))
		noise, well := list.Draft.Items()[0].ID.String(), list.Draft.Items()[1].ID.String()
		tell := func(report o, fields ...[3]string) answer {
			raw, err := json.Marshal(report)
			if err != nil {
				t.Fatal(err)
			}
			body, form := parts(t, append([][3]string{{"report", "", string(raw)}}, fields...)...)
			return x.raw(guard, "POST", "/api/v1/tasks/report", body, "Content-Type", form)
		}
		report := func(more o) o {
			out := o{"id": id.New[id.Report]().String(), "work": o{"site_id": x.Harbour.ID.String(), "form_id": list.Form.String()}, "done": true,
				"answers": []o{{"item_id": noise, "value": "Yes"}, {"item_id": well, "value": "Yes"}}}
			maps.Copy(out, more)
			return out
		}
		first := report(nil)
		sound := [3]string{noise, "noise.wav", testworld.Sound()}
		for _, bad := range []struct {
			fault string
			a     answer
		}{
			{"answers[" + noise + "] file", tell(first)},
			{"answers[" + noise + "] mismatch", tell(first, [3]string{noise, "noise.wav", "<html>"})},
			{"answers[" + noise + "] unknown", tell(first, [3]string{noise, "noise.mp4", testworld.Video()})},
			{"answers[" + well + "] unknown", tell(first, [3]string{well, "noise.wav", testworld.Sound()})},
			{"file unknown", tell(first, [3]string{"file", "noise.wav", testworld.Sound()})},
			{"report.task_id required", tell(o{"id": first["id"], "done": true}, sound)},
			{"report.remarks unknown", tell(report(o{"remarks": "?"}), sound)},
		} {
			testworld.Same(t, []string{bad.fault}, bad.a.want(http.StatusUnprocessableEntity).faults())
		}
		body, form := parts(t, [3]string{noise, "noise.wav", testworld.Sound()})
		x.raw(guard, "POST", "/api/v1/tasks/report", body, "Content-Type", form).want(http.StatusUnprocessableEntity)

		done := tell(first, sound).want(http.StatusOK)
		task := done.json["task"].(map[string]any)
		testworld.Same(t, []any{"APPLIED", "ADHOC", "COMPLETED"}, []any{done.json["outcome"], task["source"], task["status"]})
		testworld.Same(t, []any{"DUPLICATE", task["id"]}, func() []any {
			again := tell(first, sound).want(http.StatusOK)
			return []any{again.json["outcome"], again.json["task"].(map[string]any)["id"]}
		}())
		files := x.call(guard, "GET", "/api/v1/tasks/"+task["id"].(string)+"/files", nil).want(http.StatusOK)
		testworld.Same(t, []any{"audio/wav"}, files.items("media_type"))
		all := x.call(guard, "GET", "/api/v1/tasks", nil).want(http.StatusOK)
		testworld.Same(t, []any{task["id"]}, all.items("id"))

		// What fits a planned task is told of it.
		run := x.FirstTask(x.Plan(x.Harbour.ID, "Gate", list))
		x.Clock.Advance(run.Begins.Add(time.Minute).Sub(x.Clock.Now()))
		merged := tell(report(nil), sound).want(http.StatusOK)
		testworld.Same(t, []any{"MERGED", run.ID.String()}, []any{merged.json["outcome"], merged.json["task"].(map[string]any)["id"]})
		planned := x.FirstTask(x.Plan(x.Harbour.ID, "Door", list))
		x.Clock.Advance(planned.Begins.Add(time.Minute).Sub(x.Clock.Now()))
		named := report(o{"task_id": planned.ID.String()})
		delete(named, "work")
		testworld.Same(t, any("APPLIED"), tell(named, sound).want(http.StatusOK).json["outcome"])
	})
}
