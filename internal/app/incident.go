package app

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/hold"
	"intelliwiz/internal/id"
)

// incident are the commands of docs/operations/incidents.md.
func (c *command) incident() *cobra.Command {
	parent := &cobra.Command{Use: "incident", Short: "What is done when something bad has happened: see docs/operations/incidents.md"}
	blocks := &cobra.Command{Use: "blocks", Short: "List what is stopped", Args: cobra.NoArgs, RunE: c.with(c.listHolds)}
	parent.AddCommand(c.endSessions(), c.readOnly(), c.block("block", "Stop an address, an organisation or a person", (*hold.Service).Begin), c.block("unblock", "Let go on again what was blocked", (*hold.Service).End), blocks, c.evidence())
	return parent
}

func (c *command) endSessions() *cobra.Command {
	var about whom
	var all bool
	end := &cobra.Command{
		Use: "end-sessions", Short: "Sign people out everywhere: a person, an organisation or all", Args: cobra.NoArgs,
		Example: "  intelliwiz incident end-sessions --tenant ACME --person asha",
	}
	end.RunE = c.with(func(ctx context.Context, s *services) error {
		if all == (about.tenant != "") {
			return fault.Of(fault.Invalid, "Say --tenant, or --all.")
		}
		if all {
			operators, err := s.operators(ctx)
			if err != nil {
				return err
			}
			return c.endAll(ctx, s, operators...)
		}
		who, person, err := about.find(ctx, s)
		if err != nil {
			return err
		}
		if person == nil {
			return c.endAll(ctx, s, who)
		}
		return c.said(s.auth.EndSessions(ctx, who, *person), "The person is signed out everywhere.")
	})
	about.flags(end)
	end.Flags().BoolVar(&all, "all", false, "everybody of every organisation")
	return end
}

func (c *command) endAll(ctx context.Context, s *services, operators ...actor.Actor) error {
	var sum int64
	for _, who := range operators {
		n, err := s.auth.EndEverySession(ctx, who)
		if err != nil {
			return err
		}
		sum += n
	}
	fmt.Fprintf(c.Out, "%d sessions ended, of %d organisations.\n", sum, len(operators))
	return nil
}

func (c *command) readOnly() *cobra.Command {
	h := hold.Hold{Kind: hold.ReadOnly}
	set := &cobra.Command{
		Use: "read-only on|off", Short: "Stop all changes by people and programs, or let them go on", Args: cobra.ExactArgs(1), ValidArgs: []string{"on", "off"},
		Long: "Stop all changes by people and programs, or let them go on. Reading, signing in and signing out work. Every page says that nothing can be changed, and why.\n" +
			"Running servers follow within five seconds; it outlives their restart.",
		Example: "  intelliwiz incident read-only on --reason \"we are restoring a backup\"",
	}
	set.RunE = func(cmd *cobra.Command, args []string) error {
		change, line := (*hold.Service).Begin, "Nothing can be changed any more. Running servers follow within five seconds."
		switch args[0] {
		case "on":
		case "off":
			change, line = (*hold.Service).End, "Changes go on. Running servers follow within five seconds."
		default:
			return fault.Of(fault.Invalid, "Say on or off.")
		}
		return c.with(func(ctx context.Context, s *services) error {
			all, err := s.operators(ctx)
			if err == nil {
				err = change(s.holds, ctx, all, h)
			}
			return c.said(err, line)
		})(cmd, nil)
	}
	set.Flags().StringVar(&h.Reason, "reason", "Something is being looked into.", "why: people read it")
	return set
}

// block makes the commands that stop something and let it go on.
func (c *command) block(use, short string, change func(*hold.Service, context.Context, []actor.Actor, hold.Hold) error) *cobra.Command {
	var reason string
	parent := &cobra.Command{Use: use, Short: short}
	parent.PersistentFlags().StringVar(&reason, "reason", "Something is being looked into.", "why, for the audit trail")
	line := map[string]string{"block": "Stopped. Running servers follow within five seconds.", "unblock": "It goes on. Running servers follow within five seconds."}[use]
	of := func(kind hold.Kind, name, arg string, people int, about func(ctx context.Context, s *services, args []string) ([]actor.Actor, hold.Hold, error)) {
		sub := &cobra.Command{Use: name + " " + arg, Short: short + ": " + name, Args: cobra.ExactArgs(people)}
		sub.RunE = func(cmd *cobra.Command, args []string) error {
			return c.with(func(ctx context.Context, s *services) error {
				concerned, h, err := about(ctx, s, args)
				if err != nil {
					return err
				}
				h.Kind, h.Reason = kind, reason
				if err := change(s.holds, ctx, concerned, h); err != nil {
					return err
				}
				return c.said(s.signOutHeld(ctx, use, concerned, h), line)
			})(cmd, nil)
		}
		parent.AddCommand(sub)
	}
	of(hold.Source, "source", "ADDRESS|NETWORK", 1, func(ctx context.Context, s *services, args []string) ([]actor.Actor, hold.Hold, error) {
		all, err := s.operators(ctx)
		return all, hold.Hold{Source: args[0]}, err
	})
	of(hold.Tenant, "tenant", "CODE", 1, heldPeople)
	of(hold.Person, "person", "CODE LOGIN", 2, heldPeople)
	return parent
}

// heldPeople finds the organisation of a command that stops people, and the person.
func heldPeople(ctx context.Context, s *services, args []string) ([]actor.Actor, hold.Hold, error) {
	about := whom{tenant: args[0]}
	if len(args) > 1 {
		about.person = args[1]
	}
	who, person, err := about.find(ctx, s)
	tenant := who.Tenant()
	return []actor.Actor{who}, hold.Hold{Tenant: &tenant, Person: person}, err
}

// signOutHeld ends the sessions of whom a block stops.
func (s *services) signOutHeld(ctx context.Context, use string, concerned []actor.Actor, h hold.Hold) error {
	switch {
	case use != "block" || h.Tenant == nil:
		return nil
	case h.Person != nil:
		return s.auth.EndSessions(ctx, concerned[0], *h.Person)
	}
	_, err := s.auth.EndEverySession(ctx, concerned[0])
	return err
}

func (c *command) listHolds(ctx context.Context, s *services) error {
	all, err := s.holds.List(ctx, operator(id.Tenant{}))
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "KIND\tWHAT\tSINCE\tWHY")
	for _, h := range all {
		what := h.Source
		if h.Tenant != nil {
			what = h.Tenant.String()
		}
		if h.Person != nil {
			what += " " + h.Person.String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", h.Kind, what, h.Since.Format(time.DateTime), h.Reason)
	}
	return w.Flush()
}
