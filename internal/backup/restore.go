package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"

	"intelliwiz/internal/blob"
	"intelliwiz/internal/db/whole"
	"intelliwiz/internal/fault"
)

// Verify proves a backup, "" the newest: with a key by restoring it into a scratch store, where rows are counted, the journal is checked and every
// file is read; without one by the signature and the hash of what was written. given are age identities; "" = those of the configuration.
// What is found right is noted beside it.
func (s *Service) Verify(ctx context.Context, name, given string) (i Info, err error) {
	if i, err = s.Find(ctx, name); err != nil {
		return i, err
	}
	keys, err := s.identities(i, given)
	if err != nil {
		return i, err
	}
	dir, done, err := s.scratch()
	if err != nil {
		return i, err
	}
	defer func() { err = errors.Join(err, done()) }()
	v := Verified{At: s.c.Now().UTC()}
	if len(keys) == 0 {
		if err = s.signed(i); err == nil {
			err = s.compare(ctx, i, func(r io.Reader) error { _, err := io.Copy(io.Discard, r); return err })
		}
	} else {
		t := taking{s: s, dir: dir, take: func(_ string, _ int64, r io.Reader) error { _, err := io.Copy(io.Discard, r); return err }}
		if err = t.all(ctx, i, keys); err == nil {
			v.Restored, v.Tables, v.Rows, v.Files, v.Audit = true, len(t.m.Rows), total(t.m.Rows), t.end.Files, t.audit
		}
		err = errors.Join(err, t.drop(ctx))
	}
	if err != nil {
		return i, err
	}
	i.Verified = &v
	return i, s.putJSON(ctx, i.Name+verifiedEnd, v)
}

func total(rows map[string]int64) (n int64) {
	for _, x := range rows {
		n += x
	}
	return n
}

// compare reads the archive and holds its bytes to what was written about it.
func (s *Service) compare(ctx context.Context, i Info, use func(io.Reader) error) (err error) {
	f, err := s.c.Place.Open(ctx, i.Name+archiveEnd)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	h := sha256.New()
	in := io.TeeReader(f, h)
	if err := use(in); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return fmt.Errorf("read the backup: %w", err)
	}
	if hex.EncodeToString(h.Sum(nil)) != i.SHA256 {
		return damaged(errors.New("its hash is not the one that was written"))
	}
	return nil
}

// taking is an archive on its way into a database beside, and files wherever.
type taking struct {
	s       *Service
	dir     string
	anyKeys bool // the keys of the installation need not be those of the backup
	take    func(key string, size int64, r io.Reader) error

	i       Info
	m       Manifest
	beside  whole.Beside
	anchors string // the file of them
	end     ending
	audit   string
}

// all reads everything and checks everything.
func (t *taking) all(ctx context.Context, i Info, keys []age.Identity) error {
	t.i = i
	err := t.s.compare(ctx, i, func(r io.Reader) (err error) {
		t.end, err = read(r, keys, visitor{
			manifest: t.mayTake,
			database: func(r io.Reader) (err error) { t.beside, err = t.s.c.Database.Load(ctx, r); return err },
			anchors: func(r io.Reader) error {
				t.anchors = filepath.Join(t.dir, anchorsPart)
				return writeAll(t.anchors, r)
			},
			file: t.take,
		})
		return err
	})
	if err != nil {
		return err
	}
	have, err := t.beside.State(ctx)
	if err != nil {
		return err
	}
	if what := t.m.Differs(have); what != "" {
		return damaged(errors.New(what))
	}
	if t.anyKeys {
		t.audit = "the audit trail was not checked"
		return nil
	}
	t.audit, err = t.s.c.Check(ctx, t.beside.URL(), t.anchors)
	return err
}

