package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/config"
	"intelliwiz/internal/demo"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/ticket"
)

// demoSeed makes every demo world the same but for its ids.
const demoSeed = 20261013

// demoStart is what scripts read from `intelliwiz demo --json`.
type demoStart struct {
	URL        string         `json:"url"`
	PrivateURL string         `json:"private_url"`
	Accounts   []demo.Account `json:"accounts"`
}

func (c *command) demo() *cobra.Command {
	var scale int
	var asJSON bool
	cmd := &cobra.Command{
		Use: "demo", Short: "Serve a living demo world on embedded defaults; the data is kept for the next start", Args: cobra.NoArgs,
		Long: `Serve a demo world: two organisations whose codes collide, with regions, sites, people, groups and roles, hundreds of assets, and three
months of tickets that are written while it serves; every minute something more happens. The first start makes it, later starts keep it. It runs in the development profile and on loopback unless it is told otherwise.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load("IW_PROFILE=development")
			if err != nil {
				return err
			}
			var accounts []demo.Account
			return c.run(cmd.Context(), cfg, lifecycle{
				before: func(ctx context.Context, s *services) (err error) {
					accounts, err = demoWorld(ctx, s, scale)
					return err
				},
				ready: func(_ context.Context, _ *services, url, private string) error {
					debug.FreeOSMemory() // what making the world took is given back
					return tellDemo(c.Out, demoStart{URL: url, PrivateURL: private, Accounts: accounts}, asJSON)
				},
				beside: demoLife,
			})
		},
	}
	cmd.Flags().IntVar(&scale, "scale", 1, "how many times the sites, people, assets and tickets of the smallest world, 1 to 1000; read when the world is made")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the address and accounts as one line of JSON, for scripts")
	return cmd
}

// demoWorld makes the world at the first start and gives its accounts.
func demoWorld(ctx context.Context, s *services, scale int) ([]demo.Account, error) {
	if scale < 1 || scale > 1000 {
		return nil, fault.Of(fault.Invalid, "The scale is between 1 and 1000.")
	}
	exists, err := demo.Exists(ctx, s.demo())
	if err != nil {
		return nil, err
	}
	if exists {
		return readDemo(s.cfg)
	}
	accounts, err := demo.Make(ctx, s.demo(), demo.Options{Scale: scale, Seed: demoSeed})
	if err != nil {
		return nil, err
	}
	all, err := s.operators(ctx)
	if err != nil {
		return nil, err
	}
	shown := flag.Input{Flag: string(flag.WebPush), Scope: flag.ForAll, Value: "true", Percent: 100, Reason: "The demo shows what there is."}
	if err := s.flags.SetForAll(ctx, all, shown); err != nil {
		return nil, err
	}
	return accounts, writeDemo(s.cfg, accounts)
}

// demoLife gives the world its past, then has work in the background begin, and things happen. The past is written first, so that nothing in it
// escalates today.
func demoLife(ctx context.Context, s *services, begin func() error) error {
	start := s.now()
	past, err := demo.Fill(ctx, s.demo(), demo.Options{Seed: demoSeed})
	if err != nil {
		return errors.Join(err, begin())
	}
	s.log.InfoContext(ctx, "the demo's past is written", "locations", past.Locations, "assets", past.Assets, "tickets", past.Tickets,
		"deeds", past.Deeds, "left", past.Left, "took", s.now().Sub(start))
	if err := begin(); err != nil {
		return err
	}
	return demo.Live(ctx, s.demo(), demo.Options{Seed: demoSeed})
}

// demoFile keeps the demo's ways in beside its data, so that a second start prints the same.
func demoFile(cfg config.Config) string { return filepath.Join(cfg.Data, "demo.json") }

func writeDemo(cfg config.Config, accounts []demo.Account) error {
	raw, err := json.MarshalIndent(accounts, "", "  ") //nolint:gosec // the demo's password is printed and in the source
	if err == nil {
		err = os.WriteFile(demoFile(cfg), raw, 0o600)
	}
	if err != nil {
		return fmt.Errorf("keep the demo's accounts: %w", err)
	}
	return nil
}

func readDemo(cfg config.Config) ([]demo.Account, error) {
	raw, err := os.ReadFile(demoFile(cfg))
	if err != nil {
		return nil, fmt.Errorf("the demo world is there and its accounts are not: remove %s to begin anew: %w", cfg.Data, err)
	}
	var accounts []demo.Account
	if err := json.Unmarshal(raw, &accounts); err != nil {
		return nil, fmt.Errorf("read %s: %w", demoFile(cfg), err)
	}
	return accounts, nil
}

func tellDemo(out io.Writer, d demoStart, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(d)
	}
	fmt.Fprintf(out, "\nIntelliWiz is ready: %s\n\n", d.URL)
	w := tabwriter.NewWriter(out, 0, 4, 3, ' ', 0)
	fmt.Fprintln(w, "ORGANISATION\tROLE\tLOGIN\tPASSWORD")
	for _, a := range d.Accounts {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Tenant, a.Role, a.Login, a.Password)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nThe data is kept. Ctrl-C stops it; remove the data folder to begin anew.")
	return nil
}

// demo gives the services that the demo world is made through.
func (s *services) demo() demo.Services {
	return demo.Services{
		DB: s.db, Org: s.org, People: s.people, Auth: s.auth, Checks: s.lists, Plans: s.plans, Tasks: s.tasks, Posts: s.posts, Now: s.now, Log: s.log,
		Work: demo.Work{Asset: s.asset, Calendar: s.calendar, Ticket: s.ticket},
		At: func(now clock.Now) demo.Work { // the one sealer seals what this journal writes
			j := journal.New(journal.Config{DB: s.db, Keys: s.live.audit().All, Now: now, Log: s.log})
			return demo.Work{
				Asset: asset.New(s.db, j, now), Calendar: calendar.New(s.db, j, now),
				Ticket: ticket.New(ticket.Config{Cache: s.cache, DB: s.db, Journal: j, Now: now, Door: s.auth, Tenants: s.org.Tenants}),
			}
		},
	}
}
