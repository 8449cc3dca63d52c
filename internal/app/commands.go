package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/telemetry"
)

// operator is who the command line acts as.
func operator(tenant id.Tenant) actor.Actor {
	return actor.New(actor.Facts{Kind: actor.System, Tenant: tenant, Name: "command line"})
}

func (c *command) migrate() *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "Bring the database to this version's schema, and end", Args: cobra.NoArgs,
		Long: "Bring the database to this version's schema, and end. It uses DATABASE_MIGRATE_URL, the owner's connection. Several may run at once.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			s := &services{cfg: cfg, log: telemetry.NewLog(c.Err, slog.LevelWarn), metrics: telemetry.NewMetrics()}
			if err := db.Migrate(cmd.Context(), s.databaseOptions()); err != nil {
				return err
			}
			fmt.Fprintln(c.Out, "The database has this version's schema.")
			return nil
		},
	}
}

func (c *command) tenant() *cobra.Command {
	var in org.TenantInput
	create := &cobra.Command{
		Use: "create", Short: "Add a tenant with its built-in roles", Args: cobra.NoArgs,
		Example: `  intelliwiz tenant create --code ACME --name "Acme Guarding" --zone Asia/Kolkata`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			return c.use(cmd.Context(), cfg, func(s *services) error {
				t, err := s.org.CreateTenant(cmd.Context(), operator(id.New[id.Tenant]()), in)
				if err == nil {
					fmt.Fprintf(c.Out, "Tenant %s (%s) is there.\n", t.Code, t.Name)
				}
				return err
			})
		},
	}
	create.Flags().StringVar(&in.Code, "code", "", "what its people give at sign-in: letters, digits and - _ # ( )")
	create.Flags().StringVar(&in.Name, "name", "", "its name")
	create.Flags().StringVar(&in.Zone, "zone", "Etc/UTC", "its time zone, by IANA name")
	parent := &cobra.Command{Use: "tenant", Short: "Tenants of this installation"}
	parent.AddCommand(create)
	return parent
}

func (c *command) user() *cobra.Command {
	var tenant, role string
	in := people.PersonInput{Active: true}
	create := &cobra.Command{
		Use: "create", Short: "Add a person with a role in the whole tenant; the password comes from standard input", Args: cobra.NoArgs,
		Example: `  intelliwiz user create --tenant ACME --login asha --name "Asha Kulkarni" --role ADMINISTRATOR < password.txt`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			if in.Code == "" {
				in.Code = in.Login
			}
			password, err := readLine(c.In)
			if err != nil {
				return fmt.Errorf("read the password from standard input: %w", err)
			}
			return c.use(cmd.Context(), cfg, func(s *services) error {
				t, err := s.org.FindTenant(cmd.Context(), tenant)
				if err != nil {
					return err
				}
				p, err := s.auth.CreateUser(cmd.Context(), operator(t), in, password, strings.ToUpper(role))
				if err == nil {
					fmt.Fprintf(c.Out, "%s signs in as %s.\n", p.Name, p.Login)
				}
				return err
			})
		},
	}
	create.Flags().StringVar(&tenant, "tenant", "", "code of the tenant")
	create.Flags().StringVar(&in.Login, "login", "", "login id")
	create.Flags().StringVar(&in.Name, "name", "", "name")
	create.Flags().StringVar(&in.Code, "code", "", "employee code; the login id if not given")
	create.Flags().StringVar(&in.Email, "email", "", "e-mail address")
	create.Flags().StringVar(&role, "role", org.Administrator, "code of the role")
	parent := &cobra.Command{Use: "user", Short: "People who sign in"}
	parent.AddCommand(create)
	return parent
}

// readLine reads a secret that must not stand on a command line: the first line of what comes in.
func readLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	if err == io.EOF && line != "" {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}

