package scalar_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/graph/scalar"
	"intelliwiz/internal/id"
)

func text(m graphql.Marshaler) string {
	var b bytes.Buffer
	m.MarshalGQL(&b)
	return b.String()
}

func TestValuesAreWritten(t *testing.T) {
	site, err := id.Parse[id.Site]("0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f70")
	if err != nil {
		t.Fatal(err)
	}
	for want, m := range map[string]graphql.Marshaler{
		`"0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f70"`: scalar.MarshalSite(site),
		`9007199254740993`:                       scalar.MarshalInt(9007199254740993),
		`"2026-11-25"`:                           scalar.MarshalDate("2026-11-25"),
		`"12.5"`:                                 scalar.MarshalDecimal(125_000),
		`null`:                                   scalar.MarshalDate(""),
		`-0.25`:                                  scalar.MarshalFloat(-0.25),
		`1e-09`:                                  scalar.MarshalFloat(1e-9),
		`"2026-11-23T06:30:00.000001Z"`:          scalar.MarshalTime(time.Date(2026, 11, 23, 12, 0, 0, 1000, time.FixedZone("", 5*3600+1800))),
	} {
		if got := text(m); got != want || !json.Valid([]byte(got)) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestValuesAreReadOrNamedAsFaults(t *testing.T) {
	read := map[string]func(any) (any, error){
		"id":    func(v any) (any, error) { return scalar.UnmarshalAny(v) },
		"int":   func(v any) (any, error) { return scalar.UnmarshalInt(v) },
		"float": func(v any) (any, error) { return scalar.UnmarshalFloat(v) },
		"date":  func(v any) (any, error) { return scalar.UnmarshalDate(v) },
		"dec":   func(v any) (any, error) { return scalar.UnmarshalDecimal(v) },
		"time":  func(v any) (any, error) { return scalar.UnmarshalTime(v) },
	}
	for _, c := range []struct {
		kind string
		in   any
		want any // nil: refused
	}{
		{"int", int64(7), int64(7)}, {"int", 7, int64(7)}, {"int", json.Number("7"), int64(7)},
		{"int", json.Number("7.5"), nil}, {"int", json.Number("99999999999999999999"), nil}, {"int", "7", nil}, {"int", nil, nil},
		{"float", 1.5, 1.5}, {"float", int64(2), 2.0}, {"float", 2, 2.0}, {"float", json.Number("2.5"), 2.5},
		{"float", json.Number("1e999"), nil}, {"float", math.NaN(), nil}, {"float", math.Inf(-1), nil}, {"float", "1", nil},
		{"time", "2026-11-23T12:00:00+05:30", time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)},
		{"time", "2026-11-23", nil}, {"time", 5, nil},
		{"date", "2026-11-23", clock.Date("2026-11-23")}, {"date", nil, clock.Date("")}, {"date", "2026-02-30", nil}, {"date", "", nil}, {"date", 5, nil},
		{"dec", "-12.50", checklist.Number(-125_000)}, {"dec", "12,5", nil}, {"dec", 12.5, nil}, {"dec", nil, nil},
		{"id", "x", nil}, {"id", 5, nil}, {"id", nil, nil},
	} {
		got, err := read[c.kind](c.in)
		switch {
		case c.want == nil && (fault.KindOf(err) != fault.Invalid || len(fault.As(err).Fields) != 1):
			t.Errorf("%s %v: %v", c.kind, c.in, err)
		case c.want != nil && (err != nil || got != c.want):
			t.Errorf("%s %v: got %v, want %v, %v", c.kind, c.in, got, c.want, err)
		}
	}
	if got, err := scalar.UnmarshalAny("0190C3A4-7B1E-7C3D-9A5F-2B1C4D5E6F70"); err != nil || got.String() != "0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f70" {
		t.Errorf("%v %v", got, err)
	}
}

func TestEveryNounsIdIsReadAsItWasWritten(t *testing.T) {
	round[id.Any](t, scalar.MarshalAny, scalar.UnmarshalAny)
	round[id.Tenant](t, scalar.MarshalTenant, scalar.UnmarshalTenant)
	round[id.Unit](t, scalar.MarshalUnit, scalar.UnmarshalUnit)
	round[id.Site](t, scalar.MarshalSite, scalar.UnmarshalSite)
	round[id.Lookup](t, scalar.MarshalLookup, scalar.UnmarshalLookup)
	round[id.Role](t, scalar.MarshalRole, scalar.UnmarshalRole)
	round[id.Grant](t, scalar.MarshalGrant, scalar.UnmarshalGrant)
	round[id.Person](t, scalar.MarshalPerson, scalar.UnmarshalPerson)
	round[id.Group](t, scalar.MarshalGroup, scalar.UnmarshalGroup)
	round[id.Session](t, scalar.MarshalSession, scalar.UnmarshalSession)
	round[id.Token](t, scalar.MarshalToken, scalar.UnmarshalToken)
	round[id.Entry](t, scalar.MarshalEntry, scalar.UnmarshalEntry)
	round[id.Location](t, scalar.MarshalLocation, scalar.UnmarshalLocation)
	round[id.Asset](t, scalar.MarshalAsset, scalar.UnmarshalAsset)
	round[id.Ladder](t, scalar.MarshalLadder, scalar.UnmarshalLadder)
	round[id.View](t, scalar.MarshalView, scalar.UnmarshalView)
	round[id.Ticket](t, scalar.MarshalTicket, scalar.UnmarshalTicket)
	round[id.Category](t, scalar.MarshalCategory, scalar.UnmarshalCategory)
	round[id.Calendar](t, scalar.MarshalCalendar, scalar.UnmarshalCalendar)
	round[id.Comment](t, scalar.MarshalComment, scalar.UnmarshalComment)
	round[id.StatusChange](t, scalar.MarshalStatusChange, scalar.UnmarshalStatusChange)
	round[id.Notice](t, scalar.MarshalNotice, scalar.UnmarshalNotice)
	round[id.Device](t, scalar.MarshalDevice, scalar.UnmarshalDevice)
	round[id.Program](t, scalar.MarshalProgram, scalar.UnmarshalProgram)
	round[id.Provider](t, scalar.MarshalProvider, scalar.UnmarshalProvider)
	round[id.Webhook](t, scalar.MarshalWebhook, scalar.UnmarshalWebhook)
	round[id.Delivery](t, scalar.MarshalDelivery, scalar.UnmarshalDelivery)
	round[id.Import](t, scalar.MarshalImport, scalar.UnmarshalImport)
	round[id.File](t, scalar.MarshalFile, scalar.UnmarshalFile)
	round[id.Question](t, scalar.MarshalQuestion, scalar.UnmarshalQuestion)
	round[id.Checklist](t, scalar.MarshalChecklist, scalar.UnmarshalChecklist)
	round[id.Form](t, scalar.MarshalForm, scalar.UnmarshalForm)
	round[id.Item](t, scalar.MarshalItem, scalar.UnmarshalItem)
	round[id.Plan](t, scalar.MarshalPlan, scalar.UnmarshalPlan)
	round[id.Stop](t, scalar.MarshalStop, scalar.UnmarshalStop)
	round[id.Blackout](t, scalar.MarshalBlackout, scalar.UnmarshalBlackout)
	round[id.Task](t, scalar.MarshalTask, scalar.UnmarshalTask)
	round[id.Post](t, scalar.MarshalPost, scalar.UnmarshalPost)
	round[id.Assignment](t, scalar.MarshalAssignment, scalar.UnmarshalAssignment)
	round[id.Report](t, scalar.MarshalReport, scalar.UnmarshalReport)
}

func round[T interface {
	comparable
	Bytes() [16]byte
}, P interface {
	*T
	SetBytes([16]byte)
}](t *testing.T, write func(T) graphql.Marshaler, read func(any) (T, error)) {
	t.Helper()
	want := id.New[T, P]()
	var s string
	if err := json.Unmarshal([]byte(text(write(want))), &s); err != nil {
		t.Fatal(err)
	}
	if got, err := read(s); err != nil || got != want {
		t.Errorf("%T: got %v, want %v, %v", want, got, want, err)
	}
}
