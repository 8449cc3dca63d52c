package checklist_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

func number(t testing.TB, text string) *checklist.Number {
	t.Helper()
	if text == "" {
		return nil
	}
	n, err := checklist.ParseNumber(text)
	if err != nil {
		t.Fatal(err)
	}
	return &n
}

// item makes an item with a rule of its own.
func item(text string, rule checklist.Rule) checklist.Item {
	return checklist.Item{ID: id.New[id.Item](), Question: id.New[id.Question](), Text: text, Rule: rule, Own: true}
}

func form(items ...checklist.Item) checklist.Form {
	return checklist.Form{Sections: []checklist.Section{{Items: items}}}
}

// codes gives the faults of a verdict as "text of the item: code".
func codes(f checklist.Form, v checklist.Verdict) []string {
	var out []string
	for _, x := range v.Faults {
		for _, i := range f.Items() {
			if strings.Contains(x.Path, i.ID.String()) {
				out = append(out, i.Text+": "+x.Code)
			}
		}
	}
	return out
}

// TestDefect053AlertsAreFoundHere: the old server believed the alerts that a phone claimed. Nothing that a phone says of alerts is even read.
func TestDefect053AlertsAreFoundHere(t *testing.T) {
	yesNo := []string{"Yes", "No"}
	for _, c := range []struct {
		claim string
		rule  checklist.Rule
		given checklist.Given
		last  string
		want  string // the alert, or "!" and the code of a fault
	}{
		{"within the bounds", checklist.Rule{Type: checklist.Numeric, AlertBelow: number(t, "2"), AlertAbove: number(t, "8")}, checklist.Given{Value: "8"}, "", ""},
		{"below", checklist.Rule{Type: checklist.Numeric, AlertBelow: number(t, "2")}, checklist.Given{Value: "1.99"}, "", "1.99 is below 2"},
		{"above", checklist.Rule{Type: checklist.Numeric, AlertAbove: number(t, "8")}, checklist.Given{Value: "8.0001"}, "", "8.0001 is above 8"},
		{"zero is a bound", checklist.Rule{Type: checklist.Numeric, AlertBelow: number(t, "0")}, checklist.Given{Value: "-1"}, "", "-1 is below 0"},
		{"a rating", checklist.Rule{Type: checklist.Rating, Min: number(t, "1"), Max: number(t, "5"), AlertBelow: number(t, "3")}, checklist.Given{Value: "2"}, "", "2 is below 3"},
		{"half a star", checklist.Rule{Type: checklist.Rating, Min: number(t, "1"), Max: number(t, "5")}, checklist.Given{Value: "2.5"}, "", "!whole"},
		{"less than may be", checklist.Rule{Type: checklist.Numeric, Min: number(t, "0")}, checklist.Given{Value: "-1"}, "", "!min"},
		{"more than may be", checklist.Rule{Type: checklist.Numeric, Max: number(t, "10")}, checklist.Given{Value: "11"}, "", "!max"},
		{"no number", checklist.Rule{Type: checklist.Numeric}, checklist.Given{Value: "ten"}, "", "!number"},
		{"a meter runs on", checklist.Rule{Type: checklist.MeterReading}, checklist.Given{Value: "120"}, "119.5", ""},
		{"a meter runs back", checklist.Rule{Type: checklist.MeterReading}, checklist.Given{Value: "119"}, "119.5", "119 is less than the last reading, 119.5"},
		{"a first reading", checklist.Rule{Type: checklist.MeterReading}, checklist.Given{Value: "0"}, "", ""},
		{"a choice", checklist.Rule{Type: checklist.Checkbox, Options: yesNo, AlertOn: []string{"No"}}, checklist.Given{Value: "No"}, "", "No raises an alert"},
		{"another choice", checklist.Rule{Type: checklist.Checkbox, Options: yesNo, AlertOn: []string{"No"}}, checklist.Given{Value: "Yes"}, "", ""},
		{"no option", checklist.Rule{Type: checklist.Dropdown, Options: yesNo}, checklist.Given{Value: "Perhaps"}, "", "!form"},
		{"one of several", checklist.Rule{Type: checklist.MultiSelect, Options: []string{"Rust", "Leak", "Dirt"}, AlertOn: []string{"Leak"}},
			checklist.Given{Values: []string{"Dirt", "Leak"}}, "", "Leak raises an alert"},
		{"several, one unknown", checklist.Rule{Type: checklist.MultiSelect, Options: yesNo}, checklist.Given{Values: []string{"Yes", "Perhaps"}}, "", "!unknown"},
		{"a day", checklist.Rule{Type: checklist.Date}, checklist.Given{Value: "2026-02-30"}, "", "!form"},
		{"a time", checklist.Rule{Type: checklist.Time}, checklist.Given{Value: "8:30"}, "", "!form"},
		{"an address", checklist.Rule{Type: checklist.Email}, checklist.Given{Value: "asha@"}, "", "!form"},
		{"a person", checklist.Rule{Type: checklist.Person}, checklist.Given{Value: "Asha"}, "", "!form"},
		{"a site", checklist.Rule{Type: checklist.Site}, checklist.Given{Value: "1"}, "", "!form"},
		{"a position", checklist.Rule{Type: checklist.GPS}, checklist.Given{Value: "91,0"}, "", "!form"},
		{"a good position", checklist.Rule{Type: checklist.GPS}, checklist.Given{Value: "12.97, 77.59"}, "", ""},
		{"a scan", checklist.Rule{Type: checklist.Scan}, checklist.Given{Value: "PUMP-1"}, "", ""},
		{"a NUL", checklist.Rule{Type: checklist.SingleLine}, checklist.Given{Value: "a\x00b"}, "", "!characters"},
		{"a photo is missing", checklist.Rule{Type: checklist.SingleLine, Attachment: checklist.Photo, FileNeeded: true}, checklist.Given{Value: "ok"}, "", "!file"},
		{"a photo is there", checklist.Rule{Type: checklist.SingleLine, Attachment: checklist.Photo, FileNeeded: true}, checklist.Given{Value: "ok", Files: []id.File{id.New[id.File]()}}, "", ""},
	} {
		x := item("it", c.rule)
		c.given.Item = x.ID
		last := map[id.Item]checklist.Number{}
		if c.last != "" {
			last[x.ID] = *number(t, c.last)
		}
		v := form(x).Evaluate([]checklist.Given{c.given}, last, true)
		got := v.Items[0].Alert
		if len(v.Faults) > 0 {
			got = "!" + v.Faults[0].Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.claim, got, c.want)
		}
		if alerts := v.Alerts == 1; alerts != (c.want != "" && c.want[0] != '!') {
			t.Errorf("%s: %d alerts", c.claim, v.Alerts)
		}
	}
}

