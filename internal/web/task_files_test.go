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

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

// pictureOf is a small PNG.
func pictureOf(shade uint8) string {
	m := image.NewGray(image.Rect(0, 0, 40, 30))
	for i := range m.Pix {
		m.Pix[i] = shade
	}
	m.SetGray(1, 1, color.Gray{Y: 9})
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return b.String()
}

// sentFile is a file of a form: the field, the file's name, its content.
type sentFile struct{ field, name, content string }

// sends posts a form with files.
func (b *browser) sends(path string, fieldsAndValues []string, files ...sentFile) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fieldsAndValues); i += 2 {
		must(b.t, w.WriteField(fieldsAndValues[i], fieldsAndValues[i+1]))
	}
	for _, f := range files {
		part, err := w.CreateFormFile(f.field, f.name)
		must(b.t, err)
		_, err = part.Write([]byte(f.content))
		must(b.t, err)
	}
	must(b.t, w.Close())
	r := httptest.NewRequest(http.MethodPost, "http://iw.example"+path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Accept", "text/html")
	return b.send(r)
}

// proven is a checklist that needs a photo and a signature.
func proven(h *house) checklist.Checklist {
	gate := h.Question("Is the gate locked?", func(in *checklist.QuestionInput) {
		in.Rule.Attachment, in.Rule.FileNeeded = checklist.Photo, true
	})
	sign := h.Question("Signature of the guard", func(in *checklist.QuestionInput) { in.Rule = checklist.Rule{Type: checklist.Signature} })
	return h.Checklist("Proven", gate, sign)
}

func TestPhotosAndASignatureGoWithTheAnswers(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		list := proven(h)
		x := h.open(h.Plan(h.Harbour.ID, "Gate", list))
		gate, sign := list.Draft.Items()[0].ID, list.Draft.Items()[1].ID
		b := h.as(org.Guard)
		at := "/tasks/" + x.ID.String()
		b.post(at + "/begin").goes(at + "/do")
		form := b.get(at+"/do").is(http.StatusOK, "Photo", "Signature of the guard", "Or type your name").fields(at + "/report")
		for i := 0; i < len(form); i += 2 { // a file field that is empty is sent, too
			if strings.HasPrefix(form[i], "p_") {
				form = append(form[:i], form[i+2:]...)
				i -= 2
			}
		}
		answers := with(form, askName(gate), "Yes", "remark", "It rains.")
		a := b.sends(at+"/report", answers).is(http.StatusUnprocessableEntity, "This needs a file: Photo.", "This needs an answer.")
		if a.message(fileName(gate)) == "" || a.message(fileName(sign)) == "" || !strings.Contains(a.text(), "It rains.") {
			t.Errorf("%q %q", a.message(fileName(gate)), a.message(fileName(sign)))
		}
		// What is no picture is said at its field; the picture beside it is kept, and so is all that was typed.
		a = b.sends(at+"/report", answers, sentFile{fileName(gate), "gate.png", "no picture"}, sentFile{fileName(sign), "s.png", pictureOf(20)}).is(http.StatusUnprocessableEntity, "The name ends in .png, but this is")
		if a.message(fileName(gate)) == "" || !strings.Contains(a.text(), "It rains.") || len(a.all("img", "loading", "lazy")) != 1 {
			t.Errorf("%q", a.message(fileName(gate)))
		}
		b.sends(at+"/report", with(answers, "do", "file"), sentFile{fileName(gate), "gate.png", pictureOf(200)}).is(http.StatusOK)
		b.sends(at+"/report", with(answers, "do", "file"), sentFile{fileName(gate), "wrong.png", pictureOf(100)}).is(http.StatusOK)
		b.sends(at+"/report", with(answers, "do", "file"), sentFile{fileName(sign), "again.png", pictureOf(30)}).is(http.StatusOK)
		w := h.whole(x.ID)
		if len(w.Files[gate]) != 2 || len(w.Files[sign]) != 1 {
			t.Fatalf("a new signature takes the place of the old: %v", w.Files)
		}
		b.sends(at+"/report", with(answers, "do", "drop:"+w.Files[gate][1].String())).is(http.StatusOK)
		b.sends(at+"/report", answers, sentFile{"p_" + id.New[id.Item]().String(), "x.png", pictureOf(1)}).is(http.StatusBadRequest)
		// What is longer than anything is taken whole or not at all, and said where it was typed.
		a = b.sends(at+"/report", with(answers, "remark", strings.Repeat("ü", maxAnswer/2)+"!")).is(http.StatusUnprocessableEntity)
		if a.message("remark") != "This is too long. Shorten it." || !h.whole(x.ID).Status.Open() {
			t.Errorf("a remark that is too long: %q", a.message("remark"))
		}
		b.sends(at+"/report", answers).goes(at)
		done := b.get(at).is(http.StatusOK, "Done", "Yes")
		if n := len(done.all("img", "loading", "lazy")); n != 2 {
			t.Errorf("%d pictures on the task's page", n)
		}
		small := "/files/" + h.whole(x.ID).Files[gate][0].String() + "/small"
		b.get(small).is(http.StatusOK)
		h.of(h.SecondTenant(), org.Administrator).get(small).is(http.StatusNotFound)
		b.sends("/files/of/task/"+x.ID.String(), nil, sentFile{"file", "late.png", pictureOf(5)}).is(http.StatusForbidden)
	})
}

