package web

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// maxText is how long one text of a form with files may be, in bytes.
const maxText = 64 << 10

// readTicketForm reads the form about a new ticket, and leaves its files to be read: they are its last field. A form without files may be
// url-encoded; then there are no parts.
func readTicketForm(r *http.Request) (form, *formParts, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		f, err := readForm(r, append([]string{"file"}, ticketNames...)...)
		return f, nil, err
	}
	sent, err := reply.FormParts(r)
	if err != nil {
		return form{}, nil, err
	}
	parts := &formParts{Parts: sent}
	f := form{values: url.Values{}}
	for {
		part, more, err := parts.next()
		if err != nil {
			return f, nil, err
		}
		if !more {
			return f, parts, nil
		}
		name := part.FormName()
		if name == "file" {
			parts.held = part
			return f, parts, nil
		}
		if !slices.Contains(ticketNames, name) {
			return f, nil, fault.Of(fault.Malformed, "This form has a field that is not known here. Load the page again.")
		}
		text, err := io.ReadAll(io.LimitReader(part, maxText))
		if err != nil {
			return f, nil, reply.Unreadable(err)
		}
		f.values.Add(name, strings.ToValidUTF8(string(text), "\ufffd"))
		f.check.That(utf8.Valid(text) && !slices.Contains(text, 0), name, "characters", "This contains characters that cannot be stored.")
	}
}

// chosen says that at least one file was chosen in the form; it stays to be read.
func (p *formParts) chosen() bool {
	return p != nil && p.held != nil && p.held.FileName() != ""
}

// addPhotos adds what came with the form about a new ticket. The ticket stands whatever becomes of its files: what was refused is said
// on its page, where it can be added again.
func (p *pages) addPhotos(w http.ResponseWriter, r *http.Request, made ticket.Ticket, parts *formParts) error {
	at := ticketsPath + "/" + made.ID.String()
	line := made.Ref() + " is reported"
	if parts == nil {
		return p.seeOther(w, r, at, line)
	}
	u, _, err := p.takeFiles(r, parts, "ticket", id.Of[id.Any](made.ID.Bytes()))
	if err != nil {
		u.faults = append(u.faults, "The upload broke off: "+fault.As(err).Message)
	}
	if len(u.faults) == 0 {
		return p.seeOther(w, r, at, line)
	}
	if err != nil {
		p.Log.WarnContext(r.Context(), "photos of a new ticket", "ticket", made.ID, "error", err)
	}
	note := ui.Note{Tone: ui.Late, Title: line + ", but not every file was added", Urgent: true, Text: strings.Join(u.faults, " ") + " Add it below; the ticket is safe."}
	return p.showTicket(w, r, made.ID, ticketSaid{note: note, status: http.StatusCreated})
}
