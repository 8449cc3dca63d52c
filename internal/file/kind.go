package file

import (
	"io"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"intelliwiz/internal/picture"
)

// kind is a sort of content that is taken.
type kind struct {
	media   string   // as it is handed out
	endings []string // of its name; the first is given to a name that has none
	words   string   // "a PNG picture"
	looks   []string // what the content may look like; nil = media
	picture picture.Format
	check   func(content) error // of what is no picture
}

// What documents and texts may look like: of an archive, the first parts do not always say what it is.
const (
	workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	archive  = "application/zip"
)

// kinds is the allow-list.
func kinds() []kind {
	return []kind{
		{media: "image/jpeg", endings: []string{".jpg", ".jpeg", ".jpe", ".jfif"}, words: "a JPEG picture", picture: picture.JPEG},
		{media: "image/png", endings: []string{".png"}, words: "a PNG picture", looks: []string{"image/png", "image/vnd.mozilla.apng"}, picture: picture.PNG},
		{media: "image/gif", endings: []string{".gif"}, words: "a GIF picture", picture: picture.GIF},
		{media: "image/webp", endings: []string{".webp"}, words: "a WebP picture", picture: picture.WebP},
		{media: "application/pdf", endings: []string{".pdf"}, words: "a PDF document", check: checkPDF},
		{media: "text/plain", endings: []string{".txt"}, words: "a text", looks: textLooks(), check: checkText},
		{media: "text/csv", endings: []string{".csv"}, words: "a table of text (CSV)", looks: textLooks(), check: checkText},
		{media: workbook, endings: []string{".xlsx"}, words: "an Excel workbook", looks: []string{workbook, archive}, check: checkOffice("xl/workbook.xml")},
		{media: document, endings: []string{".docx"}, words: "a Word document", looks: []string{document, archive}, check: checkOffice("word/document.xml")},
	}
}

func textLooks() []string {
	return []string{"text/plain", "text/csv", "text/tab-separated-values", "application/json", "application/x-ndjson"}
}

// content is an uploaded file as it is looked at.
type content struct {
	io.ReaderAt
	size int64
}

func (c content) reader() *io.SectionReader { return io.NewSectionReader(c, 0, c.size) }

// kindOf finds what a file is, if its ending and its content say the same. A name without an ending takes that of its content.
func kindOf(ending string, c content) (kind, error) {
	found, err := mimetype.DetectReader(c.reader())
	if err != nil {
		return kind{}, err
	}
	look, _, _ := strings.Cut(found.String(), ";")
	all := kinds()
	named := slices.IndexFunc(all, func(k kind) bool { return slices.Contains(k.endings, ending) })
	seen := slices.IndexFunc(all, func(k kind) bool { return k.looksLike(look) })
	switch {
	case ending == "" && seen >= 0:
		return all[seen], nil
	case named >= 0 && all[named].looksLike(look):
		return all[named], nil
	case named >= 0 && seen >= 0:
		return kind{}, refused("mismatch", "The name ends in "+ending+", but this is "+all[seen].words+". Give it the right name, or choose another file.")
	case named >= 0:
		return kind{}, refused("mismatch", "The name ends in "+ending+", but this is not "+all[named].words+".")
	}
	return kind{}, refused("type", "Files of this type are not taken. Choose a picture (JPEG, PNG, GIF, WebP), a PDF, a text, a CSV, an Excel workbook or a Word document.")
}

func (k kind) looksLike(look string) bool {
	if k.looks == nil {
		return k.media == look
	}
	return slices.Contains(k.looks, look)
}

// Accept lists the endings that are taken, as a file field of a form wants them.
func Accept() string {
	var out []string
	for _, k := range kinds() {
		out = append(out, k.endings...)
	}
	return strings.Join(out, ",")
}
