package rest_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// parts makes a form of fields, each a name, a file's name ("" = a plain field) and its content.
func parts(t *testing.T, fields ...[3]string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		var part io.Writer
		var err error
		if f[1] == "" {
			part, err = w.CreateFormField(f[0])
		} else {
			part, err = w.CreateFormFile(f[0], f[1])
		}
		if err == nil {
			_, err = io.WriteString(part, f[2])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

// attach sends one file.
func (x *api) attach(who actor.Actor, path, name, content string) answer {
	x.t.Helper()
	body, form := parts(x.t, [3]string{"file", name, content})
	return x.raw(who, "POST", path, body, "Content-Type", form)
}

func TestFilesAreAddedListedLinkedAndDeleted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		boss, viewer := x.Actor(org.Supervisor), x.Actor(org.Viewer)
		ticket := x.NewTicket(x.Harbour.ID, x.Category("HVAC").ID, "Leak").ID.String()
		at := "/api/v1/tickets/" + ticket + "/files"
		made := x.attach(boss, at, `C:\temp\notes of today.txt`, "Check the seal.\n").want(http.StatusCreated)
		file := "/api/v1/files/" + made.text("id")
		testworld.Same(t, file, made.header.Get("Location"))
		want := normal(t, o{"id": made.text("id"), "owner": "ticket", "owner_id": ticket, "site_id": x.Harbour.ID.String(), "name": "notes of today.txt", "media_type": "text/plain", "size": 16,
			"width": nil, "height": nil, "sha256": made.text("sha256"), "person_id": x.Staff[org.Supervisor].ID.String(), "created_at": "2026-11-25T09:00:00Z"})
		testworld.Same(t, want, made.json)
		testworld.Same(t, want, x.call(boss, "GET", file, nil).want(http.StatusOK).json)
		var photo bytes.Buffer
		if err := png.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 64, 48))); err != nil {
			t.Fatal(err)
		}
		picture := x.attach(boss, at, "plate.png", photo.String()).want(http.StatusCreated)
		testworld.Same(t, []any{64.0, 48.0}, []any{picture.json["width"], picture.json["height"]})
		testworld.Same(t, []any{"notes of today.txt", "plate.png"}, x.call(viewer, "GET", at, nil).want(http.StatusOK).items("name"))

		link := x.call(viewer, "POST", file+"/link", nil).want(http.StatusOK)
		testworld.Same(t, "2026-11-25T09:10:00Z", link.text("expires_at"))
		signed, ours := strings.CutPrefix(link.text("url"), "https://iw.example.com/f/")
		_, content, err := x.Files.OpenLink(t.Context(), signed)
		if err != nil || !ours {
			t.Fatalf("%s: %v", link.raw, err)
		}
		raw, err := io.ReadAll(content)
		if err := errors.Join(err, content.Close()); err != nil || string(raw) != "Check the seal.\n" {
			t.Errorf("got %q %v", raw, err)
		}

		trail := x.During(func() { x.call(boss, "DELETE", file, nil).want(http.StatusNoContent) })
		if len(trail) != 1 || trail[0].Verb != "file.deleted" {
			t.Errorf("trail %+v", trail)
		}
		for _, method := range []string{"GET", "DELETE"} {
			x.call(boss, method, file, nil).want(http.StatusNotFound)
		}
		x.call(boss, "POST", file+"/link", nil).want(http.StatusNotFound)
		testworld.Same(t, []any{"plate.png"}, x.call(viewer, "GET", at, nil).want(http.StatusOK).items("name"))
	})
}

