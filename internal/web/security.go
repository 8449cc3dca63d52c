package web

import (
	"fmt"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/ops"
)

// securityPath tells who finds a fault whom to tell (RFC 9116).
const securityPath = "/.well-known/security.txt"

// partsPath is the list of what the build is made of.
const partsPath = operationsPath + "/sbom.json"

// partsOf answers with it, as a file, to who may see how the installation does.
func (p *pages) partsOf(w http.ResponseWriter, r *http.Request) error {
	if err := actor.From(r.Context()).RequireEverywhere(ops.CanRead); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/vnd.cyclonedx+json")
	w.Header().Set("Content-Disposition", `attachment; filename="intelliwiz-sbom.json"`)
	return p.Parts(w)
}

// contactHolds is for how long the address may be kept by who read it; the standard asks for less than a year.
const contactHolds = 180 * 24 * time.Hour

// securityText answers with the contact of whoever runs the installation. NotFound where none is configured.
func (p *pages) securityText(w http.ResponseWriter, _ *http.Request) error {
	if p.Contact == "" {
		return fault.Of(fault.NotFound, "This installation names nobody whom faults are told to.")
	}
	ends := p.Now().UTC().Truncate(24 * time.Hour).Add(contactHolds)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := fmt.Fprintf(w, "Contact: %s\nExpires: %s\nPreferred-Languages: en\nCanonical: %s%s\n", p.Contact, ends.Format(time.RFC3339), p.Public, securityPath)
	return err
}
