package web

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/task"
)

// maxAnswer is how long one text of a task's form may be, in bytes: the longest answer in the widest script.
const maxAnswer = 128 << 10

func fileName(i id.Item) string { return "p_" + i.String() }

// readDo reads the form in which a task is carried out. Its files are kept as they come, each for its item; one that is refused is said at its
// field, and keeps nothing else from being read.
func (p *pages) readDo(r *http.Request, who actor.Actor, t task.Whole, fields []string) (form, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return readForm(r, fields...)
	}
	parts, err := reply.FormParts(r)
	if err != nil {
		return form{}, err
	}
	f := form{values: url.Values{}}
	for {
		part, more, err := parts.Next()
		if err != nil || !more {
			return f, err
		}
		name := part.FormName()
		switch {
		case strings.HasPrefix(name, "p_"):
			err = p.takeAnswerFile(r.Context(), who, &f, t, part)
		case !slices.Contains(fields, name):
			err = fault.Of(fault.Malformed, "This form has a field that is not known here. Load the page again.")
		default:
			err = f.take(name, part)
		}
		if err != nil {
			return f, err
		}
	}
}

// take reads a text of a form with files. One that is longer than any field takes is said at its field: cut short it would be another answer.
func (f *form) take(name string, part io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(part, maxAnswer+1))
	if err != nil {
		return reply.Unreadable(err)
	}
	f.values.Add(name, strings.ToValidUTF8(string(text), "\ufffd"))
	if len(text) > maxAnswer {
		f.check.Add(name, "too_long", "This is too long. Shorten it.")
		return nil
	}
	f.check.That(utf8.Valid(text) && !slices.Contains(text, 0), name, "characters", "This contains characters that cannot be stored.")
	return nil
}

// takeAnswerFile keeps a file for an item of the form; a new signature takes the place of the one before.
func (p *pages) takeAnswerFile(ctx context.Context, who actor.Actor, f *form, t task.Whole, part *multipart.Part) error {
	if part.FileName() == "" {
		return nil // nothing was chosen
	}
	item, err := id.Parse[id.Item](strings.TrimPrefix(part.FormName(), "p_"))
	at := slices.IndexFunc(itemsOf(t), func(i checklist.Item) bool { return err == nil && i.ID == item && i.Rule.TakesFile() })
	if at < 0 {
		return fault.Of(fault.Malformed, "This form has a field that is not known here. Load the page again.")
	}
	kept, err := p.Files.Upload(ctx, who, "task", id.Of[id.Any](t.ID.Bytes()), part.FileName(), part)
	if err == nil {
		if err = p.Tasks.Attach(ctx, who, t.ID, item, kept.ID); fault.KindOf(err) == fault.Invalid { // it is a file, and not what is asked for
			if gone := p.Files.Delete(ctx, who, kept.ID); gone != nil {
				return gone
			}
			f.check.Add(part.FormName(), "file", fault.As(err).Fields[0].Message)
			return nil
		}
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Full, fault.Unavailable, fault.TooLarge, fault.TooMany:
		f.check.Add(part.FormName(), "file", fault.As(err).Message)
		return nil
	}
	if err != nil || itemsOf(t)[at].Rule.Type != checklist.Signature {
		return err
	}
	for _, old := range t.Files[item] {
		if err := p.Files.Delete(ctx, who, old); err != nil {
			return err
		}
	}
	return nil
}

func itemsOf(t task.Whole) []checklist.Item {
	if t.Form == nil {
		return nil
	}
	return t.Form.Form.Items()
}

// dropAnswerFile removes a file that was sent for an item of a task.
func (p *pages) dropAnswerFile(ctx context.Context, who actor.Actor, t task.Whole, text string) error {
	for _, all := range t.Files {
		for _, x := range all {
			if x.String() == text {
				return p.Files.Delete(ctx, who, x)
			}
		}
	}
	return nil
}

// fileAsk asks for the file of an item.
type fileAsk struct {
	Name, ID  string
	Label     string
	Help      string
	Error     string
	Accept    string // the types that the phone offers
	Capture   string // which camera
	Signature bool
	Thumbs    []thumb
	Action    string // where one file is sent on its own, without a new page
}

// thumb is what was sent: a picture, or a recording that is played where it stands.
type thumb struct {
	Href, Small, Drop string
	Sound, Video      bool
}

// thumbsOf shows the files of an item.
func thumbsOf(files []id.File, r checklist.Rule) (out []thumb) {
	for _, f := range files {
		at := "/files/" + f.String()
		out = append(out, thumb{Href: at, Small: at + "/small", Drop: "drop:" + f.String(), Sound: r.Attachment == checklist.Audio, Video: r.Attachment == checklist.Video})
	}
	return out
}

// fileAskOf asks for the file of an item, of at most so many bytes; nil for one that takes none.
func fileAskOf(i checklist.Item, t task.Whole, most int64, errorAt func(string) string) *fileAsk {
	name := fileName(i.ID)
	a := &fileAsk{
		Name: name, ID: "file-" + i.ID.String(), Error: errorAt(name), Thumbs: thumbsOf(t.Files[i.ID], i.Rule), Action: taskAt(t.Task) + "/report",
		Accept: "image/jpeg,image/png,image/webp",
	}
	switch {
	case i.Rule.Type == checklist.Signature:
		a.Label, a.Signature, a.Help = i.Text, true, "Draw it, or choose a picture of it."
		if !i.Mandatory {
			a.Label += " (optional)"
		}
	case i.Rule.Attachment == checklist.Photo:
		a.Label, a.Capture = "Photo", "environment"
	case i.Rule.Attachment == checklist.Selfie:
		a.Label, a.Capture = "Photo of oneself", "user"
	case i.Rule.Attachment == checklist.Audio:
		a.Label, a.Accept, a.Capture, a.Help = "Sound", "audio/*", "user", "A recording (MP3, M4A, Ogg, WebM, WAV) of up to "+sizeWords(most)+"."
	case i.Rule.Attachment == checklist.Video:
		a.Label, a.Accept, a.Capture, a.Help = "Video", "video/*", "environment", "A short one (MP4, MOV, WebM), of up to "+sizeWords(most)+"."
	default:
		return nil
	}
	if !a.Signature && !i.Rule.FileNeeded {
		a.Label += " (optional)"
	}
	return a
}

// words says what was sent, for those who do not see it.
func (x thumb) words(n, of int, about string) string {
	what := "Picture"
	switch {
	case x.Sound:
		what = "Sound"
	case x.Video:
		what = "Video"
	}
	if of == 1 {
		return what + ": " + about
	}
	return what + " " + number(int64(n+1)) + ": " + about
}