func (c *command) config() *cobra.Command {
	check := &cobra.Command{
		Use: "check", Short: "Say what is wrong with the configuration, all at once", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			for _, w := range cfg.Warnings {
				fmt.Fprintln(c.Out, "Note:", w)
			}
			fmt.Fprintln(c.Out, "The configuration is right.")
			return nil
		},
	}
	explain := &cobra.Command{
		Use: "explain", Short: "List every variable, its value and where that comes from; secrets are masked", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(c.Out, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "VARIABLE\tVALUE\tFROM\tMEANING")
			for _, s := range cfg.Explain() {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.Name, s.Value, s.Source, s.Doc)
			}
			return w.Flush()
		},
	}
	parent := &cobra.Command{Use: "config", Short: "The configuration of this installation"}
	parent.AddCommand(check, explain)
	return parent
}

func (c *command) audit() *cobra.Command {
	var asJSON bool
	verify := &cobra.Command{
		Use: "verify", Short: "Check that the audit trail of every tenant is whole", Args: cobra.NoArgs,
		Long: "Check every signature, every link and every anchor of the audit trail, tenant by tenant. Exit code 1 when something is not as it was written.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			return c.use(cmd.Context(), cfg, func(s *services) error { return c.verifyAll(cmd.Context(), s, asJSON) })
		},
	}
	verify.Flags().BoolVar(&asJSON, "json", false, "one line of JSON a tenant")
	parent := &cobra.Command{Use: "audit", Short: "The audit trail"}
	parent.AddCommand(verify)
	return parent
}

func (c *command) verifyAll(ctx context.Context, s *services, asJSON bool) error {
	whole, err := verifyTenants(ctx, s, func(r journal.Report) error {
		if asJSON {
			return json.NewEncoder(c.Out).Encode(r)
		}
		c.tellReport(r)
		return nil
	}, func(a journal.Anchor) {
		fmt.Fprintf(c.Out, "Tenant %s: anchored outside at %s, and not here any more\n", a.Tenant, a.At.Format(time.DateTime))
	})
	if err == nil && !whole {
		err = fault.Of(fault.Conflict, "The audit trail is not whole.")
	}
	return err
}

// verifyTenants checks the journal of every tenant, and that every tenant with an anchor is there.
func verifyTenants(ctx context.Context, s *services, tell func(journal.Report) error, gone func(journal.Anchor)) (whole bool, err error) {
	anchors, err := s.anchors.read()
	if err != nil {
		return false, err
	}
	tenants, err := s.org.Tenants(ctx)
	if err != nil {
		return false, err
	}
	whole = true
	for _, a := range anchors {
		if !slices.Contains(tenants, a.Tenant) {
			whole = false
			gone(a)
		}
	}
	for _, t := range tenants {
		r, err := s.journal.Verify(ctx, operator(t), anchors)
		if err != nil {
			return false, err
		}
		whole = whole && r.Whole()
		if err := tell(r); err != nil {
			return false, err
		}
	}
	return whole, nil
}

func (c *command) tellReport(r journal.Report) {
	fmt.Fprintf(c.Out, "Tenant %s: %d rows, %d waiting, %d anchors: ", r.Tenant, r.Rows, r.Waiting, r.Anchors)
	if words := r.SetAside(); words != "" {
		fmt.Fprint(c.Out, words+"; ")
	}
	if r.Whole() {
		if r.Erased > 0 {
			fmt.Fprintf(c.Out, "whole; something about persons was erased from %d rows\n", r.Erased)
			return
		}
		fmt.Fprintln(c.Out, "whole")
		return
	}
	fmt.Fprintf(c.Out, "%d findings\n", len(r.Findings))
	for _, f := range r.Findings {
		fmt.Fprintf(c.Out, "  %s: %s\n", f.Kind, f.Words)
	}
	if r.More {
		fmt.Fprintln(c.Out, "  and more")
	}
}

func (c *command) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Say which version this is", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintf(c.Out, "intelliwiz %s %s %s/%s\n", Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}
