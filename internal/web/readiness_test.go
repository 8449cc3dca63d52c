package web

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"testing"
	"time"

	"intelliwiz/internal/org"
	"intelliwiz/internal/readiness"
)

// TestReadinessIsShownToWhoMaySeeOperations, with what is not met first and what to do.
func TestReadinessIsShownToWhoMaySeeOperations(t *testing.T) {
	h := fresh(t, func(c *Config) {
		c.Ready = readiness.New(readiness.Config{
			Probes: oneNotMet(), Folder: t.TempDir(), Version: c.Version, Profile: "test", Engine: "sqlite", Now: c.Now, Log: c.Log,
			Sign: func() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }, Address: func() string { return c.Public },
		})
	})
	b := h.as(org.Administrator)
	b.get("/operations/readiness").is(http.StatusOK, "There is no report yet", "intelliwiz readiness")
	if _, err := h.config.Ready.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.get("/operations/readiness").is(http.StatusOK, "1 item of the plan not met", "R-C2", "No debug mode in production", "The profile is test.", "Take it away.", "Critical findings of the old system", "Measures of success", "This build carries no results").lacks("There is no report yet")
	b.get("/operations").is(http.StatusOK, `Readiness`)
	for _, role := range []string{org.Supervisor, org.Viewer, org.Auditor, org.Guard} {
		h.as(role).get("/operations/readiness").is(http.StatusForbidden)
	}
	all := readinessViewOf(readiness.Report{Findings: []readiness.Finding{{ID: "R-C1", Phase: "P", Result: readiness.Met}}}, true, visit{now: time.Now(), zone: time.UTC})
	if all.Sum.Title != "Every item that was looked at is met" {
		t.Errorf("got %+v", all.Sum)
	}
}

// oneNotMet is a probe of the test's readiness: one item is not met.
func oneNotMet() map[string]readiness.Probe {
	return map[string]readiness.Probe{"R-C2": func(context.Context) readiness.Answer {
		return readiness.Answer{Result: readiness.NotMet, Why: "The profile is test.", Todo: "Take it away."}
	}}
}

// TestWhoFindsSomethingKnowsWhomToTell, where the installation names somebody.
func TestWhoFindsSomethingKnowsWhomToTell(t *testing.T) {
	fresh(t).browser().get(securityPath).is(http.StatusNotFound)
	h := fresh(t, func(c *Config) { c.Contact, c.Public = "mailto:security@example.com", "https://iw.example.com" })
	h.browser().get(securityPath).is(http.StatusOK, "Contact: mailto:security@example.com\n", "Expires: ", "Canonical: https://iw.example.com/.well-known/security.txt\n")
}
