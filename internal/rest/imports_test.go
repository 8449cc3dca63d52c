package rest_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/org"
	"intelliwiz/internal/sheet"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// sends tries a file.
func (x *api) sends(who actor.Actor, query, media, file string) answer {
	x.t.Helper()
	return x.raw(who, "POST", "/api/v1/imports?"+query, file, "Content-Type", media)
}

func TestAFileIsTriedReadAndApplied(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		made := x.sends(admin, "table=sites&file_name=new.csv", "text/csv; charset=utf-8", "Code,Name,Radius (m)\nQUAY,Quay,200\nMILL,,big\nHARBOUR,Harbour West,\nTOWER,,\n").want(http.StatusCreated)
		at := "/api/v1/imports/" + made.text("id")
		if made.header.Get("Location") != at || made.text("state") != "checked" || made.text("table") != "sites" || made.text("file_name") != "new.csv" || made.json["applied_at"] != nil {
			t.Errorf("tried: %s at %s", made.raw, made.header.Get("Location"))
		}
		testworld.Same(t, o{"create": 1.0, "update": 1.0, "same": 1.0, "wrong": 1.0}, made.json["counts"].(o))
		if got := x.call(admin, "GET", at, nil).want(http.StatusOK); got.raw != made.raw {
			t.Errorf("read: %s, made: %s", got.raw, made.raw)
		}
		var names []any
		for next := ""; ; { // in pieces
			got := x.call(admin, "GET", at+"/rows?limit=3&after="+next, nil).want(http.StatusOK)
			names = append(names, got.items("name")...)
			if next, _ = got.json["next"].(string); next == "" {
				break
			}
		}
		testworld.Same(t, []any{"Quay", "MILL", "Harbour West", "Tower"}, names)
		wrong := x.call(admin, "GET", at+"/rows?action=wrong", nil).want(http.StatusOK)
		testworld.Same(t, []any{[]any{o{"column": "Radius (m)", "message": "Write a whole number."}}}, wrong.items("faults"))
		changed := x.call(admin, "GET", at+"/rows?action=update", nil).want(http.StatusOK)
		testworld.Same(t, []any{[]any{o{"column": "Name", "before": "Harbour", "after": "Harbour West"}}}, changed.items("changes"))
		x.call(admin, "GET", at+"/rows?action=fly", nil).want(http.StatusUnprocessableEntity)
		x.call(admin, "GET", at+"/rows?after=nowhere", nil).want(http.StatusUnprocessableEntity)
		left := x.call(admin, "GET", at+"/leftover", nil).want(http.StatusOK)
		if tables, err := sheet.Read(strings.NewReader(left.raw)); err != nil || len(tables[0].Lines) != 2 || left.header.Get("Content-Type") != xlsx {
			t.Errorf("rows to mend: %v, %v", tables, err)
		}

		if stale := x.call(admin, "POST", at+"/apply", o{"version": 2}).want(http.StatusConflict); stale.json["current"].(o)["version"] != 1.0 || strings.Contains(stale.raw, "rows") {
			t.Errorf("stale: %s", stale.raw)
		}
		done := x.call(admin, "POST", at+"/apply", o{"version": 1}).want(http.StatusOK)
		if done.text("state") != "applied" || done.json["version"] != 2.0 || done.json["applied_at"] == nil {
			t.Errorf("applied: %s", done.raw)
		}
		x.call(admin, "POST", at+"/apply", o{"version": 2}).want(http.StatusConflict)
		x.call(admin, "POST", at+"/drop", o{"version": 2}).want(http.StatusConflict)
		sites, err := x.Org.SitesByCode(t.Context(), x.System, []string{"QUAY", "HARBOUR"})
		if err != nil || sites["QUAY"].Radius != 200 || sites["HARBOUR"].Name != "Harbour West" {
			t.Errorf("imported: %+v, %v", sites, err)
		}
		list := x.call(admin, "GET", "/api/v1/imports", nil).want(http.StatusOK)
		testworld.Same(t, []any{"applied"}, list.items("state"))
	})
}

func TestAWorkbookIsTriedAndGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		template := x.call(admin, "GET", "/api/v1/imports/template?table=units", nil).want(http.StatusOK)
		if template.header.Get("Content-Disposition") != "attachment; filename=units-template.xlsx" || !strings.HasPrefix(template.raw, "PK") {
			t.Errorf("template: %v", template.header)
		}
		x.sends(admin, "table=units", xlsx, template.raw).want(http.StatusUnprocessableEntity) // it has no rows
		b, file := sheet.NewBook(), &bytes.Buffer{}
		for _, err := range []error{b.Sheet("Units"), b.Write([]string{"Code", "Name"}), b.Write([]string{"U1", "One"}), b.Send(file)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		tried := x.sends(admin, "table=workbook", xlsx, file.String()).want(http.StatusCreated)
		at := "/api/v1/imports/" + tried.text("id")
		// An import is its person's alone.
		other := x.As(x.Someone(nil, exchange.CanImport))
		for _, path := range []string{at, at + "/rows", at + "/leftover"} {
			x.call(other, "GET", path, nil).want(http.StatusNotFound)
		}
		x.call(other, "POST", at+"/apply", o{"version": 1}).want(http.StatusNotFound)
		x.call(other, "POST", at+"/drop", o{"version": 1}).want(http.StatusNotFound)
		x.call(admin, "GET", at+"/leftover", nil).want(http.StatusNotFound) // no row is wrong
		x.call(admin, "POST", at+"/drop", o{"version": 1}).want(http.StatusNoContent)
		if now := x.call(admin, "GET", at, nil).want(http.StatusOK); now.text("state") != "dropped" {
			t.Errorf("given up: %s", now.raw)
		}
	})
}

func TestFilesThatAreNotRead(t *testing.T) {
	x := newAPI(t, dbtest.Open(t, "sqlite"))
	admin := x.Actor(org.Administrator)
	for _, c := range []struct {
		claim, query, media, file string
		status                    int
		faults                    []string
	}{
		{"JSON", "table=units", "application/json", `{"code":"A"}`, http.StatusUnsupportedMediaType, nil},
		{"a form", "table=units", "multipart/form-data; boundary=x", "--x--", http.StatusUnsupportedMediaType, nil},
		{"no type", "table=units", "", "Code,Name\nA,B\n", http.StatusUnsupportedMediaType, nil},
		{"a picture", "table=units", "text/csv", "\x89PNG\x00", http.StatusUnprocessableEntity, []string{"file type"}},
		{"nothing", "table=units", "text/csv", "", http.StatusUnprocessableEntity, []string{"file empty"}},
		{"a strange column", "table=units", "text/csv", "Code,Colour\nA,B\n", http.StatusUnprocessableEntity, []string{"file columns"}},
		{"no table", "", "text/csv", "Code,Name\nA,B\n", http.StatusUnprocessableEntity, []string{"table required"}},
		{"an unknown table", "table=tickets", "text/csv", "Ticket\nA\n", http.StatusUnprocessableEntity, []string{"table unknown"}},
		{"an unknown parameter", "table=units&dry=1", "text/csv", "Code,Name\nA,B\n", http.StatusUnprocessableEntity, []string{"dry unknown"}},
		{"CSV as a workbook", "table=workbook", "text/csv", "Code,Name\nA,B\n", http.StatusUnprocessableEntity, []string{"file table"}},
	} {
		a := x.sends(admin, c.query, c.media, c.file).want(c.status)
		if got := a.faults(); c.faults != nil && !slices.Equal(got, c.faults) {
			t.Errorf("%s: %v", c.claim, got)
		}
		if c.status == http.StatusUnsupportedMediaType && a.header.Get("Accept-Post") != "text/csv, "+xlsx {
			t.Errorf("%s: %v", c.claim, a.header)
		}
	}
	x.call(admin, "GET", "/api/v1/imports/template?table=cars", nil).want(http.StatusUnprocessableEntity)
}

func TestListsGoOutAsFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		heat, asset := x.Category("HEAT"), x.NewAsset(x.Mill.ID, "LATHE")
		x.Location(x.Mill.ID, "ROOM", nil)
		for n := range 3 {
			x.NewTicket(x.Harbour.ID, heat.ID, fmt.Sprint("=Cold ", n), func(in *ticket.Input) { in.Priority = []ticket.Priority{ticket.Low, ticket.High, ticket.High}[n] })
		}
		x.NewTicket(x.Mill.ID, heat.ID, "Stuck", func(in *ticket.Input) { in.Asset = &asset.ID })
		x.Plan(x.Mill.ID, "Lamps", x.Checklist("Lamps", x.Question("On?")))
		admin := x.Actor(org.Administrator)
		for _, c := range []struct {
			path string
			want []string // the first cells of the rows
		}{
			{"lookups?list=department", []string{"department"}}, {"units?search=hi", []string{"HILL"}}, {"sites?unit_id=" + x.North.ID.String(), []string{"HARBOUR"}},
			{"people?search=gopal", []string{"E4"}}, {"groups", nil}, {"locations?site_id=" + x.Mill.ID.String(), []string{"MILL"}}, {"assets?search=lathe", []string{"MILL"}},
			{"categories", []string{"HEAT"}}, {"plans?search=lamp", []string{"MILL"}}, {"tickets?site_id=" + x.Harbour.ID.String() + "&priority=HIGH", []string{"HARBOUR#3", "HARBOUR#2"}},
			{"tickets?asset_id=" + asset.ID.String(), []string{"MILL#1"}},
		} {
			a := x.call(admin, "GET", "/api/v1/exports/"+c.path, nil).want(http.StatusOK)
			rows, err := csv.NewReader(strings.NewReader(a.raw)).ReadAll()
			var first []string
			for _, r := range rows[1:] {
				first = append(first, r[0])
			}
			name, query, _ := strings.Cut(c.path, "?")
			if err != nil || !slices.Equal(first, c.want) || a.header.Get("Content-Type") != "text/csv; charset=utf-8" || a.header.Get("Content-Disposition") != "attachment; filename="+name+".csv" {
				t.Errorf("%s: %q, %v, %v", c.path, rows, err, a.header)
			}
			whole := x.call(admin, "GET", "/api/v1/exports/"+name+"?format=xlsx&"+query, nil).want(http.StatusOK)
			if tables, err := sheet.Read(strings.NewReader(whole.raw)); err != nil || len(tables[0].Lines) != len(rows) || whole.header.Get("Content-Type") != xlsx {
				t.Errorf("%s as a workbook: %v", c.path, err)
			}
		}
		if a := x.call(admin, "GET", "/api/v1/exports/tickets?status=NEW&search=cold", nil).want(http.StatusOK); !strings.Contains(a.raw, "HARBOUR#3,'=Cold 2,NEW,HIGH") || !strings.Contains(a.raw, "Opened (UTC)") {
			t.Errorf("no formula goes out: %s", a.raw)
		}
		testworld.Same(t, []string{"format unknown", "limit unknown"}, x.call(admin, "GET", "/api/v1/exports/sites?format=ods&limit=5", nil).want(http.StatusUnprocessableEntity).faults())
		x.call(admin, "GET", "/api/v1/exports/tickets?status=FLY", nil).want(http.StatusUnprocessableEntity)
		// Who may give lists out gives out only what they may read, where they may.
		x.call(x.As(x.Someone(nil, exchange.CanExport)), "GET", "/api/v1/exports/tickets", nil).want(http.StatusForbidden)
		miller := x.Someone(nil)
		x.Grant(miller.ID, nil, &x.Mill.ID, exchange.CanExport, ticket.CanRead)
		if a := x.call(x.As(miller), "GET", "/api/v1/exports/tickets", nil).want(http.StatusOK); strings.Count(a.raw, "\n") != 2 || !strings.Contains(a.raw, "MILL#1") {
			t.Errorf("who sees one site: %s", a.raw)
		}
	})
}
