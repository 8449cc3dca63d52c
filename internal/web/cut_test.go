package web

import (
	"net/http"
	"strings"
	"testing"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// TestAFormThatIsCutOffIsNoWholeForm: what a form lost on its way is not taken for what was left out of it.
func TestAFormThatIsCutOffIsNoWholeForm(t *testing.T) {
	h := fresh(t)
	d := openDesk(h)
	b, visitor := h.as(org.Administrator), h.browser()
	owner := h.NewAsset(h.Harbour.ID, "PUMP").ID.String()
	visitor.postParts("/r/HOUSE/s/HARBOUR", nil, "title", "Leak").goes(visitorPath + "?new=yes")
	before := len(h.tickets())
	for _, c := range []struct {
		of     *browser
		path   string
		fields []string
	}{
		{b, "/tickets", []string{"site_id", h.Harbour.ID.String(), "title", "Leak", "kind", "INCIDENT", "category_id", d.heat.ID.String(), "priority", ""}},
		{b, "/files/of/asset/" + owner, []string{"script", "yes"}},
		{b, "/imports", []string{"table", "sites"}},
		{visitor, "/r/HOUSE/s/HARBOUR", []string{"title", "Leak"}},
		{visitor, "/r/status/photo", nil},
	} {
		body := "--x"
		for i := 0; i+1 < len(c.fields); i += 2 {
			body += "\r\nContent-Disposition: form-data; name=\"" + c.fields[i] + "\"\r\n\r\n" + c.fields[i+1] + "\r\n--x"
		}
		for _, cut := range []string{body, body + "-", body + "\r", body + "\r\n", body + "\r\nContent-Disposition: form-data; name=\"file\"\r\n", body[:len(body)-2]} {
			if a := c.of.sendParts(c.path, "multipart/form-data; boundary=x", strings.NewReader(cut)); a.status != http.StatusBadRequest {
				t.Errorf("%s: %d for a form that ends in %q", c.path, a.status, cut[max(0, len(cut)-20):])
			}
		}
	}
	files, err := h.Files.List(t.Context(), h.System, "asset", mustID[id.Any](t, owner))
	if err != nil || len(files) != 0 || len(h.tickets()) != before {
		t.Errorf("%d files, %d tickets where %d were: %v", len(files), len(h.tickets()), before, err)
	}
}
