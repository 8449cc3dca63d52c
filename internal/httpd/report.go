package httpd

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"intelliwiz/internal/fault"
)

// reportPath is where browsers tell of what the content policy kept from happening.
const reportPath = "/csp-report"

const maxReport = 32 << 10 // bytes

// report counts violations by directive. What else a report says comes from anybody and is not kept.
func (s *Server) report(w http.ResponseWriter, r *http.Request) error {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return fault.Of(fault.TooLarge, "A report is smaller than this.").Because(err)
	}
	for _, directive := range directives(raw) {
		s.c.Metrics.Violation(known(directive))
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// known bounds what anybody can send to the names of the directives that our policy has; violated-directive has the values behind the name.
func known(directive string) string {
	name, _, _ := strings.Cut(directive, " ")
	name, _, _ = strings.Cut(strings.TrimSuffix(strings.TrimSuffix(name, "-elem"), "-attr"), ";")
	switch name {
	case "default-src", "script-src", "style-src", "img-src", "font-src", "connect-src", "manifest-src", "worker-src", "form-action", "base-uri",
		"frame-ancestors", "frame-src", "object-src", "media-src", "require-trusted-types-for", "trusted-types":
		return name
	}
	return "other"
}

// directives reads both forms of a report: report-uri's object and the Reporting API's list.
func directives(raw []byte) []string {
	var old struct {
		Report struct {
			Directive string `json:"effective-directive"`
			Violated  string `json:"violated-directive"`
		} `json:"csp-report"`
	}
	if json.Unmarshal(raw, &old) == nil {
		if old.Report.Directive != "" {
			return []string{old.Report.Directive}
		}
		if old.Report.Violated != "" {
			return []string{old.Report.Violated}
		}
	}
	var list []struct {
		Type string `json:"type"`
		Body struct {
			Directive string `json:"effectiveDirective"`
		} `json:"body"`
	}
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	var out []string
	for _, x := range list {
		if x.Type == "csp-violation" && len(out) < 10 {
			out = append(out, x.Body.Directive)
		}
	}
	return out
}
