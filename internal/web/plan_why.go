package web

import (
	"fmt"
	"strings"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// why opens the time of a step to its arithmetic.
func (d planDrawing) why(s *ticket.Step, what, question string) *ui.Why {
	w := &ui.Why{Question: question, Total: ui.WhyLine{Label: what + " comes", Value: d.exact(*s.At)}}
	if what == "Deadline" {
		w.Total.Label = "To be resolved by"
	}
	rule := ui.WhyLine{Label: what + " for " + d.plan.Category.Name, Note: d.rule(what)}
	opened := ui.WhyLine{Label: "Opened", Note: d.plan.Opened.In(d.zone).Format("Mon " + dayForm), Value: d.plan.Opened.In(d.zone).Format(d.form)}
	after := time.Duration(s.After) * time.Minute
	if s.Why == nil {
		rule.Value = "+ " + length(after)
		w.Lines = []ui.WhyLine{opened, rule}
		if d.plan.Held > 0 {
			w.Lines = append(w.Lines, ui.WhyLine{Label: "Was on hold", Note: "The clock stood still.", Value: "+ " + length(d.plan.Held)})
		}
		return w
	}
	rule.Value = length(after)
	w.Lines = []ui.WhyLine{rule}
	if d.plan.Held > 0 {
		w.Lines = append(w.Lines, ui.WhyLine{Label: "Was on hold", Note: "The clock stood still: so much more has to pass.", Value: length(d.plan.Held)})
	}
	w.Lines = append(w.Lines, opened)
	for _, r := range s.Why.Rows {
		w.Lines = append(w.Lines, d.piece(r))
	}
	return w
}

// rule says whose ladder or category a length of time is from, and what counts.
func (d planDrawing) rule(what string) string {
	counts := "every minute counts"
	if d.plan.Category.Clock == ticket.Business {
		counts = "business hours count" + strings.TrimPrefix(d.whose(), ",")
	}
	switch l := d.plan.Ladder; {
	case what == "Deadline" || l == nil:
		return "By the category; " + counts + "."
	case l.Site == nil:
		return "By the ladder of all sites; " + counts + "."
	default:
		return "By the ladder of " + l.SiteName + "; " + counts + "."
	}
}

// piece is a line of open time, or of a holiday that counted nothing.
func (d planDrawing) piece(r calendar.Row) ui.WhyLine {
	from, until := r.From.In(d.zone), r.Until.In(d.zone)
	line := ui.WhyLine{Label: from.Format("Mon 2 Jan, ") + from.Format(d.form) + " to " + untilWords(from, until, d.form), Value: "+ " + length(r.Counted)}
	switch {
	case r.Holiday != "":
		line.Note, line.Value = r.Holiday+": nothing counts.", "+ 0 min"
	case r.Merged > 0:
		line.Note = fmt.Sprintf("With %s after it.", counted(r.Merged, "further piece", "further pieces"))
	}
	return line
}

// untilWords is the end of a piece: the hour alone, 24:00 for midnight, and the day when that is another.
func untilWords(from, until time.Time, form string) string {
	switch midnight := until.Format(form) == time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Format(form); {
	case dateOf(from) == dateOf(until):
		return until.Format(form)
	case midnight && dateOf(from) == dateOf(until.Add(-time.Hour)):
		return "24:00"
	}
	return until.Format("Mon 2 Jan, " + form)
}

// length writes a length of time exactly: "50 min", "26 h 10 min 5 s". It has no days: of business hours a day is not 24.
func length(d time.Duration) string {
	d = d.Round(time.Second)
	var parts []string
	for _, u := range []struct {
		of   time.Duration
		word string
	}{{time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / u.of; n > 0 {
			parts = append(parts, grouped(int64(n))+" "+u.word)
			d %= u.of
		}
	}
	if parts == nil {
		return "0 min"
	}
	return strings.Join(parts, " ")
}
