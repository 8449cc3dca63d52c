package web

import (
	"reflect"
	"slices"
	"strings"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
)

// formChanges says in words what one version of a checklist has other than an older one.
func formChanges(was, now checklist.Form) (out []string) {
	before, after := byItem(was), byItem(now)
	say := func(words, text string) { out = append(out, words+": "+cut(text, 120)) }
	for _, i := range now.Items() {
		old, there := before[i.ID]
		if !there {
			say("Asked", i.Text)
			continue
		}
		if old.Text != i.Text {
			say("Reworded", i.Text)
		}
		if !reflect.DeepEqual(old.Rule, i.Rule) {
			say("Another rule", i.Text)
		}
		switch {
		case i.Mandatory && !old.Mandatory:
			say("Now a must", i.Text)
		case old.Mandatory && !i.Mandatory:
			say("No longer a must", i.Text)
		}
		if !reflect.DeepEqual(old.ShowIf, i.ShowIf) {
			say("Shown by other answers", i.Text)
		}
		if !slices.Equal(old.Tell, i.Tell) {
			say("Others are told of an alert", i.Text)
		}
	}
	for _, i := range was.Items() {
		if _, there := after[i.ID]; !there {
			say("No longer asked", i.Text)
		}
	}
	if !slices.Equal(common(was, after), common(now, before)) {
		out = append(out, "In another order")
	}
	if a, b := sectionNames(was), sectionNames(now); a != b {
		out = append(out, "Sections: "+b)
	}
	return out
}

func byItem(f checklist.Form) map[id.Item]checklist.Item {
	out := map[id.Item]checklist.Item{}
	for _, i := range f.Items() {
		out[i.ID] = i
	}
	return out
}

// common are the items of a form that another has too, in its order.
func common(f checklist.Form, other map[id.Item]checklist.Item) (out []id.Item) {
	for _, i := range f.Items() {
		if _, there := other[i.ID]; there {
			out = append(out, i.ID)
		}
	}
	return out
}

func sectionNames(f checklist.Form) string {
	var names []string
	for _, s := range f.Sections {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}
