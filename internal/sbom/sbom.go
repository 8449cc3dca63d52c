// Package sbom lists what this build is made of, as the build itself says it: every module with its version and hash, the licence that its
// files state, and the front-end libraries that are embedded. The list is a CycloneDX document.
package sbom

import (
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"runtime/debug"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// licenceText has a line a module: its path, and the SPDX names of its licences joined by AND. scripts/generate writes it.
//
//go:embed licences.txt
var licenceText string

// Library is a front-end library that is embedded.
type Library struct{ Name, Version, Licence string }

// Part is one of the things that the build is made of.
type Part struct {
	Name    string
	Version string
	Licence string // SPDX expression; "" = not known
	Sum     string // of the module, as go.sum has it; "" = none
	URL     string // package URL
}

var errNoInfo = errors.New("this build does not say what it is made of: it was built without modules")

// Parts gives the modules of this build and the libraries.
func Parts(libraries []Library) ([]Part, error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil, errNoInfo
	}
	licences := Licences()
	var out []Part
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		out = append(out, Part{m.Path, m.Version, licences[m.Path], m.Sum, "pkg:golang/" + m.Path + "@" + m.Version})
	}
	out = append(out, Part{Name: "std", Version: info.GoVersion, Licence: "BSD-3-Clause", URL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go")})
	for _, l := range libraries {
		out = append(out, Part{Name: l.Name, Version: l.Version, Licence: l.Licence, URL: "pkg:npm/" + strings.Replace(l.Name, "@", "%40", 1) + "@" + l.Version})
	}
	return out, nil
}

// Licences gives the licence of every module by its path.
func Licences() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(licenceText) {
		if module, licence, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			out[module] = licence
		}
	}
	return out
}

// Write writes the list as CycloneDX in JSON. It bears no time and no serial number: two builds of one commit have one list.
func Write(w io.Writer, version string, libraries []Library) error {
	parts, err := Parts(libraries)
	if err != nil {
		return err
	}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &cdx.Component{Type: cdx.ComponentTypeApplication, Name: "intelliwiz", Version: version, BOMRef: "intelliwiz"}}
	components := make([]cdx.Component, len(parts))
	refs := make([]string, len(parts))
	for i, p := range parts {
		components[i], refs[i] = p.component(), p.URL
	}
	bom.Components = &components
	bom.Dependencies = &[]cdx.Dependency{{Ref: "intelliwiz", Dependencies: &refs}}
	e := cdx.NewBOMEncoder(w, cdx.BOMFileFormatJSON)
	return e.SetPretty(true).Encode(bom)
}

func (p Part) component() cdx.Component {
	c := cdx.Component{Type: cdx.ComponentTypeLibrary, BOMRef: p.URL, Name: p.Name, Version: p.Version, PackageURL: p.URL}
	if p.Licence != "" {
		c.Licenses = &cdx.Licenses{{Expression: p.Licence}}
	}
	if hash, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(p.Sum, "h1:")); err == nil && len(hash) > 0 {
		c.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(hash)}}
	}
	return c
}
