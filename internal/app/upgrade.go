package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"intelliwiz/internal/backup"
	"intelliwiz/internal/blob"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/config"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/whole"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/upgrade"
)

func (c *command) upgrade() *cobra.Command {
	var asJSON bool
	check := &cobra.Command{
		Use: "check", Short: "Say what this version will do to the installation, and change nothing", Args: cobra.NoArgs,
		Long: `Say what this version will do to the installation, and change nothing: run it with the new binary and the configuration of the old one, before
the old one is stopped. It lists the migrations to come with what each does to tables and about how long that takes, whether the version before can run
beside this one, what became of settings and permissions, and what is to be done first. Exit code 0: ready; 1: something is to be done first; 2: it could
not be looked at.`,
		Example: "  intelliwiz upgrade check\n  intelliwiz upgrade check --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := c.checkUpgrade(cmd.Context(), asJSON)
			if errors.Is(err, errNotReady) {
				return err
			}
			return withCode(exitUnchecked, err)
		},
	}
	check.Flags().BoolVar(&asJSON, "json", false, "the report as JSON")
	parent := &cobra.Command{Use: "upgrade", Short: "A change of version"}
	parent.AddCommand(check)
	return parent
}

// errNotReady is the end of a check that found something to be done first.
var errNotReady = errors.New("something is to be done first")

// checkUpgrade looks and tells.
func (c *command) checkUpgrade(ctx context.Context, asJSON bool) error {
	r, err := c.lookAhead(ctx)
	if err != nil {
		return err
	}
	r.Close()
	if asJSON {
		out := json.NewEncoder(c.Out)
		out.SetIndent("", " ")
		err = out.Encode(r)
	} else {
		err = r.WriteText(c.Out)
	}
	if err == nil && !r.Ready {
		err = errNotReady
	}
	return err
}

// lookAhead makes the report. What is wrong with the configuration is a finding, and then nothing else can be looked at.
func (c *command) lookAhead(ctx context.Context) (r upgrade.Report, err error) {
	r.Version = Version
	if r.Schema, err = db.Newest(); err != nil {
		return r, err
	}
	cfg, err := c.load()
	if faults, ok := errors.AsType[config.Faults](err); ok {
		for _, f := range faults {
			r.Find("settings", upgrade.Todo, "Change it in the configuration; `intelliwiz config check` says the same.", "%s %s", f.Name, f.Problem)
		}
		r.Find("database", upgrade.Note, "", "not looked at: the configuration is not right")
		return r, nil
	}
	if err != nil {
		return r, err
	}
	a := &ahead{cfg: cfg, now: clock.System(), log: telemetry.NewLog(c.Err, slog.LevelError), r: &r}
	return r, a.look(ctx)
}

// ahead is a look at an installation before a version is changed.
type ahead struct {
	cfg config.Config
	now clock.Now
	log *slog.Logger
	r   *upgrade.Report

	minimum int64 // schema of programs that may run on the database
}

func (a *ahead) look(ctx context.Context) error {
	for _, w := range a.cfg.Warnings {
		a.r.Find("settings", upgrade.Note, "", "%s", w)
	}
	there, err := a.database(ctx)
	if err != nil || !there {
		return err
	}
	if err := a.served(ctx); err != nil {
		return err
	}
	a.beside()
	a.room()
	a.backup(ctx)
	a.flags()
	return nil
}