// TestDefect050LongAnswersAreKept: an answer of more than 250 characters was refused and then lost, and a meter reading could not be placed.
func TestDefect050LongAnswersAreKept(t *testing.T) {
	long := strings.Repeat("Water on the floor. ", 500)
	x, meter := item("what", checklist.Rule{Type: checklist.MultiLine}), item("meter", checklist.Rule{Type: checklist.MeterReading})
	f := form(x, meter)
	v := f.Evaluate([]checklist.Given{{Item: x.ID, Value: long}, {Item: meter.ID, Value: "1234567.1234"}}, nil, true)
	if v.Err() != nil || v.Items[0].Answer.Text != strings.TrimSpace(long) || v.Items[1].Answer.Number.String() != "1234567.1234" {
		t.Errorf("%v, %+v", v.Err(), v.Items)
	}
	v = f.Evaluate([]checklist.Given{{Item: x.ID, Value: strings.Repeat("x", 20_001)}}, nil, true)
	if diff := cmp.Diff([]string{"what: long"}, codes(f, v)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsHiddenIsNotAskedFor(t *testing.T) {
	leak := item("leak", checklist.Rule{Type: checklist.Checkbox, Options: []string{"Yes", "No"}})
	where := item("where", checklist.Rule{Type: checklist.SingleLine})
	where.ShowIf = &checklist.Condition{Item: leak.ID, Operator: checklist.Equals, Values: []string{"yes"}}
	deep := item("deep", checklist.Rule{Type: checklist.Numeric, AlertAbove: number(t, "1")})
	deep.ShowIf = &checklist.Condition{Item: where.ID, Operator: checklist.Empty}
	leak.Mandatory, where.Mandatory, deep.Mandatory = true, true, true
	f := form(leak, where, deep)
	say := func(values ...string) []checklist.Given {
		var out []checklist.Given
		for i, v := range values {
			out = append(out, checklist.Given{Item: f.Items()[i].ID, Value: v})
		}
		return out
	}
	for _, c := range []struct {
		claim string
		given []checklist.Given
		whole bool
		shown string
		want  []string
	}{
		{"nothing yet", nil, false, "leak", nil},
		{"nothing at the end", nil, true, "leak", []string{"leak: required"}},
		{"no leak", say("No"), true, "leak", nil},
		{"no leak, and answers from before it was said", say("No", "cellar", "5"), true, "leak", nil},
		{"a leak", say("Yes"), true, "leak where deep", []string{"where: required", "deep: required"}},
		{"a leak somewhere", say("Yes", "cellar"), true, "leak where", nil},
		{"a wrong answer counts for none", say("Perhaps"), true, "leak", []string{"leak: form"}},
	} {
		v := f.Evaluate(c.given, nil, c.whole)
		var shown []string
		for _, j := range v.Items {
			if j.Shown {
				shown = append(shown, j.Text)
			} else if j.Answer != nil || j.Alert != "" {
				t.Errorf("%s: %s is hidden and has an answer", c.claim, j.Text)
			}
		}
		if diff := cmp.Diff(c.want, codes(f, v)); diff != "" {
			t.Errorf("%s: %s", c.claim, diff)
		}
		if got := strings.Join(shown, " "); got != c.shown {
			t.Errorf("%s: shown %q, want %q", c.claim, got, c.shown)
		}
	}
}

func TestAnAnswerToNothingIsAFault(t *testing.T) {
	v := form(item("it", checklist.Rule{Type: checklist.SingleLine})).Evaluate([]checklist.Given{{Item: id.New[id.Item](), Value: "x"}}, nil, true)
	if fault.KindOf(v.Err()) != fault.Invalid || len(v.Faults) != 1 || v.Faults[0].Code != "unknown" {
		t.Errorf("%+v", v.Faults)
	}
}

func TestConditions(t *testing.T) {
	text := checklist.Rule{Type: checklist.SingleLine}
	numeric := checklist.Rule{Type: checklist.Numeric}
	several := checklist.Rule{Type: checklist.MultiSelect, Options: []string{"Rust", "Oil leak", "Dirt"}}
	for _, c := range []struct {
		rule     checklist.Rule
		operator checklist.Operator
		values   string
		given    string // options with "+" between; "" = no answer
		want     bool
	}{
		{text, checklist.Equals, "École", "ecole", true}, {text, checklist.Equals, "a", "ab", false}, {text, checklist.Equals, "a", "", false},
		{text, checklist.NotEquals, "a", "b", true}, {text, checklist.NotEquals, "a", "", true}, {text, checklist.NotEquals, "a", "A", false},
		{text, checklist.Contains, "oil", "An OIL leak", true}, {text, checklist.NotContains, "oil", "rust", true}, {text, checklist.NotContains, "oil", "oil", false},
		{text, checklist.In, "a|b", "b", true}, {text, checklist.In, "a|b", "c", false}, {text, checklist.NotIn, "a|b", "c", true}, {text, checklist.NotIn, "a|b", "a", false},
		{text, checklist.Empty, "", "", true}, {text, checklist.Empty, "", "x", false}, {text, checklist.NotEmpty, "", "x", true}, {text, checklist.NotEmpty, "", "", false},
		{numeric, checklist.Equals, "1.50", "1.5", true}, {numeric, checklist.Greater, "9", "10", true}, {numeric, checklist.Greater, "10", "10", false},
		{numeric, checklist.AtLeast, "10", "10", true}, {numeric, checklist.Less, "10", "9.9", true}, {numeric, checklist.Less, "10", "10", false},
		{numeric, checklist.AtMost, "10", "10", true}, {numeric, checklist.AtMost, "10", "10.1", false}, {numeric, checklist.Less, "10", "", false},
		{several, checklist.Contains, "Rust", "Rust+Dirt", true}, {several, checklist.Contains, "Rust", "Dirt", false}, {several, checklist.NotContains, "Rust", "Dirt", true},
		{several, checklist.In, "Rust|Oil leak", "Dirt+Oil leak", true}, {several, checklist.NotIn, "Rust|Oil leak", "Dirt", true},
	} {
		on, then := item("on", c.rule), item("then", text)
		then.ShowIf = &checklist.Condition{Item: on.ID, Operator: c.operator}
		if c.values != "" {
			then.ShowIf.Values = strings.Split(c.values, "|")
		}
		g := checklist.Given{Item: on.ID, Value: c.given}
		if c.rule.Type == checklist.MultiSelect {
			g = checklist.Given{Item: on.ID, Values: strings.Split(c.given, "+")}
		}
		if got := form(on, then).Evaluate([]checklist.Given{g}, nil, false).Items[1].Shown; got != c.want {
			t.Errorf("%q %s %q: %v", c.given, c.operator, c.values, got)
		}
	}
}

// TestAVerdictDoesNotHangOnTheOrderOfWhatIsSaid, and what is said twice counts once: phones send again.
func TestAVerdictDoesNotHangOnTheOrderOfWhatIsSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := item("a", checklist.Rule{Type: checklist.Numeric, AlertAbove: number2("5")})
		b := item("b", checklist.Rule{Type: checklist.Checkbox, Options: []string{"x", "y"}, AlertOn: []string{"y"}})
		b.ShowIf = &checklist.Condition{Item: a.ID, Operator: checklist.Greater, Values: []string{"3"}}
		f := form(a, b)
		given := []checklist.Given{
			{Item: a.ID, Value: rapid.SampledFrom([]string{"", "1", "4", "9", "z"}).Draw(t, "a")},
			{Item: b.ID, Value: rapid.SampledFrom([]string{"", "x", "y", "z"}).Draw(t, "b")},
		}
		want := f.Evaluate(given, nil, true)
		got := f.Evaluate([]checklist.Given{given[1], given[0], given[1]}, nil, true)
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("%+v\n%+v", want, got)
		}
	})
}

func number2(text string) *checklist.Number {
	n, err := checklist.ParseNumber(text)
	if err != nil {
		return nil
	}
	return &n
}