// TestFilesFollowTheirRecord: who does not see it sees no file of it, and who may not change it adds and deletes none.
func TestFilesFollowTheirRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		boss := x.Actor(org.Supervisor) // of the north, where the mill is not
		mill, harbour := x.NewAsset(x.Mill.ID, "M-1"), x.NewAsset(x.Harbour.ID, "H-1")
		theirs := "/api/v1/files/" + x.File("asset", mill.ID, "a.txt", "A").ID.String()
		for _, a := range []answer{
			x.call(boss, "GET", "/api/v1/assets/"+mill.ID.String()+"/files", nil), x.attach(boss, "/api/v1/assets/"+mill.ID.String()+"/files", "b.txt", "B"),
			x.call(boss, "GET", theirs, nil), x.call(boss, "POST", theirs+"/link", nil), x.call(boss, "DELETE", theirs, nil),
			x.attach(boss, "/api/v1/sites/"+x.Mill.ID.String()+"/files", "b.txt", "B"),
		} {
			a.want(http.StatusNotFound)
		}
		viewer := x.Actor(org.Viewer)
		at := "/api/v1/assets/" + harbour.ID.String() + "/files"
		own := x.attach(boss, at, "c.txt", "C").want(http.StatusCreated)
		x.call(viewer, "GET", "/api/v1/files/"+own.text("id"), nil).want(http.StatusOK)
		before := len(x.Trail())
		testworld.Same(t, []string{"permission asset.update"}, x.attach(viewer, at, "d.txt", "D").want(http.StatusForbidden).faults())
		testworld.Same(t, []string{"permission asset.update"}, x.call(viewer, "DELETE", "/api/v1/files/"+own.text("id"), nil).want(http.StatusForbidden).faults())
		unread := httptest.NewRequestWithContext(actor.Into(t.Context(), viewer), "POST", at, iotest.ErrReader(errors.New("the body was read")))
		unread.Header.Set("Content-Type", "multipart/form-data; boundary=edge")
		w := httptest.NewRecorder()
		if x.mux.ServeHTTP(w, unread); w.Code != http.StatusForbidden {
			t.Errorf("who may not add any: %d %s", w.Code, w.Body)
		}
		if after := len(x.Trail()); after != before {
			t.Errorf("%d changes were made", after-before)
		}
		x.attach(boss, "/api/v1/locations/"+x.Location(x.Harbour.ID, "GATE", nil).ID.String()+"/files", "e.txt", "E").want(http.StatusCreated)
		x.attach(x.Actor(org.Administrator), "/api/v1/sites/"+x.Mill.ID.String()+"/files", "f.txt", "F").want(http.StatusCreated)
		guard := x.Actor(org.Guard) // comments on tickets, so that they add files
		x.attach(guard, "/api/v1/tickets/"+x.NewTicket(x.Harbour.ID, x.Category("HVAC").ID, "T").ID.String()+"/files", "g.txt", "G").want(http.StatusCreated)
	})
}

func TestUploadsThatAreNoneAreRefused(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	admin := x.Actor(org.Administrator)
	at := "/api/v1/sites/" + x.Harbour.ID.String() + "/files"
	before := len(x.Trail())
	file := [3]string{"file", "a.txt", "A"}
	for name, c := range map[string]struct {
		fields [][3]string
		want   []string
	}{
		"nothing":         {nil, []string{"file required"}},
		"another name":    {[][3]string{{"upload", "a.txt", "A"}}, []string{"file required"}},
		"a plain field":   {[][3]string{{"file", "", "A"}}, []string{"file required"}},
		"two files":       {[][3]string{file, {"file", "b.txt", "B"}}, []string{"file too_many"}},
		"a field behind":  {[][3]string{file, {"note", "", "A"}}, []string{"file too_many"}},
		"a field before":  {[][3]string{{"note", "", "A"}, file}, []string{"file required"}},
		"a type":          {[][3]string{{"file", "a.exe", "MZ\x90\x00"}}, []string{"file type"}},
		"a mismatch":      {[][3]string{{"file", "a.png", "#!/bin/sh\n"}}, []string{"file mismatch"}},
		"an empty file":   {[][3]string{{"file", "a.txt", ""}}, []string{"file empty"}},
		"beyond all":      {[][3]string{{"file", "a.txt", strings.Repeat("a", 1<<20+1)}}, []string{"file too_large"}},
		"beyond, and two": {[][3]string{{"file", "a.txt", strings.Repeat("a", 1<<20+60<<10)}, file}, []string{"file too_large"}},
	} {
		body, form := parts(t, c.fields...)
		a := x.raw(admin, "POST", at, body, "Content-Type", form)
		if a.want(http.StatusUnprocessableEntity); testworld.Diff(c.want, a.faults()) != "" {
			t.Errorf("%s: %s", name, a.raw)
		}
	}
	body, form := parts(t, file)
	testworld.Same(t, []string{"note unknown"}, x.raw(admin, "POST", at+"?note=a", body, "Content-Type", form).want(http.StatusUnprocessableEntity).faults())
	for _, sent := range []string{"application/json", "", "multipart/form-data"} {
		a := x.raw(admin, "POST", at, body, "Content-Type", sent).want(http.StatusUnsupportedMediaType)
		testworld.Same(t, "multipart/form-data", a.header.Get("Accept-Post"))
	}
	for _, cut := range []int{1, 40, len(body) - 60, len(body) - 4} {
		x.raw(admin, "POST", at, body[:cut], "Content-Type", form).want(http.StatusBadRequest)
	}
	if after := len(x.Trail()); after != before {
		t.Errorf("%d files were added", after-before)
	}
}

