package web

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// photo is a picture as a phone might send it.
func photo(t testing.TB) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for i := range 640 {
		m.Set(i, i*3/4, color.RGBA{200, 80, 40, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// attach sends files, by name and content in turn, as the form without scripts does; a name "script" makes it what the script sends.
func (b *browser) attach(path string, namesAndContents ...string) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(namesAndContents); i += 2 {
		if namesAndContents[i] == "script" {
			if err := w.WriteField("script", "yes"); err != nil {
				b.t.Fatal(err)
			}
			continue
		}
		part, err := w.CreateFormFile("file", namesAndContents[i])
		if err == nil {
			_, err = part.Write([]byte(namesAndContents[i+1]))
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "http://iw.example"+path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Accept", "text/html")
	return b.send(r)
}

// fileAt gives the address of a file by its name, from a page that lists it.
func (a answer) fileAt(name string) string {
	a.t.Helper()
	for _, section := range a.all("section", "id", "files") {
		for n := range section.Descendants() {
			if n.Data == "a" && strings.TrimSpace(textIn(n)) == name {
				return attr(n, "href")
			}
		}
	}
	a.t.Fatalf("no file %s here", name)
	return ""
}

func TestFilesAreAddedLookedAtAndDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		pump := h.NewAsset(h.Harbour.ID, "PUMP").ID.String()
		at, of := "/assets/"+pump, "/files/of/asset/"+pump
		b := h.as(org.Supervisor)
		if a := b.get(at).is(http.StatusOK, "No files yet"); len(a.all("form", "action", of)) != 1 {
			t.Error("there is no form to add a file")
		}
		b.attach(of, "name plate.png", photo(t), "notes.txt", "Check the seal.\n").goes(at + "#files")
		page := b.get(at).is(http.StatusOK, "2 files are added", "name plate.png", "16 bytes, today, 14:30, by Samir Stone")
		plate, notes := page.fileAt("name plate.png"), page.fileAt("notes.txt")

		small := b.get(plate + "/small").is(http.StatusOK)
		if small.header.Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(small.body, "\xff\xd8") {
			t.Errorf("the small picture is %q", small.header.Get("Content-Type"))
		}
		for path, how := range map[string]string{plate + "/content": `inline; filename="name plate.png"`, plate + "/content?save=yes": `attachment; filename="name plate.png"`, notes + "/content": `attachment; filename=notes.txt`} {
			a := b.get(path).is(http.StatusOK)
			if got := a.header.Get("Content-Disposition"); got != how || a.header.Get("Content-Security-Policy") != "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox" || a.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %q, %v", path, got, a.header)
			}
			if got := a.header.Get("Content-Type"); strings.HasPrefix(got, "text/") && !strings.HasSuffix(got, "; charset=utf-8") {
				t.Errorf("%s is %s", path, got)
			}
		}
		b.get(notes + "/small").is(http.StatusNotFound)
		if a := b.get(plate).is(http.StatusOK, "Back to the asset", "Delete"); len(a.all("img", "src", plate+"/content")) != 1 {
			t.Error("the picture is not shown")
		}
		b.get(notes).is(http.StatusOK, "This kind of file is not shown here")

		b.post(notes+"/delete").is(http.StatusOK, "Delete notes.txt?")
		b.post(notes+"/delete", "confirm", "yes").goes(at + "#files")
		b.get(notes).is(http.StatusNotFound)
		b.get(at).is(http.StatusOK, "notes.txt is deleted").lacks(notes)
	})
}

