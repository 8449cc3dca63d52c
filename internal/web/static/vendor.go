package static

import (
	_ "embed"
	"encoding/json"
	"slices"
)

//go:embed vendor.json
var vendorText []byte

// Vendored is a file of a library from the npm registry, served as it was published.
type Vendored struct {
	Package, Version, Licence, Source string
	File                              File
	SHA256                            string
}

// Libraries gives the libraries that are embedded, each once.
func Libraries() ([]Vendored, error) {
	var all []Vendored
	if err := json.Unmarshal(vendorText, &all); err != nil {
		return nil, err
	}
	return slices.CompactFunc(all, func(a, b Vendored) bool { return a.Package == b.Package }), nil
}
