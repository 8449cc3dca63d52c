package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"

	"github.com/spf13/cobra"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/config"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/whole"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/telemetry"
)

func (c *command) migrateEngine() *cobra.Command {
	var from, to string
	move := &cobra.Command{
		Use: "migrate-engine", Short: "Copy everything from SQLite into an empty PostgreSQL database", Args: cobra.NoArgs,
		Long: "Copy every row from a SQLite file, which is only read, into an empty PostgreSQL database, compare the numbers of rows, and verify the audit trail there. Stop the server first:\n" +
			"what is written meanwhile is not copied. Files and keys stay where they are.",
		Example: "  intelliwiz migrate-engine --from sqlite:data/intelliwiz.db",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			if to, err = target(cfg, to); err != nil {
				return err
			}
			return c.move(cmd.Context(), cfg, from, to)
		},
	}
	move.Flags().StringVar(&from, "from", "", "sqlite:FILE")
	move.Flags().StringVar(&to, "to", "", "postgres://OWNER@HOST/DATABASE, without a password; without it DATABASE_MIGRATE_URL, or DATABASE_URL")
	return move
}

// target is where everything goes. A command line can be read by others, so that no password may stand there.
func target(cfg config.Config, to string) (string, error) {
	if to == "" {
		if to = cfg.Database.Migrate.Reveal(); to == "" {
			to = cfg.Database.URL.Reveal()
		}
		return to, nil
	}
	u, err := url.Parse(to)
	if err != nil {
		return "", fault.Of(fault.Invalid, "The address after --to is none.") // without the cause, which repeats it
	}
	if _, has := u.User.Password(); has || u.Query().Has("password") {
		return "", fault.Of(fault.Invalid, "A password must not stand on the command line, which others can read: give the address by DATABASE_MIGRATE_URL, or leave the password to a PGPASSFILE.")
	}
	return to, nil
}

func (c *command) move(ctx context.Context, cfg config.Config, from, to string) error {
	live, err := openLiveKeys(cfg, clock.System())
	if err != nil {
		return err
	}
	b := backing{cfg: cfg, live: live, log: telemetry.NewLog(c.Err, slog.LevelWarn), now: clock.System()}
	is, err := whole.Move(ctx, from, to)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Options{URL: to, Log: b.log})
	if err != nil {
		return err
	}
	defer d.Close()
	audit, err := b.audit(ctx, d, cfg.Data)
	if err != nil {
		return fmt.Errorf("everything was copied, and then: %w", err)
	}
	var rows int64
	for _, n := range is.Rows {
		rows += n
	}
	fmt.Fprintf(c.Out, "%d rows in %d tables are in PostgreSQL; %s. Start the server with DATABASE_URL on it; keep the data folder.\n", rows, len(is.Rows), audit)
	return nil
}
