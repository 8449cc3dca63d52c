package fault_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"intelliwiz/internal/fault"
)

var plain = cmpopts.IgnoreUnexported(fault.Fault{})

func TestKindOfAnyError(t *testing.T) {
	for _, c := range []struct {
		claim string
		err   error
		want  fault.Kind
	}{
		{"nil has none", nil, ""},
		{"a foreign error is a defect of ours", errors.New("boom"), fault.Internal},
		{"a fault has its own", fault.Of(fault.Full, "x"), fault.Full},
		{"a wrapped fault keeps it", fmt.Errorf("close order: %w", fault.Missing("order")), fault.NotFound},
		{"the outer of two counts", fault.Of(fault.Unavailable, "x").Because(fault.Missing("order")), fault.Unavailable},
		{"joined errors have the first", errors.Join(errors.New("a"), fault.Anonymous()), fault.Unauthenticated},
	} {
		if got := fault.KindOf(c.err); got != c.want {
			t.Errorf("%s: %q, want %q", c.claim, got, c.want)
		}
	}
}

func TestFaultsOfTheHouse(t *testing.T) {
	for _, c := range []struct {
		claim string
		got   *fault.Fault
		want  fault.Fault
	}{
		{"missing", fault.Missing("site"), fault.Fault{Kind: fault.NotFound, Message: "There is no such site."}},
		{"denied", fault.Denied("site.update"), fault.Fault{
			Kind: fault.Forbidden, Message: "You are not allowed to do this. An administrator can give you a role that is.",
			Fields: []fault.Field{{Path: "permission", Code: "site.update", Message: "This needs the permission site.update."}},
		}},
		{"anonymous", fault.Anonymous(), fault.Fault{Kind: fault.Unauthenticated, Message: "Sign in to go on."}},
		{"stale", fault.Stale("site", 7), fault.Fault{
			Kind: fault.Conflict, Message: "Somebody changed this site while you were editing it.", Current: 7,
			Fields: []fault.Field{{Path: "version", Code: "stale", Message: "The site has a newer version."}},
		}},
	} {
		if diff := cmp.Diff(c.want, *c.got, plain); diff != "" {
			t.Errorf("%s: %s", c.claim, diff)
		}
	}
}

func TestTheLogSeesTheCauseAndTheUserDoesNot(t *testing.T) {
	cause := errors.New("connection refused to 10.0.0.7")
	f := fault.Of(fault.Invalid, "Check what is marked below.").Because(cause)
	f.Fields = []fault.Field{{Path: "code", Code: "taken", Message: "Another site has this code."}, {Path: "zone", Code: "unknown"}}
	if got, want := f.Error(), "invalid: Check what is marked below.; code taken; zone unknown: connection refused to 10.0.0.7"; got != want {
		t.Errorf("log %q, want %q", got, want)
	}
	if f.Message != "Check what is marked below." {
		t.Errorf("user %q", f.Message)
	}
	if !errors.Is(f, cause) {
		t.Error("the cause cannot be found")
	}
	if got := fault.Of(fault.Full, "No space.").Error(); got != "storage_full: No space." {
		t.Errorf("without cause %q", got)
	}
}

func TestAsMakesAForeignErrorInternalAndHidesIt(t *testing.T) {
	inner := fault.Of(fault.TooMany, "Slow down.")
	inner.RetryAfter = time.Minute
	if got := fault.As(fmt.Errorf("x: %w", inner)); got != inner {
		t.Errorf("%v, want the fault itself", got)
	}
	boom := errors.New("select secret")
	got := fault.As(boom)
	if got.Kind != fault.Internal || got.Message != "Something went wrong on our side." || !errors.Is(got, boom) {
		t.Errorf("%v", got)
	}
}

