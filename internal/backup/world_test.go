package backup_test

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/backup"
	"intelliwiz/internal/blob"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/db/whole"
	"intelliwiz/internal/id"
)

// place is an installation: a database with some tenants, files, and a folder of backups.
type place struct {
	*backup.Service
	t     testing.TB
	dir   string
	url   string
	now   *clock.Hand
	c     backup.Config
	audit error // what the check of the journal answers
}

func newPlace(t testing.TB, engine string) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir(), url: dbtest.URL(t, engine), now: clock.At(time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC))}
	database, err := whole.Open(p.url, "")
	p.must(err)
	own := ""
	p.c = backup.Config{
		Database: database, Files: filepath.Join(p.dir, "files"), Scratch: filepath.Join(p.dir, "work"), Anchors: filepath.Join(p.dir, "anchors.jsonl"),
		Own: func(make func() (string, error)) (_ string, err error) {
			if own == "" {
				own, err = make()
			}
			return own, err
		},
		Keys: map[string][]string{"audit": {"a1"}}, Sign: func() []byte { return []byte("key") }, Know: func() [][]byte { return [][]byte{[]byte("key")} },
		Check:   func(context.Context, string, string) (string, error) { return "whole", p.audit },
		Product: "1.2.3", Schema: 1 << 30, Keep: backup.Keep{Days: 7}, Now: p.now.Now, Log: slog.New(slog.DiscardHandler),
	}
	p.c.Blobs, err = blob.NewDisk(p.c.Files)
	p.must(err)
	p.c.Place, err = blob.NewDisk(filepath.Join(p.dir, "backups"))
	p.must(err)
	p.Service = backup.New(p.c)
	return p
}

// with is the same installation, set up in another way.
func (p *place) with(change func(*backup.Config)) *backup.Service {
	c := p.c
	change(&c)
	return backup.New(c)
}

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// grow writes a tenant and a file.
func (p *place) grow(content string) {
	p.t.Helper()
	p.tenant()
	p.must(p.c.Blobs.Put(p.t.Context(), "f/"+id.New[id.Any]().String(), strings.NewReader(content), int64(len(content))))
}

func (p *place) tenant() { dbtest.Exec(p.t, p.url, insertTenant(p.url)) }

func insertTenant(url string) string {
	tenant := id.New[id.Tenant]().String()
	at := "1764000000000000"
	if !strings.HasPrefix(url, "sqlite:") {
		at = "now()"
	}
	return "insert into sys_tenants (id, code, active, created_at) values ('" + tenant + "', 't" + tenant + "', " + map[bool]string{true: "1", false: "true"}[strings.HasPrefix(url, "sqlite:")] + ", " + at + ")"
}

// tenants counts what is in the database, on SQLite by taking a copy.
func (p *place) tenants() (n int64) {
	p.t.Helper()
	if !strings.HasPrefix(p.url, "sqlite:") {
		c, err := pgx.Connect(p.t.Context(), p.url)
		p.must(err)
		p.must(c.QueryRow(p.t.Context(), "select count(*) from sys_tenants").Scan(&n))
		p.must(c.Close(p.t.Context()))
		return n
	}
	s, err := p.c.Database.Dump(p.t.Context(), filepath.Join(p.t.TempDir(), "copy"))
	p.must(err)
	return s.Tenants
}

// files gives what all files hold, in order.
func (p *place) files() (all []string) {
	p.t.Helper()
	p.must(filepath.WalkDir(p.c.Files, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		all = append(all, string(raw))
		return err
	}))
	slices.Sort(all)
	return all
}

// archive is the file of a backup.
func (p *place) archive(i backup.Info) string { return filepath.Join(p.dir, "backups", i.Name+".age") }

// litter names what is left beside databases and files.
func (p *place) litter() (all []string) {
	p.t.Helper()
	for _, pattern := range []string{filepath.Join(p.dir, "*beside*"), filepath.Join(p.dir, "work", "work-*"), strings.TrimPrefix(p.url, "sqlite:") + ".beside*"} {
		found, err := filepath.Glob(pattern)
		p.must(err)
		all = append(all, found...)
	}
	return all
}

// key makes an identity and its public key.
func (p *place) key() (identity, recipient string) {
	p.t.Helper()
	identity, recipient, err := backup.Generate()
	p.must(err)
	return identity, recipient
}
