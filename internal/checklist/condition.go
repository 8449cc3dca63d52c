package checklist

import (
	"fmt"
	"slices"
	"strings"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// Operator compares the answer of an earlier item.
type Operator string

// The operators (domain/ops.md 1.6).
const (
	Equals      Operator = "EQUALS"
	NotEquals   Operator = "NOT_EQUALS"
	Contains    Operator = "CONTAINS" // a part of a text, or one of several choices
	NotContains Operator = "NOT_CONTAINS"
	In          Operator = "IN" // one of several values
	NotIn       Operator = "NOT_IN"
	Greater     Operator = "GT"
	AtLeast     Operator = "GTE"
	Less        Operator = "LT"
	AtMost      Operator = "LTE"
	Empty       Operator = "IS_EMPTY"
	NotEmpty    Operator = "IS_NOT_EMPTY"
)

// Operators gives the operators in the order of the form.
func Operators() []Operator {
	return []Operator{Equals, NotEquals, In, NotIn, Contains, NotContains, Greater, AtLeast, Less, AtMost, NotEmpty, Empty}
}

// operands are how many values an operator compares with: from, to.
func (o Operator) operands() (int, int) {
	switch o {
	case Empty, NotEmpty:
		return 0, 0
	case In, NotIn:
		return 1, maxValues
	}
	return 1, 1
}

// orders says that the operator compares numbers.
func (o Operator) orders() bool { return o == Greater || o == AtLeast || o == Less || o == AtMost }

const maxValues = 50

// Condition shows an item by the answer of an earlier one. An item whose condition looks at an item that is hidden is hidden itself.
type Condition struct {
	Item     id.Item  `json:"item_id"`
	Operator Operator `json:"operator"`
	Values   []string `json:"values,omitempty"`
}

// check folds the condition. That it looks at an earlier item makes a cycle impossible.
func (x *Condition) check(c *fault.Check, path string, earlier map[id.Item]Item) {
	x.Values = lines(x.Values)
	on, known := earlier[x.Item]
	c.That(known, path+"item_id", "earlier", "A condition looks at an item that stands before this one.")
	if !slices.Contains(Operators(), x.Operator) {
		c.Add(path+"operator", "unknown", "Choose how to compare.")
		return
	}
	least, most := x.Operator.operands()
	c.That(len(x.Values) >= least, path+"values", "required", "Say what to compare with.")
	c.That(len(x.Values) <= most, path+"values", "too_many", fmt.Sprintf("This compares with at most %d values.", most))
	if !known {
		return
	}
	c.That(on.Rule.Type.Number() || !x.Operator.orders(), path+"operator", "type", "Only numbers are greater or less.")
	for i, v := range x.Values {
		at := fmt.Sprintf("%svalues[%d]", path, i)
		c.Text(at, v, 1, 200)
		if on.Rule.Type.Number() {
			_, err := ParseNumber(v)
			c.That(err == nil, at, "number", "This question is answered with a number.")
		}
		if on.Rule.Type.Choice() {
			c.That(slices.Contains(on.Rule.Options, v), at, "unknown", "This is none of the question's options.")
		}
	}
}

// met says whether an answer, nil where there is none, meets the condition. Texts are compared without regard to case and accents.
func (x Condition) met(a *Answer) bool {
	switch {
	case x.Operator == Empty:
		return a == nil
	case x.Operator == NotEmpty:
		return a != nil
	case a == nil:
		return x.Operator == NotEquals || x.Operator == NotIn || x.Operator == NotContains
	case x.Operator.orders():
		return x.ordered(a)
	}
	one := func(v string) bool { return slices.ContainsFunc(a.texts(), func(t string) bool { return same(t, v) }) }
	some := slices.ContainsFunc(x.Values, one)
	switch x.Operator {
	case Equals, In:
		return some
	case NotEquals, NotIn:
		return !some
	}
	part := func(v string) bool {
		return slices.ContainsFunc(a.texts(), func(t string) bool { return strings.Contains(fold.Key(t), fold.Key(v)) })
	}
	if len(a.Choices) > 0 {
		part = one
	}
	return slices.ContainsFunc(x.Values, part) == (x.Operator == Contains)
}

// same compares numbers as numbers and all else as text.
func same(a, b string) bool {
	x, errX := ParseNumber(a)
	y, errY := ParseNumber(b)
	if errX == nil && errY == nil {
		return x == y
	}
	return fold.Key(a) == fold.Key(b)
}

func (x Condition) ordered(a *Answer) bool {
	if a.Number == nil {
		return false
	}
	bound, err := ParseNumber(x.Values[0])
	if err != nil {
		return false
	}
	switch x.Operator {
	case Greater:
		return *a.Number > bound
	case AtLeast:
		return *a.Number >= bound
	case Less:
		return *a.Number < bound
	}
	return *a.Number <= bound
}
