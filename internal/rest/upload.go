package rest

import (
	"errors"
	"io"
	"mime/multipart"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
)

// formRoom is how many bytes a form may have around its file.
const formRoom = 64 << 10

// formExample is a form whose boundary is edge.
const formExample = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"note.txt\"\r\n\r\nAll is well.\r\n--edge--\r\n"

// form says that the operation takes a file in a form.
func (o Operation) form() bool { return slices.Contains(o.Takes, reply.FormType) }

// uploadForm describes the body of an upload.
func (a *api) uploadForm(o Operation) *huma.RequestBody {
	file := &huma.Schema{Type: huma.TypeString, Format: "binary", Description: "A picture, a PDF, a text, a CSV, an Excel workbook or a Word document, with its name; to a task also a recording (MP4, MOV, WebM, Ogg, M4A, MP3, WAV). One, and nothing else."}
	s := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": file}, Required: []string{"file"}, AdditionalProperties: false}
	if o.told {
		file.Description = "A picture or a recording, with its name; its part is named after the item that it answers. Any number."
		s.Properties = map[string]*huma.Schema{"report": a.registry().Schema(reflect.TypeFor[TaskReport](), true, "TaskReport")}
		s.Required, s.AdditionalProperties = []string{"report"}, file
	}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{reply.FormType: {Schema: s}}}
}

// maxFormFiles is how many files of the greatest size a form with several may have.
const maxFormFiles = 10

// maxBody bounds the body of an operation, in bytes; 0 = the server's limit.
func (a *api) maxBody(o Operation) int64 {
	switch {
	case !o.form() || a.c.Files == nil:
		return o.maxBody
	case o.told:
		return maxFormFiles * (a.c.Files.Max() + formRoom)
	}
	return a.c.Files.Max() + formRoom
}

// upload gives the file of a form. Its content is read as it arrives, and nothing of it is held here; what comes behind it is refused when
// the content ends, so that nobody keeps half of what was sent.
func (x *call) upload() (name string, content io.Reader, err error) {
	r, _ := humago.Unwrap(x.inner)
	form, err := reply.FormParts(r)
	if err != nil {
		return "", nil, err
	}
	switch part, more, err := form.Next(); {
	case err != nil:
		return "", nil, err
	case !more:
		return "", nil, wrongForm("required", "Send the file as the part file.")
	case part.FormName() != "file":
		return "", nil, wrongForm("required", "Send the file as the part file, and nothing else.")
	case part.FileName() == "":
		return "", nil, wrongForm("required", "The part file needs a filename.")
	default:
		return part.FileName(), alone{part, form}, nil
	}
}

func wrongForm(code, message string) error {
	f := fault.Of(fault.Invalid, message)
	f.Fields = []fault.Field{{Path: "file", Code: code, Message: message}}
	return f
}

// alone is the content of the only part of a form.
type alone struct {
	*multipart.Part
	form *reply.Parts
}

// Read gives the content, and at its end a fault when the form goes on or is broken.
func (a alone) Read(p []byte) (int, error) {
	n, err := a.Part.Read(p)
	switch {
	case err == nil:
		return n, nil
	case !errors.Is(err, io.EOF):
		return n, reply.Unreadable(err)
	}
	switch _, more, err := a.form.Next(); {
	case err != nil:
		return n, err
	case more:
		return n, wrongForm("too_many", "Send one file, and nothing else.")
	}
	return n, io.EOF
}
