package ui

import (
	"slices"
	"strconv"
)

// Bars is a small chart over time or over things, in grey with one accent or one red, and the table of its numbers behind it.
type Bars struct {
	Title string // "Signed in today"
	Total string // the number that the chart explains, large
	Href  string // what the number opens
	Sub   string
	Label string // the chart in one sentence, for those who do not see it
	Head  string // of the table's first column: "Day"
	Unit  string // of the table's second: "People"
	Items []Bar
}

// Bar is one value, zero or more.
type Bar struct {
	Label string
	Value float64
	Now   bool // the accent
	Late  bool // the red
}

// Drawn in a box of barWide units for each bar and barHigh units of height, which the stylesheet stretches.
const (
	barWide = 10.0
	barHigh = 40.0
)

type drawnBar struct{ class, x, y, height string }

// draw places the bars; the highest fills the box.
func (b Bars) draw() []drawnBar {
	top := 0.0
	for _, i := range b.Items {
		top = max(top, i.Value)
	}
	out := make([]drawnBar, len(b.Items))
	for n, i := range b.Items {
		h := 0.0
		if top > 0 {
			h = barHigh * max(i.Value, 0) / top
		}
		class := "a"
		switch {
		case i.Late:
			class = "b"
		case i.Now:
			class = "hi"
		}
		out[n] = drawnBar{class: class, x: short(barWide*float64(n) + 1), y: short(barHigh - h), height: short(h)}
	}
	return out
}

func (b Bars) box() string { return "0 0 " + short(b.width()) + " " + short(barHigh) }

func (b Bars) width() float64 { return barWide * float64(max(len(b.Items), 1)) }

// ends are the labels under the first and the last bar.
func (b Bars) ends() []string {
	if len(b.Items) < 2 {
		return nil
	}
	return slices.Compact([]string{b.Items[0].Label, b.Items[len(b.Items)-1].Label})
}

// short writes a number with at most two decimals.
func short(v float64) string { return strconv.FormatFloat(float64(int(v*100+0.5))/100, 'f', -1, 64) }
