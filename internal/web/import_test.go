package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"intelliwiz/internal/org"
)

// upload sends a file in a form of several parts.
func (b *browser) upload(path, table, name, content string) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if err := w.WriteField("table", table); err != nil {
		b.t.Fatal(err)
	}
	file, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = file.Write([]byte(content))
	}
	if err != nil {
		b.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "http://iw.example"+path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(r)
}

func TestAFileIsTriedLookedAtAndImported(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		first := b.get("/imports")
		if first.status != http.StatusOK || !strings.Contains(first.body, `href="/import-templates/workbook"`) {
			t.Fatalf("the page: %d", first.status)
		}
		tried := b.upload("/imports", "sites", "<b>new.csv", "Code,Name,Radius (m)\nQUAY,<i>Quay</i>,200\nMILL,,big\nHARBOUR,Harbour West,\n")
		at := tried.header.Get("Location")
		if tried.status != http.StatusSeeOther || !strings.HasPrefix(at, "/imports/") {
			t.Fatalf("tried: %d %s", tried.status, tried.body)
		}
		page := b.get(at)
		for _, want := range []string{"&lt;b&gt;new.csv", "&lt;i&gt;Quay&lt;/i&gt;", "Write a whole number.", "<ins>Harbour West</ins>", "Import 2 rows", "1 wrong row", "Rows to mend"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the trial lacks %q", want)
			}
		}
		if wrong := b.get(at + "?show=wrong"); strings.Count(wrong.body, "Left out") != 1 {
			t.Error("the count of wrong rows does not open exactly those")
		}
		if left := b.get(at + "/leftover"); left.status != http.StatusOK || !strings.HasPrefix(left.body, "PK") || !strings.Contains(left.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("rows to mend: %d", left.status)
		}
		if done := b.post(at+"/apply", "version", "1"); done.status != http.StatusSeeOther {
			t.Fatalf("applied: %d %s", done.status, done.body)
		}
		if again := b.post(at+"/apply", "version", "1"); again.status != http.StatusConflict || !strings.Contains(again.body, "Nothing was imported") {
			t.Errorf("applied again: %d", again.status)
		}
		if page = b.get(at); !strings.Contains(page.body, "Imported") || strings.Contains(page.body, "Give up") {
			t.Error("an import that is done does not say so")
		}
		sites, err := h.Org.SitesByCode(t.Context(), h.System, []string{"QUAY", "HARBOUR"})
		if err != nil || sites["QUAY"].Radius != 200 || sites["HARBOUR"].Name != "Harbour West" {
			t.Errorf("imported: %+v, %v", sites, err)
		}
	})
}

func TestWhatIsNoFileIsSaidAtTheField(t *testing.T) {
	h := fresh(t)
	b := h.as(org.Administrator)
	for claim, a := range map[string]answer{
		"a picture": b.upload("/imports", "sites", "x.csv", "\x89PNG\x00"), "nothing": b.upload("/imports", "sites", "x.csv", ""), "no table": b.upload("/imports", "cars", "x.csv", "Code\nA"),
		"a wrong column": b.upload("/imports", "sites", "x.csv", "Code,Colour\nA,B\n"),
	} {
		if a.status != http.StatusUnprocessableEntity || claim != "no table" && !strings.Contains(a.body, `aria-invalid="true"`) || claim != "no table" && !strings.Contains(a.body, `<option value="sites" selected>`) {
			t.Errorf("%s: %d", claim, a.status)
		}
	}
	if a := b.post("/imports", "table", "sites"); a.status != http.StatusUnsupportedMediaType {
		t.Errorf("a form of another kind: %d", a.status)
	}
	tried := b.upload("/imports", "units", "u.csv", "Code,Name\nX1,X\n")
	if gone := b.post(tried.header.Get("Location")+"/drop", "version", "1"); gone.status != http.StatusSeeOther {
		t.Errorf("given up: %d", gone.status)
	}
	if other := h.of(h.SecondTenant(), org.Administrator).get(tried.header.Get("Location")); other.status != http.StatusNotFound {
		t.Errorf("somebody else's: %d", other.status)
	}
}

func TestListsGoOutAsTheyAreNarrowed(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Administrator)
		h.Category("LIFT")
		for path, want := range map[string]string{
			"/exports/sites?format=csv&q=mill": "Code,Name,Belongs to", "/exports/people?format=csv&q=gopal": "Code,Name,Login", "/exports/units?format=csv": "Hill", "/exports/groups?format=csv": "Kind,Name",
			"/exports/lookups?list=site_type": "List,Code", "/exports/categories?q=lift": "LIFT,LIFT,MEDIUM,ELAPSED",
		} {
			a := b.get(path)
			if a.status != http.StatusOK || !strings.Contains(a.body, want) || a.header.Get("Content-Type") != "text/csv; charset=utf-8" {
				t.Errorf("%s: %d %s", path, a.status, a.body)
			}
		}
		if a := b.get("/exports/sites?format=csv&q=mill"); strings.Count(a.body, "\n") != 2 || !strings.Contains(a.body, "MILL") {
			t.Errorf("narrowed: %s", a.body)
		}
		if a := b.get("/exports/people?format=xlsx"); !strings.HasPrefix(a.body, "PK") || !strings.Contains(a.header.Get("Content-Disposition"), `people.xlsx`) {
			t.Errorf("a workbook: %d", a.status)
		}
		if a := b.get("/exports/sites?format=ods"); a.status != http.StatusUnprocessableEntity {
			t.Errorf("an unknown format: %d", a.status)
		}
		if a := h.as(org.Guard).get("/exports/sites"); a.status != http.StatusForbidden {
			t.Errorf("a guard: %d", a.status)
		}
		if a := b.get("/people?q=x"); !strings.Contains(a.body, `href="/exports/people?format=xlsx&amp;q=x"`) {
			t.Error("the list does not offer what it shows")
		}
	})
}
