package exchange

import (
	"context"
	"io"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/sheet"
)

// Template writes an empty workbook of a kind, with a sheet that says what belongs into it. Needs import.run.
func (s *Service) Template(who actor.Actor, k Kind, w io.Writer) error {
	if err := who.Require(CanImport); err != nil {
		return err
	}
	b := sheet.NewBook()
	help := [][]string{{"Sheet", "Column", "Needed", "What belongs there", "Example", "One of"}}
	found := false
	for _, t := range s.tables {
		h := t.about()
		if k != Workbook && k != h.kind {
			continue
		}
		found = true
		var titles []string
		for _, c := range h.columns {
			title, needed := c.Title, "no"
			if c.Required {
				title, needed = c.Title+" *", "for a new record"
			}
			titles = append(titles, title)
			help = append(help, []string{h.title, c.Title, needed, c.Help, c.Example, strings.Join(c.Choices, ", ")})
		}
		if err := addSheet(b, h.title, [][]string{titles}); err != nil {
			return err
		}
	}
	if !found {
		return fault.Missing("table")
	}
	help = append(help, []string{"", "", "", "A row whose code exists changes that record. A blank cell leaves what is stored. Nothing is imported before you have seen what would happen.", "", ""})
	if err := addSheet(b, "Read me", help); err != nil {
		return err
	}
	return b.Send(w)
}

func addSheet(b *sheet.Book, name string, rows [][]string) error {
	if err := b.Sheet(name); err != nil {
		return err
	}
	for _, row := range rows {
		if err := b.Write(row); err != nil {
			return err
		}
	}
	return nil
}

// remaining writes the wrong rows, with what is wrong in a last column.
func (s *Service) remaining(x Import, tables []sheet.Table, w io.Writer) error {
	in, err := s.match(x.Kind, tables)
	if err != nil {
		return err
	}
	b := sheet.NewBook()
	for _, t := range in {
		h := t.t.about()
		columns := make([]string, len(h.columns)+1)
		for i, c := range h.columns {
			columns[i] = c.Title
		}
		columns[len(h.columns)] = wrongTitle
		rows := [][]string{columns}
		for _, l := range t.lines {
			if faults := faultsOf(x.Rows, h.title, l.Number); faults != "" {
				c := &cells{line: l, at: t.at}
				row := make([]string, 0, len(columns))
				for _, col := range h.columns {
					row = append(row, c.raw(col.Key))
				}
				rows = append(rows, append(row, faults))
			}
		}
		if len(rows) > 1 {
			if err := addSheet(b, h.title, rows); err != nil {
				return err
			}
		}
	}
	return b.Send(w)
}

// wrongTitle heads the column that says what is wrong; an import passes over it.
const wrongTitle = "What is wrong"

func faultsOf(rows []Outcome, title string, n int) string {
	for _, r := range rows {
		if r.Action == Wrong && r.Sheet == title && r.Row == n {
			var said []string
			for _, f := range r.Faults {
				said = append(said, strings.TrimPrefix(f.Column+": "+f.Message, ": "))
			}
			return strings.Join(said, " ")
		}
	}
	return ""
}

// Leftover writes the rows of an import that were left out, each with what is wrong with it, to be mended and tried again. Needs import.run,
// and the import is one's own; NotFound when no row was left out.
func (s *Service) Leftover(ctx context.Context, who actor.Actor, imported id.Import, w io.Writer) error {
	x, tables, err := s.read(ctx, who, imported)
	if err != nil {
		return err
	}
	if x.Wrong == 0 {
		return fault.Missing("row that was left out")
	}
	return s.remaining(x, tables, w)
}
