package checklist

import (
	"fmt"
	"slices"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// Form is what a checklist asks: sections of items, in order. A published one never changes; a task keeps the one that it was made with.
type Form struct {
	Sections []Section `json:"sections"`
}

// Section is a part of a form under a heading.
type Section struct {
	Name  string `json:"name"` // "" for a form of one part
	Items []Item `json:"items"`
}

// Item is a question placed in a form.
type Item struct {
	ID        id.Item     `json:"id"` // stays from version to version, so that answers can be compared
	Question  id.Question `json:"question_id"`
	Text      string      `json:"text"`                // the question's
	Rule      Rule        `json:"rule"`                // the question's, or its own
	Own       bool        `json:"own,omitempty"`       // the rule is the item's own: a change in the library does not reach it
	Mandatory bool        `json:"mandatory,omitempty"` // while it is shown
	ShowIf    *Condition  `json:"show_if,omitempty"`   // nil: always shown
	Tell      []id.Person `json:"tell,omitempty"`      // who hears of an alert of this item, beside those who hear of every alert
}

// Bounds of a form.
const (
	maxSections = 30
	maxItems    = 200 // of all sections
	maxTold     = 20
)

// Items gives the items of every section in order.
func (f Form) Items() []Item {
	var out []Item
	for _, s := range f.Sections {
		out = append(out, s.Items...)
	}
	return out
}

// Questions gives the questions that the form asks, each once.
func (f Form) Questions() []id.Question {
	var out []id.Question
	for _, i := range f.Items() {
		if !slices.Contains(out, i.Question) {
			out = append(out, i.Question)
		}
	}
	return out
}

// check folds the form and gives every violation at its field. What only the database knows, as whether a question exists, is asked later.
func (f *Form) check(c *fault.Check) {
	c.That(len(f.Sections) <= maxSections, "sections", "too_many", fmt.Sprintf("A checklist has at most %d sections.", maxSections))
	c.That(len(f.Items()) <= maxItems, "sections", "too_many", fmt.Sprintf("A checklist has at most %d items.", maxItems))
	earlier := map[id.Item]Item{}
	asked := map[id.Question]bool{}
	for i := range f.Sections {
		s, path := &f.Sections[i], fmt.Sprintf("sections[%d].", i)
		s.Name = fold.Line(s.Name)
		c.That(s.Name != "" || len(f.Sections) == 1, path+"name", "required", "A checklist of several sections names each.")
		c.Text(path+"name", s.Name, 0, 200)
		for j := range s.Items {
			it, at := &s.Items[j], fmt.Sprintf("%sitems[%d].", path, j)
			it.check(c, at, earlier)
			c.That(!asked[it.Question], at+"question_id", "doubled", "This question is asked already.")
			asked[it.Question], earlier[it.ID] = true, *it
		}
	}
}

func (i *Item) check(c *fault.Check, path string, earlier map[id.Item]Item) {
	_, doubled := earlier[i.ID]
	c.That(!i.ID.IsZero() && !doubled, path+"id", "doubled", "Every item has an id of its own.")
	c.That(!i.Question.IsZero(), path+"question_id", "required", "Choose a question.")
	if i.Own {
		i.Rule.check(c, path+"rule.")
	}
	c.That(len(i.Tell) <= maxTold, path+"tell", "too_many", fmt.Sprintf("At most %d people are told.", maxTold))
	if i.ShowIf != nil {
		i.ShowIf.check(c, path+"show_if.", earlier)
	}
}