// database looks at the schema and the tables that migrations work on; false = there is none yet.
func (a *ahead) database(ctx context.Context) (there bool, err error) {
	url := a.cfg.Database.Migrate.Reveal()
	if url == "" {
		url = a.cfg.Database.URL.Reveal()
	}
	d, err := whole.Open(url, "")
	if err != nil {
		return false, err
	}
	a.r.Engine = d.Engine()
	size, err := d.Look(ctx, nil)
	if fault.KindOf(err) == fault.NotFound {
		a.r.Find("schema", upgrade.Fine, "", "there is no database yet: the first start makes it")
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if a.r.Steps, err = upgrade.Steps(db.Migrations(), size.Schema); err != nil {
		return false, err
	}
	var tables []string
	for _, s := range a.r.Steps {
		for _, w := range s.Work {
			tables = append(tables, w.Table)
		}
	}
	if size, err = d.Look(ctx, tables); err != nil {
		return false, err
	}
	a.r.Have, a.r.Bytes, a.r.Rows, a.minimum = size.Schema, size.Bytes, size.Rows, size.Minimum
	return true, nil
}

// patience is up to how many seconds of waiting a migration may ask of users before it is a note.
const patience = 5

// beside says whether the version before goes on while this one comes, and what waits.
func (a *ahead) beside() {
	r := a.r
	r.Beside = upgrade.Beside(r.Steps, r.Have)
	switch {
	case r.Have > r.Schema && a.minimum > r.Schema:
		r.Find("schema", upgrade.Todo, "Take a newer version, or restore a backup of before.", "the database is of schema %d, on which programs of schema %d or later run; this one is of %d", r.Have, a.minimum, r.Schema)
	case r.Have > r.Schema:
		r.Find("schema", upgrade.Note, "", "the database is of schema %d, newer than this version's %d: this is a way back, and the database stays as it is", r.Have, r.Schema)
	case len(r.Steps) == 0:
		r.Find("schema", upgrade.Fine, "", "there is nothing to migrate")
	case !r.Beside:
		r.Find("schema", upgrade.Todo, "Go by a version in between, or stop every process of the version before and start this one then.", "the version before cannot run beside this one")
	case r.Engine == whole.SQLite:
		r.Find("schema", upgrade.Note, "", "the version before could run on the new schema, which is the way back; SQLite has one writer, so stop it before this one starts")
	default:
		r.Find("schema", upgrade.Fine, "", "the version before can run beside this one, and go on with the new schema: a switch without a gap, and a way back")
	}
	var seconds int64
	for _, s := range r.Steps {
		for _, w := range s.Work {
			seconds += w.Seconds(r.Rows[w.Table])
		}
	}
	if seconds >= patience {
		r.Find("migrations", upgrade.Note, "", "writing to the tables above waits while they are worked on, about %d s in all: choose a quiet hour", seconds)
	}
}

// room wants as much free as the database is large, where its disk is seen.
func (a *ahead) room() {
	d := disk(a.cfg.Data)
	free := int64(d.Bavail) * d.Bsize
	if a.r.Engine == whole.PostgreSQL {
		a.r.Find("disk", upgrade.Note, "", "the database has %d MiB; the disk of its server is not seen from here. %d MiB are free in the data folder", a.r.Bytes>>20, free>>20)
		return
	}
	if free < a.r.Bytes {
		a.r.Find("disk", upgrade.Todo, "Make room: a migration may write a table anew, and a backup is as large.", "%d MiB are free, and the database has %d MiB", free>>20, a.r.Bytes>>20)
		return
	}
	a.r.Find("disk", upgrade.Fine, "", "%d MiB are free, and the database has %d MiB", free>>20, a.r.Bytes>>20)
}

// backup asks for one that is young enough to go back to.
func (a *ahead) backup(ctx context.Context) {
	const again = "intelliwiz backup, with the version before; then this again."
	made, restored, err := a.lastBackups(ctx)
	switch {
	case err != nil:
		a.r.Find("backup", upgrade.Todo, "Look at IW_BACKUP_URL.", "the place of backups cannot be read: %v", err)
	case made.IsZero():
		a.r.Find("backup", upgrade.Todo, again, "there is no backup")
	case a.now().Sub(made) > backupLate:
		a.r.Find("backup", upgrade.Todo, again, "the last backup is of %s", made.UTC().Format(time.DateTime+" UTC"))
	case restored.IsZero():
		a.r.Find("backup", upgrade.Note, "intelliwiz backup verify.", "the last backup is of %s; none was ever proved by restoring it", made.UTC().Format(time.DateTime+" UTC"))
	default:
		a.r.Find("backup", upgrade.Fine, "", "the last is of %s; one was proved by restoring it at %s", made.UTC().Format(time.DateTime+" UTC"), restored.UTC().Format(time.DateTime+" UTC"))
	}
}

// lastBackups reads what is written about backups, without their keys. A folder that is not there has none, and is not made.
func (a *ahead) lastBackups(ctx context.Context) (made, restored time.Time, err error) {
	address, usual := a.cfg.Backup.Place.Reveal(), filepath.Join(a.cfg.Data, backups)
	folder := blob.Folder(address, usual)
	if info, err := os.Stat(folder); folder == "" || err == nil && info.IsDir() {
		place, err := blob.Open(address, usual)
		if err != nil {
			return made, restored, err
		}
		s := backup.New(backup.Config{Place: place, Now: a.now, Log: a.log})
		if _, err := s.List(ctx); err != nil {
			return made, restored, err
		}
		made, restored = s.Standing(ctx)
	}
	return laterMark(a.cfg.Data, made), restored, nil
}

// flags names those whose day is over: they are decided in a version to come, or were to be in this one.
func (a *ahead) flags() {
	if over := overdueFlags(a.now()); len(over) > 0 {
		a.r.Find("flags", upgrade.Note, "", "the day of these flags is over: %v", over)
		return
	}
	a.r.Find("flags", upgrade.Fine, "", "the day of none is over")
}

// withCode gives an error an exit code of its own; nil stays nil.
func withCode(code int, err error) error {
	if err == nil {
		return nil
	}
	return coded{code, err}
}

type coded struct {
	code int
	err  error
}

// Error is that of the error within.
func (c coded) Error() string { return fmt.Sprint(c.err) }
