package exchange

import (
	"context"
	"fmt"
	"io"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/sheet"
)

// Export is a list on its way out: Write gives all of it, piece by piece, whatever its length.
type Export struct {
	Name  string // of the file, without what tells its format
	Write func(ctx context.Context, w io.Writer, f sheet.Format) error
}

// ExportLookups gives out the values of one list, or of all when list is "". Needs export.run and lookup.read.
func (s *Service) ExportLookups(who actor.Actor, list org.List) (Export, error) {
	return export(s, who, lookupsTable(), func(ctx context.Context, p page.Request) (page.Of[org.Lookup], error) {
		return s.Org.ListLookups(ctx, who, list, p)
	})
}

// ExportUnits gives out the units. Needs export.run and unit.read.
func (s *Service) ExportUnits(who actor.Actor, f org.UnitFilter) (Export, error) {
	return export(s, who, unitsTable(), func(ctx context.Context, p page.Request) (page.Of[org.Unit], error) {
		return s.Org.ListUnits(ctx, who, f, p)
	})
}

// ExportSites gives out the sites that a filter leaves. Needs export.run and site.read.
func (s *Service) ExportSites(who actor.Actor, f org.SiteFilter) (Export, error) {
	return export(s, who, sitesTable(), func(ctx context.Context, p page.Request) (page.Of[org.Site], error) {
		return s.Org.ListSites(ctx, who, f, p)
	})
}

// ExportPeople gives out the people whom a filter leaves. Needs export.run and person.read.
func (s *Service) ExportPeople(who actor.Actor, f people.PersonFilter) (Export, error) {
	return export(s, who, peopleTable(), func(ctx context.Context, p page.Request) (page.Of[people.Person], error) {
		return s.People.ListPeople(ctx, who, f, p)
	})
}

// ExportGroups gives out the groups with their members. Needs export.run and group.read.
func (s *Service) ExportGroups(who actor.Actor, f people.GroupFilter) (Export, error) {
	return export(s, who, groupsTable(), func(ctx context.Context, p page.Request) (page.Of[people.Group], error) {
		return s.People.ListGroups(ctx, who, f, p)
	})
}

// ExportLocations gives out the locations that a filter leaves. Needs export.run and location.read.
func (s *Service) ExportLocations(who actor.Actor, f asset.LocationFilter) (Export, error) {
	return export(s, who, locationsTable(), func(ctx context.Context, p page.Request) (page.Of[asset.Location], error) {
		return s.Assets.ListLocations(ctx, who, f, p)
	})
}

// ExportAssets gives out the assets that a filter leaves. Needs export.run and asset.read.
func (s *Service) ExportAssets(who actor.Actor, f asset.AssetFilter) (Export, error) {
	return export(s, who, assetsTable(), func(ctx context.Context, p page.Request) (page.Of[asset.Asset], error) {
		return s.Assets.ListAssets(ctx, who, f, p)
	})
}

func export[T, I any](s *Service, who actor.Actor, k kind[T, I], list func(ctx context.Context, p page.Request) (page.Of[T], error)) (Export, error) {
	if err := who.Require(CanExport); err != nil {
		return Export{}, err
	}
	return Export{Name: string(k.kind), Write: func(ctx context.Context, w io.Writer, f sheet.Format) error {
		out, err := sheet.NewWriter(w, f, k.title)
		if err != nil {
			return err
		}
		if err := k.write(ctx, newRun(s, who), list, out); err != nil {
			return fmt.Errorf("export %s: %w", k.kind, err)
		}
		return out.Close()
	}}, nil
}

// write gives the heading and the rows of a list. What an export cannot show, because it is filled by other means, is left out.
func (k kind[T, I]) write(ctx context.Context, r *run, list func(ctx context.Context, p page.Request) (page.Of[T], error), out sheet.Writer) error {
	var titles []string
	for _, c := range k.columns {
		titles = append(titles, c.Title)
	}
	if err := out.Write(titles); err != nil {
		return err
	}
	for p := (page.Request{Limit: page.Max}); ; {
		got, err := list(ctx, p)
		if err != nil {
			return err
		}
		if err := k.point(ctx, r, got.Items); err != nil {
			return err
		}
		for _, x := range got.Items {
			shown, cells := k.show(r, x), make([]string, len(k.columns))
			for i, c := range k.columns {
				cells[i] = shown[c.Key]
			}
			if err := out.Write(cells); err != nil {
				return err
			}
		}
		if p.After = got.Next; p.After == "" {
			return nil
		}
	}
}

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

// Format is how an export is written.
type Format = sheet.Format

// The formats of an export, and the size in bytes of a file that an import reads at most.
const (
	CSV      = sheet.CSV
	XLSX     = sheet.XLSX
	MaxBytes = sheet.MaxBytes
)
