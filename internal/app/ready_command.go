package app

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/readiness"
)

func (c *command) readiness() *cobra.Command {
	var asJSON bool
	var explain string
	run := &cobra.Command{
		Use: "readiness", Short: "Run the readiness plan against this installation", Args: cobra.NoArgs,
		Long: `Run the readiness plan against this installation: every item with what was seen, whether it is met, why, and what to do. It asks whoever serves
with this configuration as anybody outside would, and looks at configuration, keys, database, audit trail and backups itself. The report is signed and kept
in the data folder, where the page Operations shows it. Exit code 1 when an item is not met.`,
		Example: "  intelliwiz readiness\n  intelliwiz readiness --explain R-1.2.2\n  intelliwiz readiness --json > report.json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if explain != "" {
				return c.explainItem(explain)
			}
			return c.runReadiness(cmd, asJSON)
		},
	}
	run.Flags().BoolVar(&asJSON, "json", false, "the signed report as JSON")
	run.Flags().StringVar(&explain, "explain", "", "say what an item promises, what is looked at and which tests show it, such as R-1.2.2")
	run.AddCommand(&cobra.Command{
		Use: "verify FILE", Short: "Say whether a report is as it was signed", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			r, err := readiness.Verify(text)
			if err == nil {
				fmt.Fprintf(c.Out, "The report is as it was signed by the key %x. Of %s, at %s: %s\n", r.Key, r.Address, r.At.Format("2006-01-02 15:04 UTC"), r.Sum())
			}
			return err
		},
	})
	return run
}

func (c *command) explainItem(id string) error {
	x, ok := readiness.Find(id)
	if !ok {
		return fault.Of(fault.Invalid, fmt.Sprintf("The plan has no item %s.", id))
	}
	here := x.Here
	if here == "" {
		here = "nothing; only tests show it"
	}
	fmt.Fprintf(c.Out, "%s %s\n  %s\n  promised: %s\n  looked at here: %s\n  shown by the tests:\n", x.ID, x.Title, x.Phase, x.Holds, here)
	for _, t := range x.Tests {
		fmt.Fprintf(c.Out, "    %s\n", t)
	}
	return nil
}

func (c *command) runReadiness(cmd *cobra.Command, asJSON bool) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	return c.use(cmd.Context(), cfg, func(s *services) error {
		r, err := s.ready.Check(cmd.Context())
		if err != nil {
			return err
		}
		if asJSON {
			out := json.NewEncoder(c.Out)
			out.SetIndent("", " ")
			err = out.Encode(r)
		} else {
			err = r.WriteText(c.Out)
		}
		if n := r.Count(readiness.NotMet); err == nil && n > 0 {
			return fault.Of(fault.Conflict, fmt.Sprintf("%d items of the plan are not met.", n))
		}
		return err
	})
}
