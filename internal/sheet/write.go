package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"intelliwiz/internal/fault"
)

// Format is how a table is written.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// MediaType is the format's type for a Content-Type header.
func (f Format) MediaType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Writer takes one table, row by row. Close ends it; nothing is whole before.
type Writer interface {
	Write(cells []string) error
	Close() error
}

// NewWriter begins a table in a format. CSV flows out as it is written; of XLSX the rows go to a scratch file and out at Close.
// Fault: Invalid for an unknown format.
func NewWriter(w io.Writer, f Format, name string) (Writer, error) {
	switch f {
	case CSV:
		return &csvWriter{csv.NewWriter(w)}, nil
	case XLSX:
		b := NewBook()
		err := b.Sheet(name)
		return &bookWriter{b, w}, err
	}
	return nil, fault.Of(fault.Invalid, "The format is csv or xlsx.")
}

type csvWriter struct{ w *csv.Writer }

func (c *csvWriter) Write(cells []string) error {
	safe := make([]string, len(cells))
	for i, x := range cells {
		safe[i] = Safe(x)
	}
	return c.w.Write(safe)
}

func (c *csvWriter) Close() error { c.w.Flush(); return c.w.Error() }

type bookWriter struct {
	*Book
	to io.Writer
}

func (b *bookWriter) Close() error { return b.Send(b.to) }

// Safe keeps a spreadsheet from taking a text for a formula: an apostrophe goes before it. Read takes it off again.
// https://owasp.org/www-community/attacks/CSV_Injection
func Safe(text string) string {
	if risky(text) {
		return "'" + text
	}
	return text
}

func risky(text string) bool {
	if text == "" || !strings.ContainsRune("=+-@\t\r\n|%'", rune(text[0])) {
		return false
	}
	_, err := strconv.ParseFloat(text, 64)
	return text[0] != '-' || err != nil // a negative number is one; +91 98... must keep its plus
}

// Book is a workbook in the making, sheet after sheet. In a workbook every cell is a text, which no spreadsheet calculates.
type Book struct {
	f    *excelize.File
	s    *excelize.StreamWriter
	row  int
	bold int
}

// NewBook makes one without sheets.
func NewBook() *Book { return &Book{f: excelize.NewFile()} }

// Sheet begins a sheet; the first row written to it is its heading, which stays in sight.
func (b *Book) Sheet(name string) (err error) {
	if err := b.flush(); err != nil {
		return err
	}
	if b.bold == 0 {
		if err := b.f.SetSheetName("Sheet1", name); err != nil {
			return fmt.Errorf("name a sheet: %w", err)
		}
		if b.bold, err = b.f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
			return fmt.Errorf("make a style: %w", err)
		}
	} else if _, err := b.f.NewSheet(name); err != nil {
		return fmt.Errorf("add a sheet: %w", err)
	}
	if b.s, err = b.f.NewStreamWriter(name); err != nil {
		return fmt.Errorf("begin a sheet: %w", err)
	}
	b.row = 0
	if err := b.s.SetColWidth(1, MaxColumns, 18); err != nil {
		return fmt.Errorf("widen columns: %w", err)
	}
	return b.s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// Write adds a row to the sheet.
func (b *Book) Write(cells []string) error {
	b.row++
	row := make([]any, len(cells))
	for i, c := range cells {
		row[i] = c
		if b.row == 1 {
			row[i] = excelize.Cell{StyleID: b.bold, Value: c}
		}
	}
	at, err := excelize.CoordinatesToCellName(1, b.row)
	if err != nil {
		return fmt.Errorf("too many rows for a sheet: %w", err)
	}
	return b.s.SetRow(at, row)
}

// Send ends the book and gives it out.
func (b *Book) Send(w io.Writer) error {
	if err := b.flush(); err != nil {
		return err
	}
	if err := b.f.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return b.f.Close()
}

func (b *Book) flush() error {
	if b.s == nil {
		return nil
	}
	defer func() { b.s = nil }()
	return b.s.Flush()
}
