package web

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/ticket"
)

// postParts sends a form of several parts: names and values in turn, then a photo when there is one.
func (b *browser) postParts(path string, shot []byte, namesAndValues ...string) answer {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if err := m.WriteField(namesAndValues[i], namesAndValues[i+1]); err != nil {
			b.t.Fatal(err)
		}
	}
	name := ""
	if shot != nil {
		name = "leak.png"
	}
	part, err := m.CreateFormFile("photo", name)
	if err != nil {
		b.t.Fatal(err)
	}
	_, _ = part.Write(shot)
	if err := m.Close(); err != nil {
		b.t.Fatal(err)
	}
	return b.sendParts(path, m.FormDataContentType(), &body)
}

func (b *browser) sendParts(path, kind string, body io.Reader) answer {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://iw.example"+path, body)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Accept", "text/html")
	return b.send(r)
}

func (h *house) tickets() []ticket.Ticket {
	h.t.Helper()
	found, err := h.Ticket.List(h.t.Context(), h.System, ticket.Filter{}, page.Request{})
	if err != nil {
		h.t.Fatal(err)
	}
	return found.Items
}

func (h *house) photosOf(x ticket.Ticket) int {
	h.t.Helper()
	files, err := h.Files.List(h.t.Context(), h.System, "ticket", id.Of[id.Any](x.ID.Bytes()))
	if err != nil {
		h.t.Fatal(err)
	}
	return len(files)
}

// TestAVisitorReportsByALabel walks the way without scripts: the form, the report with a photo, its page, and its code on another device.
func TestAVisitorReportsByALabel(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.NewAsset(h.Harbour.ID, "CH2")
		v := h.browser()
		v.get("/r/house/a/ch2").is(http.StatusOK, "Report a problem", "CH2, Harbour", "What is wrong", "(optional)").lacks("Sign out", "Tin Lantern")
		v.get("/r/HOUSE/s/HARBOUR").is(http.StatusOK, "Report a problem", "Harbour")
		v.postParts("/r/house/a/ch2", []byte(photo(t)), "title", " Water  on the floor ", "text", "Near the lift.", "contact", "Mira, 0123").goes("/r/status?new=yes")
		all := h.tickets()
		if len(all) != 1 || all[0].Title != "Water on the floor" || all[0].Description != "Near the lift." || all[0].Reporter != "Mira, 0123" || all[0].AssetName != "CH2" || all[0].Source != ticket.FromPublic {
			t.Fatalf("tickets: %+v", all)
		}
		if n := h.photosOf(all[0]); n != 1 {
			t.Errorf("%d photos", n)
		}
		a := v.get("/r/status?new=yes").is(http.StatusOK, "Reported: HARBOUR#1", "Water on the floor", "New", "It is with the people of the site.", "CH2, Harbour", "Today, 14:30", "Asia/Kolkata").lacks("Near the lift", "Mira")
		code := textIn(a.all("textarea", "name", "kept")[0])
		if len(code) < 40 || !a.linksTo("/r/status#"+code) {
			t.Fatalf("code %q", code)
		}
		if strings.Contains(h.Log.String(), code) {
			t.Error("the code is in the log")
		}

		// What becomes of it is seen there, and on another device by the code.
		x := all[0]
		h.Clock.Advance(time.Hour)
		if _, err := h.Ticket.Move(t.Context(), h.System, x.ID, x.Version, ticket.Open, ""); err != nil {
			t.Fatal(err)
		}
		v.get("/r/status").is(http.StatusOK, "Open", "Somebody is working on it.", "Last change")
		other := h.browser()
		other.get("/r/status").is(http.StatusOK, "Your report", "You got it when you reported.").lacks("Water")
		other.post("/r/status", "code", "  "+code+"\r\n").goes("/r/status")
		other.get("/r/status").is(http.StatusOK, "HARBOUR#1", "Somebody is working on it.")
		other.postParts("/r/status/photo", []byte(photo(t))).goes("/r/status?photo=added")
		other.get("/r/status?photo=added").is(http.StatusOK, "The photo is added.")
		if n := h.photosOf(x); n != 2 {
			t.Errorf("%d photos", n)
		}
	})
}

// TestAPhotoThatFailsNeverLosesTheReport: the report stands, its page says why the photo is not there, and takes another.
func TestAPhotoThatFailsNeverLosesTheReport(t *testing.T) {
	h := fresh(t)
	for name, shot := range map[string][]byte{"no picture": []byte("MZ\x90\x00 not a picture"), "too large": append([]byte(photo(t)), make([]byte, 3<<20)...)} {
		before := len(h.tickets())
		v := h.browser()
		v.postParts("/r/HOUSE/s/HARBOUR", shot, "title", "Broken door "+name).goes("/r/status?new=yes&photo=failed")
		a := v.get("/r/status?new=yes&photo=failed").is(http.StatusOK, "Reported: HARBOUR#", "Broken door "+name, "The photo is not added", "Your report is kept. Try another photo below.")
		if a.message("photo") == "" {
			t.Errorf("%s: nothing is said at the photo", name)
		}
		if all := h.tickets(); len(all) != before+1 || h.photosOf(all[0]) != 0 {
			t.Errorf("%s: %d tickets", name, len(all))
		}
		v.get("/r/status?new=yes&photo=failed").is(http.StatusOK).lacks("The photo is not added")
		a = v.postParts("/r/status/photo", shot).is(http.StatusUnprocessableEntity, "The photo is not added", "Broken door "+name)
		if a.message("photo") == "" {
			t.Errorf("%s: nothing is said at the photo that is added later", name)
		}
		v.postParts("/r/status/photo", nil).is(http.StatusUnprocessableEntity, "Choose a photo.")
		for range reportPhotos {
			v.postParts("/r/status/photo", []byte(photo(t))).goes("/r/status?photo=added")
		}
		v.postParts("/r/status/photo", []byte(photo(t))).is(http.StatusUnprocessableEntity, "A report has at most 5 photos.")
	}
	h.browser().postParts("/r/status/photo", []byte(photo(t))).is(http.StatusUnprocessableEntity, "This browser has forgotten which report it was.")
}

