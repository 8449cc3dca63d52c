package rest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

func TestWhatHasNoPermissionIsNotBuilt(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*api)
		want   string
	}{
		{"an operation without a row", func(a *api) {
			register(a, "site.paint", func(context.Context, *struct{}) (*nothing, error) { return nil, nil })
		}, "operation site.paint has no row in the table, and so no permission"},
		{"a row without a permission", func(a *api) {
			a.table[0].Permission = ""
			register(a, a.table[0].Name, func(context.Context, *struct{}) (*nothing, error) { return nil, nil })
		}, "operation tenant.get has no row in the table, and so no permission"},
		{"a text without a bound", func(a *api) {
			a.table = append(a.table, Operation{Name: "x", Method: "GET", Path: "/x", Permission: "x"})
			register(a, "x", func(context.Context, *struct {
				Text string `query:"text"`
			}) (*nothing, error) {
				return nil, nil
			})
		}, "operation x: query.text has no bound"},
		{"a rule that nothing checks", func(a *api) {
			a.table = append(a.table, Operation{Name: "x", Method: "GET", Path: "/x", Permission: "x"})
			register(a, "x", func(context.Context, *struct {
				Text string `query:"text" maxLength:"5" pattern:"^a$"`
			}) (*nothing, error) {
				return nil, nil
			})
		}, "operation x: the schema of query.text says what nothing checks"},
	} {
		a, err := build(Config{})
		if err != nil {
			t.Fatal(err)
		}
		c.change(a)
		if !slices.ContainsFunc(a.faults, func(err error) bool { return err != nil && err.Error() == c.want }) {
			t.Errorf("%s: %v", c.name, a.faults)
		}
	}
}

func TestARowWithoutAnOperationIsAFault(t *testing.T) {
	a := &api{table: table()}
	if err := a.finish(); err == nil || !strings.Contains(err.Error(), "operation audit.verify is in the table and nowhere else") {
		t.Errorf("got %v", err)
	}
}

// TestExamplesAreTakenAsTheyAre: what the pages tell people to send passes the gate.
func TestExamplesAreTakenAsTheyAre(t *testing.T) {
	a, err := build(Config{})
	if err != nil {
		t.Fatal(err)
	}
	bodies := 0
	for _, o := range a.table {
		if o.Body == "" || o.Takes != nil {
			continue
		}
		bodies++
		c := checker{registry: a.registry()}
		if !c.value(a.bodies[o.Name], decode([]byte(o.Body))) {
			t.Errorf("%s: %v in %s", o.Name, c.err(), o.Body)
		}
	}
	if bodies < 10 {
		t.Errorf("only %d bodies", bodies)
	}
}

func TestCurrentRecordsHaveTheFormOfTheAPI(t *testing.T) {
	for _, c := range []struct {
		record any
		key    string
	}{
		{org.Tenant{}, "code"}, {org.Unit{}, "parent_id"}, {org.Site{}, "latitude"}, {org.Lookup{}, "list"}, {org.Role{}, "permissions"},
		{calendar.Calendar{}, "openings"}, {asset.Location{}, "parent_id"}, {asset.Asset{}, "warranty_until"}, {people.Person{}, "home_site_id"}, {people.Group{}, "lead_id"}, {hook.Webhook{}, "failing_since"}, {auth.Account{}, "must_change_password"}, {map[string]int{"x": 1}, "x"},
	} {
		f := fault.As(wired(fault.Stale("thing", c.record)))
		raw, err := json.Marshal(f.Current)
		if err != nil || !strings.Contains(string(raw), `"`+c.key+`":`) {
			t.Errorf("%T: %s %v", c.record, raw, err)
		}
	}
}

// TestWhatHumaFindsIsNotRepeated: the gate comes first, so this is a second net.
func TestWhatHumaFindsIsNotRepeated(t *testing.T) {
	for status, kind := range map[int]fault.Kind{422: fault.Invalid, 500: fault.Internal} {
		x := &call{}
		model := &huma.ErrorModel{Status: status, Errors: []*huma.ErrorDetail{{Location: "body.code", Message: "not hunter2", Value: "hunter2"}}}
		if _, err := caught(x, "", model); err != nil {
			t.Fatal(err)
		}
		f := fault.As(x.fault)
		if f.Kind != kind || len(f.Fields) != 1 || f.Fields[0].Path != "body.code" || strings.Contains(f.Error(), "hunter2") {
			t.Errorf("%d: %v", status, f)
		}
		if n, err := x.BodyWriter().Write([]byte("late")); n != 4 || err != nil {
			t.Errorf("%d: %d %v", status, n, err)
		}
		if v, err := caught(x, "", "other"); v != "other" || err != nil {
			t.Errorf("%v %v", v, err)
		}
	}
}

func TestBoundsAreSaidInWords(t *testing.T) {
	low, high := 1.0, 9.5
	for want, s := range map[string]*huma.Schema{
		"This must be at least 1.":        {Minimum: &low},
		"This must be at most 9.5.":       {Maximum: &high},
		"This must be between 1 and 9.5.": {Minimum: &low, Maximum: &high},
	} {
		if got := bounds(s); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestViolationsAreBounded(t *testing.T) {
	a, err := build(Config{})
	if err != nil {
		t.Fatal(err)
	}
	many := map[string]any{}
	for i := range 300 {
		many[strings.Repeat("x", i+1)] = true
	}
	c := checker{registry: a.registry()}
	if c.value(a.bodies["unit.create"], many); len(c.fields) != maxFaults {
		t.Errorf("%d violations", len(c.fields))
	}
}