func TestPlaceMovesAConflictToTheInputField(t *testing.T) {
	at := map[string]fault.Field{"sites_code": {Path: "code", Code: "taken", Message: "Another site has this code."}}
	conflict := func(paths ...string) error {
		f := fault.Of(fault.Conflict, "There is already a record like this.")
		for _, p := range paths {
			f.Fields = append(f.Fields, fault.Field{Path: p, Code: "taken"})
		}
		return fmt.Errorf("create: %w", f)
	}
	got := fault.As(fault.Place(conflict("other", "sites_code"), at))
	want := fault.Fault{Kind: fault.Conflict, Message: "Another site has this code.", Fields: []fault.Field{at["sites_code"]}}
	if diff := cmp.Diff(want, *got, plain); diff != "" {
		t.Error(diff)
	}
	if got.Unwrap() == nil {
		t.Error("the database's own fault is lost to the log")
	}
	boom := errors.New("boom")
	for claim, err := range map[string]error{"nil": nil, "foreign": boom, "another constraint": conflict("units_code"), "no field": conflict()} {
		if got := fault.Place(err, at); got != err { //nolint:errorlint // the very same is meant
			t.Errorf("%s: %v, want it unchanged", claim, got)
		}
	}
}

func TestCheckGathersEveryViolation(t *testing.T) {
	var c fault.Check
	if err := c.Err(); err != nil {
		t.Errorf("nothing violated: %v", err)
	}
	c.That(true, "fine", "x", "y")
	c.That(false, "zone", "unknown", "No such zone.")
	c.Add("code", "taken", "Taken.")
	c.Text("name", "", 1, 10)
	want := fault.Fault{Kind: fault.Invalid, Message: "Check what is marked below.", Fields: []fault.Field{
		{Path: "zone", Code: "unknown", Message: "No such zone."},
		{Path: "code", Code: "taken", Message: "Taken."},
		{Path: "name", Code: "required", Message: "Enter a value."},
	}}
	if diff := cmp.Diff(want, *fault.As(c.Err()), plain); diff != "" {
		t.Error(diff)
	}
}

func TestTextIsHeldToItsLengthAndCharacters(t *testing.T) {
	for _, c := range []struct {
		value    string
		min, max int
		code     string // "" = right
	}{
		{"", 0, 5, ""}, {"", 1, 5, "required"}, {"ab", 3, 5, "too_short"}, {"abc", 3, 5, ""}, {"abcde", 3, 5, ""}, {"abcdef", 3, 5, "too_long"},
		{"äöü€😀", 5, 5, ""}, {"äöü€😀x", 1, 5, "too_long"}, // characters, not bytes
		{"a\x00b", 1, 5, "characters"}, {"a\xffb", 1, 5, "characters"}, {"a\x1bb", 1, 5, "characters"}, {"a\x7fb", 1, 5, "characters"},
		{"a\nb\t\r", 1, 5, ""}, {"\x00", 9, 5, "characters"},
	} {
		var check fault.Check
		check.Text("f", c.value, c.min, c.max)
		var codes []string
		if err := check.Err(); err != nil {
			for _, f := range fault.As(err).Fields {
				codes = append(codes, f.Path+" "+f.Code)
			}
		}
		var want []string
		if c.code != "" {
			want = []string{"f " + c.code}
		}
		if diff := cmp.Diff(want, codes); diff != "" {
			t.Errorf("%q (%d to %d): %s", c.value, c.min, c.max, diff)
		}
	}
}

func TestAStoreThatFoundNothingNamesTheThing(t *testing.T) {
	if err := fault.Named(fault.Missing("row"), "site"); err.Error() != fault.Missing("site").Error() {
		t.Errorf("%v", err)
	}
	other := errors.New("the disk is full")
	if err := fault.Named(other, "site"); !errors.Is(err, other) {
		t.Errorf("another error became %v", err)
	}
	cause := fault.Of(fault.Conflict, "a foreign key")
	f := fault.As(fault.InUse(cause, "site", "Make it inactive instead."))
	if f.Kind != fault.Conflict || f.Message != "This site is in use. Make it inactive instead." || len(f.Fields) != 1 || !errors.Is(f, cause) {
		t.Errorf("%+v", f)
	}
	if err := fault.InUse(other, "site", ""); !errors.Is(err, other) || fault.KindOf(err) != fault.Internal {
		t.Errorf("another error became %v", err)
	}
}
