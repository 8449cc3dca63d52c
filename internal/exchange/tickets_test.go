package exchange_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/sheet"
	"intelliwiz/internal/ticket"
)

func TestCategoriesComeIn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.Category("OLD", func(in *ticket.CategoryInput) {
			in.Name, in.Priority, in.Resolve, in.Active = "Old", ticket.Low, new(int64(90)), false
		})
		d.Category("KEPT", func(in *ticket.CategoryInput) { in.Name = "Kept" })
		x := d.try(exchange.Categories, book(t, []string{"Ticket categories", "Code *|Name *|Priority|Clock|Pause on hold|To be resolved in (min)|Active",
			"hvac|Heating|high|business|yes|240|", // new
			"old|||Elapsed||120.0|yes",            // changed; the priority stays
			"KEPT|Kept|||no||",                    // the same
			"BAD||URGENT|MOON|maybe|soon|",        // five faults
			"ZERO|Zero||||0|",                     // one more
		}))
		want := []string{
			"Ticket categories 2 create Heating",
			"Ticket categories 3 update Old To be resolved in (min):90>120 Active:no>yes",
			"Ticket categories 4 same Kept",
			"Ticket categories 5 wrong BAD !Name:Enter a value. !Pause on hold:Write yes or no. !To be resolved in (min):Write a whole number. !Priority:A priority is LOW, MEDIUM or HIGH. !Clock:A clock is ELAPSED or BUSINESS.",
			"Ticket categories 6 wrong ZERO !To be resolved in (min):A deadline is 1 minute to 366 days ahead.",
		}
		if got := said(x.Rows); !slices.Equal(got, want) {
			t.Fatalf("got\n%s", strings.Join(got, "\n"))
		}
		if _, err := d.Apply(t.Context(), d.boss, x.ID, 1); err != nil {
			t.Fatal(err)
		}
		now, err := d.Ticket.CategoriesByCode(t.Context(), d.boss, []string{"HVAC", "OLD", "KEPT", "BAD", "ZERO"})
		if err != nil || len(now) != 3 || now["KEPT"].Version != 1 {
			t.Fatalf("got %+v, %v", now, err)
		}
		heat, old := now["HVAC"], now["OLD"]
		if heat.Priority != ticket.High || heat.Clock != ticket.Business || !heat.Pause || *heat.Resolve != 240 || !heat.Active {
			t.Errorf("new: %+v", heat)
		}
		if old.Priority != ticket.Low || *old.Resolve != 120 || !old.Active || old.Version != 2 {
			t.Errorf("changed: %+v", old)
		}
		// Who may not read categories is told so before any row; who may not add them, at the row.
		_, err = d.Try(t.Context(), d.As(d.Someone(nil, exchange.CanImport)), exchange.Categories, "x", book(t, []string{"Categories", "Code|Name", "A|A"}))
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("without category.read: %v", err)
		}
		y, err := d.Try(t.Context(), d.As(d.Someone(nil, exchange.CanImport, ticket.CanReadCategory)), exchange.Categories, "x", book(t, []string{"Categories", "Code|Name", "A|A"}))
		if err != nil || y.Wrong != 1 {
			t.Errorf("without category.create: %v, %v", said(y.Rows), err)
		}
	})
}

