package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/ticket"
)

func TestAPhotoComesWithANewTicketAndNeverCostsIt(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		d := openDesk(h)
		b := h.as(org.Administrator)
		fields := []string{"site_id", h.Harbour.ID.String(), "title", "Leak", "kind", "INCIDENT", "category_id", d.heat.ID.String(), "priority", ""}
		a := b.report(fields, "leak.png", photo(t))
		at := a.header.Get("Location")
		a.goes(at)
		made := mustID[id.Ticket](t, at)
		files, err := h.Files.List(t.Context(), h.System, "ticket", id.Of[id.Any](made.Bytes()))
		if err != nil || len(files) != 1 || files[0].Name != "leak.png" {
			t.Errorf("files %+v, %v", files, err)
		}
		b.get(at).is(http.StatusOK, "is reported", "leak.png")

		// What is refused says why on the ticket's page; the ticket and the good file stand.
		b.report(with(fields, "title", "Second"), "leak.png", photo(t), "run.exe", "MZ\x90\x00").is(http.StatusCreated, "but not every file was added", "run.exe", "leak.png", "Second", "Add it below")
		// No file chosen is an ordinary report.
		b.report(with(fields, "title", "Third"), "", "")
		found, err := h.Ticket.Counts(t.Context(), h.System, ticket.Filter{Search: "third"})
		if err != nil || found[ticket.Fresh] != 1 {
			t.Errorf("without a file: %v, %v", found, err)
		}
		// A report that cannot be stored says that the files have to be chosen again.
		wrong := b.report(with(fields, "title", " "), "leak.png", photo(t)).is(http.StatusUnprocessableEntity, "Choose the files again")
		if wrong.chosen("category_id") != d.heat.ID.String() {
			t.Error("what was chosen is lost")
		}
		b.report(with(fields, "nonsense", "x")).is(http.StatusBadRequest)
		b.report(with(fields, "title", "nul\x00")).is(http.StatusUnprocessableEntity, "characters that cannot be stored")
	})
}

// report sends the form about a new ticket as a browser does: fields and values in turn, then files by name and content in turn.
func (b *browser) report(fields []string, namesAndContents ...string) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		must(b.t, w.WriteField(fields[i], fields[i+1]))
	}
	for i := 0; i+1 < len(namesAndContents); i += 2 {
		part, err := w.CreateFormFile("file", namesAndContents[i])
		must(b.t, err)
		_, err = part.Write([]byte(namesAndContents[i+1]))
		must(b.t, err)
	}
	must(b.t, w.Close())
	r := httptest.NewRequest(http.MethodPost, "http://iw.example/tickets", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Accept", "text/html")
	return b.send(r)
}
