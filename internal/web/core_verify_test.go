package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestVerify(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.Seal()
		h.Actor(org.Guard)
		b := h.as(org.Auditor)
		if a := b.get("/audit"); len(a.all("form", "action", "/audit/verify")) != 1 {
			t.Error("no button to verify")
		}
		b.post("/audit/verify").is(200, "The trail is whole", "2 entries, signatures checked", "0 signed heads")
		b.post("/audit/verify", "x", "y").is(http.StatusBadRequest)
	})
}

func TestVerifyFindsChanges(t *testing.T) {
	h := fresh(t)
	h.Seal()
	head := h.latest("grant.created")
	h.config.Anchors = func(context.Context, id.Tenant) ([]journal.Anchor, error) {
		return []journal.Anchor{{Tenant: h.ID, Seq: *head.Seq + 5, At: testworld.Morning}}, nil
	}
	h = open(t, h.World, func(c *Config) { c.Anchors = h.config.Anchors })
	h.as(org.Auditor).post("/audit/verify").is(200, "The trail was changed", "signature that is not ours", "No. ")

	h = open(t, h.World, func(c *Config) {
		c.Anchors = func(context.Context, id.Tenant) ([]journal.Anchor, error) { return nil, errors.New("disk away") }
	})
	h.as(org.Auditor).post("/audit/verify").is(http.StatusServiceUnavailable)
	if !strings.Contains(h.Log.String(), "disk away") {
		t.Error("the cause is not logged")
	}
	h = open(t, h.World, func(c *Config) { c.Anchors = nil })
	h.as(org.Auditor).post("/audit/verify").is(200, "The trail is whole")

	entry := id.New[id.Entry]()
	v := verified(journal.Report{More: true, Asides: []journal.Span{{First: 1, Last: 1203}}, Findings: []journal.Finding{{Words: "A row was edited.", Entry: entry}, {Words: "Gone.", Seq: 1204}}})
	if last := v.Facts.Items[len(v.Facts.Items)-1]; last.Label != "Set aside" || !strings.HasPrefix(last.Value, "No. 1 to 1\u202f203") {
		t.Errorf("what is set aside: %+v", last)
	}
	if !v.More || v.Findings[0].Href != "/audit/"+entry.String() || v.Findings[0].At != "No number" || v.Findings[1].At != "No. 1\u202f204" {
		t.Errorf("findings %+v", v.Findings)
	}
}

func TestAuditAddresses(t *testing.T) {
	q, err := readAudit(url.Values{"what": {"site"}, "from": {"2026-01-02"}, "junk": {"x"}, "after": {"y"}}, testworld.Morning.Location())
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		q.without("from"): "/audit?what=site", q.without("from", "what"): "/audit", q.with("after", "z"): "/audit?after=z&from=2026-01-02&what=site",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if _, err := readAudit(url.Values{"subject": {"x"}, "who": {"y"}, "to": {"z"}}, testworld.Morning.Location()); len(fault.As(err).Fields) != 3 {
		t.Errorf("faults %v", err)
	}
}
