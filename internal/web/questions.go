package web

import (
	"maps"
	"net/http"
	"net/url"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// questionPage is how many questions or checklists a page shows.
const questionPage = 50

func questionAt(q checklist.Question) string { return questionsPath + "/" + q.ID.String() }

func questionCrumbs() []ui.Link {
	return []ui.Link{{Text: "Checklists", Href: checklistsPath}, {Text: "Questions", Href: questionsPath}}
}

// listQuestions shows the library of questions.
func (p *pages) listQuestions(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Questions")
	if err != nil {
		return err
	}
	given := givenOf(r, "q", "type", "category", "inactive")
	f := form{values: given}
	filter := checklist.QuestionFilter{Search: f.text("q"), Type: checklist.Type(f.text("type")), Category: ref[id.Lookup](&f, "category"), Inactive: f.yes("inactive")}
	if err := f.check.Err(); err != nil {
		return err
	}
	found, err := p.Checks.ListQuestions(r.Context(), v.who, filter, page.Request{Limit: questionPage, After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	types := []ui.Option{{Label: "Any", Selected: filter.Type == ""}}
	for _, t := range checklist.Types() {
		types = append(types, ui.Option{Value: string(t), Label: t.Label(), Selected: filter.Type == t})
	}
	narrow := ui.Filters{Action: questionsPath, List: "questions-part", Search: ui.Search{Name: "q", Label: "Part of a question", Value: filter.Search}, Fields: []ui.Field{
		{Name: "type", Label: "Answered with", Kind: ui.Select, Optional: true, Options: types}}}
	kinds, err := p.lookupChoices(r.Context(), v.who, org.QuestionKind, given.Get("category"))
	if err != nil {
		return err
	}
	if len(kinds) > 1 {
		kinds[0].Label = "Any"
		narrow.Fields = append(narrow.Fields, ui.Field{Name: "category", Label: "Category", Kind: ui.Select, Optional: true, Options: kinds})
	}
	narrow.Fields = append(narrow.Fields, inactiveFilter(filter.Inactive))
	body := ui.Nothing(noQuestions(v, len(given) > 0))
	if len(found.Items) > 0 {
		list := questionRows(found.Items)
		if found.Next != "" {
			list.More.Next = nextPage(questionsPath, given, found.Next)
		}
		body = ui.Listed(list)
	}
	head := ui.Head{Title: "Questions", Sub: "The library that checklists ask from.", Crumbs: questionCrumbs()[:1]}
	if v.who.Everywhere(checklist.CanCreate) {
		head.Acts = append(head.Acts, ui.Action{Text: "New question", Icon: "plus", Href: questionsPath + "/new", Primary: true})
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Narrowed(narrow), partOf("questions-part-list", body))
}

// givenOf gives the filters of an address that say something.
func givenOf(r *http.Request, names ...string) url.Values {
	out := url.Values{}
	for _, name := range names {
		if x := strings.TrimSpace(r.URL.Query().Get(name)); x != "" {
			out.Set(name, x)
		}
	}
	return out
}

// nextPage is where a list with filters goes on.
func nextPage(path string, given url.Values, after string) string {
	again := maps.Clone(given)
	again.Set("after", after)
	return path + "?" + again.Encode()
}

func inactiveFilter(with bool) ui.Field {
	return ui.Field{Name: "inactive", Label: "Inactive", Kind: ui.Select, Optional: true, Options: []ui.Option{{Label: "Without", Selected: !with}, {Value: "true", Label: "With", Selected: with}}}
}

func questionRows(found []checklist.Question) ui.List {
	l := ui.List{ID: "questions", Caption: "Questions, by their text", More: ui.Pager{Shown: len(found), Noun: "questions"}, Columns: []ui.Column{
		{Label: "Question", Slot: ui.Subject}, {Label: "State", Slot: ui.Status}, {Label: "Alert"}, {Label: "Asked in", Slot: ui.Third}}}
	if len(found) == 1 {
		l.More.Noun = "question"
	}
	for _, q := range found {
		note := q.Rule.Type.Label()
		if q.CategoryName != "" {
			note += " · " + q.CategoryName
		}
		asked := "No checklist"
		if q.Used > 0 {
			asked = counted(int(q.Used), "checklist", "checklists")
		}
		l.Rows = append(l.Rows, ui.Row{Href: questionAt(q), About: q.Text, Cells: []ui.Cell{
			{Text: q.Text, Note: note}, {Pill: activePill(q.Active)}, {Text: alertWords(q.Rule)}, {Text: asked}}})
	}
	return l
}

func noQuestions(v visit, narrowed bool) ui.Empty {
	e := ui.Empty{Icon: "list", Title: "No questions yet", Text: "A question is written once and asked in many checklists, so that answers can be compared."}
	switch {
	case narrowed:
		e.Title, e.Text, e.Act = "No question fits these filters", "A shorter part of it finds more.", ui.Action{Text: "Show all questions", Href: questionsPath}
	case v.who.Everywhere(checklist.CanCreate):
		e.Act = ui.Action{Text: "New question", Icon: "plus", Href: questionsPath + "/new"}
	}
	return e
}

// alertWords says which answers raise an alert.
func alertWords(r checklist.Rule) string { return capital(alertsIn(r)) }

// alertsIn is alertWords within a sentence.
func alertsIn(r checklist.Rule) string {
	var parts []string
	if r.AlertBelow != nil {
		parts = append(parts, "below "+r.AlertBelow.String())
	}
	if r.AlertAbove != nil {
		parts = append(parts, "above "+r.AlertAbove.String())
	}
	return strings.Join(append(parts, r.AlertOn...), ", ")
}

// boundWords says between which numbers an answer lies.
func boundWords(r checklist.Rule) string {
	switch {
	case r.Min != nil && r.Max != nil:
		return r.Min.String() + " to " + r.Max.String()
	case r.Min != nil:
		return "At least " + r.Min.String()
	case r.Max != nil:
		return "At most " + r.Max.String()
	}
	return ""
}

// getQuestion shows a question with what is asked of its answers.
func (p *pages) getQuestion(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Question](r, "question")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "Question")
	if err != nil {
		return err
	}
	q, err := p.Checks.GetQuestion(r.Context(), v.who, at)
	if err != nil {
		return err
	}
	v.frame.Title = q.Text
	history, err := p.history(r.Context(), v, q.ID)
	if err != nil {
		return err
	}
	h := ui.Head{Title: q.Text, Pill: activePill(q.Active), Crumbs: questionCrumbs()}
	if v.who.Everywhere(checklist.CanDelete) && q.Used == 0 {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: questionAt(q) + "/delete", Version: number(q.Version), Danger: true, Confirm: deleteQuestion(q)})
	}
	if v.who.Everywhere(checklist.CanUpdate) {
		words := "Archive"
		if !q.Active {
			words = "Bring back"
		}
		h.Acts = append(h.Acts, ui.Action{Text: words, Icon: "off", Post: questionAt(q) + "/archive", Version: number(q.Version)},
			ui.Action{Text: "Change", Icon: "edit", Href: questionAt(q) + "/edit", Primary: true})
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(h), within(split(), together(within(stacked(), history), ui.Stated(questionFacts(q)))))
}

