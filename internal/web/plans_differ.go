package web

import (
	"strconv"

	"intelliwiz/internal/plan"
)

// differRows is how many times of each sort are told of a change.
const differRows = 6

// differDays is how many days a change of a plan is looked at: two weeks, and of maintenance, which comes seldom, a year.
func differDays(k plan.Kind) int {
	if k == plan.Maintenance {
		return 365
	}
	return 14
}

// planChange is what saving a change of a plan does to what comes.
type planChange struct {
	Words string
	Parts []changePiece
}

// changePiece is one sort of it: what is added, what falls out, what moves.
type changePiece struct {
	Title, Icon string
	Rows        []comingRow
	More        int
}

func changeOf(v visit, k plan.Kind, d plan.Difference) *planChange {
	span := " in the next " + plural(differDays(k), "day")
	c := &planChange{Words: "Nothing changes of the " + plural(d.Same, "time") + span + "."}
	if d.Same == 0 {
		c.Words = "Nothing comes" + span + ", as before."
	}
	if len(d.Added)+len(d.Removed)+len(d.Moved) > 0 {
		c.Words = plural(len(d.Added), "time") + " added, " + strconv.Itoa(len(d.Removed)) + " removed, " + strconv.Itoa(len(d.Moved)) + " changed, " + strconv.Itoa(d.Same) + " as before" + span + "."
	}
	add := func(title, icon string, all []plan.Coming) {
		if len(all) == 0 {
			return
		}
		p := changePiece{Title: title, Icon: icon, More: max(0, len(all)-differRows)}
		for _, x := range all[:min(len(all), differRows)] {
			p.Rows = append(p.Rows, comingRow{When: spanWords(x.Begins, x.Due, v.now, v.zone)})
		}
		c.Parts = append(c.Parts, p)
	}
	add("Added", "plus", d.Added)
	add("Removed", "minus", d.Removed)
	add("Changed, then", "swap", d.Moved)
	return c
}
