package exchange_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/sheet"
	"intelliwiz/internal/testworld"
)

// desk is a world with this package's service.
type desk struct {
	*testworld.World
	t *testing.T
	*exchange.Service
	boss actor.Actor
}

func each(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		test(t, &desk{World: w, t: t, Service: w.Exchange, boss: w.Actor(org.Administrator)})
	})
}

// book is a workbook of sheets: its name, and rows of cells between bars.
func book(t *testing.T, sheets ...[]string) *bytes.Buffer {
	t.Helper()
	b, out := sheet.NewBook(), &bytes.Buffer{}
	for _, s := range sheets {
		if err := b.Sheet(s[0]); err != nil {
			t.Fatal(err)
		}
		for _, line := range s[1:] {
			cells := strings.Split(line, "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			if err := b.Write(cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := b.Send(out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (d *desk) try(k exchange.Kind, file *bytes.Buffer) exchange.Import {
	d.t.Helper()
	x, err := d.Try(d.t.Context(), d.boss, k, `C:\desk\new.xlsx`, file)
	if err != nil {
		d.t.Fatal(err)
	}
	return x
}

// said gives rows as lines: sheet row action name changes faults.
func said(rows []exchange.Outcome) []string {
	var out []string
	for _, r := range rows {
		line := fmt.Sprintf("%s %d %s %s", r.Sheet, r.Row, r.Action, r.Name)
		for _, c := range r.Changes {
			line += fmt.Sprintf(" %s:%s>%s", c.Column, c.Before, c.After)
		}
		for _, f := range r.Faults {
			line += fmt.Sprintf(" !%s:%s", f.Column, f.Message)
		}
		out = append(out, line)
	}
	return out
}

func TestATenantIsBuiltFromOneWorkbook(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		file := book(t,
			[]string{"Lookups", "List*|Code*|Name*", "site_type|KIOSK|Kiosk", "department|NIGHT|Night watch"},
			[]string{"Units", "Code*|Name*|Belongs to", "EAST-1|East one|EAST", "EAST|East|"},
			[]string{"Sites", "Code*|Name*|Belongs to|Type|Time zone|Latitude|Longitude|Manager", "pier 9|Pier nine|EAST-1|kiosk|Asia/Dubai|25.1|55.2|P2"},
			[]string{"People", "Code*|Name*|Login*|Home site|Reports to|Department|Role|Role holds at", "P1|Ada Pier|ada.p|PIER_9|P2|NIGHT|GUARD|", "P2|Bo Pier|bo.p|PIER_9|||SUPERVISOR|EAST"},
			[]string{"Groups", "Kind*|Name*|Lead|Members", "people|Pier crew|P2|P1, P2", "sites|Piers||PIER_9"},
		)
		before := d.counts()
		x := d.try(exchange.Workbook, file)
		want := []string{
			"Lookups 2 create Kiosk", "Lookups 3 create Night watch", "Units 2 create East one", "Units 3 create East", "Sites 2 create Pier nine Manager:>P2",
			"People 2 create Ada Pier Role:>GUARD at PIER_9", "People 3 create Bo Pier Role:>SUPERVISOR at EAST", "Groups 2 create Pier crew", "Groups 3 create Piers",
		}
		if got := said(x.Rows); !slices.Equal(got, want) || x.Wrong != 0 || x.Total != 9 || x.FileName != "new.xlsx" {
			t.Errorf("tried: %+v\n%s", x, strings.Join(got, "\n"))
		}
		if after := d.counts(); after != before {
			t.Fatalf("a trial changed something: %s, before %s", after, before)
		}
		done, err := d.Apply(t.Context(), d.boss, x.ID, x.Version)
		if err != nil || done.State != exchange.Applied || done.Applied == nil {
			t.Fatalf("applied: %+v, %v", done.State, err)
		}
		sites, err := d.Org.SitesByCode(t.Context(), d.boss, []string{"PIER_9"})
		if err != nil || sites["PIER_9"].Manager == nil || sites["PIER_9"].Zone != "Asia/Dubai" {
			t.Errorf("site: %+v, %v", sites, err)
		}
		if _, err := d.Apply(t.Context(), d.boss, x.ID, x.Version); fault.KindOf(err) != fault.Conflict {
			t.Errorf("applied twice: %v", err)
		}
	})
}

// counts tells whether anything was written.
func (d *desk) counts() string {
	d.t.Helper()
	read := func(ctx context.Context, q db.SQL) (n int64) {
		err := d.DB.Read(ctx, d.System, func(tx *db.Tx) (err error) {
			n, err = db.One(ctx, tx, func(r db.Row) (n int64, err error) { err = r.Scan(&n); return n, err }, q)
			return err
		})
		if err != nil {
			d.t.Fatal(err)
		}
		return n
	}
	ctx := d.t.Context()
	return fmt.Sprint(read(ctx, countSites), read(ctx, countPeople))
}

const (
	countSites  db.SQL = "-- test.countSites\nselect count(*) from sites where tenant_id = $1"
	countPeople db.SQL = "-- test.countPeople\nselect count(*) from persons where tenant_id = $1"
)
