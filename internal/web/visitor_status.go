package web

import (
	"net/http"
	"strings"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// reportCookie keeps the code of the report that a visitor looks at, for an hour: the code must not be in an address that a log keeps.
const reportCookie = "iw-report"

func (p *pages) putReport(w http.ResponseWriter, secret string) {
	http.SetCookie(w, p.cookie(reportCookie, secret, 60*60))
}

func (p *pages) dropReport(w http.ResponseWriter) {
	http.SetCookie(w, p.cookie(reportCookie, "", -1))
}

// statusView is the page of a visitor's report.
type statusView struct {
	New    bool
	Report ticket.Public
	Code   string
	Pill   ui.Pill
	Now    string // what happens with it, in a sentence
	Facts  ui.Facts
	Photo  ui.Field
	Added  bool // a photo was added just now
	Other  ui.Field
}

// link opens the report from a bookmark: what follows the # is sent to no server, and a script puts it into the form.
func (v statusView) link() string { return visitorPath + "#" + v.Code }

// getReport shows the report that this browser looks at, or asks for the code of one.
func (p *pages) getReport(w http.ResponseWriter, r *http.Request) error {
	secret := p.readCookie(r, reportCookie)
	if secret == "" {
		return p.askCode(w, r, http.StatusOK, "")
	}
	q := r.URL.Query()
	wrong := ""
	if line := p.takeFlash(w, r); q.Get("photo") == "failed" {
		wrong = line
	}
	return p.showReport(w, r, http.StatusOK, secret, statusView{New: q.Get("new") == "yes", Added: q.Get("photo") == "added", Photo: photoQuestion(wrong)})
}

// openReport shows the report whose code somebody typed, or whose link a script read.
func (p *pages) openReport(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "code")
	if err != nil {
		return err
	}
	secret := strings.TrimSpace(f.text("code"))
	if _, err := p.Ticket.PublicStatus(r.Context(), secret); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return p.askCode(w, r, http.StatusUnprocessableEntity, "No report has this code. Copy it whole, as it stands on the page of your report.")
		}
		return err
	}
	p.putReport(w, secret)
	return p.seeOther(w, r, visitorPath, "")
}

// addReportPhoto adds a photo to the report that this browser looks at.
func (p *pages) addReportPhoto(w http.ResponseWriter, r *http.Request) error {
	secret := p.readCookie(r, reportCookie)
	parts, err := reply.FormParts(r)
	if err != nil {
		return err
	}
	if _, err := p.Ticket.PublicStatus(r.Context(), secret); err != nil {
		rest(r)
		if fault.KindOf(err) == fault.NotFound {
			return p.askCode(w, r, http.StatusUnprocessableEntity, "This browser has forgotten which report it was. Enter the code, then add the photo.")
		}
		return err
	}
	line := "Choose a photo."
	switch part, more, err := parts.Next(); {
	case err != nil:
		return err
	case !more:
	case part.FormName() != "photo":
		return fault.Of(fault.Malformed, "This form has a field that is not known here. Load the page again.")
	case part.FileName() != "":
		line = p.keepPhoto(r.Context(), secret, part)
	}
	rest(r)
	if line != "" {
		return p.showReport(w, r, http.StatusUnprocessableEntity, secret, statusView{Photo: photoQuestion(line)})
	}
	return p.seeOther(w, r, visitorPath+"?photo=added", "")
}

// showReport writes the page of a report. A code that opens nothing any more is forgotten.
func (p *pages) showReport(w http.ResponseWriter, r *http.Request, status int, secret string, v statusView) error {
	report, err := p.Ticket.PublicStatus(r.Context(), secret)
	if fault.KindOf(err) == fault.NotFound {
		p.dropReport(w)
		return p.askCode(w, r, http.StatusUnprocessableEntity, "The report that this browser looked at is not there any more.")
	}
	if err != nil {
		return err
	}
	zone, now := zoneOr(report.Zone, p.Now().Location()), p.Now()
	v.Report, v.Code, v.Other, v.Photo.Optional = report, secret, codeField(""), false
	v.Other.Label = "Code of another report"
	v.Pill, v.Now = ui.Pill{Tone: ticketTone(report.Status), Text: report.Status.Label()}, reportWords(report.Status)
	v.Facts = ui.Facts{Title: "About it", Items: []ui.Fact{{Label: "Where", Value: reportView{Place: ticket.Place{SiteName: report.SiteName, AssetName: report.AssetName}}.where()}, {Label: "Reported", Value: moment(report.Created, now, zone)}}}
	if report.Updated.After(report.Created) {
		v.Facts.Items = append(v.Facts.Items, ui.Fact{Label: "Last change", Value: moment(report.Updated, now, zone)})
	}
	v.Facts.Items = append(v.Facts.Items, ui.Fact{Label: "Times in", Value: zone.String()})
	title := "Your report " + report.Ref
	if status != http.StatusOK {
		title = "Error: " + title
	}
	return p.door(w, r, status, ui.Door{Title: title, Wide: true}, statusPart(v))
}

func codeField(wrong string) ui.Field {
	return ui.Field{Name: "code", Label: "Code of a report", Max: 100, Literal: true, Autocomplete: "off", Error: wrong}
}

// askCode asks for the code of a report.
func (p *pages) askCode(w http.ResponseWriter, r *http.Request, status int, wrong string) error {
	title := "Your report"
	if wrong != "" {
		title = "Error: " + title
	}
	field := codeField(wrong)
	field.Help = "You got it when you reported."
	return p.door(w, r, status, ui.Door{Title: title, Wide: true}, codePart(field))
}

// reportWords says to a visitor how far a report is.
func reportWords(s ticket.Status) string {
	return map[ticket.Status]string{
		ticket.Fresh: "It is with the people of the site. Nobody has begun yet.", ticket.Open: "Somebody is working on it.",
		ticket.OnHold: "It waits for something, a part or an answer.", ticket.Resolved: "It is done, say those who worked on it.",
		ticket.Closed: "It is done.", ticket.Cancelled: "It will not be done: it was known already, or is not for the people of the site.",
	}[s]
}
