package asset_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	qrcode "github.com/skip2/go-qrcode"

	"intelliwiz/internal/asset"
)

func TestALabelLeadsToThePageWhereOneReports(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{asset.ReportAddress("https://iw.example.com/", "HOUSE", "CH-01"), "https://iw.example.com/r/HOUSE/a/CH-01"},
		{asset.ReportAddress("http://127.0.0.1:8080", "HOUSE", "P#1(A)"), "http://127.0.0.1:8080/r/HOUSE/a/P%231%28A%29"},
		{asset.SiteReportAddress("https://iw.example.com", "HOUSE", "HAR_1"), "https://iw.example.com/r/HOUSE/s/HAR_1"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

// TestACodeIsDrawnAsItIs paints the path back into modules.
func TestACodeIsDrawnAsItIs(t *testing.T) {
	text := asset.ReportAddress("https://iw.example.com", "HOUSE", "CH-01")
	got, err := asset.QROf(text)
	if err != nil {
		t.Fatal(err)
	}
	want, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	modules := want.Bitmap() // with a margin of four
	if len(modules) != got.Size {
		t.Fatalf("%d modules wide, want %d", got.Size, len(modules))
	}
	painted := make([][]bool, got.Size)
	for y := range painted {
		painted[y] = make([]bool, got.Size)
	}
	for _, run := range strings.Split(strings.TrimPrefix(got.Path, "M"), "M") {
		var x, y, n, back int
		if _, err := fmt.Sscanf(run, "%d %dh%dv1h-%dz", &x, &y, &n, &back); err != nil || n != back {
			t.Fatalf("%q: %v", run, err)
		}
		for i := range n {
			painted[y][x+i] = true
		}
	}
	for y, row := range modules {
		for x, dark := range row {
			if painted[y][x] != dark {
				t.Fatalf("module %d,%d is %v, want %v", x, y, painted[y][x], dark)
			}
		}
	}
}

func TestACodeIsAFileWithATitle(t *testing.T) {
	q, err := asset.QROf("HTTPS://X")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		ViewBox string `xml:"viewBox,attr"`
		Title   string `xml:"title"`
	}
	if err := xml.Unmarshal(q.SVG("P<1> & co"), &file); err != nil {
		t.Fatal(err)
	}
	if file.Title != "P<1> & co" || file.ViewBox != "0 0 29 29" {
		t.Errorf("got %+v", file)
	}
	if _, err := asset.QROf(strings.Repeat("x", 5000)); err == nil {
		t.Error("5000 characters were drawn")
	}
}
