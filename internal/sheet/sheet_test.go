package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/sheet"
)

var nasty = [][]string{
	{"Code", "Name", "Mobile", "Longitude"},
	{"A1", "=cmd|' /C calc'!A0", "+919876543210", "-73.85"},
	{"A2", "@SUM(1+1)", "'quoted", "-2+3"},
	{"A3", "comma, semicolon; \"quote\"\nline", "ünïcode ✓ हिन्दी", "\t=1"},
}

func TestWhatIsWrittenIsReadBackAndIsNoFormula(t *testing.T) {
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		var b bytes.Buffer
		w, err := sheet.NewWriter(&b, format, "Sites")
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range nasty {
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if format == sheet.CSV {
			for _, bad := range []string{",=cmd", "\n@", ",@SUM", ",+91", ",\t="} {
				if strings.Contains(b.String(), bad) {
					t.Errorf("CSV has %q:\n%s", bad, b.String())
				}
			}
			if !strings.Contains(b.String(), ",-73.85\n") {
				t.Errorf("a negative number is not one any more:\n%s", b.String())
			}
		} else if got := formulas(t, b.Bytes()); got != 0 {
			t.Errorf("XLSX has %d formulas", got)
		}
		tables, err := sheet.Read(bytes.NewReader(b.Bytes()))
		if err != nil || len(tables) != 1 {
			t.Fatalf("%s: %v, %d tables", format, err, len(tables))
		}
		for i, line := range tables[0].Lines {
			want := slices.Clone(nasty[i])
			for j := range want {
				want[j] = strings.TrimSpace(want[j])
			}
			if format == sheet.XLSX && i == 2 {
				want[2] = "'quoted"
			}
			if !slices.Equal(line.Cells, want) {
				t.Errorf("%s row %d: got %q, want %q", format, line.Number, line.Cells, want)
			}
		}
	}
	if _, err := sheet.NewWriter(&bytes.Buffer{}, "ods", "x"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an unknown format: %v", err)
	}
}

func formulas(t *testing.T, raw []byte) (n int) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for r := 1; r <= 5; r++ {
		for c := range "ABCD" {
			if x, _ := f.GetCellFormula("Sites", fmt.Sprintf("%c%d", 'A'+c, r)); x != "" {
				n++
			}
		}
	}
	return n
}

func TestAWorkbookOfAPersonIsReadAsItShows(t *testing.T) {
	f := excelize.NewFile()
	style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	for cell, v := range map[string]any{"A1": "Code", "B1": "Mobile", "C1": "Installed", "D1": "Active", "A3": "X", "B3": int64(919876543210), "D3": true} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellValue("Sheet1", "C3", time.Date(2026, 10, 14, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle("Sheet1", "C3", "C3", style); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	tables, err := sheet.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	lines := tables[0].Lines
	if len(lines) != 2 || lines[1].Number != 3 || !slices.Equal(lines[1].Cells, []string{"X", "919876543210", "2026-10-14", "TRUE"}) {
		t.Errorf("got %+v", lines)
	}
}

func TestSeparatorsAndMarksOfCSV(t *testing.T) {
	for text, want := range map[string][]string{
		"\ufeffCode;Name\nA;B, C\n": {"A", "B, C"}, "Code\tName\r\n\r\nA\tB\r\n": {"A", "B"}, "Code,Name\n\"A\",\"B\nC\"\n": {"A", "B\nC"},
	} {
		tables, err := sheet.Read(strings.NewReader(text))
		if err != nil || len(tables[0].Lines) != 2 || !slices.Equal(tables[0].Lines[1].Cells, want) {
			t.Errorf("%q: %v, %+v", text, err, tables)
		}
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	for claim, raw := range map[string][]byte{
		"empty": nil, "a picture": []byte("\x89PNG\r\n\x1a\n\x00\x00"), "UTF-16": []byte("\xff\xfeC\x00"), "another zip": zipOf(t, "a.txt", 3), "half a workbook": zipOf(t, "xl/workbook.xml", 10)[:60],
		"an open quote": []byte("Code\n\"A\nB"), "a bomb": zipOf(t, "xl/workbook.xml", 300<<20), "too many rows": bytes.Repeat([]byte("A,B\n"), sheet.MaxRows+1),
		"too many columns": []byte(strings.Repeat("A,", sheet.MaxColumns+1)), "a long cell": []byte(strings.Repeat("x", 10_001)),
		"too large": make([]byte, sheet.MaxBytes+1),
	} {
		_, err := sheet.Read(bytes.NewReader(raw))
		f := fault.As(err)
		if fault.KindOf(err) != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != "file" || f.Fields[0].Message == "" {
			t.Errorf("%s: got %v", claim, err)
		}
	}
}

// TestAWorkbookReachesNothingOutsideItself: entities of its XML, which could read files of the server or grow without end, are not resolved.
func TestAWorkbookReachesNothingOutsideItself(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("canary-77"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, entity := range []string{`<!ENTITY x SYSTEM "file://` + secret + `">`, `<!ENTITY x "canary-77">`} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, text := range map[string]string{
			"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
			"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml":   `<!DOCTYPE worksheet [` + entity + `]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>before &x; after</t></is></c></row></sheetData></worksheet>`,
		} {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(w, text); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		tables, err := sheet.Read(&b)
		if text := fmt.Sprint(tables, err); strings.Contains(text, "canary") || len(tables) > 0 && len(tables[0].Lines) > 0 {
			t.Errorf("%s: %s", entity, text)
		}
	}
}

func zipOf(t *testing.T, name string, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	for chunk := make([]byte, 1<<20); size > 0; size -= len(chunk) {
		if _, err := w.Write(chunk[:min(len(chunk), size)]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