func TestAFileThatIsRefusedLeavesTheOthersAlone(t *testing.T) {
	h := fresh(t)
	room := h.Location(h.Harbour.ID, "ROOM", nil).ID.String()
	of := "/files/of/location/" + room
	b := h.as(org.Supervisor)
	b.attach(of, "plan.png", photo(t), "tool.exe", "MZ\x90\x00", "shell.png", "#!/bin/sh\n").is(http.StatusUnprocessableEntity,
		"2 files were not added", "tool.exe: Files of this type are not taken.", "shell.png: The name ends in .png, but this is not a PNG picture.", "1 file is added.", "Back to the location")
	b.get("/locations/"+room).is(http.StatusOK, "plan.png").lacks("tool.exe")
	b.attach(of, "big.txt", strings.Repeat("a", 1<<20+1)).is(http.StatusUnprocessableEntity, "big.txt: This file is larger than 1 MB")
	b.attach(of, "", "").is(http.StatusUnprocessableEntity, "Choose a file first.")
	b.attach(of, "script", "", "second.png", photo(t)).is(http.StatusOK, "second.png")
	b.attach(of, "script", "", "tool.exe", "MZ\x90\x00").is(http.StatusUnprocessableEntity, "Files of this type are not taken.")
	many := []string{}
	for range atOnce + 1 {
		many = append(many, "n.txt", "n")
	}
	b.attach(of, many...).is(http.StatusUnprocessableEntity, "At most 20 files can be added at once.", "20 files are added.")
	if a := b.post(of, "file", "x"); a.status != http.StatusUnsupportedMediaType {
		t.Errorf("a plain form: %d", a.status)
	}
	if a := b.upload(of, "x", "n.txt", "n"); a.status != http.StatusBadRequest {
		t.Errorf("an unknown field: %d", a.status)
	}
}

func TestFilesBelongToThoseWhoSeeTheirRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		pump := h.NewAsset(h.Harbour.ID, "PUMP").ID.String()
		of := "/files/of/asset/" + pump
		b := h.as(org.Supervisor)
		b.attach(of, "plate.png", photo(t)).goes("/assets/" + pump + "#files")
		plate := b.get("/assets/" + pump).fileAt("plate.png")

		viewer := h.as(org.Viewer)
		if a := viewer.get("/assets/"+pump).is(http.StatusOK, "plate.png"); len(a.all("form", "action", of)) != 0 {
			t.Error("a viewer is asked for files")
		}
		if a := viewer.get(plate).is(http.StatusOK, "Download"); len(a.all("form", "action", plate+"/delete")) != 0 {
			t.Error("a viewer is offered to delete")
		}
		viewer.attach(of, "mine.png", photo(t)).is(http.StatusForbidden)
		viewer.post(plate+"/delete", "confirm", "yes").is(http.StatusForbidden)

		other := h.of(h.SecondTenant(), org.Administrator)
		for name, x := range map[string]*browser{"another site": h.as(org.Technician), "another tenant": other} {
			for _, path := range []string{plate, plate + "/content", plate + "/small", of} {
				theirs := strings.NewReplacer(plate, "X", pump, "X").Replace(x.get(path).is(http.StatusNotFound).body)
				unknown := id.New[id.Any]().String()
				none := strings.NewReplacer("/files/"+unknown, "X", unknown, "X").Replace(x.get(strings.NewReplacer(plate, "/files/"+unknown, pump, unknown).Replace(path)).body)
				if theirs != none {
					t.Errorf("%s: GET %s tells what is there from what is not", name, path)
				}
			}
			x.post(plate+"/delete", "confirm", "yes").is(http.StatusNotFound)
			x.post(plate + "/link").is(http.StatusNotFound)
			x.attach(of, "mine.png", photo(t)).is(http.StatusNotFound)
		}
		b.get("/files/of/person/" + pump).is(http.StatusNotFound)
		h.browser().get(plate + "/content").is(http.StatusSeeOther)
	})
}

func TestALinkOpensAFileForAWhile(t *testing.T) {
	h := fresh(t)
	of := "/files/of/site/" + h.Harbour.ID.String()
	b := h.as(org.Administrator)
	b.attach(of, "plan.png", photo(t)).goes("/sites/" + h.Harbour.ID.String() + "#files")
	plan := b.get("/sites/" + h.Harbour.ID.String()).fileAt("plan.png")
	shown := b.post(plan+"/link").is(http.StatusOK, "may open the file until 14:40 (Asia/Kolkata), without signing in")
	_, link, _ := strings.Cut(textIn(shown.all("code", "class", "link")[0]), "https://iw.example")
	if !strings.HasPrefix(link, LinkPath) {
		t.Fatalf("the link is %q", link)
	}
	a := h.browser().get(link).is(http.StatusOK)
	if a.header.Get("Content-Type") != "image/png" || a.header.Get("Cache-Control") != "private, no-store" || a.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%v", a.header)
	}
	h.browser().get(testworld.Forged(link)).is(http.StatusNotFound)
	h.Clock.Advance(11 * time.Minute)
	h.browser().get(link).is(http.StatusNotFound)
}
