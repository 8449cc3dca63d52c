package app

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/sbom"
)

// allowed are the licences under which others may be part of the product: each lets it be given on under any terms, MPL-2.0 with its own
// files as they are.
var allowed = []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "MPL-2.0", "0BSD", "Unlicense"}

// TestEveryPartHasALicence that lets it be part of the product, and the build lists every part of itself.
func TestEveryPartHasALicence(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	licences := sbom.Licences()
	for _, m := range info.Deps {
		text, ok := licences[m.Path]
		if !ok {
			t.Errorf("%s is not in licences.txt: run scripts/generate", m.Path)
		}
		for one := range strings.SplitSeq(text, " AND ") {
			if ok && !slices.Contains(allowed, one) {
				t.Errorf("%s is under %s, which is not allowed", m.Path, one)
			}
		}
	}
	out, err := exec.Command(path, "sbom").Output()
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		BOMFormat  string
		Components []struct {
			Name, Version, Purl string
			Licenses            []struct{ Expression string }
		}
	}
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	parts := map[string]bool{}
	for _, c := range list.Components {
		parts[c.Name] = len(c.Licenses) == 1 && c.Version != "" && c.Purl != ""
	}
	for _, name := range []string{"std", "htmx.org", "leaflet", "github.com/jackc/pgx/v5"} {
		if !parts[name] {
			t.Errorf("%s is not listed whole", name)
		}
	}
	if list.BOMFormat != "CycloneDX" || len(list.Components) != len(info.Deps)+3 {
		t.Errorf("%s lists %d parts, the build has %d modules", list.BOMFormat, len(list.Components), len(info.Deps))
	}
	var again bytes.Buffer
	if err := writeParts(&again); err != nil || again.Len() == 0 {
		t.Errorf("%v: %d bytes", err, again.Len())
	}
}
