package app

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/id"
)

// whom are the flags of a command that say whom it is about.
type whom struct{ tenant, person string }

func (w *whom) flags(c *cobra.Command) {
	c.Flags().StringVar(&w.tenant, "tenant", "", "code of the organisation")
	c.Flags().StringVar(&w.person, "person", "", "login id of the person, with --tenant")
}

// find gives the command line in the organisation, and the person, nil when none is named.
func (w *whom) find(ctx context.Context, s *services) (actor.Actor, *id.Person, error) {
	t, err := s.org.FindTenant(ctx, w.tenant)
	if err != nil {
		return actor.Actor{}, nil, err
	}
	who := operator(t)
	if w.person == "" {
		return who, nil, nil
	}
	p, err := s.auth.FindPerson(ctx, who, w.person)
	return who, &p, err
}

// with has the services for a command that is done when fn is.
func (c *command) with(fn func(ctx context.Context, s *services) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		cfg, err := c.load()
		if err != nil {
			return err
		}
		return c.use(cmd.Context(), cfg, func(s *services) error { return fn(cmd.Context(), s) })
	}
}

func (c *command) flag() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "List the flags and what was said about them", Args: cobra.NoArgs, RunE: c.with(c.listFlags)}
	parent := &cobra.Command{Use: "flag", Short: "Features that are switched while it runs"}
	parent.AddCommand(list, c.setFlag(), c.killFlag())
	return parent
}

func (c *command) listFlags(ctx context.Context, s *services) error {
	all, err := s.flags.List(ctx, operator(id.Tenant{}))
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "FLAG\tTYPE\tVALUE\tDEFAULT\tOWNER\tUNTIL\tSWITCHES")
	for _, x := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.Key, x.Type, x.Value, x.Default, x.Owner, x.Expires, x.Switches)
		for _, r := range x.Rules {
			about := map[flag.Scope]string{flag.ForAll: fmt.Sprintf("%d percent of all, drawn by %s", r.Percent, r.Sticks), flag.Killed: "killed"}[r.Scope]
			if r.Tenant != nil {
				about = "organisation " + r.Tenant.String()
			}
			if r.Person != nil {
				about += ", person " + r.Person.String()
			}
			fmt.Fprintf(w, "  %s\t\t%s\t\t\t\t%s: %s\n", about, r.Value, r.Who, r.Reason)
		}
	}
	return w.Flush()
}

func (c *command) setFlag() *cobra.Command {
	var about whom
	in := flag.Input{Scope: flag.ForAll}
	sticks := "person"
	set := &cobra.Command{
		Use: "set FLAG VALUE", Short: "Say what a flag is: for all, for a share of them, for an organisation or a person", Args: cobra.ExactArgs(2),
		Long: "Say what a flag is: for all, for a share of them, for an organisation or a person. The value \"default\" takes back what was said. Running servers follow\n" +
			"within five seconds, and the audit trail of whom it concerns says so.",
		Example: "  intelliwiz flag set board.posts false --tenant ACME --reason \"too many posts\"",
	}
	set.RunE = func(cmd *cobra.Command, args []string) error {
		in.Flag, in.Value = args[0], args[1]
		if in.Value == "default" {
			in.Value = ""
		}
		return c.with(func(ctx context.Context, s *services) error { return c.sayFlag(ctx, s, in, about, sticks) })(cmd, nil)
	}
	about.flags(set)
	set.Flags().Int64Var(&in.Percent, "percent", 100, "of how many of a hundred it holds; others have the default")
	set.Flags().StringVar(&sticks, "sticky", sticks, "by what the share is drawn: person or tenant")
	set.Flags().StringVar(&in.Reason, "reason", "command line", "why, for the audit trail")
	return set
}

func (c *command) sayFlag(ctx context.Context, s *services, in flag.Input, about whom, sticks string) error {
	in.Sticks = flag.Sticks(strings.ToUpper(sticks))
	if about.tenant == "" {
		all, err := s.operators(ctx)
		if err == nil {
			err = s.flags.SetForAll(ctx, all, in)
		}
		return c.said(err, "The flag is said for all. Running servers follow within five seconds.")
	}
	who, person, err := about.find(ctx, s)
	if err != nil {
		return err
	}
	in.Scope, in.Person = flag.ForTenant, person
	if person != nil {
		in.Scope = flag.ForPerson
	}
	_, err = s.flags.Set(ctx, who, in)
	return c.said(err, "The flag is said. Running servers follow within five seconds.")
}

// said writes a line when nothing went wrong.
func (c *command) said(err error, line string) error {
	if err == nil {
		fmt.Fprintln(c.Out, line)
	}
	return err
}

func (c *command) killFlag() *cobra.Command {
	in := flag.Input{Scope: flag.Killed, Value: "off"}
	undo := false
	kill := &cobra.Command{
		Use: "kill FLAG", Short: "Switch a feature off for all at once, whatever else was said", Args: cobra.ExactArgs(1),
		Example: "  intelliwiz flag kill tickets.bulk --reason \"assigns to the wrong people\"",
	}
	kill.RunE = func(cmd *cobra.Command, args []string) error {
		in.Flag = args[0]
		line := "The feature is off. Running servers follow within five seconds."
		if undo {
			in.Value, line = "", "The feature is as it was before it was killed. Running servers follow within five seconds."
		}
		return c.with(func(ctx context.Context, s *services) error {
			all, err := s.operators(ctx)
			if err == nil {
				err = s.flags.SetForAll(ctx, all, in)
			}
			return c.said(err, line)
		})(cmd, nil)
	}
	kill.Flags().BoolVar(&undo, "undo", false, "take the kill back")
	kill.Flags().StringVar(&in.Reason, "reason", "command line", "why, for the audit trail")
	return kill
}
