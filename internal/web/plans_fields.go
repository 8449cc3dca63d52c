package web

import (
	"strconv"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/web/ui"
)

func minutesField(name, label string, optional bool) ui.Field {
	return ui.Field{Name: name, Label: label, Help: "In minutes.", Kind: ui.Number, Min: "0", Width: "short", Optional: optional}
}

// planTimes ask how long a plan's tasks take, and what becomes of them on holidays.
func planTimes(kind plan.Kind, f form) []ui.Field {
	lasts := "Done within"
	if kind.Stops() {
		lasts = "Done within, at each stop"
	}
	out := []ui.Field{minutesField("duration_minutes", lasts, false), minutesField("grace_before_minutes", "May begin early", true), minutesField("grace_after_minutes", "May be late", true)}
	holidays := ui.Field{Name: "holidays", Label: "On holidays and in blackouts", Kind: ui.Radio}
	for _, h := range plan.AllHolidays() {
		holidays.Options = append(holidays.Options, ui.Option{Value: string(h), Label: h.Label(), Selected: f.text("holidays") == string(h)})
	}
	return append(out, holidays)
}

// stopRowsAsked makes the rows of the form about stops.
func stopRowsAsked(x plan.Plan, f form, sites []org.Site, who actor.Actor, fill func(ui.Field) ui.Field) (out []stopAsk) {
	far := map[string]int64{}
	for _, s := range x.Stops {
		far[s.ID.String()] = s.Metres
	}
	for i, key := range f.all(rowField) {
		s := stopAsk{Key: key, Title: "Stop " + strconv.Itoa(i+1), ID: ui.Hidden{Name: stopName("id", key), Value: f.text(stopName("id", key))}}
		place := ui.Field{Name: stopName("place", key), Label: s.Title, Optional: true}
		travel := ui.Field{Name: stopName("travel", key), Label: "Minutes to get there", Kind: ui.Number, Min: "0", Optional: true}
		if x.Kind == plan.Route {
			place.Kind, place.Options = ui.Select, siteChoices(sites, who, plan.CanRead, "None", f.text(place.Name))
			s.Site = fill(place)
			if m := far[s.ID.Value]; m > 0 {
				s.Note = distanceWords(m) + " from the stop before, as it was saved."
			}
		} else {
			s.Place = &suggestion{List: "stop-places", Field: fill(place)}
		}
		s.Travel = fill(travel)
		out = append(out, s)
	}
	return out
}

// distanceWords writes a distance for people: "850 m", "1.2 km".
func distanceWords(metres int64) string {
	if metres < 1000 {
		return number(metres) + " m"
	}
	return strconv.FormatFloat(float64(metres)/1000, 'f', 1, 64) + " km"
}

// planAlarm asks what happens meanwhile: of stops when nothing is scanned, of a task what its asset does.
func planAlarm(kind plan.Kind, f form) ui.Field {
	if kind.Stops() {
		silence := minutesField("silence_minutes", "Tell those in charge when nothing was scanned for", true)
		silence.Help = "In minutes; 0 for no alarm."
		return silence
	}
	return ui.Field{
		Name: "moves_asset", Label: "The asset is in maintenance meanwhile", Help: "From when it is begun until it is done.", Kind: ui.Checkbox, Checked: f.yes("moves_asset"),
	}
}

// planManner ask how a plan's tasks are done, and what follows when they are not.
func planManner(kind plan.Kind, f form, categories []ui.Option) []ui.Field {
	radio := func(name, label string, options ...ui.Option) ui.Field {
		for i, o := range options {
			options[i].Selected = f.text(name) == o.Value
		}
		return ui.Field{Name: name, Label: label, Kind: ui.Radio, Options: options}
	}
	var out []ui.Field
	if kind.Stops() {
		out = append(out, ui.Field{Name: "rounds", Label: "Rounds", Help: "There, back, there again.", Kind: ui.Number, Min: "1", Top: "3", Width: "short"},
			minutesField("pause_minutes", "Pause between rounds", true),
			ui.Field{Name: "ordered", Label: "In this order", Help: "A stop that is visited out of it is marked.", Kind: ui.Checkbox, Checked: f.yes("ordered")},
			ui.Field{Name: "random", Label: "Another order each time", Help: "Drawn for every run, so that nobody foretells the way.", Kind: ui.Checkbox, Checked: f.yes("random")})
	}
	var proofs, priorities []ui.Option
	for _, x := range []plan.Proof{plan.NoProof, plan.ByQR, plan.ByNFC, plan.ByGPS} {
		proofs = append(proofs, ui.Option{Value: string(x), Label: proofWords(x)})
	}
	for _, x := range []plan.Priority{plan.High, plan.Medium, plan.Low} {
		priorities = append(priorities, ui.Option{Value: string(x), Label: priorityWords(x)})
	}
	return append(out, radio("proof", "Proof of presence", proofs...), radio("priority", "Priority", priorities...),
		radio("on_expiry", "When it is missed", ui.Option{Value: string(plan.CloseIt), Label: "Close it"}, ui.Option{Value: string(plan.MailIt), Label: "Close it, and tell those in charge"},
			ui.Option{Value: string(plan.RaiseTicket), Label: "Close it, and raise a ticket"}),
		ui.Field{Name: "category_id", Label: "Category of that ticket", Kind: ui.Select, Optional: true, Options: categories},
		planAlarm(kind, f),
		ui.Field{Name: "reminder_minutes", Label: "Remind whose it is", Help: "So many minutes before it may be begun; several with commas.", Optional: true, Width: "short"},
		ui.Field{Name: "active", Label: "Active", Help: "An inactive plan brings nothing.", Kind: ui.Checkbox, Checked: f.yes("active")})
}
