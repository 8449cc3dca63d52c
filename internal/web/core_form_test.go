package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

func posted(t *testing.T, kind, body string, fields ...string) (form, error) {
	t.Helper()
	r := httptest.NewRequest("POST", "/x?code=from-the-address", strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return readForm(r, fields...)
}

const urlencoded = "application/x-www-form-urlencoded"

func TestFormsAreReadStrictly(t *testing.T) {
	if _, err := posted(t, urlencoded, "code=a&admin=1", "code"); fault.KindOf(err) != fault.Malformed {
		t.Errorf("unknown field: %v", err)
	}
	if _, err := posted(t, urlencoded, "code=%zz", "code"); fault.KindOf(err) != fault.Malformed {
		t.Errorf("bad escape: %v", err)
	}
	var refusal *reply.Refusal
	if _, err := posted(t, "multipart/form-data; boundary=x", "code=a", "code"); !errors.As(err, &refusal) || refusal.Status != http.StatusUnsupportedMediaType {
		t.Errorf("multipart: %v", err)
	}
	if _, err := posted(t, "a/b/c;;", "code=a", "code"); !errors.As(err, &refusal) {
		t.Errorf("no type at all: %v", err)
	}
	r := httptest.NewRequest("POST", "/x", strings.NewReader("code="+strings.Repeat("a", 100)))
	r.Header.Set("Content-Type", urlencoded)
	r.Body = http.MaxBytesReader(httptest.NewRecorder(), r.Body, 10)
	_, err := readForm(r, "code")
	if _, large := errors.AsType[*http.MaxBytesError](err); !large {
		t.Errorf("too large: %v", err)
	}
	f, err := posted(t, urlencoded, "code=a&version=3&confirm=yes&members=1&members=2", "code", "members")
	if err != nil {
		t.Fatal(err)
	}
	if f.text("code") != "a" || f.version() != 3 || !f.picked("members", "2") || f.picked("members", "3") || len(f.all("members")) != 2 {
		t.Errorf("read %v", f.values)
	}
	for _, bad := range []string{"code=%ff", "code=a%00b"} {
		f, err := posted(t, urlencoded, bad, "code")
		if err != nil || fault.As(f.readable(nil)).Fields[0].Path != "code" {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

type checked struct{ err error }

func (c checked) Check() error { return c.err }

func TestEverythingUnreadIsToldAtOnce(t *testing.T) {
	f := newForm("radius", "wide", "latitude", "NaN", "longitude", "1e999", "unit_id", "x", "people", "y", "expires_at", "tomorrow")
	f.whole("radius")
	f.decimal("latitude")
	f.decimal("longitude")
	ref[id.Unit](&f, "unit_id")
	refs[id.Person](&f, "people")
	f.endOf("expires_at", time.UTC)
	var c fault.Check
	c.Add("code", "required", "Enter a value.")
	c.Add("radius", "range", "Too small.")
	err := f.readable(checked{c.Err()})
	var paths []string
	for _, x := range fault.As(err).Fields {
		paths = append(paths, x.Path)
	}
	if diff := cmp.Diff([]string{"radius", "latitude", "longitude", "unit_id", "people", "expires_at", "code"}, paths); diff != "" {
		t.Error(diff)
	}
	if err := f.readable(checked{errors.New("no input")}); len(fault.As(err).Fields) != 6 {
		t.Errorf("with a check that failed otherwise: %v", err)
	}
	ok := newForm("radius", " 150 ", "latitude", "18.5", "unit_id", "", "zero", "")
	if n, d := ok.whole("radius"), ok.decimal("latitude"); n != 150 || d == nil || *d != 18.5 || ok.decimal("zero") != nil || ok.whole("zero") != 0 {
		t.Error("good numbers are not read")
	}
	if ref[id.Unit](&ok, "unit_id") != nil || ok.readable(checked{c.Err()}) != nil {
		t.Error("a form that can be read is not left to the use case")
	}
	unit := id.New[id.Unit]()
	ok.set("unit_id", unit.String())
	if got := ref[id.Unit](&ok, "unit_id"); got == nil || *got != unit {
		t.Errorf("unit %v", got)
	}
	if got := refs[id.Unit](&ok, "unit_id"); len(got) != 1 || got[0] != unit {
		t.Errorf("units %v", got)
	}
}

func TestWhichFaultsAFormShows(t *testing.T) {
	var c fault.Check
	c.Add("scopes[2]", "unknown", "There is no permission x.")
	faults, status, ok := formFault(fmt.Errorf("create: %w", c.Err()))
	if !ok || status != 422 || faults.At("scopes") == "" {
		t.Errorf("Invalid: %v %d %v", faults, status, ok)
	}
	if fault.As(c.Err()).Fields[0].Path != "scopes[2]" {
		t.Error("the fault itself was changed")
	}
	if _, status, ok := formFault(fault.Of(fault.Conflict, "taken")); !ok || status != 409 {
		t.Errorf("Conflict: %d %v", status, ok)
	}
	lost := fault.Missing("site")
	if err := again(lost, func(int, ui.Faults) error { return nil }); !errors.Is(err, lost) {
		t.Errorf("NotFound is shown in the form: %v", err)
	}
	now, isStale := stale[string](fault.Stale("site", "theirs"))
	if !isStale || now != "theirs" {
		t.Error("the current record is not given")
	}
	if _, isStale := stale[string](lost); isStale {
		t.Error("NotFound is stale")
	}
}

func TestDifferencesAreInWords(t *testing.T) {
	choose := func(yes string) []ui.Option {
		return []ui.Option{{Value: "1", Label: "North", Selected: yes == "1"}, {Value: "2", Label: "South", Selected: yes == "2"}}
	}
	mine := []ui.Field{{Label: "Name", Value: "Mill"}, {Label: "Unit", Kind: ui.Select, Options: choose("1")}, {Label: "Active", Kind: ui.Checkbox, Checked: true}, {Label: "Password", Kind: ui.Password, Value: "x"}, {Label: "Code", Value: "M"}, {Label: "More"}}
	theirs := []ui.Field{{Label: "Name", Value: "Mill 2"}, {Label: "Unit", Kind: ui.Select, Options: choose("2")}, {Label: "Active", Kind: ui.Checkbox}, {Label: "Password", Kind: ui.Password}, {Label: "Code", Value: "M"}}
	want := []different{{"Name", "Mill 2", "Mill"}, {"Unit", "South", "North"}, {"Active", "No", "Yes"}}
	if diff := cmp.Diff(want, differences(mine, theirs)); diff != "" {
		t.Error(diff)
	}
}

func TestTimesInWords(t *testing.T) {
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 25, 19, 0, 0, 0, time.UTC) // 00:30 on the 26th in Kolkata
	for at, want := range map[time.Time]string{
		now:                      "Today, 00:30",
		now.Add(-time.Hour):      "Yesterday, 23:30",
		now.Add(24 * time.Hour):  "Tomorrow, 00:30",
		now.AddDate(0, -1, 0):    "26 Oct, 00:30",
		now.AddDate(-1, 0, 0):    "26 Nov 2025, 00:30",
		now.Add(-48 * time.Hour): "24 Nov, 00:30",
	} {
		if got := moment(at, now, kolkata); got != want {
			t.Errorf("moment(%s) = %q, want %q", at, got, want)
		}
	}
	if got := amid(now, now, kolkata); got != "today, 00:30" {
		t.Errorf("amid = %q", got)
	}
	for d, want := range map[time.Duration]string{
		0: "1 second", 1500 * time.Millisecond: "2 seconds", 90 * time.Second: "90 seconds", 91 * time.Second: "2 minutes",
		2 * time.Hour: "2 hours", 49 * time.Hour: "3 days",
	} {
		if got := spell(d); got != want {
			t.Errorf("spell(%s) = %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int]string{0: "0 entries", 1: "1 entry", 1204: "1\u202f204 entries", 1000005: "1\u202f000\u202f005 entries", -1500: "-1\u202f500 entries"} {
		if got := counted(n, "entry", "entries"); got != want {
			t.Errorf("counted(%d) = %q, want %q", n, got, want)
		}
	}
}
