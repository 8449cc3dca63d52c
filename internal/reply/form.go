package reply

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"

	"intelliwiz/internal/fault"
)

// FormType is what a form with files is sent as.
const FormType = "multipart/form-data"

// Parts are the parts of a form with files, in the order of its fields and read as they arrive: nothing of them is held here.
type Parts struct {
	form *multipart.Reader
	body *lastRead
	end  []byte // the line after the last part
}

// FormParts gives the parts of a form; 415 for what is none.
func FormParts(r *http.Request) (*Parts, error) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, NoType(FormType)
	}
	p := &Parts{body: &lastRead{ReadCloser: r.Body}, end: []byte("--" + params["boundary"] + "--")}
	r.Body = p.body
	if p.form, err = r.MultipartReader(); err != nil {
		return nil, NoType(FormType)
	}
	return p, nil
}

// Next gives the next part, if there is more. Malformed for a form that is not whole: package multipart takes one that was cut off in the
// head of a part for one that ends there, so that the line of its end is looked for here.
func (p *Parts) Next() (part *multipart.Part, more bool, err error) {
	part, err = p.form.NextPart()
	switch {
	case err == nil:
		return part, true, nil
	case errors.Is(err, io.EOF) && bytes.Contains(p.body.last, p.end):
		return nil, false, nil
	case p.body.err != nil: // package multipart may say that a head is wrong where it could not be read
		err = p.body.err
	}
	return nil, false, Unreadable(err)
}

// Unreadable names what is wrong with a form that cannot be read; that it is too large or too slow is said elsewhere.
func Unreadable(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large || errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	return fault.Of(fault.Malformed, "This form did not arrive whole. Send it again.").Because(err)
}

// lastRead remembers the end of what was read, and why no more could be.
type lastRead struct {
	io.ReadCloser
	last []byte
	err  error
}

// endRoom is more than the line of an end takes (RFC 2046 allows boundaries of 70 characters), and what may stand behind it.
const endRoom = 256

// Read reads, and remembers the end.
func (l *lastRead) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	l.last = append(l.last, p[:n]...)
	l.last = l.last[max(0, len(l.last)-endRoom):]
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err
}
