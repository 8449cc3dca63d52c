package checklist_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// must gives what a use case gave, or ends the test.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// fields gives "path: code" of a refusal, in order.
func fields(err error) []string {
	var f *fault.Fault
	var out []string
	if errors.As(err, &f) {
		for _, x := range f.Fields {
			out = append(out, x.Path+": "+x.Code)
		}
	}
	slices.Sort(out)
	return out
}

func TestTheLibrary(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, boss := t.Context(), w.Actor(org.Administrator)
		volt := w.Value(org.QuestionUnit, "VOLT")
		in := checklist.QuestionInput{
			Text: "  Voltage  of the  battery? ", Unit: &volt.ID, Active: true,
			Rule: checklist.Rule{Type: checklist.Numeric, Min: number(t, "0"), AlertBelow: number(t, "11.8")},
		}
		q := must(w.Checks.CreateQuestion(ctx, boss, in))(t)
		if q.Text != "Voltage of the battery?" || q.UnitName != volt.Name || q.Rule.AlertAbove != nil || q.Rule.AlertBelow.String() != "11.8" {
			t.Errorf("%+v", q)
		}
		if _, err := w.Checks.CreateQuestion(ctx, boss, in); fault.KindOf(err) != fault.Conflict || fields(err)[0] != "text: taken" {
			t.Errorf("the same once more: %v", err)
		}
		in.Rule.Type = checklist.MeterReading
		must(w.Checks.CreateQuestion(ctx, boss, in))(t) // answered in another way it is another question
		if _, err := w.Checks.UpdateQuestion(ctx, boss, q.ID, 1, in); fault.KindOf(err) != fault.Invalid || fields(err)[0] != "rule.type: fixed" {
			t.Errorf("another type: %v", err)
		}
		in.Rule.Type, in.Rule.AlertAbove = checklist.Numeric, number(t, "14.4")
		q = must(w.Checks.UpdateQuestion(ctx, boss, q.ID, 1, in))(t)
		if _, err := w.Checks.UpdateQuestion(ctx, boss, q.ID, 1, in); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a stale change: %v", err)
		}
		got := must(w.Checks.GetQuestion(ctx, w.Actor(org.Viewer), q.ID))(t)
		if got.Version != 2 || got.Rule.AlertAbove.String() != "14.4" {
			t.Errorf("%+v", got)
		}
		list := must(w.Checks.ListQuestions(ctx, boss, checklist.QuestionFilter{Search: "BATTERY", Type: checklist.Numeric}, page.Request{Limit: 1}))(t)
		if len(list.Items) != 1 || list.Items[0].ID != q.ID || list.Next != "" {
			t.Errorf("%+v", list)
		}
		if err := w.Checks.DeleteQuestion(ctx, boss, q.ID, 1); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a stale deletion: %v", err)
		}
		if err := w.Checks.DeleteQuestion(ctx, boss, q.ID, 2); err != nil {
			t.Error(err)
		}
		if _, err := w.Checks.GetQuestion(ctx, boss, q.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("it is still there: %v", err)
		}
	})
}

