package web

import (
	"net/http"
	"net/url"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// entryView is one entry of the trail: what it changed, and the facts about it.
type entryView struct {
	Changed comparison
	Same    comparison // what stayed as it was
	None    string     // why there is nothing to compare
	Facts   ui.Facts
	More    []ui.Link
}

// entryPage shows one entry with what was before and after.
func (p *pages) entryPage(w http.ResponseWriter, r *http.Request) error {
	entry, err := pathID[id.Entry](r, "entry")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "Entry")
	if err != nil {
		return err
	}
	e, err := p.Journal.Get(r.Context(), v.who, entry)
	if err != nil {
		return err
	}
	var site org.Site
	if e.Site != nil && v.who.At(org.CanReadSite, *e.Site) {
		if site, err = p.Org.GetSite(r.Context(), v.who, *e.Site); err == nil {
			if zone, err := clock.Zone(site.Zone); err == nil {
				v.zone = zone
			}
		}
	}
	n := p.names(r.Context(), v)
	v.frame.Title = n.tell(e)
	view := entryView{Facts: n.entryFacts(e, site), More: n.entryLinks(e)}
	view.Changed, view.Same = n.compare(e)
	if len(view.Changed.Rows) == 0 {
		view.None = "This entry keeps no record: it says that something was done, not to which values."
	}
	if n.err != nil {
		return n.err
	}
	head := ui.Head{Title: v.frame.Title, Crumbs: []ui.Link{{Text: "Audit trail", Href: auditPath}}, Sub: e.At.In(v.zone).Format("Monday, 2 January 2006, 15:04:05") + ". " + zoneLine(v.zone)}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), entryPart(view))
}

// compare gives what an entry changed and what it left.
func (n *names) compare(e journal.Entry) (changed, same comparison) {
	n.noun = e.Noun
	var differ, equal []pair
	for _, c := range pairsOf(e) {
		if c.differs() {
			differ = append(differ, c)
		} else {
			equal = append(equal, c)
		}
	}
	changed = comparison{Caption: "What changed, field by field", Before: "Before", After: "After", Rows: n.rows(differ)}
	switch {
	case e.Before == "":
		changed.Before, changed.After = "", "As it was made"
	case e.After == "":
		changed.Before, changed.After = "As it was last", ""
	}
	same = comparison{Caption: "What stayed as it was", After: "Value", Rows: n.rows(equal)}
	return changed, same
}

func (n *names) entryFacts(e journal.Entry, site org.Site) ui.Facts {
	who := ui.Fact{Label: "Who", Value: e.WhoName}
	if e.WhoID != nil {
		who.Value = n.person(e.WhoID.String())
		if n.who.Can(people.CanReadPerson) && who.Value != somebody {
			who.Href = "/people/" + e.WhoID.String()
		}
	}
	chain := ui.Fact{Label: "Number", Pill: ui.Pill{Tone: ui.Wait, Text: "Not sealed yet"}}
	if e.Seq != nil {
		chain = ui.Fact{Label: "Number", Value: grouped(*e.Seq)}
	}
	where := ui.Fact{Label: "Site", Value: site.Name, Href: "/sites/" + site.ID.String()}
	if site.ID.IsZero() {
		where = ui.Fact{Label: "Site", Value: "None"}
	}
	facts := ui.Facts{Title: "About this entry", Items: []ui.Fact{who, {Label: "How", Value: howWords(e.WhoKind)}, where, chain, {Label: "Record", Value: e.Subject.String(), Code: true}}}
	if to := recordPath(e); to != "" {
		facts.Items[4] = ui.Fact{Label: "Record", Value: "Open it", Href: to}
	}
	if e.Request != "" {
		facts.Items = append(facts.Items, ui.Fact{Label: "Request", Value: e.Request, Code: true})
	}
	return facts
}

// howWords says by what means somebody acted.
func howWords(kind actor.Kind) string {
	switch kind {
	case actor.Person:
		return "In a browser"
	case actor.Token:
		return "With an API token"
	case actor.System:
		return "By the system"
	}
	return "Before sign-in"
}

// recordPath is the page of the record that an entry is about, where it has one and still exists.
func recordPath(e journal.Entry) string {
	if strings.HasSuffix(e.Verb, ".deleted") {
		return ""
	}
	return Record(e.Noun, e.Subject)
}

// entryLinks lead to the entries around this one.
func (n *names) entryLinks(e journal.Entry) []ui.Link {
	out := []ui.Link{{Text: "All about this record", Href: auditPath + "?" + url.Values{"subject": {e.Subject.String()}}.Encode()}}
	if e.WhoID != nil {
		out = append(out, ui.Link{Text: "All by " + n.person(e.WhoID.String()), Href: auditPath + "?" + url.Values{"who": {e.WhoID.String()}}.Encode()})
	}
	return append(out, ui.Link{Text: "All of this kind: " + told(e.Verb).label, Href: auditPath + "?" + url.Values{"what": {e.Verb}}.Encode()})
}