func TestTicketsGoOut(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		heat := d.Category("HEAT", func(in *ticket.CategoryInput) { in.Name, in.Resolve = "Heating", new(int64(90)) })
		pump, sam := d.NewAsset(d.Harbour.ID, "P-1"), d.Staff[org.Supervisor]
		d.NewTicket(d.Harbour.ID, heat.ID, "=HYPERLINK(1)", func(in *ticket.Input) {
			in.Asset, in.Assignee.Person, in.Description, in.Priority = &pump.ID, &sam.ID, "Cold,\nsince \"noon\"", ticket.High
		})
		d.NewTicket(d.Mill.ID, heat.ID, "Mill's")
		zone := time.FixedZone("Asia/Kolkata", 5*3600+1800)
		rows := d.rows(d.boss, ticket.Filter{}, zone)
		if len(rows) != 3 || rows[1][0] != "MILL#1" || rows[2][0] != "HARBOUR#1" {
			t.Fatalf("the newest first: %q", rows)
		}
		got := map[string]string{}
		for i, title := range rows[0] {
			got[title] = rows[2][i]
		}
		for title, want := range map[string]string{
			"Title": "'=HYPERLINK(1)", "Status": "NEW", "Priority": "HIGH", "Category": "Heating", "Site": "HARBOUR", "Asset": "P-1", "With": sam.Name,
			"Opened (Asia/Kolkata)": "2026-11-25 14:30:00", "Due (Asia/Kolkata)": "2026-11-25 16:00:00", "Resolved (Asia/Kolkata)": "", "Description": "Cold,\nsince \"noon\"",
		} {
			if v, ok := got[title]; !ok || v != want {
				t.Errorf("%s is %q, want %q", title, v, want)
			}
		}
		if narrow := d.rows(d.boss, ticket.Filter{Site: &d.Mill.ID}, zone); len(narrow) != 2 {
			t.Errorf("of one site: %q", narrow)
		}
		// One who sees one site gets its tickets, and a neighbour nobody's.
		miller := d.Someone(nil)
		d.Grant(miller.ID, nil, &d.Mill.ID, exchange.CanExport, ticket.CanRead)
		if own := d.rows(d.As(miller), ticket.Filter{}, zone); len(own) != 2 || own[1][0] != "MILL#1" {
			t.Errorf("who sees one site: %q", own)
		}
		if other := d.rows(d.SecondTenant().Actor(org.Administrator), ticket.Filter{}, zone); len(other) != 1 {
			t.Errorf("another organisation: %q", other)
		}
		for claim, err := range map[string]error{
			"no export.run":  errOf(d.ExportTickets(d.As(d.Someone(nil, ticket.CanRead)), ticket.Filter{}, zone)),
			"no ticket.read": errOf(d.ExportTickets(d.As(d.Someone(nil, exchange.CanExport)), ticket.Filter{}, zone)),
			"no category":    errOf(d.ExportCategories(d.As(d.Someone(nil, exchange.CanExport)), ticket.CategoryFilter{})),
		} {
			if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s: %v", claim, err)
			}
		}
		if _, err := d.ExportTickets(d.boss, ticket.Filter{Priority: "URGENT"}, zone); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a strange filter: %v", err)
		}
		if _, err := d.Try(t.Context(), d.boss, exchange.Tickets, "x", book(t, []string{"Tickets", "Ticket|Title", "A|B"})); fault.KindOf(err) != fault.Invalid {
			t.Errorf("tickets come in: %v", err)
		}
	})
}

func TestMoreTicketsThanAPieceGoOutOnceEach(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		c := d.Category("HEAT")
		for n := range page.Max + 5 {
			d.NewTicket(d.Harbour.ID, c.ID, fmt.Sprint("No. ", n))
		}
		seen := map[string]bool{}
		for _, row := range d.rows(d.boss, ticket.Filter{}, time.UTC)[1:] {
			seen[row[0]] = true
		}
		if len(seen) != page.Max+5 {
			t.Errorf("%d tickets, want %d", len(seen), page.Max+5)
		}
	})
}

// rows gives what an export of tickets writes, as CSV; as a workbook it has as many rows.
func (d *desk) rows(who actor.Actor, f ticket.Filter, zone *time.Location) [][]string {
	d.t.Helper()
	out, err := d.ExportTickets(who, f, zone)
	if err != nil {
		d.t.Fatal(err)
	}
	var flat, whole bytes.Buffer
	if err := out.Write(d.t.Context(), &flat, sheet.CSV); err != nil {
		d.t.Fatal(err)
	}
	rows, err := csv.NewReader(&flat).ReadAll()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := out.Write(d.t.Context(), &whole, sheet.XLSX); err != nil {
		d.t.Fatal(err)
	}
	tables, err := sheet.Read(&whole)
	if err != nil || len(tables[0].Lines) != len(rows) || tables[0].Name != "Tickets" {
		d.t.Errorf("the workbook: %v", err)
	}
	return rows
}
