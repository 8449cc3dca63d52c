package readiness

import (
	_ "embed"
	"strings"
)

// planText is the plan: a phase after ##, an item as ID and title, and what belongs to it below, each after its word.
//
//go:embed plan.txt
var planText string

// Plan gives every item, in order.
func Plan() []Item {
	var out []Item
	phase := ""
	for line := range strings.Lines(planText) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "## "); ok {
			phase = name
			continue
		}
		if rest, ok := strings.CutPrefix(line, "  "); ok && len(out) > 0 {
			out[len(out)-1].tell(rest)
			continue
		}
		if id, title, ok := strings.Cut(line, " "); ok {
			out = append(out, Item{ID: id, Phase: phase, Title: title})
		}
	}
	return out
}

func (x *Item) tell(line string) {
	word, text, _ := strings.Cut(line, ": ")
	switch word {
	case "holds":
		x.Holds = text
	case "here":
		x.Here = text
	case "tests":
		x.Tests = strings.Fields(text)
	}
}

// Find gives an item by its id.
func Find(id string) (Item, bool) {
	for _, x := range Plan() {
		if strings.EqualFold(x.ID, id) {
			return x, true
		}
	}
	return Item{}, false
}
