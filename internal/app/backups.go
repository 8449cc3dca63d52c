package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/backup"
	"intelliwiz/internal/blob"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/config"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/whole"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
)

// backing is what backups are made of.
type backing struct {
	cfg  config.Config
	live *liveKeys
	log  *slog.Logger
	now  clock.Now
	into string // a folder into which is restored, instead of the data folder; "" = none
}

// newBackups makes the service of backups. It opens no database: a backup is made of one that others use, and restored where none is.
func newBackups(b backing) (*backup.Service, error) {
	cfg := b.cfg
	for _, r := range cfg.Backup.Recipients {
		if err := backup.Recipient(r); err != nil {
			return nil, config.Faults{{Name: "IW_BACKUP_RECIPIENTS", Problem: err.Error()}}
		}
	}
	place, err := blob.Open(cfg.Backup.Place.Reveal(), filepath.Join(cfg.Data, backups))
	if err != nil {
		return nil, config.Faults{{Name: "IW_BACKUP_URL", Problem: err.Error()}}
	}
	c := backup.Config{
		Place: place, Scratch: filepath.Join(cfg.Data, "backup-work"), Anchors: filepath.Join(cfg.Data, anchorsFile),
		Recipients: cfg.Backup.Recipients, Identities: cfg.Backup.Identity.Reveal(), Keys: b.marks(),
		Own: func(make func() (string, error)) (string, error) {
			return config.OpenText(cfg.Data, config.BackupKey, make)
		},
		Sign: func() []byte { _, key := b.live.audit().Newest(); return key }, Know: b.live.audit().All,
		Check: b.check, Product: Version, Keep: backup.Keep(cfg.Backup.Keep), Now: b.now, Log: b.log,
	}
	if c.Schema, err = db.Newest(); err != nil {
		return nil, err
	}
	url, files := cfg.Database.Migrate.Reveal(), blob.Folder(cfg.Servers.Blob.Reveal(), filepath.Join(cfg.Data, "files"))
	if url == "" {
		url = cfg.Database.URL.Reveal()
	}
	address := cfg.Servers.Blob.Reveal()
	if b.into != "" {
		url, files, address = "sqlite:"+filepath.Join(b.into, "intelliwiz.db"), filepath.Join(b.into, "files"), ""
		c.Scratch, c.Anchors = filepath.Join(b.into, "backup-work"), filepath.Join(b.into, anchorsFile)
	}
	if c.Database, err = whole.Open(url, cfg.Backup.Reader.Reveal()); err != nil {
		return nil, err
	}
	c.Files = files
	if c.Blobs, err = blob.Open(address, files); err != nil {
		return nil, config.Faults{{Name: "BLOB_URL", Problem: err.Error()}}
	}
	return backup.New(c), nil
}

// marks tell the keys of the installation apart without telling them.
func (b backing) marks() map[string][]string {
	out := map[string][]string{}
	for name, ring := range map[config.KeyName]liveRing{config.AuditKey: b.live.audit(), config.AnchorKey: b.live.anchor(), config.ColumnsKey: b.live.columns()} {
		for _, key := range ring.All() {
			sum := sha256.Sum256(append([]byte("mark of a key\x00"), key...))
			out[string(name)] = append(out[string(name)], fmt.Sprintf("%x", sum[:6]))
		}
	}
	return out
}

// check brings a restored database to this version's schema and verifies the journal of every tenant in it.
func (b backing) check(ctx context.Context, url, anchors string) (string, error) {
	o := db.Options{URL: url, Log: b.log}
	if err := db.Migrate(ctx, o); err != nil {
		return "", err
	}
	d, err := db.Open(ctx, o)
	if err != nil {
		return "", err
	}
	defer d.Close()
	return b.audit(ctx, d, filepath.Dir(anchors))
}

// audit verifies the journal of every tenant of a database, with the anchors of a folder, and says what it found.
func (b backing) audit(ctx context.Context, d *db.DB, anchors string) (string, error) {
	kept, err := cache.New(cache.Config{Entries: 100, TTL: time.Minute, Now: b.now, Log: b.log})
	if err != nil {
		return "", err
	}
	s := &services{anchors: &anchorFile{dir: anchors, log: b.log}}
	s.journal = journal.New(journal.Config{DB: d, Keys: b.live.audit().All, Seeds: b.live.anchor().All, Now: b.now, Log: b.log})
	s.org = org.New(org.Config{DB: d, Journal: s.journal, Cache: kept, Now: b.now, Log: b.log, Permissions: permissions()})
	var rows, tenants, aside int64
	var wrong []string
	sound, err := verifyTenants(ctx, s, func(r journal.Report) error {
		rows, tenants = rows+r.Rows+r.Waiting, tenants+1
		for _, x := range r.Asides {
			aside += x.Last - x.First + 1
		}
		for _, f := range r.Findings {
			wrong = append(wrong, f.Words)
		}
		return nil
	}, func(a journal.Anchor) { wrong = append(wrong, "Tenant "+a.Tenant.String()+" is gone.") })
	if err != nil {
		return "", err
	}
	if !sound {
		return "", fault.Of(fault.Conflict, "The audit trail in the backup is not whole: "+strings.Join(wrong[:min(3, len(wrong))], " "))
	}
	words := fmt.Sprintf("%d rows of the audit trail of %d organisations are whole", rows, tenants)
	if aside > 0 {
		words += fmt.Sprintf(", %d more are set aside", aside)
	}
	return words, nil
}

// backups is the folder in the data folder where backups are, and where one that is made in another way leaves its mark.
const backups = "backups"

// lastBackups says when the last backup was made, ours or one that left its mark, and when one of ours was proved.
func (s *services) lastBackups(ctx context.Context) (made, restored time.Time) {
	made, restored = s.backups.Standing(ctx)
	return laterMark(s.cfg.Data, made), restored
}

// laterMark is when the mark of a backup that is made in another way was left, or made, if that is later.
func laterMark(data string, made time.Time) time.Time {
	if info, err := os.Stat(filepath.Join(data, backups, "last")); err == nil && info.ModTime().After(made) {
		return info.ModTime()
	}
	return made
}

// backedUp is lastBackups in seconds since 1970, for the metrics.
func (s *services) backedUp() (made, restored float64) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second) //nolint:forbidigo // metrics are read at any time, by nobody's request
	defer cancel()
	seconds := func(at time.Time) float64 {
		if at.IsZero() {
			return 0
		}
		return float64(at.Unix())
	}
	m, r := s.lastBackups(ctx)
	return seconds(m), seconds(r)
}

// backupWork makes a backup when it is time.
type backupWork struct{}

// Kind names the work.
func (backupWork) Kind() string { return "backup.make" }

// Most is how long a backup and its verification may take.
func (backupWork) Most() time.Duration { return 6 * time.Hour }

// openBackups makes the service of backups, and has it asked every hour whether it is time; what failed is tried again then.
func (s *services) openBackups() (err error) {
	s.backups, err = newBackups(backing{cfg: s.cfg, live: s.live, log: s.log, now: s.now})
	every := s.cfg.Backup.Every
	if err != nil || every == 0 {
		return err
	}
	job.Every(s.jobs, min(every, time.Hour), backupWork{}, func(ctx context.Context, _ actor.Actor, _ backupWork) error {
		err := s.backups.Scheduled(ctx, every)
		if errors.Is(err, whole.ErrBusy) {
			return nil // somebody makes one by hand
		}
		return err
	})
	return nil
}