// TestRecordingsGoWithTheAnswers: a sound that is needed and a video that may come are asked of the phone, refused at their field when they are
// something else, and played where the task is.
func TestRecordingsGoWithTheAnswers(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		list := recorded(h)
		x := h.open(h.Plan(h.Harbour.ID, "Pump", list))
		noise, leak := list.Draft.Items()[0].ID, list.Draft.Items()[1].ID
		b := h.as(org.Guard)
		at := "/tasks/" + x.ID.String()
		page := b.get(at+"/do").is(http.StatusOK, "Sound", "Video (optional)", "of up to 1.0 MB")
		for name, want := range map[string][2]string{fileName(noise): {"audio/*", "user"}, fileName(leak): {"video/*", "environment"}} {
			if in := page.all("input", "name", name); len(in) != 1 || attr(in[0], "accept") != want[0] || attr(in[0], "capture") != want[1] {
				t.Errorf("%s is asked otherwise", name)
			}
		}
		form := with(page.fields(at+"/report"), askName(noise), "Yes", askName(leak), "Yes")
		b.sends(at+"/report", form).is(http.StatusUnprocessableEntity, "This needs a file: Sound.")
		for what, sent := range map[string]sentFile{
			"The name ends in .mp4, but this is not an MP4 recording.": {fileName(leak), "leak.mp4", "<html><script>alert(1)</script></html>"},
			"This recording cannot be read.":                           {fileName(noise), "noise.wav", testworld.Sound() + "PK"},
			"This file is no recording of a sound.":                    {fileName(noise), "noise.mp4", testworld.Video()},
			"This file is no video.":                                   {fileName(leak), "leak.png", pictureOf(9)},
		} {
			if a := b.sends(at+"/report", with(form, "do", "file"), sent).is(http.StatusOK); !strings.HasPrefix(a.message(sent.field), what) {
				t.Errorf("%s: %q", sent.name, a.message(sent.field))
			}
		}
		if n := len(h.whole(x.ID).Files); n != 0 {
			t.Errorf("%d items have what was refused", n)
		}
		b.sends(at+"/report", form, sentFile{fileName(noise), "noise.wav", testworld.Sound()}, sentFile{fileName(leak), "leak.mp4", testworld.Video()}).goes(at)
		done := b.get(at).is(http.StatusOK, "Done")
		for tag, item := range map[string]id.Item{"audio": noise, "video": leak} {
			src := "/files/" + h.whole(x.ID).Files[item][0].String() + "/content"
			if len(done.all(tag, "src", src)) != 1 {
				t.Errorf("no %s on the task's page", tag)
			}
			r := httptest.NewRequest(http.MethodGet, "http://iw.example"+src, nil)
			r.Header.Set("Range", "bytes=0-3")
			part := b.send(r)
			if got := part.header; part.status != http.StatusPartialContent || len(part.body) != 4 || !strings.HasPrefix(got.Get("Content-Type"), tag+"/") ||
				got.Get("X-Content-Type-Options") != "nosniff" || !strings.HasSuffix(got.Get("Content-Security-Policy"), "; sandbox") {
				t.Errorf("%s: %d %v", tag, part.status, got)
			}
			if own := b.get(strings.TrimSuffix(src, "/content")).is(http.StatusOK); len(own.all(tag, "src", src)) != 1 {
				t.Errorf("no %s on its own page", tag)
			}
		}
	})
}

// recorded is a checklist that needs a sound, and takes a video.
func recorded(h *house) checklist.Checklist {
	noise := h.Question("Does it knock?", func(in *checklist.QuestionInput) { in.Rule.Attachment, in.Rule.FileNeeded = checklist.Audio, true })
	leak := h.Question("Does it leak?", func(in *checklist.QuestionInput) { in.Rule.Attachment = checklist.Video })
	return h.Checklist("Recorded", noise, leak)
}

func (h *house) whole(x id.Task) task.Whole {
	h.t.Helper()
	w, err := h.Tasks.GetWhole(h.Ctx(), h.System, x)
	must(h.t, err)
	return w
}

func TestWithoutAPositionAReasonIsGiven(t *testing.T) {
	h := fresh(t)
	list := h.Checklist("Round", h.Question("All well?"))
	x := h.open(h.Plan(h.Harbour.ID, "Lamps", list, func(in *plan.Input) { in.Proof = plan.ByGPS }))
	b := h.as(org.Guard)
	at, item := "/tasks/"+x.ID.String(), askName(list.Draft.Items()[0].ID)
	form := b.get(at+"/do").is(http.StatusOK, "Use where I am", "Without a position: why").fields(at + "/report")
	a := b.post(at+"/report", with(form, item, "Yes")...).is(http.StatusUnprocessableEntity)
	if a.message("latitude") == "" {
		t.Error("no fault at the position")
	}
	h.Clock.Advance(time.Second)
	b.post(at+"/report", with(form, item, "Yes", "no_point", "The phone is old", "remark", "Done.")...).goes(at)
	b.get(at).is(http.StatusOK, "No position: The phone is old. Done.")
}
