package app

import (
	"cmp"
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/journal"
)

// retainWork sets aside what the retention of the installation keeps in the live tables no longer. What did not go, because others used the table just
// then or because the trail is not whole, is logged and tried again the next day.
type retainWork struct{}

// Kind names the work.
func (retainWork) Kind() string { return "db.retain" }

// Most is how long it may take: a trail is verified whole before a part of it is set aside.
func (retainWork) Most() time.Duration { return 6 * time.Hour }

// retain sets aside the months that are old enough: of the answers, which refer to what stays, and then of the trail. The trail itself says so.
func (s *services) retain(ctx context.Context) error {
	done, err := s.setAside(ctx, "answers", s.cfg.Retain.Answers, func(month string) error {
		return s.db.SetAside(ctx, "answers", month, s.cfg.Retain.Answers)
	})
	if err == nil {
		var more []string
		more, err = s.setAside(ctx, "journal", s.cfg.Retain.Trail, func(month string) error { return s.journal.SetAside(ctx, month, s.cfg.Retain.Trail) })
		done = append(done, more...)
	}
	if told := s.tellMonths(ctx, journal.SetAsideVerb, done); err == nil {
		err = told
	}
	return err
}

// setAside has one take away each month of a table that is older than some months, 0 = none, and gives the names of those that went.
func (s *services) setAside(ctx context.Context, table string, months int, one func(month string) error) (done []string, err error) {
	if months == 0 {
		return nil, nil
	}
	due, err := s.db.Due(ctx, table, months)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	if table == "journal" {
		whole, err := verifyTenants(ctx, s, func(journal.Report) error { return nil }, func(journal.Anchor) {})
		if err != nil {
			return nil, err
		}
		if !whole {
			return nil, fault.Of(fault.Conflict, "The audit trail is not whole, so nothing of it is set aside: intelliwiz audit verify.")
		}
	}
	for _, month := range due {
		if err := one(month); err != nil {
			return done, fmt.Errorf("set %s of %s aside: %w", month, table, err)
		}
		done = append(done, table+"_"+month)
		s.log.InfoContext(ctx, "month set aside", "table", table, "month", month)
	}
	return done, nil
}

// tellMonths leaves a row about months in the trail of every tenant.
func (s *services) tellMonths(ctx context.Context, verb string, names []string) error {
	if len(names) == 0 {
		return nil
	}
	all, err := s.operators(ctx)
	for _, who := range all {
		if err := s.journal.TellMonths(ctx, who, verb, names); err != nil {
			return err
		}
	}
	return err
}

func (c *command) partitions() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "List the months that the retention has set aside", Args: cobra.NoArgs, RunE: c.with(c.listAsides)}
	attach := &cobra.Command{
		Use: "attach NAME", Short: "Bring a month that was set aside back into its live table", Args: cobra.ExactArgs(1),
		Long: "Bring a month that was set aside back into its live table. It uses DATABASE_MIGRATE_URL, the owner's connection, and the trail of every organisation says\n" +
			"so. The retention sets it aside again at its next run, within a day, unless IW_RETAIN_ANSWERS or IW_RETAIN_TRAIL is made longer.",
		Example: "  intelliwiz partitions attach answers_202401",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(func(ctx context.Context, s *services) error { return c.attach(ctx, s, args[0]) })(cmd, nil)
		},
	}
	parent := &cobra.Command{Use: "partitions", Short: "Months of large tables that are set aside, on PostgreSQL"}
	parent.AddCommand(list, attach)
	return parent
}

func (c *command) listAsides(ctx context.Context, s *services) error {
	all, err := s.db.Asides(ctx)
	if err != nil {
		return err
	}
	if s.db.Engine() == "sqlite" {
		fmt.Fprintln(c.Out, "On SQLite nothing is partitioned: all rows are in the live tables.")
		return nil
	}
	w := tabwriter.NewWriter(c.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "MONTH\tTABLE\tSET ASIDE\tROWS, ABOUT\tIS")
	for _, a := range all {
		where, rows := "set_aside."+a.Name, "?"
		if a.Gone {
			where = "dropped by the operator"
		}
		if a.Rows >= 0 {
			rows = fmt.Sprint(a.Rows)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", a.Month.Format("2006-01"), a.Table, a.At.Format(time.DateOnly), rows, where)
	}
	return w.Flush()
}

func (c *command) attach(ctx context.Context, s *services, name string) error {
	if s.db.Engine() == "sqlite" {
		return fault.Of(fault.Invalid, "On SQLite nothing is partitioned, and nothing is set aside.")
	}
	if err := db.Attach(ctx, cmp.Or(s.cfg.Database.Migrate.Reveal(), s.cfg.Database.URL.Reveal()), name); err != nil {
		return err
	}
	err := s.tellMonths(ctx, journal.AttachedVerb, []string{name})
	return c.said(err, "It is back in its live table. The retention sets it aside again within a day, unless it is made longer.")
}
