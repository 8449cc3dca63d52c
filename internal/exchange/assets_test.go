package exchange_test

import (
	"fmt"
	"strings"
	"testing"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/page"
)

func TestLocationsAndAssetsComeInTogether(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		x := d.try(exchange.Workbook, book(t,
			[]string{"Lookups", "List|Code|Name", "asset_type|PUMP|Pump", "location_type|FLOOR|Floor"},
			[]string{"Locations", "Site|Code|Name|Belongs to|Type|Critical", "HARBOUR|PLANT|Plant room|GROUND|FLOOR|yes", "HARBOUR|GROUND|Ground floor|||", "MILL|PLANT|Plant room|||"},
			[]string{"Assets", "Site|Code|Name|Location|Belongs to|Type|Warranty until|Meter factor|Year made|Latitude|Longitude|Status",
				"HARBOUR|P-1|Pump one|PLANT|P-0|PUMP|2027-01-31|2.5|2020|18.5|73.8|STANDBY", "HARBOUR|P-0|Pump house|GROUND|||||||", "MILL|P-2|Pump two|GROUND|||31.01.2027|||||broken"},
		))
		if n := exchange.Counts(x.Rows); n[exchange.Create] != 7 || n[exchange.Wrong] != 1 {
			t.Fatalf("got\n%s", strings.Join(said(x.Rows), "\n"))
		}
		bad := said(x.Rows)[len(x.Rows)-1]
		for _, want := range []string{"Location:The site has no location with the code GROUND.", "Warranty until:Write a date", "Status:There is no such status."} {
			if !strings.Contains(bad, want) {
				t.Errorf("the wrong row lacks %q: %s", want, bad)
			}
		}
		if _, err := d.Apply(t.Context(), d.boss, x.ID, 1); err != nil {
			t.Fatal(err)
		}
		pump, err := d.Asset.AssetByCode(t.Context(), d.boss, "p-1")
		if err != nil || pump.LocationName != "Plant room" || pump.ParentName != "Pump house" || pump.MeterFactor != 2.5 || pump.Status != asset.Standby || pump.WarrantyUntil != "2027-01-31" {
			t.Errorf("got %+v, %v", pump, err)
		}
		log, err := d.Asset.StatusLog(t.Context(), d.boss, pump.ID, page.Request{})
		if err != nil || len(log.Items) != 1 {
			t.Errorf("status log: %+v, %v", log, err)
		}
	})
}

func TestFiveThousandAssetsWithFortyWrongRows(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		lines := []string{"Assets", "Site *|Code *|Name *|Capacity"}
		for n := range 5000 {
			line := fmt.Sprintf("HARBOUR|AST-%d|Asset %d|%d", n, n, n)
			if n%125 == 7 {
				line = fmt.Sprintf("NOWHERE|AST-%d||much", n)
			}
			lines = append(lines, line)
		}
		x := d.try(exchange.Assets, book(t, lines))
		if x.Total != 5000 || x.Wrong != 40 {
			t.Fatalf("%d rows, %d wrong, want 5000 and 40", x.Total, x.Wrong)
		}
		for _, r := range x.Rows {
			if wrong := (r.Row-2)%125 == 7; wrong != (r.Action == exchange.Wrong) || wrong && len(r.Faults) != 3 {
				t.Fatalf("row %d: %+v", r.Row, r)
			}
		}
		var wrong []exchange.Outcome
		for p := (page.Request{Limit: 25}); ; {
			got, err := d.ListRows(t.Context(), d.boss, x.ID, exchange.Wrong, p)
			if err != nil || len(got.Items) > 25 || got.Next == "" && len(wrong) == 0 {
				t.Fatalf("a piece of %d rows, %v", len(got.Items), err)
			}
			wrong = append(wrong, got.Items...)
			if p.After = got.Next; p.After == "" {
				break
			}
		}
		if len(wrong) != 40 || wrong[0].Row != 9 || wrong[39].Row != 9+39*125 {
			t.Errorf("in pieces: %d wrong rows", len(wrong))
		}
		done, err := d.Apply(t.Context(), d.boss, x.ID, 1)
		if err != nil || done.State != exchange.Applied {
			t.Fatal(err)
		}
		counts, err := d.Asset.CountAssets(t.Context(), d.boss, asset.AssetFilter{})
		if err != nil || counts[asset.Working] != 4960 {
			t.Errorf("imported %v, %v", counts, err)
		}
	})
}
