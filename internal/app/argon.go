package app

import (
	"github.com/spf13/cobra"

	"intelliwiz/internal/argon"
)

// argon is what the server starts of itself to hash passwords; nobody else has a use for it.
func (c *command) argon() *cobra.Command {
	return &cobra.Command{
		Use: argon.Subcommand, Short: "Hash what standard input asks for", Args: cobra.NoArgs, Hidden: true,
		RunE: func(*cobra.Command, []string) error { return argon.Serve(c.In, c.Out) },
	}
}
