package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/sheet"
	"intelliwiz/internal/ticket"
)

func TestEveryRowAnswersForItself(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		x := d.try(exchange.Sites, book(t, []string{"Sites", "Code *|Name *|Belongs to|Active|Latitude|Longitude|Radius (m)|Manager",
			"HARBOUR|Harbour West||yes||||",     // changed
			"HARBOUR|Again||||||",               // twice
			"MILL||||||150|",                    // the same
			"NEW1|One|NORTH|TRUE|1.5|2|20.0|",   // new
			"NEW2||NOWHERE|perhaps|1.5||small|", // five faults
			"N EW/3|Three|||91|0|5|NOBODY",      // the use case's faults
		}))
		want := []string{
			"Sites 2 update Harbour West Name:Harbour>Harbour West",
			"Sites 3 wrong HARBOUR !Code:Row 2 is about the same.",
			"Sites 4 same Mill",
			"Sites 5 create One",
			"Sites 6 wrong NEW2 !Name:Enter a value. !Belongs to:There is no unit with the code NOWHERE. !Radius (m):Write a whole number. !Active:Write yes or no. !Longitude:A point has both coordinates.",
			"Sites 7 wrong N_EW/3 !Code:Use letters, digits and - _ # ( ), starting with a letter or digit, at most 30. !Latitude:A latitude is between -90 and 90 degrees. !Radius (m):The radius is between 10 and 50000 metres.",
		}
		if got := said(x.Rows); !slices.Equal(got, want) {
			t.Fatalf("got\n%s", strings.Join(got, "\n"))
		}
		var left bytes.Buffer
		if err := d.Leftover(t.Context(), d.boss, x.ID, &left); err != nil {
			t.Fatal(err)
		}
		again := d.try(exchange.Sites, &left)
		if again.Total != 3 || again.Wrong != 2 { // the one that was there twice is alone now
			t.Errorf("what was left out, tried again: %v", said(again.Rows))
		}
		done, err := d.Apply(t.Context(), d.boss, x.ID, 1)
		if err != nil || done.State != exchange.Applied {
			t.Fatal(err)
		}
		sites, err := d.Org.SitesByCode(t.Context(), d.boss, []string{"HARBOUR", "MILL", "NEW1", "NEW2"})
		if err != nil || len(sites) != 3 || sites["HARBOUR"].Name != "Harbour West" || sites["MILL"].Version != 1 || sites["NEW1"].Radius != 20 {
			t.Errorf("got %+v, %v", sites, err)
		}
	})
}

func TestWhatChangedSinceTheTrialStopsAll(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		x := d.try(exchange.Units, book(t, []string{"Units", "Code|Name", "U1|One", "U2|Two"}))
		if _, err := d.Org.CreateUnit(t.Context(), d.boss, org.UnitInput{Code: "U2", Name: "Somebody was faster", Active: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Apply(t.Context(), d.boss, x.ID, 1); fault.KindOf(err) != fault.Conflict {
			t.Errorf("got %v, want a conflict", err)
		}
		units, err := d.Org.ListUnits(t.Context(), d.boss, org.UnitFilter{Search: "U1"}, page.Request{})
		if err != nil || len(units.Items) != 0 {
			t.Errorf("a part was imported: %+v, %v", units.Items, err)
		}
		if err := d.Drop(t.Context(), d.boss, x.ID, 1); err != nil {
			t.Errorf("drop: %v", err)
		}
		if _, err := d.Apply(t.Context(), d.boss, x.ID, 2); fault.KindOf(err) != fault.Conflict {
			t.Errorf("applied after it was given up: %v", err)
		}
	})
}

func TestWhoMayImport(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		file := func() *bytes.Buffer { return book(t, []string{"Units", "Code|Name", "U1|One"}) }
		x := d.try(exchange.Units, file())
		other := d.As(d.Someone(nil, exchange.CanImport))
		for claim, err := range map[string]error{
			"Get": errOf(d.Get(t.Context(), other, x.ID)), "Apply": errOf(d.Apply(t.Context(), other, x.ID, 1)), "Drop": d.Drop(t.Context(), other, x.ID, 1),
			"Leftover": d.Leftover(t.Context(), other, x.ID, &bytes.Buffer{}), "Rows": errOf(d.ListRows(t.Context(), other, x.ID, "", page.Request{})),
		} {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s of somebody else's: %v", claim, err)
			}
		}
		guard := d.Actor(org.Guard)
		for claim, err := range map[string]error{
			"Try": errOf(d.Try(t.Context(), guard, exchange.Units, "x", file())), "List": errOf(d.List(t.Context(), guard, page.Request{})),
			"Template": d.Template(guard, exchange.Units, &bytes.Buffer{}), "Export": errOf(d.ExportSites(guard, org.SiteFilter{})),
		} {
			if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s by a guard: %v", claim, err)
			}
		}
		// Who may import but not add units is told so at the row.
		y, err := d.Try(t.Context(), d.As(d.Someone(nil, exchange.CanImport, org.CanReadUnit, org.CanReadLookup)), exchange.Units, "x", file())
		if err != nil || y.Wrong != 1 || !strings.Contains(said(y.Rows)[0], "wrong") {
			t.Errorf("got %v, %v", said(y.Rows), err)
		}
		list, err := d.List(t.Context(), d.boss, page.Request{})
		if err != nil || len(list.Items) != 1 || list.Items[0].ID != x.ID {
			t.Errorf("list: %+v, %v", list, err)
		}
	})
}

func errOf[T any](_ T, err error) error { return err }

