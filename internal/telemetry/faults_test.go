package telemetry

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
)

func TestErrorsThatAreAlikeAreOne(t *testing.T) {
	var f Faults
	tenant := id.New[id.Tenant]()
	log := slog.New(f.Watching(slog.NewJSONHandler(io.Discard, nil))).With("a", 1).WithGroup("g")
	who := actor.Into(t.Context(), actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: id.New[id.Person]()}))
	for i := range 7 {
		log.ErrorContext(WithRequestID(who, fmt.Sprintf("request-%d", i)), "fault", "code", "internal", "err", fmt.Errorf("update %s: row %d of 'x%d' is gone", id.New[id.Any](), i, i))
	}
	log.InfoContext(who, "request")
	log.ErrorContext(actor.Into(t.Context(), actor.New(actor.Facts{Kind: actor.System, Tenant: id.New[id.Tenant]()})), "fault", "err", errors.New("another's"))
	log.Error("journal not sealed", "err", errors.New("nobody's"))
	got := f.Of(tenant)
	if len(got) != 2 || got[0].What != "journal not sealed" || got[1].What != "fault internal" || got[1].Why != "update #: row # of # is gone" || got[1].Count != 7 || len(got[1].Print) != 8 {
		t.Fatalf("got %+v", got)
	}
	if fmt.Sprint(got[1].Requests) != "[request-6 request-5 request-4 request-3 request-2]" || got[1].Last.Before(got[1].First) {
		t.Errorf("got %+v", got[1])
	}
	for i := range 300 { // letters, for numbers are alike
		log.Error("x", "panic", fmt.Sprintf("%c%c", 'a'+i/26, 'a'+i%26))
	}
	if n := len(f.Of(tenant)); n > 200 {
		t.Errorf("%d are kept", n)
	}
}

func TestStatementsAreTold(t *testing.T) {
	m := NewMetrics()
	if m.Statements() != nil {
		t.Error("what never ran is told")
	}
	for range 19 {
		m.Statement("org.siteGet", 3*time.Millisecond, 2, "")
	}
	m.Statement("org.siteGet", 30*time.Second, -1, "unavailable")
	m.Statement("org.siteList", time.Minute, 1, "")
	got := m.Statements()
	if len(got) != 2 || got[0].Name != "org.siteList" {
		t.Fatalf("got %+v", got)
	}
	if bound, over := got[0].Times.Within(); bound != 10*time.Second || !over {
		t.Errorf("a minute is within %s, %v", bound, over)
	}
	u := got[1]
	if bound, over := u.Times.Within(); bound != 5*time.Millisecond || over || u.Count != 20 || u.Failed != 1 || u.Rows != 38 || u.Mean() != (30*time.Second+57*time.Millisecond)/20 {
		t.Errorf("got %+v, within %s, %v", u, bound, over)
	}
	if bound, over := (Spread{}).Within(); bound != 0 || over {
		t.Error("nothing takes time")
	}
}
