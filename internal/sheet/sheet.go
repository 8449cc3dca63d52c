// Package sheet reads and writes tables as CSV and XLSX. What it writes cannot become a formula in anybody's spreadsheet; what it reads is
// bounded in rows, columns, cells and in what a compressed workbook may grow to. It knows texts and no meaning.
package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"intelliwiz/internal/fault"
)

// What is read at most.
const (
	MaxBytes   = 20 << 20 // of a file
	MaxRows    = 20_000   // of all tables together, headings with them
	MaxColumns = 100
	maxCell    = 10_000    // characters
	maxGrown   = 200 << 20 // of a workbook's parts, unpacked
)

// Table is what a sheet holds: texts as a person reads them.
type Table struct {
	Name  string // of the sheet; "" for CSV
	Lines []Line
}

// Line is a row that has something in it.
type Line struct {
	Number int // as the spreadsheet counts, from 1
	Cells  []string
}

// Read reads a file by what it is, whatever its name: a workbook's sheets in their order, or one table of CSV in UTF-8 with commas,
// semicolons or tabs. Faults: Invalid at "file" for what is neither, too large, or broken.
func Read(r io.Reader) ([]Table, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the file: %w", err)
	case len(raw) > MaxBytes:
		return nil, wrong("too_large", fmt.Sprintf("The file is larger than %d MB.", MaxBytes>>20))
	case len(raw) == 0:
		return nil, wrong("empty", "The file is empty.")
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		return readWorkbook(raw)
	}
	return readCSV(raw)
}

func wrong(code, message string) error {
	f := fault.Of(fault.Invalid, message)
	f.Fields = []fault.Field{{Path: "file", Code: code, Message: message}}
	return f
}

var errNeither = wrong("type", "This is neither an Excel workbook (.xlsx) nor a CSV file in UTF-8.")

func readWorkbook(raw []byte) ([]Table, error) {
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{
		UnzipSizeLimit: maxGrown, UnzipXMLSizeLimit: maxGrown / 10, ShortDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return nil, errors.Join(errNeither, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	var tables []Table
	left := MaxRows
	for _, name := range f.GetSheetList() {
		t, err := readSheet(f, name, &left)
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// readSheet reads what a sheet shows; but of a long number, which shows as 9.2E+11, what it is.
func readSheet(f *excelize.File, name string, left *int) (Table, error) {
	t := Table{Name: name}
	broken := wrong("broken", "The sheet "+name+" cannot be read.")
	shown, err := f.Rows(name)
	if err != nil {
		return t, errors.Join(broken, err)
	}
	defer func() { _ = shown.Close() }() // it was only read
	raw, err := f.Rows(name)
	if err != nil {
		return t, errors.Join(broken, err)
	}
	defer func() { _ = raw.Close() }() // it was only read
	for n := 1; shown.Next() && raw.Next(); n++ {
		cells, err := shown.Columns()
		is, errRaw := raw.Columns(excelize.Options{RawCellValue: true})
		if err := errors.Join(err, errRaw); err != nil {
			return t, errors.Join(wrong("broken", fmt.Sprintf("Row %d of the sheet %s cannot be read.", n, name)), err)
		}
		for i := range cells {
			if i < len(is) && scientific.MatchString(cells[i]) {
				cells[i] = is[i]
			}
		}
		if err := t.add(n, cells, left); err != nil {
			return t, err
		}
	}
	if err := errors.Join(shown.Error(), raw.Error()); err != nil {
		return t, errors.Join(broken, err)
	}
	return t, nil
}

var scientific = regexp.MustCompile(`^-?[0-9.]+E\+[0-9]+$`)

func readCSV(raw []byte) ([]Table, error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !utf8.Valid(raw) || bytes.ContainsRune(raw, 0) {
		return nil, errNeither
	}
	r := csv.NewReader(bufio.NewReader(bytes.NewReader(raw)))
	r.FieldsPerRecord, r.Comma = -1, separator(raw)
	t, left := Table{}, MaxRows
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return []Table{t}, nil
		}
		if p, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, wrong("broken", fmt.Sprintf("Line %d is not CSV: a quotation mark stands where none may.", p.Line))
		}
		if err != nil {
			return nil, fmt.Errorf("read CSV: %w", err)
		}
		n, _ := r.FieldPos(0)
		if err := t.add(n, cells, &left); err != nil {
			return nil, err
		}
	}
}

// separator is the one that the first line has most of.
func separator(raw []byte) rune {
	line, _, _ := bytes.Cut(raw, []byte("\n"))
	best := ','
	for _, c := range []rune{';', '\t'} {
		if bytes.Count(line, []byte(string(c))) > bytes.Count(line, []byte(string(best))) {
			best = c
		}
	}
	return best
}

// add takes a row that is not blank.
func (t *Table) add(n int, cells []string, left *int) error {
	blank := true
	for i, c := range cells {
		cells[i] = plain(c)
		blank = blank && cells[i] == ""
		if utf8.RuneCountInString(c) > maxCell {
			return wrong("too_large", fmt.Sprintf("A cell in row %d is longer than %d characters.", n, maxCell))
		}
	}
	if blank {
		return nil
	}
	if len(cells) > MaxColumns {
		return wrong("too_large", fmt.Sprintf("Row %d has more than %d columns.", n, MaxColumns))
	}
	if *left--; *left < 0 {
		return wrong("too_large", fmt.Sprintf("The file has more than %d rows. Import it in parts.", MaxRows))
	}
	t.Lines = append(t.Lines, Line{Number: n, Cells: cells})
	return nil
}

// plain takes off what Safe put before a text, and blanks around it.
func plain(c string) string {
	c = strings.TrimSpace(c)
	if rest, ok := strings.CutPrefix(c, "'"); ok && risky(rest) {
		return strings.TrimSpace(rest)
	}
	return c
}
