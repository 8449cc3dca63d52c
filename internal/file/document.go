package file

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of what a document may unpack to.
const (
	maxParts    = 5000
	maxUnpacked = 200 << 20 // bytes
)

// checkText takes a text that is UTF-8 without control characters.
func checkText(c content) error {
	in := bufio.NewReaderSize(c.reader(), 64<<10)
	for {
		r, n, err := in.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case r == utf8.RuneError && n == 1:
			return refused("broken", "This text is not in UTF-8. Save it as UTF-8 and try again.")
		case r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f', r == 0x7f:
			return refused("broken", "This text contains characters that no text has.")
		}
	}
}

var (
	pdfHead  = regexp.MustCompile(`^%PDF-[12]\.[0-9][\r\n]`)
	pdfTail  = regexp.MustCompile(`startxref[\r\n ]+([0-9]{1,12})[\r\n ]+%%EOF[\r\n\x00 ]*$`)
	pdfTable = regexp.MustCompile(`^(xref[\r\n ]|[0-9]{1,10} [0-9]{1,5} obj)`)
)

// checkPDF takes a file that begins as a PDF, ends as one with nothing behind, and whose end leads to its table of objects.
func checkPDF(c content) error {
	broken := refused("broken", "This PDF is damaged or not whole. Save it again as PDF, or print it into one.")
	head, err := at(c, 0, 16)
	if err != nil {
		return err
	}
	tail, err := at(c, max(0, c.size-1024), 1024)
	if err != nil {
		return err
	}
	m := pdfTail.FindSubmatch(tail)
	if !pdfHead.Match(head) || m == nil {
		return broken
	}
	table, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil || table >= c.size {
		return broken
	}
	begin, err := at(c, table, 32)
	if err != nil {
		return err
	}
	if !pdfTable.Match(bytes.TrimLeft(begin, "\r\n ")) {
		return broken
	}
	return nil
}

// at reads up to n bytes.
func at(c content, offset int64, n int) ([]byte, error) {
	buf := make([]byte, n)
	got, err := c.ReadAt(buf, offset)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return buf[:got], err
}

// checkOffice takes a workbook or document whose parts are where they should be and unpack to a bounded size. Nothing may stand before or
// behind the archive; programs in it are refused.
func checkOffice(main string) func(content) error {
	return func(c content) error {
		broken := refused("broken", "This document is damaged, or is not what its name says.")
		head, err := at(c, 0, 4)
		if err != nil {
			return err
		}
		end, err := at(c, max(0, c.size-22), 22)
		if err != nil {
			return err
		}
		if string(head) != "PK\x03\x04" || len(end) != 22 || string(end[:4]) != "PK\x05\x06" {
			return broken
		}
		z, err := zip.NewReader(c, c.size)
		if err != nil {
			return broken.Because(err)
		}
		if len(z.File) > maxParts {
			return bomb()
		}
		return checkParts(z.File, c.size, main)
	}
}

func bomb() error {
	return refused("bomb", "This document unpacks to more than is taken.")
}

// checkParts unpacks every part into nothing.
func checkParts(parts []*zip.File, size int64, main string) error {
	broken := refused("broken", "This document is damaged, or is not what its name says.")
	has, left := map[string]bool{}, int64(maxUnpacked)
	var packed uint64
	for _, f := range parts {
		name := strings.ToLower(f.Name)
		packed += f.CompressedSize64
		switch {
		case has[name], strings.HasPrefix(name, "/"), strings.Contains(name, ".."), strings.ContainsAny(name, "\\\x00"), f.Flags&1 != 0:
			return broken
		case packed > uint64(size): // parts that share their bytes
			return bomb()
		case strings.HasSuffix(name, ".bin") && strings.Contains(name, "vba"), strings.HasSuffix(name, ".exe"), strings.HasSuffix(name, ".dll"), strings.HasSuffix(name, ".js"):
			return refused("program", "This document has programs (macros) in it. Save it without them and try again.")
		}
		has[name] = true
		n, err := unpack(f, left)
		if err != nil {
			return broken.Because(err)
		}
		if left -= n; left < 0 {
			return bomb()
		}
	}
	if !has["[content_types].xml"] || !has[main] {
		return broken
	}
	return nil
}

// unpack counts what a part unpacks to, up to one byte more than is left.
func unpack(f *zip.File, left int64) (int64, error) {
	r, err := f.Open()
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
	return n, errors.Join(err, r.Close())
}
