package web

import (
	"net/http"
	"testing"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

// template publishes a checklist of a kind at places.
func (h *house) template(kind checklist.Kind, name string, places checklist.Places) checklist.Checklist {
	h.t.Helper()
	in := checklist.Input{Kind: kind, Name: name, Active: true, Places: places, Draft: testworld.Form(h.Question(name + "?"))}
	c, err := h.Checks.Create(h.Ctx(), h.System, in)
	must(h.t, err)
	c, err = h.Checks.Publish(h.Ctx(), h.System, c.ID, c.Version)
	must(h.t, err)
	return c
}

func TestAReportIsWrittenByATemplate(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Guard)
		b.get("/tasks").is(http.StatusOK, "New report")
		b.get("/reports/new").is(http.StatusOK, "Nothing to report by yet")
		everywhere := checklist.Places{Everywhere: true}
		h.Checklist("Round", h.Question("All well?"))
		fire := h.template(checklist.IncidentReport, "Fire", everywhere)
		mill := h.template(checklist.SiteReport, "Mill day", checklist.Places{Sites: []id.Site{h.Mill.ID}})
		audit := h.template(checklist.AssetAudit, "Pump audit", everywhere)
		pump := h.NewAsset(h.Harbour.ID, "PUMP")
		form := b.get("/reports/new").is(http.StatusOK, "Fire", "Pump audit").lacks("Round").fields("/reports")
		at := func(fields ...string) []string {
			return with(form, append([]string{"site_id", h.Harbour.ID.String()}, fields...)...)
		}
		if a := b.post("/reports", form...).is(http.StatusUnprocessableEntity); a.message("template") == "" || a.message("site_id") == "" {
			t.Errorf("%q %q", a.message("template"), a.message("site_id"))
		}
		if a := b.post("/reports", at("template", mill.ID.String())...).is(http.StatusUnprocessableEntity); a.message("template") != "This does not apply there. Choose another, or another place." {
			t.Errorf("%q", a.message("template"))
		}
		if a := b.post("/reports", at("template", audit.ID.String())...).is(http.StatusUnprocessableEntity); a.message("asset_id") != "An audit is of an asset: say which." {
			t.Errorf("%q", a.message("asset_id"))
		}
		b.post("/reports", at("template", audit.ID.String(), "asset_id", pump.Code)...).goesTo("/tasks/")
		form = b.get("/reports/new?template=" + fire.ID.String() + "&site=" + h.Harbour.ID.String()).fields("/reports")
		do := b.post("/reports", form...).goesTo("/tasks/")
		if again := b.post("/reports", form...).goesTo("/tasks/"); again != do {
			t.Errorf("sent twice it is two: %s %s", do, again)
		}
		to := do[:len(do)-len("/do")]
		sent := b.get(do).is(http.StatusOK, "Fire?").fields(to + "/report")
		b.post(to+"/report", with(sent, askName(fire.Draft.Items()[0].ID), "No")...).goes(to)
		b.get(to).is(http.StatusOK, "Done", "No raises an alert", "Nobody planned it", "Harbour")
		all, err := h.Tasks.List(h.Ctx(), h.System, task.Filter{Statuses: []task.Status{task.InProgress}}, page.Request{})
		must(t, err)
		if len(all.Items) != 1 || all.Items[0].AssetName != "PUMP" || all.Items[0].Due.Sub(all.Items[0].Begins).Hours() != 24 {
			t.Errorf("%+v", all.Items)
		}
		h.as(org.Viewer).get("/reports/new").is(http.StatusForbidden)
	})
}