// TestAnUploadHasItsOwnBounds: larger than other bodies, as large as a file may be; it is cut there, and read as it arrives.
func TestAnUploadHasItsOwnBounds(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	n := 0
	for _, r := range x.routes {
		if !strings.HasPrefix(r.Name, "file.") || !strings.HasSuffix(r.Name, ".create") {
			if r.Name == "task.report" && r.MaxBody != 10*(1<<20+64<<10) || r.MaxBody != 0 && r.Name != "import.try" && r.Name != "task.report" {
				t.Errorf("%s takes %d bytes", r.Name, r.MaxBody)
			}
			continue
		}
		if n++; r.MaxBody != 1<<20+64<<10 || r.Timeout.Minutes() != 5 || !r.Changes {
			t.Errorf("%s: %d bytes, %s", r.Name, r.MaxBody, r.Timeout)
		}
	}
	if n != 5 {
		t.Errorf("%d uploads", n)
	}
	// httpd cuts a body that never says how long it is.
	body, form := parts(t, [3]string{"file", "a.txt", strings.Repeat("a", 4000)})
	send := func(ctx context.Context, body io.Reader) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(actor.Into(ctx, x.Actor(org.Administrator)), "POST", "/api/v1/sites/"+x.Harbour.ID.String()+"/files", body)
		r.Header.Set("Content-Type", form)
		w := httptest.NewRecorder()
		x.mux.ServeHTTP(w, r)
		return w
	}
	for _, limit := range []int64{10, 2000} {
		w := send(t.Context(), http.MaxBytesReader(httptest.NewRecorder(), io.NopCloser(strings.NewReader(body)), limit))
		if w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%d: %d %s", limit, w.Code, w.Body)
		}
	}
	for _, broken := range []error{io.ErrUnexpectedEOF, errors.New("reset by peer"), os.ErrDeadlineExceeded} {
		w := send(t.Context(), io.MultiReader(strings.NewReader(body[:2000]), iotest.ErrReader(broken)))
		if w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "peer") {
			t.Errorf("a body that breaks off: %d %s", w.Code, w.Body)
		}
	}
}

// TestFilesCostTheSameHoweverManyThereAre: the statements of a record's list, of one file, and of a link to it.
func TestFilesCostTheSameHoweverManyThereAre(t *testing.T) {
	var statements atomic.Int64
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		at := "/api/v1/sites/" + x.Mill.ID.String() + "/files"
		var first string
		before := map[string]int64{}
		for _, rows := range []int{1, 12} {
			for i := range rows {
				f := x.File("site", x.Mill.ID, string(rune('a'+i))+".txt", "A")
				if first == "" {
					first = "/api/v1/files/" + f.ID.String()
				}
			}
			for _, call := range []string{"GET " + at, "GET " + first, "POST " + first + "/link"} {
				method, path, _ := strings.Cut(call, " ")
				statements.Store(0)
				x.call(admin, method, path, nil).want(http.StatusOK)
				n := statements.Load()
				if n == 0 || n > 2 || before[call] != 0 && n != before[call] {
					t.Errorf("%s: %d statements, %d before", call, n, before[call])
				}
				before[call] = n
			}
		}
	}, func(o *db.Options) { o.Observe = func(db.Stat) { statements.Add(1) } })
}