func questionFacts(q checklist.Question) ui.Facts {
	f := ui.Facts{Title: "Facts"}
	add := func(label, value string) {
		if value != "" {
			f.Items = append(f.Items, ui.Fact{Label: label, Value: value})
		}
	}
	add("Answered with", q.Rule.Type.Label())
	add("Options", strings.Join(q.Rule.Options, ", "))
	add("Bounds", boundWords(q.Rule))
	add("Unit", q.UnitName)
	add("Alert", alertWords(q.Rule))
	if q.Rule.Attachment != checklist.NoFile {
		needed := ", when there is one"
		if q.Rule.FileNeeded {
			needed = ", always"
		}
		add("With it", q.Rule.Attachment.Label()+needed)
	}
	add("Category", q.CategoryName)
	add("Asked in", counted(int(q.Used), "checklist", "checklists"))
	return f
}

func deleteQuestion(q checklist.Question) ui.Confirm {
	return ui.Confirm{Title: "Delete this question?", Text: "“" + cut(q.Text, 120) + "” is asked nowhere. The audit trail keeps that it was there.", Go: "Delete the question"}
}

// questionToChange gives the question of the path, to those who may change it.
func (p *pages) questionToChange(r *http.Request) (checklist.Question, error) {
	at, err := pathID[id.Question](r, "question")
	if err != nil {
		return checklist.Question{}, err
	}
	who := actor.From(r.Context())
	if err := who.RequireEverywhere(checklist.CanUpdate); err != nil {
		return checklist.Question{}, err
	}
	return p.Checks.GetQuestion(r.Context(), who, at)
}

// archiveQuestion makes a question inactive, or active again.
func (p *pages) archiveQuestion(w http.ResponseWriter, r *http.Request) error {
	q, err := p.questionToChange(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	version := f.version()
	if err := f.readable(nil); err != nil {
		return err
	}
	in := checklist.QuestionInput{Text: q.Text, Rule: q.Rule, Unit: q.Unit, Category: q.Category, Active: !q.Active}
	if _, err := p.Checks.UpdateQuestion(r.Context(), actor.From(r.Context()), q.ID, version, in); err != nil {
		return err
	}
	said := "The question is archived: it stays where it is asked"
	if in.Active {
		said = "The question is offered again"
	}
	return p.seeOther(w, r, questionAt(q), said)
}

// deleteQuestion removes a question that no checklist asks.
func (p *pages) deleteQuestion(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Question](r, "question")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	if err := who.RequireEverywhere(checklist.CanDelete); err != nil {
		return err
	}
	q, err := p.Checks.GetQuestion(r.Context(), who, at)
	if err != nil {
		return err
	}
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: deleteQuestion(q), Action: questionAt(q) + "/delete", Keep: questionAt(q), Hidden: []ui.Hidden{{Name: "version", Value: f.text("version")}}})
	if !ok {
		return err
	}
	version := f.version()
	if err := f.readable(nil); err != nil {
		return err
	}
	if err := p.Checks.DeleteQuestion(r.Context(), who, at, version); err != nil {
		return err
	}
	return p.seeOther(w, r, questionsPath, "The question is deleted")
}