func TestFilesThatAreNoTable(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for claim, file := range map[string]*bytes.Buffer{
			"no rows": book(t, []string{"Units", "Code|Name"}), "a strange column": book(t, []string{"Units", "Code|Name|Colour", "A|B|C"}),
			"no key": book(t, []string{"Units", "Name", "A"}), "a column twice": book(t, []string{"Units", "Code|Name|Name", "A|B|C"}), "a picture": bytes.NewBufferString("\x89PNG\x00"),
		} {
			_, err := d.Try(t.Context(), d.boss, exchange.Units, "x", file)
			if f := fault.As(err); fault.KindOf(err) != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != "file" {
				t.Errorf("%s: got %v", claim, err)
			}
		}
		_, err := d.Try(t.Context(), d.boss, exchange.Workbook, "x", bytes.NewBufferString("Code,Name\nA,B\n"))
		if f := fault.As(err); len(f.Fields) != 1 || f.Fields[0].Code != "table" {
			t.Errorf("CSV as a whole workbook: %v", err)
		}
		if _, err := d.Try(t.Context(), d.boss, "cars", "x", book(t, []string{"Units", "Code|Name", "A|B"})); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an unknown table: %v", err)
		}
	})
}

func TestAnExportComesBackUnchanged(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		if _, err := d.People.CreateGroup(t.Context(), d.boss, people.GroupInput{Kind: people.OfSites, Name: "=Both", Active: true, Sites: slicesOf(d.Harbour.ID, d.Mill.ID)}); err != nil {
			t.Fatal(err)
		}
		room, err := d.Asset.CreateLocation(t.Context(), d.boss, asset.LocationInput{Site: d.Mill.ID, Code: "ROOM", Name: "Room", Active: true})
		if err == nil {
			_, err = d.Asset.CreateAsset(t.Context(), d.boss, asset.AssetInput{
				Site: d.Mill.ID, Location: &room.ID, Code: "A-1", Name: "Lathe", Active: true, Capacity: new(2.5), PurchasedOn: "2024-02-29", Point: &org.Point{Latitude: -1.5, Longitude: 2},
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		d.Category("HEAT", func(in *ticket.CategoryInput) {
			in.Name, in.Clock, in.Resolve, in.Pause, in.Active = "+Heat", ticket.Business, new(int64(30)), true, false
		})
		for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
			for kind, make := range map[exchange.Kind]func() (exchange.Export, error){
				exchange.Lookups:   func() (exchange.Export, error) { return d.ExportLookups(d.boss, "") },
				exchange.Units:     func() (exchange.Export, error) { return d.ExportUnits(d.boss, org.UnitFilter{}) },
				exchange.Sites:     func() (exchange.Export, error) { return d.ExportSites(d.boss, org.SiteFilter{Inactive: true}) },
				exchange.People:    func() (exchange.Export, error) { return d.ExportPeople(d.boss, people.PersonFilter{Inactive: true}) },
				exchange.Locations: func() (exchange.Export, error) { return d.ExportLocations(d.boss, asset.LocationFilter{}) },
				exchange.Assets:    func() (exchange.Export, error) { return d.ExportAssets(d.boss, asset.AssetFilter{}) },
				exchange.Groups:    func() (exchange.Export, error) { return d.ExportGroups(d.boss, people.GroupFilter{}) },
				exchange.Categories: func() (exchange.Export, error) {
					return d.ExportCategories(d.boss, ticket.CategoryFilter{Inactive: true})
				},
			} {
				out, err := make()
				if err != nil {
					t.Fatal(err)
				}
				var b bytes.Buffer
				if err := out.Write(t.Context(), &b, f); err != nil {
					t.Fatal(err)
				}
				if kind == exchange.Lookups {
					continue // the world has none
				}
				x := d.try(kind, &b)
				if n := exchange.Counts(x.Rows)[exchange.Same]; n == 0 || n != len(x.Rows) {
					t.Errorf("%s as %s: %s", kind, f, strings.Join(said(x.Rows), "\n"))
				}
			}
		}
	})
}

func slicesOf[T any](all ...T) []T { return all }

func TestATemplateNamesEveryColumn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, k := range d.Kinds() {
			var b bytes.Buffer
			if err := d.Template(d.boss, k, &b); err != nil {
				t.Fatal(err)
			}
			tables, err := sheet.Read(&b)
			if err != nil || tables[len(tables)-1].Name != "Read me" {
				t.Fatalf("%s: %v", k, err)
			}
			if cols := d.Columns(k); k != exchange.Workbook && (tables[0].Name != d.Title(k) || len(tables[0].Lines[0].Cells) != len(cols)) {
				t.Errorf("%s: %+v", k, tables[0])
			}
			if _, err := d.Try(t.Context(), d.boss, k, "x", templateOf(t, d, k)); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: an empty template: %v", k, err)
			}
		}
		if err := d.Template(d.boss, "cars", &bytes.Buffer{}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an unknown template: %v", err)
		}
	})
}

func templateOf(t *testing.T, d *desk, k exchange.Kind) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	if err := d.Template(d.boss, k, &b); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestACircleOfRowsIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		x := d.try(exchange.Units, book(t, []string{"Units", "Code|Name|Belongs to", "A|A|B", "B|B|A", "C|C|D", "D|D|"}))
		want := []exchange.Action{exchange.Wrong, exchange.Wrong, exchange.Create, exchange.Create}
		for i, r := range x.Rows {
			if r.Action != want[i] {
				t.Errorf("row %d: %s", r.Row, strings.Join(said(x.Rows), "\n"))
			}
		}
	})
}

func TestADeadlineEndsATrial(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := d.Try(ctx, d.boss, exchange.Units, "x", book(t, []string{"Units", "Code|Name", "A|B"})); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}
