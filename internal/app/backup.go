package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"intelliwiz/internal/backup"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/telemetry"
)

// asks is what the commands about backups may be told.
type asks struct {
	json     bool
	identity string // file
	into     string // folder
	yes      bool
	keysLost bool
}

func (c *command) backup() *cobra.Command {
	var a asks
	parent := &cobra.Command{
		Use: "backup", Short: "Make a backup: the database and all files, encrypted", Args: cobra.NoArgs,
		Long: "Make a backup of the database, while it is used, and of all files, encrypted to the keys of IW_BACKUP_RECIPIENTS, and remove those that IW_BACKUP_KEEP does not keep.\n" +
			"PostgreSQL needs pg_dump of its version or a later one.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := c.backups("")
			if err != nil {
				return err
			}
			i, err := s.Make(cmd.Context())
			if err != nil {
				return err
			}
			return c.tellBackup(i, a.json, "Backup "+i.Name+" is made.")
		},
	}
	parent.PersistentFlags().BoolVar(&a.json, "json", false, "a line of JSON a backup")
	parent.AddCommand(c.backupList(&a), c.backupVerify(&a), c.backupKeygen())
	return parent
}

// backups makes the service of a command; into is a folder to restore into, "" the data folder.
func (c *command) backups(into string) (*backup.Service, error) {
	cfg, err := c.load()
	if err != nil {
		return nil, err
	}
	live, err := openLiveKeys(cfg, clock.System())
	if err != nil {
		return nil, err
	}
	return newBackups(backing{cfg: cfg, live: live, log: telemetry.NewLog(c.Err, slog.LevelWarn), now: clock.System(), into: into})
}

func (c *command) tellBackup(i backup.Info, asJSON bool, words string) error {
	if asJSON {
		return json.NewEncoder(c.Out).Encode(i)
	}
	fmt.Fprintln(c.Out, words)
	return nil
}

func (c *command) backupList(a *asks) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the backups, the newest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := c.backups("")
			if err != nil {
				return err
			}
			all, err := s.List(cmd.Context())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(c.Out, 0, 4, 2, ' ', 0)
			if !a.json {
				fmt.Fprintln(w, "NAME\tMADE\tBYTES\tENGINE\tVERSION\tVERIFIED")
			}
			for _, i := range all {
				line := fmt.Sprintf("%s\t%s\t%d\t%s\t%s\t%s", i.Name, i.At.Format(time.DateTime), i.Size, i.Engine, i.Product, verifiedWords(i.Verified))
				if a.json {
					raw, err := json.Marshal(i)
					if err != nil {
						return err
					}
					line = string(raw)
				}
				fmt.Fprintln(w, line)
			}
			return w.Flush()
		},
	}
}

func verifiedWords(v *backup.Verified) string {
	switch {
	case v == nil:
		return "no"
	case v.Restored:
		return v.At.Format(time.DateTime) + ", restored"
	}
	return v.At.Format(time.DateTime) + ", not restored"
}

func (c *command) backupVerify(a *asks) *cobra.Command {
	verify := &cobra.Command{
		Use: "verify [NAME]", Short: "Prove a backup, the newest without a name, by restoring it into a scratch store", Args: cobra.MaximumNArgs(1),
		Long: "Restore a backup into a scratch store beside the database, count the rows of every table, verify the audit trail, read every file, and remove the scratch store.\n" +
			"Without the identity it can only be checked that the encrypted bytes are those that were written.",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := c.backups("")
			if err != nil {
				return err
			}
			identity, err := a.read()
			if err != nil {
				return err
			}
			i, err := s.Verify(cmd.Context(), strings.Join(args, ""), identity)
			if err != nil {
				return err
			}
			v := i.Verified
			words := fmt.Sprintf("Backup %s was restored into a scratch store: %d rows in %d tables and %d files are what was written; %s.", i.Name, v.Rows, v.Tables, v.Files, v.Audit)
			if !v.Restored {
				words = "Backup " + i.Name + " has the bytes that were written. It was not restored: that needs --identity, the file of a key that opens it."
			}
			return c.tellBackup(i, a.json, words)
		},
	}
	a.identityFlag(verify)
	return verify
}

func (a *asks) identityFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.identity, "identity", "", "file of the age identity that opens the backup; without it IW_BACKUP_IDENTITY, or the installation's own key")
}

// read gives the content of the file of the identity.
func (a *asks) read() (string, error) {
	if a.identity == "" {
		return "", nil
	}
	raw, err := os.ReadFile(a.identity) //nolint:gosec // the operator names the file
	if err != nil {
		return "", fmt.Errorf("read the identity: %w", err)
	}
	return string(raw), nil
}

func (c *command) backupKeygen() *cobra.Command {
	return &cobra.Command{
		Use: "keygen FILE", Short: "Make a key for backups: the identity goes to a new file, the public key is printed", Args: cobra.ExactArgs(1),
		Long:    "Make a key for backups. The identity, which opens them, goes to a new file: keep it away from the server. The public key is printed, for IW_BACKUP_RECIPIENTS.",
		Example: "  intelliwiz backup keygen identity.txt",
		RunE: func(_ *cobra.Command, args []string) error {
			identity, recipient, err := backup.Generate()
			if err != nil {
				return err
			}
			f, err := os.OpenFile(args[0], os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the operator names the file
			if err != nil {
				return fmt.Errorf("write the identity: %w", err)
			}
			_, err = fmt.Fprintf(f, "# public key: %s\n%s\n", recipient, identity)
			if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
				return fmt.Errorf("write the identity: %w", err)
			}
			fmt.Fprintln(c.Out, recipient)
			return nil
		},
	}
}

func (c *command) restore() *cobra.Command {
	var a asks
	restore := &cobra.Command{
		Use: "restore [NAME]", Short: "Put a backup, the newest without a name, in the place of the database and the files", Args: cobra.MaximumNArgs(1),
		Long: "Put a backup in the place of the database and the files; the server must not run. Everything is written beside and checked first, and swapped in at the end. What\n" +
			"was there is set aside, not removed, and only with --yes.",
		Example: "  intelliwiz restore --yes",
		RunE: func(cmd *cobra.Command, args []string) error {
			identity, err := a.read()
			if err != nil {
				return err
			}
			if a.into != "" {
				if err := os.MkdirAll(a.into, 0o700); err != nil {
					return fault.Of(fault.Invalid, "The folder to restore into cannot be made.").Because(err)
				}
				if a.into, err = filepath.Abs(a.into); err != nil {
					return err
				}
			}
			s, err := c.backups(a.into)
			if err != nil {
				return err
			}
			done, err := s.Restore(cmd.Context(), backup.Ask{Name: strings.Join(args, ""), Identity: identity, Replace: a.yes, KeysLost: a.keysLost})
			if err != nil {
				return err
			}
			fmt.Fprintf(c.Out, "Backup %s is in place: %d rows and %d files; %s.\n", done.Info.Name, done.Rows, done.Files, done.Audit)
			for _, aside := range done.Aside {
				fmt.Fprintln(c.Out, "Set aside, to be removed by you:", aside)
			}
			return nil
		},
	}
	a.identityFlag(restore)
	restore.Flags().StringVar(&a.into, "into", "", "a folder to restore a backup of SQLite into, instead of the data folder; copy keys.json there to run on it")
	restore.Flags().BoolVar(&a.yes, "yes", false, "what is in the place may be set aside")
	restore.Flags().BoolVar(&a.keysLost, "keys-lost", false, "restore although the keys of that time are gone; what they sealed is lost, and the audit trail is not checked")
	return restore
}
