package app

import (
	"io"

	"github.com/spf13/cobra"

	"intelliwiz/internal/sbom"
	"intelliwiz/internal/web/static"
)

func (c *command) sbom() *cobra.Command {
	return &cobra.Command{
		Use: "sbom", Short: "Say what this build is made of, as CycloneDX", Args: cobra.NoArgs,
		Long: "Say what this build is made of, as CycloneDX in JSON: every module with its version, hash and licence, and the libraries that pages load.",
		RunE: func(*cobra.Command, []string) error { return writeParts(c.Out) },
	}
}

// libraries are those that pages load.
func libraries() ([]sbom.Library, error) {
	all, err := static.Libraries()
	out := make([]sbom.Library, len(all))
	for i, v := range all {
		out[i] = sbom.Library{Name: v.Package, Version: v.Version, Licence: v.Licence}
	}
	return out, err
}

// writeParts writes what the build is made of.
func writeParts(w io.Writer) error {
	all, err := libraries()
	if err != nil {
		return err
	}
	return sbom.Write(w, Version, all)
}