func TestFaultsOfAReportKeepWhatIsTyped(t *testing.T) {
	h := fresh(t)
	v := h.browser()
	a := v.postParts("/r/HOUSE/s/HARBOUR", []byte(photo(t)), "title", " ", "text", "Near the lift.", "contact", strings.Repeat("x", 201)).is(http.StatusUnprocessableEntity, "2 things to put right", "Near the lift.", "Choose it again")
	if a.message("title") == "" || a.message("contact") == "" || len(a.value("contact")) != 201 {
		t.Errorf("at title %q, at contact %q", a.message("title"), a.message("contact"))
	}
	if a = v.postParts("/r/HOUSE/s/HARBOUR", nil, "title", "a\xff").is(http.StatusUnprocessableEntity); a.message("title") == "" {
		t.Error("bad characters are taken")
	}
	v.postParts("/r/HOUSE/s/HARBOUR", nil, "title", "x", "admin", "yes").is(http.StatusBadRequest)
	v.post("/r/HOUSE/s/HARBOUR", "title", "x").is(http.StatusUnsupportedMediaType)
	v.post("/r/status/photo").is(http.StatusUnsupportedMediaType)
	v.sendParts("/r/HOUSE/s/HARBOUR", "multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nhalf")).is(http.StatusBadRequest)
	if n := len(h.tickets()); n != 0 {
		t.Errorf("%d tickets", n)
	}

	too := fault.Of(fault.TooMany, "Too many tries in a short time. Wait a little, then go on.")
	too.RetryAfter = 3 * time.Minute
	h.Limit.Asked()
	h.Limit.Refuse(too)
	a = v.postParts("/r/HOUSE/s/HARBOUR", nil, "title", "Water", "text", "Near the lift.").is(http.StatusTooManyRequests, "Not sent yet", "send it again in 3 minutes", "Near the lift.")
	if a.header.Get("Retry-After") != "180" || a.value("title") != "Water" {
		t.Errorf("after %s, typed %q", a.header.Get("Retry-After"), a.value("title"))
	}
	if got := h.Limit.Asked(); len(got) != 1 || got[0] != "report | 192.0.2.7 | "+h.ID.String() {
		t.Errorf("the limit was asked %q", got)
	}
	h.Limit.Refuse(nil)
	a = v.post("/r/status", "code", "nonsense").is(http.StatusUnprocessableEntity)
	if a.message("code") == "" {
		t.Error("nothing is said at the code")
	}
}

// TestALabelTellsNothingOfOthers: an organisation, a site or an asset that is not there, is not active or is somebody else's answers like
// any other address of nothing.
func TestALabelTellsNothingOfOthers(t *testing.T) {
	h := fresh(t)
	other := h.SecondTenant()
	other.NewAsset(other.Mill.ID, "FAR")
	v := h.browser()
	want := ""
	for _, path := range []string{"/r/NOBODY/s/HARBOUR", "/r/HOUSE/s/NOWHERE", "/r/HOUSE/a/FAR", "/r/HOUSE/a/HARBOUR", "/r/HOUSE/s/%00"} {
		a := v.get(path).is(http.StatusNotFound)
		got := strings.ReplaceAll(a.text(), strings.ToLower(path), "")
		if want == "" {
			want = strings.ReplaceAll(got, path, "")
		} else if got = strings.ReplaceAll(got, path, ""); got != want && !strings.Contains(path, "%") {
			t.Errorf("%s answers otherwise:\n%s\n%s", path, got, want)
		}
		v.postParts(path, []byte(photo(t)), "title", "x").is(http.StatusNotFound)
	}
	c := h.Category(ticket.VisitorCategory, func(in *ticket.CategoryInput) { in.Active = false })
	v.get("/r/HOUSE/s/HARBOUR").is(http.StatusNotFound)
	v.postParts("/r/HOUSE/s/HARBOUR", nil, "title", "x").is(http.StatusNotFound)
	if _, err := h.Ticket.UpdateCategory(t.Context(), h.System, c.ID, c.Version, ticket.CategoryInput{Code: c.Code, Name: c.Name, Active: true}); err != nil {
		t.Fatal(err)
	}
	v.postParts("/r/HOUSE/s/HARBOUR", nil, "title", "x").goes("/r/status?new=yes")
	if n := len(h.tickets()); n != 1 {
		t.Errorf("%d tickets", n)
	}
	h.as(org.Guard).get("/r/status").is(http.StatusOK, "You got it when you reported.")

	// A report that is gone is forgotten.
	gone, _ := h.Auth.NewSecret(h.ID)
	v.cookies[reportCookie] = gone
	v.get("/r/status").is(http.StatusUnprocessableEntity, "is not there any more")
	if v.cookies[reportCookie] != "" {
		t.Error("the code of a report that is gone is kept")
	}
}

func TestAVisitorIsToldHowFarItIsInWords(t *testing.T) {
	for _, s := range ticket.Statuses() {
		if reportWords(s) == "" {
			t.Errorf("%s has no words", s)
		}
	}
	for kind, want := range map[fault.Kind]string{fault.Full: "There is no room for photos at the moment.", fault.Unavailable: "It could not be stored at the moment.", fault.Invalid: "Bad."} {
		if got := photoWords(fault.Of(kind, "Bad.")); got != want {
			t.Errorf("%s: %q", kind, got)
		}
	}
}
