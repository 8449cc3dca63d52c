package web

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

// story is the working day in a browser: what one person sets up another carries out, and what follows is seen by a third.
type story struct {
	*window
	round task.Task
}

// TestTheStoryOfARound: a checklist and a tour are built, its tasks are made, a guard reports one stop with an alert and misses the other; then the
// list of tasks, the ticket, the mail, the live board and, of maintenance that nobody did meanwhile, the chart say so.
func TestTheStoryOfARound(t *testing.T) {
	h := fresh(t)
	h.Question("Is the gate locked?")
	placed := func(lat, lng float64) func(*asset.AssetInput) {
		return func(in *asset.AssetInput) { in.Point = &org.Point{Latitude: lat, Longitude: lng} }
	}
	h.NewAsset(h.Harbour.ID, "GATE", placed(18.551, 73.934))
	h.NewAsset(h.Harbour.ID, "YARD", placed(18.552, 73.936))
	pump := h.NewAsset(h.Harbour.ID, "PUMP")
	h.Plan(h.Harbour.ID, "Pump service", h.Checklist("Pump", h.Question("Is the pump dry?")), func(in *plan.Input) {
		in.Kind, in.Asset, in.Rule, in.Duration = plan.Maintenance, &pump.ID, "0 16 * * *", 60
	})
	h.Category("MISSED")
	h.Start()
	s := &story{window: openWindow(t, h)}
	s.enterAs(org.Administrator)
	s.buildChecklist()
	s.buildTour()
	s.generate()
	s.forget()
	s.enterAs(org.Guard)
	s.carryOut()
	s.miss()
	s.forget()
	s.enterAs(org.Supervisor)
	s.told()
	s.quiet()
}

// opens shows a page and waits for it.
func (s *story) opens(path string) {
	s.t.Helper()
	s.do(chromedp.Navigate(s.url + path))
	s.becomes(`document.readyState === 'complete' && globalThis.htmx && document.querySelector('h1')`)
}

// picks chooses the option of a select whose words begin so.
func (s *story) picks(name, words string) {
	s.t.Helper()
	s.run(`const s = document.querySelector('select[name="` + name + `"]'); s.value = [...s.options].find((o) => o.textContent.trim().includes('` + words + `')).value; s.dispatchEvent(new Event('change', { bubbles: true }))`)
}

// types fills a field.
func (s *story) types(name, text string) {
	s.t.Helper()
	s.run(`const f = document.querySelector('[name="` + name + `"]'); f.value = '` + text + `'; f.dispatchEvent(new Event('input', { bubbles: true }))`)
}

func (s *story) buildChecklist() {
	s.t.Helper()
	s.opens("/checklists/new")
	s.types("name", "Gate round")
	s.types("add", "Is the gate locked?")
	s.run(`document.querySelector('[data-adds]').click()`)
	s.becomes(`document.readyState === 'complete' && globalThis.htmx && document.querySelectorAll('[data-row]').length === 2`)
	s.run(`document.querySelector('#preview input[value="No"]').click()`)
	s.becomes(`document.querySelector('#preview').textContent.includes('Alert: No raises an alert')`)
	s.run(`document.querySelector('form .btn.go').click()`)
	s.becomes(`document.querySelector('.toast')?.textContent.includes('Gate round is saved')`)
	s.run(`document.querySelector('form[action$="/publish"]').requestSubmit()`)
	s.becomes(`document.querySelector('.toast')?.textContent.includes('Version 1 is published')`)
}

func (s *story) buildTour() {
	s.t.Helper()
	s.opens("/plans/new?kind=TOUR")
	s.picks("site_id", "Harbour")
	s.becomes(`document.readyState === 'complete' && globalThis.htmx && document.querySelector('[data-way] .leaflet-container')`)
	s.types("name", "Evening round")
	s.picks("checklist_id", "Gate round")
	s.types("assignee", s.Staff[org.Guard].Code)
	s.types("times", "20:00")
	// On the map the yard is chosen before the gate, and the gate is moved up.
	s.run(`const next = (code) => document.querySelector('[data-point][data-code="' + code + '"] button').click(); next('YARD'); next('GATE'); document.querySelector('button[value="up:1"]').click()`)
	s.becomes(`[...document.querySelectorAll('[data-row] [name^="stop_place_"]')].map((f) => f.value.slice(0, 4)).join() === 'GATE,YARD,' && document.querySelector('.map-way')
		&& document.querySelector('[data-code="GATE"] [data-at]').textContent === 'Stop 1' && document.querySelector('[data-way-words]').textContent === '2 stops, 238 m along straight lines.'`)
	s.pictures("story-tour")
	s.run(`document.querySelector('input[name="on_expiry"][value="TICKET"]').click()`)
	s.picks("category_id", "MISSED")
	s.run(`document.querySelector('main form .btn.go').click()`)
	s.becomes(`document.querySelector('.toast')?.textContent.includes('Evening round is saved') && document.body.textContent.includes('Every day at 20:00')`)
}

