package file

import (
	"io"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"intelliwiz/internal/picture"
	"intelliwiz/internal/recording"
)

// kind is a sort of content that is taken.
type kind struct {
	media   string   // as it is handed out
	endings []string // of its name; the first is given to a name that has none
	words   string   // "a PNG picture"
	looks   []string // what the content may look like; nil = media
	picture picture.Format
	record  recording.Container
	check   func(content) error // of what is neither
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

// recordings is what is taken besides where recordings are asked for.
func recordings() []kind {
	return []kind{
		{
			media: "video/mp4", endings: []string{".mp4", ".m4a", ".m4v"}, words: "an MP4 recording", record: recording.MP4,
			looks: []string{"video/mp4", "audio/mp4", "audio/x-m4a", "video/x-m4v"},
		},
		{media: "video/quicktime", endings: []string{".mov"}, words: "a QuickTime video", record: recording.QuickTime},
		{media: "video/webm", endings: []string{".webm", ".weba"}, words: "a WebM recording", record: recording.WebM},
		{
			media: "audio/ogg", endings: []string{".ogg", ".oga", ".opus"}, words: "an Ogg recording", record: recording.Ogg,
			looks: []string{"audio/ogg", "application/ogg", "video/ogg"},
		},
		{media: "audio/mpeg", endings: []string{".mp3"}, words: "an MP3 recording", record: recording.MP3},
		{media: "audio/wav", endings: []string{".wav"}, words: "a WAV recording", record: recording.WAV},
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

// kindOf finds which of the kinds that are taken a file is, if its ending and its content say the same. A name without an ending takes that of
// its content.
func kindOf(all []kind, ending string, c content) (kind, error) {
	found, err := mimetype.DetectReader(c.reader())
	if err != nil {
		return kind{}, err
	}
	look, _, _ := strings.Cut(found.String(), ";")
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
	most := "a picture (JPEG, PNG, GIF, WebP), a PDF, a text, a CSV, an Excel workbook or a Word document"
	if slices.ContainsFunc(all, func(k kind) bool { return k.record != "" }) {
		most = "a recording (MP4, MOV, WebM, Ogg, M4A, MP3, WAV), " + most
	}
	return kind{}, refused("type", "Files of this type are not taken. Choose "+most+".")
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
