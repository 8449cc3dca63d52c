package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/file"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
)

const (
	uploadTime = 5 * time.Minute // over a slow line
	uploadBody = 1 << 30         // of all files of one form together; each has the limit of its service
	atOnce     = 20              // files of one form
)

// upload is what came of the files of a form.
type upload struct {
	added  int
	faults []string // "panel.mov: Files of this type are not taken."
	worst  int      // status of the fault that weighs most
}

func (u *upload) status() int {
	if len(u.faults) == 0 {
		return http.StatusOK
	}
	return max(u.worst, http.StatusUnprocessableEntity)
}

// refuse notes why a file was not added. It gives the error back when no form can say it.
func (u *upload) refuse(name string, err error) error {
	switch kind := fault.KindOf(err); kind {
	case fault.Invalid, fault.Full, fault.Unavailable, fault.TooLarge, fault.TooMany:
		u.worst = max(u.worst, reply.Status(kind))
	default:
		return err
	}
	said := fault.As(err).Message
	if name != "" {
		said = name + ": " + said
	}
	u.faults = append(u.faults, said)
	return nil
}

// addFiles adds the files of a form to a record. One that is refused leaves the others alone. A script asks for the page of the files
// as it is then; a form without one goes back to the record, or to that page when there is something to say.
func (p *pages) addFiles(w http.ResponseWriter, r *http.Request) error {
	noun, owner, err := fileOwner(r)
	if err != nil {
		return err
	}
	if err := p.Files.MayAdd(r.Context(), actor.From(r.Context()), noun, owner); err != nil {
		return err
	}
	parts, err := reply.FormParts(r)
	if err != nil {
		return err
	}
	u, script, err := p.takeFiles(r, &formParts{Parts: parts}, noun, owner)
	if err == nil && u.added == 0 && len(u.faults) == 0 {
		err = u.refuse("", fault.Of(fault.Invalid, "Choose a file first."))
	}
	if err != nil {
		return err
	}
	home := Record(noun, owner)
	if len(u.faults) > 0 || script || home == "" {
		return p.showFiles(w, r, noun, owner, u)
	}
	return p.seeOther(w, r, home+"#files", counted(u.added, "file is", "files are")+" added")
}

// formParts are the parts of a form that has files, in the order of its fields.
type formParts struct {
	*reply.Parts
	held *multipart.Part // read already, and still to be given
}

// next gives the next part, if there is more.
func (p *formParts) next() (part *multipart.Part, more bool, err error) {
	if held := p.held; held != nil {
		p.held = nil
		return held, true, nil
	}
	return p.Next()
}

// takeFiles reads the files of a form part by part; nothing of it is held in memory.
func (p *pages) takeFiles(r *http.Request, parts *formParts, noun string, owner id.Any) (u upload, script bool, err error) {
	for n := 0; ; {
		part, more, err := parts.next()
		if err != nil || !more {
			return u, script, err
		}
		switch name := part.FileName(); {
		case part.FormName() == "script":
			script = true
		case part.FormName() != "file":
			return u, script, fault.Of(fault.Malformed, "This form has a field that is not known here. Load the page again.")
		case name == "":
			// a field in which nothing was chosen
		case n == atOnce:
			err := u.refuse("", fault.Of(fault.Invalid, "At most "+number(atOnce)+" files can be added at once. The others are left out."))
			return u, script, err
		default:
			n++
			_, err := p.Files.Upload(r.Context(), actor.From(r.Context()), noun, owner, name, part)
			if err == nil {
				u.added++
			} else if err := u.refuse(name, err); err != nil {
				return u, script, err
			}
		}
	}
}

// fileContent gives out a file: a picture to be shown, all else, or with ?save=yes anything, to be saved.
func (p *pages) fileContent(w http.ResponseWriter, r *http.Request) error {
	return p.handOut(w, r, false, r.URL.Query().Get("save") != "")
}

// smallPicture gives out the small form of a picture.
func (p *pages) smallPicture(w http.ResponseWriter, r *http.Request) error {
	return p.handOut(w, r, true, false)
}

func (p *pages) handOut(w http.ResponseWriter, r *http.Request, small, save bool) error {
	x, err := pathID[id.File](r, "file")
	if err != nil {
		return err
	}
	f, body, err := p.Files.Open(r.Context(), actor.From(r.Context()), x, small)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, max-age=3600") // what an id names never changes
	return send(w, r, f, body, save)
}

// linkedFile gives out the file of a link to whoever has it.
func (p *pages) linkedFile(w http.ResponseWriter, r *http.Request) error {
	f, body, err := p.Files.OpenLink(r.Context(), r.PathValue("link"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	return send(w, r, f, body, false)
}

// send writes a file's content and closes it. What it is was found when it came in: browsers are not to guess, and run nothing of it.
func send(w http.ResponseWriter, r *http.Request, f file.File, body io.ReadSeekCloser, save bool) (err error) {
	defer func() { err = errors.Join(err, body.Close()) }()
	how := "attachment"
	if strings.HasPrefix(f.Type, "image/") && !save {
		how = "inline"
	}
	h := w.Header()
	media := f.Type
	if strings.HasPrefix(media, "text/") {
		media += "; charset=utf-8" // nothing else is taken
	}
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": f.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")
	http.ServeContent(w, r, "", f.Created, body)
	return nil
}
