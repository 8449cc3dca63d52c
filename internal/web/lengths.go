package web

import (
	"slices"

	"intelliwiz/internal/web/ui"
)

// lengthUnit is a unit in which a form asks for a length of time.
type lengthUnit struct {
	value   string
	label   string
	minutes int64
}

// lengthUnits are the units, from the longest. A day is 24 hours of the clock that counts, and says so: of business hours that is more
// than one working day.
func lengthUnits() []lengthUnit {
	return []lengthUnit{{"days", "days (24 hours)", 24 * 60}, {"hours", "hours", 60}, {"minutes", "minutes", 1}}
}

// lengthFields ask for a length of time: a number, and its unit beside it. The field of the number is amount's; that of the unit has the
// same name with "_unit".
func lengthFields(f form, amount ui.Field) []ui.Field {
	amount.Kind, amount.Width, amount.Min, amount.Value = ui.Number, "short", "1", f.text(amount.Name)
	unit := ui.Field{Name: amount.Name + "_unit", Label: "Unit", Kind: ui.Select, Width: "mid"}
	chosen := f.text(unit.Name)
	units := lengthUnits()
	slices.Reverse(units)
	for _, u := range units {
		unit.Options = append(unit.Options, ui.Option{Value: u.value, Label: u.label, Selected: u.value == chosen || chosen == "" && u.value == "hours"})
	}
	return []ui.Field{amount, unit}
}

// putLength lets a form show minutes, in the longest unit that holds them exactly.
func putLength(f *form, name string, minutes int64) {
	for _, u := range lengthUnits() {
		if minutes%u.minutes == 0 {
			f.set(name, number(minutes/u.minutes))
			f.set(name+"_unit", u.value)
			return
		}
	}
}

// length reads a length of time in minutes; 0 when no number was typed.
func (f *form) length(name string) int64 {
	n := f.whole(name)
	for _, u := range lengthUnits() {
		if f.text(name+"_unit") != u.value {
			continue
		}
		if n > maxAmount || n < -maxAmount {
			n = maxAmount // which no rule allows, and no unit makes too large to count
		}
		return n * u.minutes
	}
	f.check.Add(name+"_unit", "unknown", "Choose one of the list.")
	return n
}

// maxAmount bounds what is multiplied by a unit.
const maxAmount = 1 << 40
