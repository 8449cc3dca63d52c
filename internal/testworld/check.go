package testworld

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

// Diff compares whole values, ids by their value; "" when they are the same.
func Diff(want, got any, more ...cmp.Option) string {
	return cmp.Diff(want, got, append(more, cmp.Comparer(func(a, b id.UUID) bool { return a == b }))...)
}

// Same fails the test when two values differ.
func Same(t testing.TB, want, got any, more ...cmp.Option) {
	t.Helper()
	if diff := Diff(want, got, more...); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Fault fails the test when err is not of a kind, with exactly these fields at fault: "code taken", as path and code, in order.
func Fault(t testing.TB, err error, kind fault.Kind, fields ...string) {
	t.Helper()
	var got []string
	if err != nil {
		for _, f := range fault.As(err).Fields {
			got = append(got, f.Path+" "+f.Code)
		}
	}
	if k := fault.KindOf(err); k != kind || !slices.Equal(got, fields) {
		t.Errorf("got %q %q, want %q %q: %v", k, got, kind, fields, err)
	}
}

// Refused fails the test when err is not Forbidden for want of this permission.
func Refused(t testing.TB, err error, p actor.Permission) {
	t.Helper()
	Fault(t, err, fault.Forbidden, "permission "+string(p))
}

// Gone fails the test when err is not NotFound in the words for such a thing: those for an id that never was.
func Gone(t testing.TB, err error, thing string) {
	t.Helper()
	Fault(t, err, fault.NotFound)
	if want := "There is no such " + thing + "."; err != nil && fault.As(err).Message != want {
		t.Errorf("got %q, want %q", fault.As(err).Message, want)
	}
}

// Forged gives a secret with its last character but one changed: the last may hold bits that say nothing.
func Forged(secret string) string {
	at := len(secret) - 2
	other := "A"
	if secret[at:at+1] == other {
		other = "B"
	}
	return secret[:at] + other + secret[at+1:]
}

// Change is a row of the journal without what differs from run to run.
type Change struct {
	Kind          actor.Kind
	Who           string
	WhoID         id.Person
	As            id.Person // as whom, when they acted as another person
	Verb          string
	Subject       id.Any
	Site          id.Site
	Request       string
	Before, After string
}

// During gives the changes that the journal got while f ran, the oldest first.
func (x *Tenant) During(f func()) []Change {
	x.w.t.Helper()
	before := len(x.Trail())
	f()
	return x.Trail()[before:]
}

// Trail gives the tenant's whole journal, the oldest row first.
func (x *Tenant) Trail() []Change {
	x.w.t.Helper()
	var all []Change
	for p := (page.Request{Limit: page.Max}); ; {
		rows, err := x.w.Journal.List(x.w.t.Context(), x.System, journal.Filter{}, p)
		x.w.must(err)
		for _, e := range rows.Items {
			c := Change{Kind: e.WhoKind, Who: e.WhoName, Verb: e.Verb, Subject: e.Subject, Request: e.Request, Before: e.Before, After: e.After}
			if e.WhoID != nil {
				c.WhoID = *e.WhoID
			}
			if e.As != nil {
				c.As = *e.As
			}
			if e.Site != nil {
				c.Site = *e.Site
			}
			all = append(all, c)
		}
		if p.After = rows.Next; p.After == "" {
			slices.Reverse(all)
			return all
		}
	}
}

// Any is an id of whatever noun, as the journal has it.
func Any(x journal.Subject) id.Any { return id.Of[id.Any](x.Bytes()) }

// JSON writes a record as the journal does.
func JSON(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