func writeAll(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// mayTake refuses what this program, this database or these keys cannot take, and what somebody else made: to encrypt needs the public key only.
func (t *taking) mayTake(m Manifest) error {
	t.m = m
	switch {
	case m.Format > format || m.Schema > t.s.c.Schema:
		return fault.Of(fault.Conflict, fmt.Sprintf("The backup is of version %s (schema %d), newer than this program (schema %d): restore it with that version or a later one. Nothing was changed.", m.Product, m.Schema, t.s.c.Schema))
	case m.Engine != t.s.c.Database.Engine():
		return fault.Of(fault.Conflict, fmt.Sprintf("The backup is of %s, and this database is %s: restore it there, then `intelliwiz migrate-engine`. Nothing was changed.", m.Engine, t.s.c.Database.Engine()))
	}
	if t.anyKeys {
		return nil
	}
	for _, name := range []string{"audit", "anchor", "columns"} {
		for _, mark := range m.Keys[name] {
			if !slices.Contains(t.s.c.Keys[name], mark) {
				return fault.Of(fault.Conflict, fmt.Sprintf("What is in the backup needs the %s key %s, which this installation has not: put keys.json of that time in place, or say --keys-lost. Nothing was changed.", name, mark))
			}
		}
	}
	return t.s.signed(t.i)
}

func (t *taking) drop(ctx context.Context) error {
	if t.beside == nil {
		return nil
	}
	return t.beside.Drop(context.WithoutCancel(ctx))
}

// Ask says what is to be restored.
type Ask struct {
	Name     string // "" = the newest
	Identity string // age identities; "" = those of the configuration
	Replace  bool   // what is there may be set aside
	KeysLost bool   // the keys of that time are gone: what they sealed is lost, and the journal cannot be proved
}

// Restored says what is where.
type Restored struct {
	Info  Info
	Rows  int64
	Files int64
	Audit string
	Aside []string // what was there before
}

// Restore puts a backup in the place of the database and the files. Everything is written beside and checked, and swapped in at the end; what was
// there is set aside, not removed. The server must not run.
func (s *Service) Restore(ctx context.Context, a Ask) (out Restored, err error) {
	if out.Info, err = s.Find(ctx, a.Name); err != nil {
		return out, err
	}
	keys, err := s.identities(out.Info, a.Identity)
	if err != nil {
		return out, err
	}
	if len(keys) == 0 {
		return out, fault.Of(fault.Invalid, "Backups are encrypted to a public key: name the file of its identity with --identity.")
	}
	if err := s.mayReplace(ctx, a.Replace); err != nil {
		return out, err
	}
	dir, done, err := s.scratch()
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, done()) }()
	files, err := s.besideFiles(ctx)
	if err != nil {
		return out, err
	}
	t := taking{s: s, dir: dir, anyKeys: a.KeysLost, take: files.take}
	if err = t.all(ctx, out.Info, keys); err == nil {
		out.Rows, out.Files, out.Audit = total(t.m.Rows), t.end.Files, t.audit
		out.Aside, err = s.swap(ctx, &t, files)
	}
	return out, errors.Join(err, t.drop(ctx), files.drop())
}

// mayReplace refuses a place where somebody has worked.
func (s *Service) mayReplace(ctx context.Context, yes bool) error {
	if yes {
		return nil
	}
	empty, err := s.c.Database.Empty(ctx)
	if err != nil {
		return err
	}
	if s.c.Files != "" && empty {
		err = s.c.Blobs.Each(ctx, func(blob.Info) error { empty = false; return nil })
	}
	if err == nil && !empty {
		err = fault.Of(fault.Conflict, "There is something in the place already. With --yes it is set aside, not removed. Nothing was changed.")
	}
	return err
}

// swap puts everything in place: the database first, for it alone may be refused.
func (s *Service) swap(ctx context.Context, t *taking, files *besideFiles) (aside []string, err error) {
	when := stamp(s.c.Now())
	note := func(was string, err error) error {
		if was != "" {
			aside = append(aside, was)
		}
		return err
	}
	if err := note(t.beside.Swap(ctx, when)); err != nil {
		return aside, err
	}
	if err := note(files.swap(when)); err != nil {
		return aside, err
	}
	return aside, note(replace(t.anchors, s.c.Anchors, when))
}
