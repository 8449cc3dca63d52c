package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// auditView is the audit trail, narrowed.
type auditView struct {
	Filters ui.Filters
	Log     ui.Log
	Empty   ui.Empty
}

// auditQuery is the address of a narrowed trail, as it was asked.
type auditQuery struct {
	url.Values
	filter journal.Filter
}

// readAudit reads the filters of the trail from an address. Days are those of the zone; the last one is included. Invalid at the field.
func readAudit(values url.Values, zone *time.Location) (auditQuery, error) {
	q := auditQuery{Values: url.Values{}}
	f := form{values: values}
	for _, name := range []string{"what", "who", "subject", "from", "to"} {
		if v := values.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	if what := q.Get("what"); strings.Contains(what, ".") {
		q.filter.Verb = what
	} else {
		q.filter.Noun = what
	}
	q.filter.Who = ref[id.Person](&f, "who")
	q.filter.Subject = ref[id.Any](&f, "subject")
	q.filter.From = f.startOf("from", zone)
	if to := f.startOf("to", zone); !to.IsZero() {
		q.filter.To = to.AddDate(0, 0, 1)
	}
	return q, f.check.Err()
}

// startOf reads a day and gives its midnight in a zone; zero when none was typed.
func (f *form) startOf(name string, zone *time.Location) time.Time {
	text := f.text(name)
	if text == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	f.check.That(err == nil, name, "date", "Choose a day, like 2026-10-13.")
	return t
}

// without gives the trail's address with some filters taken away.
func (q auditQuery) without(names ...string) string {
	left := url.Values{}
	for name, v := range q.Values {
		if !slices.Contains(names, name) {
			left[name] = v
		}
	}
	if len(left) == 0 {
		return auditPath
	}
	return auditPath + "?" + left.Encode()
}

// with gives the trail's address with one parameter more.
func (q auditQuery) with(name, value string) string {
	more := url.Values{name: {value}}
	for n, v := range q.Values {
		if n != name {
			more[n] = v
		}
	}
	return auditPath + "?" + more.Encode()
}

// auditPage shows the audit trail, newest first.
func (p *pages) auditPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Audit trail")
	if err != nil {
		return err
	}
	q, err := readAudit(r.URL.Query(), v.zone)
	if err != nil {
		return err
	}
	entries, err := p.Journal.List(r.Context(), v.who, q.filter, page.Request{After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	n := p.names(r.Context(), v)
	view := auditView{Filters: n.auditFilters(q), Log: ui.Log{ID: "entries", Label: "Audit trail, newest first", Entries: n.lines(entries.Items)}}
	if view.Log.More = (ui.Pager{Shown: len(entries.Items), Noun: "entries"}); len(entries.Items) == 1 {
		view.Log.More.Noun = "entry"
	}
	if entries.Next != "" {
		view.Log.More.Next = q.with("after", entries.Next)
	}
	view.Empty = ui.Empty{Icon: "shield", Title: "Nothing that fits", Text: "No entry of the trail fits these filters.", Act: ui.Action{Text: "Show the whole trail", Href: auditPath}}
	if n.err != nil {
		return n.err
	}
	head := ui.Head{Title: "Audit trail", Sub: "Who did what, newest first. Nobody can change it. " + zoneLine(v.zone)}
	if v.who.Everywhere(journal.CanVerify) {
		head.Acts = []ui.Action{{Text: "Verify", Icon: "shield", Post: auditPath + "/verify", About: "the audit trail"}}
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), auditPart(view))
}

// lines tells entries as lines of the register; the day stands where it changes.
func (n *names) lines(entries []journal.Entry) []ui.Entry {
	v := n.visit
	out := make([]ui.Entry, len(entries))
	for i, e := range entries {
		line := ui.Entry{Time: e.At, At: e.At.In(v.zone).Format(clockForm), Icon: told(e.Verb).icon, What: n.tell(e), Href: auditPath + "/" + e.ID.String(), Meta: n.metaOf(e)}
		if today := day(e.At, v.now, v.zone); i == 0 || today != day(entries[i-1].At, v.now, v.zone) {
			line.Ago = today
		}
		if k := keptIn(e); k.Code != "" && e.Noun != "tenant" {
			line.Code = k.Code
		}
		out[i] = line
	}
	return out
}

// metaOf gives the short facts below a line: what changed, and by what means.
func (n *names) metaOf(e journal.Entry) []string {
	var out []string
	if e.Before != "" && e.After != "" {
		var labels []string
		for _, c := range pairsOf(e) {
			if c.differs() {
				labels = append(labels, labelOf(e.Noun, c.key))
			}
		}
		if len(labels) > 0 {
			out = append(out, strings.Join(labels, ", "))
		}
	}
	if e.Verb == "session.started" {
		k := keptIn(e)
		out = append(out, agentName(k.Agent))
		if k.Source != "" {
			out = append(out, "from "+k.Source)
		}
	}
	switch e.WhoKind {
	case actor.Token:
		out = append(out, "with an API token")
	case actor.System:
		out = append(out, "by the system")
	}
	return out
}

// auditFilters shows which filters hold and offers others.
func (n *names) auditFilters(q auditQuery) ui.Filters {
	f := ui.Filters{Action: auditPath, List: "entries"}
	what := ui.Field{Name: "what", Label: "What", Kind: ui.Select, Optional: true, Options: []ui.Option{{Value: "", Label: "Everything"}}}
	for _, t := range toldVerbs {
		what.Options = append(what.Options, ui.Option{Value: t.verb, Label: t.label, Group: t.group, Selected: q.Get("what") == t.verb})
	}
	f.Fields = append(f.Fields, what, n.whoFilter(q))
	if s := q.Get("subject"); s != "" {
		f.Fields = append(f.Fields, ui.Field{Name: "subject", Label: "Record", Kind: ui.Select, Optional: true, Options: []ui.Option{
			{Value: "", Label: "Any"}, {Value: s, Label: "The chosen one", Selected: true}}})
		f.Chips = append(f.Chips, ui.Chip{Label: "Record", Value: "the chosen one", Href: q.without("subject")})
	}
	if w := q.Get("what"); w != "" {
		f.Chips = append(f.Chips, ui.Chip{Label: "What", Value: told(w).label, Href: q.without("what")})
	}
	if q.filter.Who != nil {
		f.Chips = append(f.Chips, ui.Chip{Label: "Who", Value: n.person(q.filter.Who.String()), Href: q.without("who")})
	}
	for _, d := range []struct{ name, label string }{{"from", "From"}, {"to", "To"}} {
		f.Fields = append(f.Fields, ui.Field{Name: d.name, Label: d.label, Kind: ui.Date, Optional: true, Value: q.Get(d.name)})
		if text := q.Get(d.name); text != "" {
			f.Chips = append(f.Chips, ui.Chip{Label: d.label, Value: dayOfText(text), Href: q.without(d.name)})
		}
	}
	if len(f.Chips) > 0 {
		f.Clear = auditPath
	}
	return f
}

// whoFilter offers oneself and who is chosen: people are chosen from the lines, not from a list of thousands.
func (n *names) whoFilter(q auditQuery) ui.Field {
	me := n.who.Person().String()
	f := ui.Field{Name: "who", Label: "Who", Kind: ui.Select, Optional: true, Options: []ui.Option{{Value: "", Label: "Anybody"}, {Value: me, Label: "Me", Selected: q.Get("who") == me}}}
	if q.filter.Who != nil && q.filter.Who.String() != me {
		f.Options = append(f.Options, ui.Option{Value: q.Get("who"), Label: n.person(q.filter.Who.String()), Selected: true})
	}
	return f
}

func dayOfText(text string) string {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return t.Format(dayForm)
}
