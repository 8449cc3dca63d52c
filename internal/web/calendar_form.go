package web

import (
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/web/ui"
)

// calendarForm is the questions about hours.
type calendarForm struct {
	Name     ui.Field
	Days     []ui.Field
	Holidays []holidayFields
}

// holidayFields are the questions of one row.
type holidayFields struct {
	Words             string
	Day, Name, Yearly ui.Field
}

// spare is how many empty rows for holidays a form has.
const spare = 4

// rowsOf reads how many rows a form says it has; no more than a calendar may have, and a few.
func rowsOf(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return min(max(n, 0), 500)
}

func hoursNames(rows int) []string {
	out := []string{"name", "rows"}
	for _, d := range mondayFirst() {
		out = append(out, openName(d))
	}
	for i := range rows {
		out = append(out, holidayName("day", i), holidayName("title", i), holidayName("yearly", i))
	}
	return out
}

func openName(d time.Weekday) string          { return "open_" + strconv.Itoa(int(d)) }
func holidayName(part string, row int) string { return part + "_" + strconv.Itoa(row) }

// hoursForm shows a calendar. The built-in one is no beginning: five days from nine to six are.
func hoursForm(at calendarPlace, c calendar.Calendar) form {
	own := c.Source == calendar.OfTenant && at.site == nil || c.Source == calendar.OfSite
	f := newForm("name", c.Name, "version", number(c.Version))
	if !own {
		f.set("version", "0")
		f.set("name", "Business hours")
		if at.site != nil {
			f.set("name", "Hours of "+at.site.Name)
		}
	}
	if c.Source == calendar.Builtin || len(c.Openings) == 0 {
		c.Openings = nil
		for d := time.Monday; d <= time.Friday; d++ {
			c.Openings = append(c.Openings, calendar.Opening{Weekday: d, From: 9 * 60, Until: 18 * 60})
		}
	}
	for _, d := range mondayFirst() {
		var parts []string
		for _, o := range openingsOf(c.Openings, d) {
			parts = append(parts, minuteWords(o.From)+"-"+minuteWords(o.Until))
		}
		f.set(openName(d), strings.Join(parts, ", "))
	}
	f.set("rows", strconv.Itoa(len(c.Holidays)+spare))
	for i, h := range c.Holidays {
		f.set(holidayName("day", i), string(h.Day))
		f.set(holidayName("title", i), h.Name)
		f.set(holidayName("yearly", i), yesNo(h.Yearly))
	}
	return f
}

// whereTyped says in which fields the parts of an input were typed.
type whereTyped struct {
	openings []string // of each opening, its field
	holidays []int    // of each holiday, its row
}

// place puts the faults of an input to the fields in which they were typed.
func (w whereTyped) place(err error) error {
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	f := *fault.As(err)
	f.Fields = append([]fault.Field(nil), f.Fields...)
	for i, x := range f.Fields {
		list, rest, _ := strings.Cut(x.Path, "[")
		index, part, _ := strings.Cut(rest, "]")
		n, failed := strconv.Atoi(index)
		switch {
		case list == "openings" && failed == nil && n < len(w.openings):
			f.Fields[i].Path = w.openings[n]
		case list == "openings":
			f.Fields[i].Path = openName(time.Monday)
		case list == "holidays" && failed == nil && n < len(w.holidays) && part == ".name":
			f.Fields[i].Path = holidayName("title", w.holidays[n])
		case list == "holidays" && failed == nil && n < len(w.holidays):
			f.Fields[i].Path = holidayName("day", w.holidays[n])
		case list == "holidays":
			f.Fields[i].Path = holidayName("day", 0)
		}
	}
	return &f
}