// TestDefect051BoundsStandAlone: a bound of one side was lost, zero was none, and options that alert were dropped.
func TestDefect051BoundsStandAlone(t *testing.T) {
	for _, c := range []struct {
		claim string
		rule  checklist.Rule
		want  []string
	}{
		{"below alone", checklist.Rule{Type: checklist.Numeric, AlertBelow: number(t, "0")}, nil},
		{"above alone", checklist.Rule{Type: checklist.Numeric, AlertAbove: number(t, "5")}, nil},
		{"several choices alert", checklist.Rule{Type: checklist.MultiSelect, Options: []string{"a", "b"}, AlertOn: []string{"b"}}, nil},
		{"an alert that can never come", checklist.Rule{Type: checklist.Numeric, Min: number(t, "0"), Max: number(t, "10"), AlertBelow: number(t, "-1"), AlertAbove: number(t, "11")},
			[]string{"rule.alert_above: order", "rule.alert_below: order"}},
		{"alerts that cross", checklist.Rule{Type: checklist.Numeric, AlertBelow: number(t, "5"), AlertAbove: number(t, "4")}, []string{"rule.alert_above: alerts"}},
		{"bounds that cross", checklist.Rule{Type: checklist.Numeric, Min: number(t, "5"), Max: number(t, "5")}, []string{"rule.max: order"}},
		{"an option that is none", checklist.Rule{Type: checklist.Dropdown, Options: []string{"a"}, AlertOn: []string{"b"}}, []string{"rule.alert_on[0]: unknown"}},
		{"an option twice", checklist.Rule{Type: checklist.Dropdown, Options: []string{"École", "ecole"}}, []string{"rule.options[1]: doubled"}},
		{"no options", checklist.Rule{Type: checklist.Checkbox}, []string{"rule.options: required"}},
		{"bounds of a text", checklist.Rule{Type: checklist.SingleLine, Min: number(t, "1"), Options: []string{"a"}, AlertOn: []string{"a"}},
			[]string{"rule.alert_on: unused", "rule.min: unused", "rule.options: unused"}},
		{"a rating without an end", checklist.Rule{Type: checklist.Rating, Min: number(t, "1")}, []string{"rule.max: required"}},
		{"a rating of halves", checklist.Rule{Type: checklist.Rating, Min: number(t, "0.5"), Max: number(t, "5")}, []string{"rule.max: whole"}},
		{"a rating of many steps", checklist.Rule{Type: checklist.Rating, Min: number(t, "0"), Max: number(t, "100")}, []string{"rule.max: range"}},
		{"a file of no kind", checklist.Rule{Type: checklist.SingleLine, FileNeeded: true}, []string{"rule.attachment: required"}},
		{"a signature with a photo", checklist.Rule{Type: checklist.Signature, Attachment: checklist.Photo}, []string{"rule.attachment: signature"}},
		{"no number", checklist.Rule{Type: checklist.Numeric, Max: checklist.ReadNumber("ten"), Min: checklist.ReadNumber("")}, []string{"rule.max: number"}},
		{"no such type", checklist.Rule{Type: "FREE"}, []string{"rule.type: unknown"}},
	} {
		in := checklist.QuestionInput{Text: "It?", Rule: c.rule}
		if diff := cmp.Diff(c.want, fields(in.Check())); diff != "" {
			t.Errorf("%s: %s", c.claim, diff)
		}
	}
}

func TestAChecklistIsPublishedInVersions(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, boss := t.Context(), w.Actor(org.Administrator)
		lamp, leak := w.Question("Is the lamp on?"), w.Question("Is it dry?")
		c := must(w.Checks.Create(ctx, boss, checklist.Input{Kind: checklist.ForTask, Name: "Gate", Active: true, Places: checklist.Places{Everywhere: true}}))(t)
		if _, err := w.Checks.Publish(ctx, boss, c.ID, 1); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an empty one is published: %v", err)
		}
		offered := func() int {
			return len(must(w.Checks.List(ctx, boss, checklist.Filter{Offered: true}, page.Request{}))(t).Items)
		}
		in := checklist.Input{Name: "Gate", Active: true, Places: checklist.Places{Everywhere: true}, Draft: testworld.Form(lamp, leak)}
		c = must(w.Checks.Update(ctx, boss, c.ID, 1, in))(t)
		if c.Form != nil || c.Items != 2 || c.Draft.Items()[0].Text != lamp.Text || offered() != 0 {
			t.Errorf("%+v", c)
		}
		c = must(w.Checks.Publish(ctx, boss, c.ID, 2))(t)
		first := must(w.Checks.GetForm(ctx, boss, *c.Form))(t)
		if first.Number != 1 || first.Name != "Gate" || len(first.Form.Items()) != 2 || offered() != 1 {
			t.Errorf("%+v", first)
		}
		if _, err := w.Checks.Publish(ctx, boss, c.ID, 3); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the same is published once more: %v", err)
		}
		must(w.Checks.UpdateQuestion(ctx, boss, lamp.ID, 1, checklist.QuestionInput{Text: "Are both lamps on?", Rule: lamp.Rule, Active: true}))(t)
		c = must(w.Checks.Get(ctx, boss, c.ID))(t)
		if got := c.Draft.Items()[0].Text; got != "Are both lamps on?" {
			t.Errorf("the draft asks %q", got)
		}
		c = must(w.Checks.Publish(ctx, boss, c.ID, 3))(t)
		if again := must(w.Checks.GetForm(ctx, boss, first.ID))(t); again.Form.Items()[0].Text != lamp.Text {
			t.Errorf("what is published has changed: %+v", again.Form)
		}
		forms := must(w.Checks.ListForms(ctx, boss, c.ID))(t)
		if len(forms) != 2 || forms[0].Number != 2 || forms[0].Form.Items()[0].ID != forms[1].Form.Items()[0].ID || forms[0].PersonName == "" {
			t.Errorf("%+v", forms)
		}
		if err := w.Checks.DeleteQuestion(ctx, boss, lamp.ID, 2); fault.KindOf(err) != fault.Conflict || fields(err)[0] != "id: referenced" {
			t.Errorf("a question that is asked is deleted: %v", err)
		}
		if err := w.Checks.Delete(ctx, boss, c.ID, 4); fault.KindOf(err) != fault.Conflict {
			t.Errorf("what was published is deleted: %v", err)
		}
		draft := must(w.Checks.Create(ctx, boss, checklist.Input{Kind: checklist.ForTask, Name: "Other", Places: checklist.Places{Everywhere: true}, Draft: testworld.Form(leak)}))(t)
		if err := w.Checks.Delete(ctx, boss, draft.ID, 1); err != nil {
			t.Errorf("a draft stays: %v", err)
		}
	})
}