// generate has the tasks made, as the background does every minute.
func (s *story) generate() {
	s.t.Helper()
	must(s.t, s.Tasks.GenerateAll(s.Ctx(), s.System))
	all, err := s.Tasks.List(s.Ctx(), s.System, task.Filter{Search: "evening"}, page.Request{Limit: 1})
	must(s.t, err)
	if len(all.Items) == 0 {
		s.t.Fatal("no task was made")
	}
	s.round = all.Items[0]
	s.Clock.Advance(s.round.Begins.Add(time.Minute).Sub(s.Clock.Now()))
}

// carryOut does the first stop of the round, with an answer that raises an alert.
func (s *story) carryOut() {
	s.t.Helper()
	s.opens("/tasks")
	s.becomes(`document.querySelector('#tasks').textContent.includes('Evening round')`)
	s.opens("/tasks/" + s.round.ID.String())
	s.do(chromedp.Click(`.week tbody th a`))
	s.becomes(`document.querySelector('form[action$="/begin"]') && globalThis.htmx`)
	s.run(`document.querySelector('form[action$="/begin"]').requestSubmit()`)
	s.becomes(`location.pathname.endsWith('/do') && document.querySelector('input[type="radio"][value="No"]')`)
	s.run(`document.querySelector('input[type="radio"][value="No"]').click(); document.querySelector('#do .btn.go').click()`)
	s.becomes(`document.querySelector('.toast')?.textContent.includes('is done') && document.body.textContent.includes('1 alert')`)
	s.pictures("story-run")
}

// miss lets the time of the round go by.
func (s *story) miss() {
	s.t.Helper()
	s.Clock.Advance(s.round.Due.Add(testworld.TaskGrace + time.Minute).Sub(s.Clock.Now()))
	must(s.t, s.Deadlines.FireDue(s.Ctx(), s.System))
}

// told looks at everything by which those in charge learn of it.
func (s *story) told() {
	s.t.Helper()
	s.opens("/tasks?status=PARTIALLYCOMPLETED&when=ever")
	s.becomes(`document.querySelector('#tasks').textContent.includes('Evening round') && document.querySelector('#tasks').textContent.includes('Done in part')`)
	s.opens("/tasks/" + s.round.ID.String())
	s.becomes(`document.body.textContent.includes('Missed') && document.querySelector('.facts a[href^="/tickets/"]')`)
	s.run(`document.querySelector('.facts a[href^="/tickets/"]').click()`)
	s.becomes(`location.pathname.startsWith('/tickets/') && document.querySelector('h1')?.textContent.includes('Missed: Evening round')`)
	s.pictures("story-ticket")
	s.opens("/board/live")
	s.becomes(`document.querySelector('.g-alarms').textContent.includes('Done in part: Evening round') && document.querySelector('.g-alarms').textContent.includes('1 of 2 stops were done.') && document.querySelector('.g-alarms').textContent.includes('1 alert')`)
	s.pictures("story-board")
	s.opens("/compliance")
	s.becomes(`document.querySelector('svg.kept rect.b') && document.querySelector('#kept-list').textContent.includes('0 % of 1 were done on time')`)
	s.pictures("story-kept")
	for _, subject := range []string{"Alert: ", "Done in part: Evening round at Harbour"} {
		testworld.Eventually(s.t, "the mail "+subject, func() bool {
			for _, m := range s.Sink.Sent() {
				if m.To == "supervisor@lantern.example" && strings.Contains(m.Subject, subject) {
					return true
				}
			}
			return false
		})
	}
}