// readHours reads what was typed about hours.
func readHours(f *form) (in calendar.Input, w whereTyped) {
	in.Name = f.text("name")
	for _, d := range mondayFirst() {
		name := openName(d)
		openings, ok := parseOpenings(d, f.text(name))
		f.check.That(ok, name, "grammar", "Write hours like 09:00-12:00, 13:00-18:00, or leave it empty.")
		for _, o := range openings {
			in.Openings, w.openings = append(in.Openings, o), append(w.openings, name)
		}
	}
	for i := range rowsOf(f.text("rows")) {
		h := calendar.Holiday{Day: clock.Date(strings.TrimSpace(f.text(holidayName("day", i)))), Name: f.text(holidayName("title", i)), Yearly: f.yes(holidayName("yearly", i))}
		if h.Day == "" && strings.TrimSpace(h.Name) == "" {
			continue
		}
		in.Holidays, w.holidays = append(in.Holidays, h), append(w.holidays, i)
	}
	return in, w
}

// parseOpenings reads "09:00-12:00, 13-18"; "" and "closed" are none, "24 h" is the whole day.
func parseOpenings(d time.Weekday, text string) ([]calendar.Opening, bool) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	switch text {
	case "", "closed", "-":
		return nil, true
	case "24 h", "24h", "all day":
		return []calendar.Opening{{Weekday: d, Until: 24 * 60}}, true
	}
	var out []calendar.Opening
	for part := range strings.SplitSeq(strings.NewReplacer(";", ",", " and ", ",").Replace(text), ",") {
		from, until, ok := strings.Cut(strings.NewReplacer("–", "-", "—", "-", " to ", "-").Replace(part), "-")
		a, okA := parseMinute(from)
		b, okB := parseMinute(until)
		if !ok || !okA || !okB {
			return nil, false
		}
		out = append(out, calendar.Opening{Weekday: d, From: a, Until: b})
	}
	return out, true
}

// parseMinute reads a time of day: 9, 9:30, 09.30, 24:00.
func parseMinute(text string) (int, bool) {
	hour, minute, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(text), ".", ":"), ":")
	h, err := strconv.Atoi(hour)
	if err != nil || h < 0 || h > 24 {
		return 0, false
	}
	m := 0
	if minute != "" {
		if m, err = strconv.Atoi(minute); err != nil || m < 0 || m > 59 || len(minute) != 2 {
			return 0, false
		}
	}
	return h*60 + m, h*60+m <= 24*60
}

// questionsOfHours makes the questions, with what f has in them.
func questionsOfHours(f form, faults ui.Faults) calendarForm {
	field := func(x ui.Field) ui.Field {
		x.Value, x.Error = f.text(x.Name), faults.At(x.Name)
		return x
	}
	q := calendarForm{Name: field(ui.Field{Name: "name", Label: "Name", Width: "mid", Max: 120})}
	for _, d := range mondayFirst() {
		q.Days = append(q.Days, field(ui.Field{Name: openName(d), Label: d.String(), Width: "mid", Max: 200, Literal: true, Optional: true}))
	}
	for i := range rowsOf(f.text("rows")) {
		h := holidayFields{Words: "Holiday " + strconv.Itoa(i+1),
			Day: field(ui.Field{Name: holidayName("day", i), Label: "Day", Kind: ui.Date, Optional: true}), Name: field(ui.Field{Name: holidayName("title", i), Label: "Name", Max: 120, Optional: true}),
			Yearly: ui.Field{Name: holidayName("yearly", i), Label: "Every year", Kind: ui.Checkbox, Checked: f.yes(holidayName("yearly", i))}}
		q.Holidays = append(q.Holidays, h)
	}
	return q
}

func (q calendarForm) all() []ui.Field {
	out := append([]ui.Field{q.Name}, q.Days...)
	for _, h := range q.Holidays {
		out = append(out, h.Day, h.Name, h.Yearly)
	}
	return out
}

// inWhole shows a form in few fields, to be held against another: the holidays in one.
func inWhole(f form) []ui.Field {
	q := questionsOfHours(f, ui.Faults{})
	var days []string
	in, _ := readHours(&f)
	for _, h := range in.Holidays {
		words := string(h.Day) + " " + h.Name
		if h.Yearly {
			words += " every year"
		}
		days = append(days, words)
	}
	return append(append([]ui.Field{q.Name}, q.Days...), ui.Field{Label: "Holidays", Value: strings.Join(days, ", ")})
}
