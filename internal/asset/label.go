package asset

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	qrcode "github.com/skip2/go-qrcode"
)

// ReportAddress is what the label of an asset says to a phone: the page on which anybody reports what is wrong with it, without signing in.
// public is the address of the installation, with or without a slash at its end.
func ReportAddress(public, tenantCode, assetCode string) string {
	return strings.TrimRight(public, "/") + "/r/" + url.PathEscape(tenantCode) + "/a/" + url.PathEscape(assetCode)
}

// SiteReportAddress is ReportAddress for the label of a whole site.
func SiteReportAddress(public, tenantCode, siteCode string) string {
	return strings.TrimRight(public, "/") + "/r/" + url.PathEscape(tenantCode) + "/s/" + url.PathEscape(siteCode)
}

// quiet is the margin around a code that readers need, in modules (ISO/IEC 18004, 5.3.8).
const quiet = 4

// QR is a two-dimensional code as a drawing, so that it is sharp at any size.
type QR struct {
	Size int    // width and height with the margin, in modules
	Path string // the dark modules, as the d of an SVG path whose unit is a module
}

// QROf makes the code of a text, at most about 300 characters, such that it can be read with 15 % of it covered. A longer text is an
// internal error: addresses of labels are short.
func QROf(text string) (QR, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return QR{}, fmt.Errorf("draw a code: %w", err)
	}
	code.DisableBorder = true
	rows := code.Bitmap()
	var b strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if n := strconv.Itoa(x - from); x > from {
				b.WriteString("M" + strconv.Itoa(from+quiet) + " " + strconv.Itoa(y+quiet) + "h" + n + "v1h-" + n + "z")
			}
		}
	}
	return QR{Size: len(rows) + 2*quiet, Path: b.String()}, nil
}

// SVG draws the code as a file of its own; title is read out in its place.
func (q QR) SVG(title string) []byte {
	box := strconv.Itoa(q.Size)
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(title)
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + box + " " + box + `" role="img"><title>` + text +
		`</title><path fill="#fff" d="M0 0h` + box + "v" + box + `H0z"/><path fill="#000" d="` + q.Path + `"/></svg>`)
}
