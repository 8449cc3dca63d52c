package web

import (
	"net/http"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/web/ui"
)

// verifyPage checks the whole trail and says what was found.
func (p *pages) verifyPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Audit trail verified")
	if err != nil {
		return err
	}
	if _, err := readForm(r); err != nil {
		return err
	}
	var anchors []journal.Anchor
	if p.Anchors != nil {
		if anchors, err = p.Anchors(r.Context(), v.who.Tenant()); err != nil {
			return fault.Of(fault.Unavailable, "The signed heads of the trail cannot be read, so nothing can be proven now. Tell whoever runs this installation.").Because(err)
		}
	}
	report, err := p.Journal.Verify(r.Context(), v.who, anchors)
	if err != nil {
		return err
	}
	head := ui.Head{Title: "Is the trail whole?", Crumbs: []ui.Link{{Text: "Audit trail", Href: auditPath}}, Sub: "Checked " + amid(v.now, v.now, v.zone) + ". " + zoneLine(v.zone)}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), verifyPart(verified(report)))
}

// verifiedView is a report in words.
type verifiedView struct {
	Note     ui.Note
	Facts    ui.Facts
	Findings []ui.Entry
	More     bool
}

func verified(r journal.Report) verifiedView {
	v := verifiedView{More: r.More, Note: ui.Note{Tone: ui.Done, Title: "The trail is whole", Text: "Every entry is as it was written, none is missing, and none was put between."}}
	if !r.Whole() {
		v.Note = ui.Note{Tone: ui.Late, Urgent: true, Title: "The trail was changed", Text: "What is listed below is not as it was written. Keep this page, and tell whoever answers for security."}
	}
	v.Facts = ui.Facts{Items: []ui.Fact{
		{Label: "Checked", Value: counted(int(r.Rows), "entry", "entries")},
		{Label: "Not sealed", Value: counted(int(r.Waiting), "entry", "entries") + ", signatures checked"},
		{Label: "Compared", Value: counted(r.Anchors, "signed head", "signed heads") + " kept outside the database"},
	}}
	for _, a := range r.Asides {
		v.Facts.Items = append(v.Facts.Items, ui.Fact{Label: "Set aside", Value: "No. " + grouped(a.First) + " to " + grouped(a.Last) + ", by the retention of this installation"})
	}
	for _, f := range r.Findings {
		e := ui.Entry{At: "No number", Icon: "s-late", Tone: ui.Late, What: f.Words, Late: true}
		if f.Seq > 0 {
			e.At = "No. " + grouped(f.Seq)
		}
		if !f.Entry.IsZero() {
			e.Href = auditPath + "/" + f.Entry.String()
		}
		v.Findings = append(v.Findings, e)
	}
	return v
}
