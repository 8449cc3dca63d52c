package file_test

import (
	"fmt"
	"mime"
	"path"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/file"
	"intelliwiz/internal/testworld"
)

// cutShort gives what was cut off somewhere.
func cutShort(t testing.TB) (out []upload) {
	for name, body := range map[string][]byte{"a.png": picturePNG(t), "a.jpg": pictureJPEG(t), "a.gif": pictureGIF(t), "a.pdf": pdf(""), "a.xlsx": workbook(t, nil)} {
		for _, part := range []int{0, 1, 3, 9, 50, 90} {
			out = append(out, upload{fmt.Sprintf("%d %% of %s", part, name), name, body[:len(body)*part/100]})
		}
	}
	for what, body := range map[string]string{
		"without a table": "%PDF-1.4\nhello\n%%EOF\n", "whose table is nowhere": "%PDF-1.4\nx\nstartxref\n99999\n%%EOF\n", "whose table is none": "%PDF-1.4\nhello, hello\nstartxref\n9\n%%EOF\n",
		"of no version": "%PDF-9.x\nxref\nstartxref\n9\n%%EOF\n",
	} {
		out = append(out, upload{"pdf " + what, "a.pdf", []byte(body)})
	}
	return append(out, upload{"too large", "a.txt", []byte(strings.Repeat("x", 3<<20+1))}, upload{"text with a NUL", "a.txt", []byte(strings.Repeat("x", 5000) + "\x00")},
		upload{"text that is none at its end", "a.txt", []byte(strings.Repeat("x", 5000) + "\xff\xfe")})
}

// names are tried with a content that is taken.
func names() []string {
	return []string{
		"../../../etc/passwd.txt", `..\..\windows\system32\drivers.txt`, "/etc/cron.d/x.txt", `C:\x\y.txt`, "....//....//x.txt", "a/b/../../c.txt", "%2e%2e%2fx.txt", "x.txt/", `\\server\share\x.txt`, "~/.ssh/x.txt",
		"a\x00.txt", "a.txt\x00.exe", "a\r\nContent-Type: text/html\r\n\r\n<script>.txt", "a\nSet-Cookie: x=1.txt", "a\t b.txt", "a\x1b[31mred.txt", "a\x7f.txt", "a\u0085b.txt", "a\u2028b.txt", "a\u2029b.txt",
		"photo\u202Egnp.txt", "a\u202D\u2066b\u2069.txt", "a\u200Fb.txt", "a\u200Bb.txt", "a\uFEFFb.txt", "a\u00ADb.txt", "a\U000E0041b.txt", "\u202Etxt.exe", "a\uE000b.txt", "a\uFFFDb.txt", "\xff\xfe.txt", "a\xc3\x28.txt",
		strings.Repeat("a", 10_000) + ".txt", strings.Repeat("ä", 5000) + ".txt", strings.Repeat("../", 3000) + "x.txt", "x." + strings.Repeat("t", 5000), strings.Repeat(".", 5000) + "txt", strings.Repeat(" ", 5000) + ".txt",
		"a.php.txt", "a.html.txt", "a.txt.exe", "a.txt.php", "a.txt.html", "a.txt.svg", "a.exe\u2000.txt", "a.txt.", "a.txt ", "a.txt. . .", ".htaccess", ".txt", "..txt", "", " ", ".", "..", "/", "web.config", "a.TXT", "a.Txt\u200E",
		"CON.txt", "nul.txt", "com1.tar.txt", "aux", `a"b.txt`, "a;b.txt", "a'b.txt", "a<script>.txt", `"><img src=x onerror=alert(1)>.txt`, "a|b.txt", "a:b.txt", "a*b?.txt", "a%00.txt", "${jndi:ldap:x}.txt", "'; drop table files; --.txt",
		"=cmd.txt", "-rf.txt", "--help.txt", "日本語.txt", "a\u0301e\u0301.txt", "I'm. Not an ending, a sentence", "résumé.txt", "𝒳.txt",
	}
}

// TestHostileUploadsAreRefusedOrMadeHarmless. Who is refused is told why, at the field; of what is taken nothing is left that could
// do harm: pictures are of pixels alone, all else is only ever saved.
func TestHostileUploadsAreRefusedOrMadeHarmless(t *testing.T) {
	t.Parallel()
	c := newCabinet(t, testworld.New(t, dbtest.Open(t, "sqlite")))
	all := slices.Concat(mistaken(t), twoFaced(t), bombs(t), cutShort(t))
	for _, name := range names() {
		all = append(all, upload{"name " + name[:min(len(name), 40)], name, []byte("hello")})
	}
	if len(all) < 200 {
		t.Fatalf("only %d", len(all))
	}
	taken, refused := 0, map[string]int{}
	for _, u := range all {
		start := time.Now()
		f, err := c.add(c.System, u.name, u.body)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s took %s", u.what, took)
		}
		if err != nil {
			code := refusal(err)
			if code == "" {
				t.Errorf("%s: no clear message at the field: %v", u.what, err)
			}
			refused[code]++
			continue
		}
		taken++
		harmless(t, c, u, f)
		if err := c.Delete(t.Context(), c.System, f.ID); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d hostile uploads: %d made harmless, refused as %v", len(all), taken, refused)
	for _, code := range []string{"mismatch", "type", "broken", "pixels", "bomb", "program", "too_large", "empty"} {
		if refused[code] == 0 {
			t.Errorf("nothing was refused as %s", code)
		}
	}
	if taken < 40 || taken > 100 {
		t.Errorf("%d of %d were taken", taken, len(all))
	}
}

