package web

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// visitorPath is the page of a visitor's report. It has no address of its own: the code of the report is in a cookie, or typed.
const visitorPath = "/r/status"

// Bounds of a visitor's report.
const (
	reportBody   = 256 << 20 // bytes that are read of a form with a photo, so that one that is too large loses the photo alone
	reportText   = 1 << 16   // bytes of one text
	reportPhotos = 5         // of one report
)

// visitorRoutes are the pages behind the codes of labels. Nobody is signed in there: a label opens a form, and a report's code the report.
func (p *pages) visitorRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/r/{tenant}/s/{site}", Permission: reply.Public, Handler: p.askReport, Name: "report.site.new"},
		{Method: post, Path: "/r/{tenant}/s/{site}", Permission: reply.Public, Handler: p.report, Name: "report.site", Changes: true, MaxBody: reportBody, Timeout: uploadTime},
		{Method: get, Path: "/r/{tenant}/a/{asset}", Permission: reply.Public, Handler: p.askReport, Name: "report.asset.new"},
		{Method: post, Path: "/r/{tenant}/a/{asset}", Permission: reply.Public, Handler: p.report, Name: "report.asset", Changes: true, MaxBody: reportBody, Timeout: uploadTime},
		{Method: get, Path: visitorPath, Permission: reply.Public, Handler: p.getReport, Name: "report.get"},
		{Method: post, Path: visitorPath, Permission: reply.Public, Handler: p.openReport, Name: "report.open", Changes: true},
		{Method: post, Path: visitorPath + "/photo", Permission: reply.Public, Handler: p.addReportPhoto, Name: "report.photo", Changes: true, MaxBody: reportBody, Timeout: uploadTime},
	}
}

// reportView is the form in which a visitor says what is wrong.
type reportView struct {
	Place  ticket.Place
	Action string
	Faults ui.Faults
	Fields []ui.Field
	Photo  ui.Field
	Wait   ui.Note // why not now
}

func (v reportView) where() string {
	if v.Place.AssetName != "" {
		return v.Place.AssetName + ", " + v.Place.SiteName
	}
	return v.Place.SiteName
}

func (v reportView) summary() ui.Summary {
	return sheet{Faults: v.Faults, Fields: append(v.Fields, v.Photo)}.summary()
}

func spotOf(r *http.Request) ticket.Spot {
	return ticket.Spot{Tenant: r.PathValue("tenant"), Site: r.PathValue("site"), Asset: r.PathValue("asset")}
}

// askReport asks what is wrong with what a label names.
func (p *pages) askReport(w http.ResponseWriter, r *http.Request) error {
	return p.showReportForm(w, r, newForm(), nil)
}

// showReportForm writes the form. refusal is what the use case said to it: too many reports leave everything that was typed, and say when.
func (p *pages) showReportForm(w http.ResponseWriter, r *http.Request, f form, refusal error) error {
	place, err := p.Ticket.Spot(r.Context(), spotOf(r))
	if fault.KindOf(err) == fault.Invalid {
		err = fault.Missing("label").Because(err) // no code has such characters
	}
	if err != nil {
		return err
	}
	v, status, title := reportView{Place: place, Action: r.URL.EscapedPath()}, http.StatusOK, "Report a problem"
	if refusal != nil {
		title = "Error: " + title
		var ok bool
		switch v.Faults, status, ok = formFault(refusal); {
		case fault.KindOf(refusal) == fault.TooMany:
			status, v.Wait = http.StatusTooManyRequests, tooManyReports(w, refusal)
		case !ok:
			return refusal
		}
	}
	v.Fields = []ui.Field{
		{Name: "title", Label: "What is wrong", Help: "In one line. For example: water on the floor near the lift.", Max: 200},
		{Name: "text", Label: "More about it", Optional: true, Kind: ui.Lines, Rows: 4, Max: 5000},
		{Name: "contact", Label: "How we reach you", Optional: true, Help: "Your name, number or e-mail. Those who work on it see it.", Max: 200},
	}
	for i, x := range v.Fields {
		v.Fields[i].Value, v.Fields[i].Error = f.text(x.Name), v.Faults.At(x.Name)
	}
	v.Photo = photoQuestion("")
	if refusal != nil {
		v.Photo.Help = "Choose it again: a form that comes back cannot keep it."
	}
	return p.door(w, r, status, ui.Door{Title: title, Wide: true}, reportPart(v))
}