func TestAChecklistIsHeldToItsRules(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, boss := t.Context(), w.Actor(org.Administrator)
		lamp, leak := w.Question("Is the lamp on?"), w.Question("Is it dry?")
		in := checklist.Input{Kind: checklist.ForTask, Name: "Gate", Places: checklist.Places{Sites: []id.Site{w.Harbour.ID}}, Draft: testworld.Form(lamp, leak)}
		items := in.Draft.Sections[0].Items
		items[0].ShowIf = &checklist.Condition{Item: items[1].ID, Operator: checklist.Equals, Values: []string{"No"}} // of a later item: a cycle would begin so
		items[1].ShowIf = &checklist.Condition{Item: items[0].ID, Operator: checklist.Greater, Values: []string{"Perhaps"}}
		items[1].Tell = []id.Person{id.New[id.Person]()}
		_, err := w.Checks.Create(ctx, boss, in)
		want := []string{
			"sections[0].items[0].show_if.item_id: earlier", "sections[0].items[1].show_if.operator: type",
			"sections[0].items[1].show_if.values[0]: unknown", "sections[0].items[1].tell[0]: unknown",
		}
		if diff := cmp.Diff(want, fields(err)); diff != "" {
			t.Error(diff)
		}
		other := w.SecondTenant()
		in = checklist.Input{Kind: "ODD", Places: checklist.Places{Sites: []id.Site{other.Harbour.ID}, Assets: []id.Asset{id.New[id.Asset]()}}}
		_, err = w.Checks.Create(ctx, boss, in)
		if diff := cmp.Diff([]string{"kind: unknown", "name: required"}, fields(err)); diff != "" {
			t.Error(diff)
		}
		in.Kind, in.Name, in.Draft = checklist.ForTask, "Gate", testworld.Form(other.Question("Theirs?"), lamp, lamp)
		in.Draft.Sections = append(in.Draft.Sections, checklist.Section{})
		_, err = w.Checks.Create(ctx, boss, in)
		want = []string{
			"places.asset_ids[0]: unknown", "places.site_ids[0]: unknown", "sections[0].items[0].question_id: unknown",
			"sections[0].items[2].question_id: doubled", "sections[0].name: required", "sections[1].name: required",
		}
		if diff := cmp.Diff(want, fields(err)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestWhereAChecklistApplies: at a site by itself, by a group of sites or by its type; to an asset by itself.
func TestWhereAChecklistApplies(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, boss := t.Context(), w.Actor(org.Administrator)
		q := w.Question("Is the lamp on?")
		group := must(w.People.CreateGroup(ctx, w.System, people.GroupInput{Kind: people.OfSites, Name: "Ring", Active: true, Sites: []id.Site{w.Tower.ID}}))(t)
		pump := w.NewAsset(w.Harbour.ID, "P-1")
		for name, p := range map[string]checklist.Places{
			"all": {Everywhere: true}, "harbour": {Sites: []id.Site{w.Harbour.ID}}, "ring": {Groups: []id.Group{group.ID}}, "pump": {Assets: []id.Asset{pump.ID}},
		} {
			must(w.Checks.Create(ctx, boss, checklist.Input{Kind: checklist.ForTask, Name: name, Active: true, Places: p, Draft: testworld.Form(q)}))(t)
		}
		names := func(f checklist.Filter) []string {
			var out []string
			for _, c := range must(w.Checks.List(ctx, boss, f, page.Request{}))(t).Items {
				out = append(out, c.Name)
			}
			return out
		}
		for _, c := range []struct {
			claim string
			f     checklist.Filter
			want  []string
		}{
			{"everywhere", checklist.Filter{}, []string{"all", "harbour", "pump", "ring"}},
			{"at the harbour", checklist.Filter{Site: &w.Harbour.ID}, []string{"all", "harbour"}},
			{"at the tower", checklist.Filter{Site: &w.Tower.ID}, []string{"all", "ring"}},
			{"of the pump", checklist.Filter{Site: &w.Harbour.ID, Asset: &pump.ID}, []string{"all", "harbour", "pump"}},
			{"published ones", checklist.Filter{Offered: true}, nil},
			{"of another kind", checklist.Filter{Kind: checklist.AssetAudit}, nil},
		} {
			if diff := cmp.Diff(c.want, names(c.f)); diff != "" {
				t.Errorf("%s: %s", c.claim, diff)
			}
		}
	})
}