// harmless holds what was taken to what a browser, a shell and a header may see of it.
func harmless(t *testing.T, c *cabinet, u upload, f file.File) {
	t.Helper()
	if f.Picture() {
		if f.Type != "image/png" && f.Type != "image/jpeg" {
			t.Errorf("%s: shown as %s", u.what, f.Type)
		}
		for _, body := range []string{c.content(c.System, f, false), c.content(c.System, f, true)} {
			for _, word := range []string{"<script", "<?php", "alert(1)", "onload", "system(", "PK\x03\x04"} {
				if strings.Contains(body, word) {
					t.Errorf("%s: %q survives", u.what, word)
				}
			}
		}
	} else if body := c.content(c.System, f, false); body != string(u.body) || strings.HasPrefix(f.Type, "image/") || strings.Contains(f.Type, "html") || strings.Contains(f.Type, "xml;") {
		t.Errorf("%s: kept as %s", u.what, f.Type)
	}
	endings := map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "text/plain": ".txt", "text/csv": ".csv", "application/pdf": ".pdf"}
	if want, ok := endings[f.Type]; !ok || path.Ext(f.Name) != want {
		t.Errorf("%s: %s is called %q", u.what, f.Type, f.Name)
	}
	bad := func(r rune) bool {
		return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || strings.ContainsRune(`/\<>:"|?*`, r) || r == utf8.RuneError
	}
	switch n := utf8.RuneCountInString(f.Name); {
	case n < 5, n > 121, strings.ContainsFunc(f.Name, bad), strings.HasPrefix(f.Name, "."), strings.HasPrefix(f.Name, " "), strings.Contains(f.Name, ".."), !utf8.ValidString(f.Name):
		t.Errorf("%s is called %q", u.what, f.Name)
	}
	header := mime.FormatMediaType("attachment", map[string]string{"filename": f.Name})
	if kind, params, err := mime.ParseMediaType(header); err != nil || kind != "attachment" || params["filename"] != f.Name || strings.ContainsAny(header, "\r\n\x00") {
		t.Errorf("%s: the header is %q", u.what, header)
	}
}

func TestNamesKeepWhatPeopleRead(t *testing.T) {
	t.Parallel()
	c := newCabinet(t, testworld.New(t, dbtest.Open(t, "sqlite")))
	for sent, want := range map[string]string{
		"Invoice No. 7.txt": "Invoice No. 7.txt", "日本語.txt": "日本語.txt", "résumé.txt": "résumé.txt", "a\u0301.txt": "á.txt", "C:\\photos\\a b.txt": "a b.txt", "": "file.txt", ".txt": "file.txt", "notes": "notes.txt",
		"CON.txt": "_CON.txt", "a\u202Eb.txt": "ab.txt", "a.TXT": "a.txt", "a\r\nb.txt": "a b.txt", `x"y.txt`: "x_y.txt",
	} {
		f := c.must(c.add(c.System, sent, []byte("hello")))
		if f.Name != want {
			t.Errorf("%q is called %q, want %q", sent, f.Name, want)
		}
	}
}

func TestGoodFilesAreTaken(t *testing.T) {
	t.Parallel()
	c := newCabinet(t, testworld.New(t, dbtest.Open(t, "sqlite")))
	docx := zipped(t, map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>", "_rels/.rels": "<Relationships/>"})
	for name, x := range map[string]struct {
		body []byte
		kind string
	}{
		"a.png": {picturePNG(t), "image/png"}, "a.jpeg": {pictureJPEG(t), "image/jpeg"}, "a.gif": {pictureGIF(t), "image/png"}, "a.pdf": {pdf(""), "application/pdf"},
		"a.csv": {[]byte("code,name\nA,B\n"), "text/csv"}, "a.txt": {[]byte("\xef\xbb\xbfhello, wörld\n"), "text/plain"}, "a": {picturePNG(t), "image/png"},
		"a.xlsx": {workbook(t, nil), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, "a.docx": {docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	} {
		f, err := c.add(c.System, name, x.body)
		if err != nil || f.Type != x.kind {
			t.Errorf("%s: %+v %v", name, f, err)
		}
	}
	if accept := file.Accept(); !strings.Contains(accept, ".jpg,") || !strings.HasSuffix(accept, ".docx") {
		t.Errorf("a form takes %s", accept)
	}
}