// tooManyReports says when the next report can be made.
func tooManyReports(w http.ResponseWriter, refusal error) ui.Note {
	wait := max(fault.As(refusal).RetryAfter, time.Second)
	w.Header().Set("Retry-After", strconv.Itoa(wholeSeconds(wait)))
	return ui.Note{Tone: ui.Wait, Title: "Not sent yet", Text: "Many reports came from here in a short time. What you wrote is below: send it again in " + spell(wait) + ".", Urgent: true}
}

func photoQuestion(wrong string) ui.Field {
	return ui.Field{Name: "photo", Label: "Photo", Kind: ui.File, Optional: true, Help: "A picture often says more. What it tells about its place and camera is taken out.", Error: wrong}
}

// report makes a ticket of what a visitor says. The photo comes last in the form, and only when the report is made: what becomes of it
// changes nothing about the report.
func (p *pages) report(w http.ResponseWriter, r *http.Request) error {
	f, photo, err := readReport(r)
	if err != nil {
		return err
	}
	in := ticket.ReportInput{Spot: spotOf(r), Title: f.text("title"), Text: f.text("text"), Contact: f.text("contact"), Source: p.Source(r)}
	var receipt ticket.Receipt
	if err = f.readable(&in); err == nil {
		receipt, err = p.Ticket.Report(r.Context(), in)
	}
	if err != nil {
		rest(r)
		return p.showReportForm(w, r, f, err)
	}
	p.putReport(w, receipt.Secret)
	to := visitorPath + "?new=yes"
	line := ""
	if photo != nil {
		if line = p.keepPhoto(r.Context(), receipt.Secret, photo); line != "" {
			to += "&photo=failed"
		}
	}
	rest(r)
	return p.seeOther(w, r, to, line)
}

// readReport reads the texts of a form of several parts, up to the photo, which is nil when there is none.
func readReport(r *http.Request) (f form, photo *multipart.Part, err error) {
	parts, err := reply.FormParts(r)
	if err != nil {
		return f, nil, err
	}
	for f = newForm(); ; {
		part, more, err := parts.Next()
		if err != nil || !more {
			return f, nil, err
		}
		switch name := part.FormName(); name {
		case "title", "text", "contact":
			raw, err := io.ReadAll(io.LimitReader(part, reportText))
			if err != nil {
				return f, nil, reply.Unreadable(err)
			}
			f.set(name, string(raw))
			f.check.That(utf8.Valid(raw), name, "characters", "This contains characters that cannot be stored.")
		case "photo":
			if part.FileName() != "" {
				return f, part, nil
			}
		default:
			return f, nil, fault.Of(fault.Malformed, "This form has a field that is not known here. Load the page again.")
		}
	}
}

// rest reads what is left of a form, so that the browser gets the answer: it listens only when it has sent everything.
func rest(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // a form that breaks off here has been answered already
}

// keepPhoto adds a photo to a report, and says why it could not be; "" = it is added.
func (p *pages) keepPhoto(ctx context.Context, secret string, photo *multipart.Part) string {
	who, at, err := p.Ticket.Visitor(ctx, secret)
	if err != nil {
		return photoWords(err)
	}
	owner := id.Of[id.Any](at.Bytes())
	there, err := p.Files.List(ctx, who, "ticket", owner)
	if err == nil && len(there) >= reportPhotos {
		return "A report has at most " + counted(reportPhotos, "photo", "photos") + "."
	}
	if err == nil {
		_, err = p.Files.Upload(ctx, who, "ticket", owner, photo.FileName(), photo)
	}
	if err != nil && fault.KindOf(err) != fault.Invalid {
		p.Log.ErrorContext(ctx, "the photo of a report is not kept", "err", err)
	}
	return photoWords(err)
}

// photoWords says to a visitor why a photo is not added.
func photoWords(err error) string {
	switch fault.KindOf(err) {
	case "":
		return ""
	case fault.Invalid:
		if fields := fault.As(err).Fields; len(fields) > 0 {
			return fields[0].Message
		}
		return fault.As(err).Message
	case fault.Full:
		return "There is no room for photos at the moment."
	}
	return "It could not be stored at the moment."
}
