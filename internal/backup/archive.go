package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"intelliwiz/internal/blob"
	"intelliwiz/internal/db/whole"
	"intelliwiz/internal/fault"
)

// format is the number of this form of archive: a tar, encrypted by age, of manifest.json, database, anchors.jsonl, files/KEY of every file, and
// end.json.
const format = 1

// The parts of an archive, in their order.
const (
	manifestPart = "manifest.json"
	databasePart = "database"
	anchorsPart  = "anchors.jsonl"
	filesPart    = "files/"
	endPart      = "end.json"
)

// Manifest says what is in an archive. It has no secret.
type Manifest struct {
	Format      int                 `json:"format"`
	Product     string              `json:"product"`
	At          time.Time           `json:"at"`
	whole.State                     // engine, schema, tenants, rows by table
	Database    string              `json:"database_sha256"`
	Keys        map[string][]string `json:"keys"` // marks of the keys that the content needs
}

// ending is what is known when all has been written.
type ending struct {
	Files  int64  `json:"files"`
	Bytes  int64  `json:"bytes"`
	Gone   int64  `json:"gone"`   // files that were removed while the backup was made
	SHA256 string `json:"sha256"` // of the keys, sizes and hashes of all files, in their order
}

// tally reckons an ending.
type tally struct {
	ending
	sum hash.Hash
}

func newTally() *tally { return &tally{sum: sha256.New()} }

func (t *tally) add(key string, size int64, sum []byte) {
	t.Files++
	t.Bytes += size
	t.sum.Write(fmt.Appendf(nil, "%s %d %x\n", key, size, sum)) // a hash never fails
}

func (t *tally) end() ending {
	e := t.ending
	e.SHA256 = hex.EncodeToString(t.sum.Sum(nil))
	return e
}

// write puts an archive together.
func (s *Service) write(ctx context.Context, out io.Writer, to []age.Recipient, m Manifest, database, anchors string) (ending, error) {
	sealed, err := age.Encrypt(out, to...)
	if err != nil {
		return ending{}, fmt.Errorf("encrypt: %w", err)
	}
	w := tar.NewWriter(sealed)
	sum := newTally()
	for _, step := range []func() error{
		func() error { return putJSON(w, manifestPart, m.At, m) },
		func() error { return putFile(w, databasePart, m.At, database) },
		func() error { return putFile(w, anchorsPart, m.At, anchors) },
		func() error { return s.putFiles(ctx, w, sum) },
		func() error { return putJSON(w, endPart, m.At, sum.end()) },
		w.Close, sealed.Close,
	} {
		if err := step(); err != nil {
			return ending{}, err
		}
	}
	return sum.end(), nil
}

func header(name string, size int64, at time.Time) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: at.UTC().Truncate(time.Second), Format: tar.FormatPAX}
}

func putJSON(w *tar.Writer, name string, at time.Time, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := w.WriteHeader(header(name, int64(len(raw)), at)); err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}

// putFile adds a file of the disk.
func putFile(w *tar.Writer, name string, at time.Time, path string) error {
	f, err := os.Open(path) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := w.WriteHeader(header(name, info.Size(), at)); err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

// putFiles adds every file of the store. One that is removed meanwhile is of a record that was too.
func (s *Service) putFiles(ctx context.Context, w *tar.Writer, sum *tally) error {
	return s.c.Blobs.Each(ctx, func(i blob.Info) error {
		f, err := s.c.Blobs.Open(ctx, i.Key)
		if fault.KindOf(err) == fault.NotFound {
			sum.Gone++
			return nil
		}
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // it was only read
		if err := w.WriteHeader(header(filesPart+i.Key, i.Size, i.At)); err != nil {
			return err
		}
		h := sha256.New()
		if _, err := io.Copy(io.MultiWriter(w, h), f); err != nil {
			return fmt.Errorf("file %s: %w", i.Key, err)
		}
		sum.add(i.Key, i.Size, h.Sum(nil))
		return nil
	})
}

// visitor takes the parts of an archive.
type visitor struct {
	manifest func(Manifest) error
	database func(r io.Reader) error
	anchors  func(r io.Reader) error
	file     func(key string, size int64, r io.Reader) error
}

// damaged refuses an archive whose end cannot be read, or whose content is not what was written.
func damaged(cause error) error {
	return fault.Of(fault.Conflict, "The backup is damaged: it is cut short, or was changed. Nothing was restored from it.").Because(cause)
}

// watched remembers that reading failed, whoever reads.
type watched struct {
	r   io.Reader
	err error
}

// Read reads on.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // readers return it bare
		w.err = err
	}
	return n, err
}

// read walks through an archive and checks each of its parts. What a visitor has taken is to be used only when read gives no error.
func read(archive io.Reader, keys []age.Identity, v visitor) (ending, error) {
	in := &watched{r: archive}
	plain, err := age.Decrypt(in, keys...)
	if err != nil {
		if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
			return ending{}, fault.Of(fault.Forbidden, "The key does not open this backup: it is encrypted to another one. Nothing was restored from it.").Because(err)
		}
		return ending{}, damaged(err)
	}
	body := &watched{r: plain}
	e, err := parts(tar.NewReader(body), v)
	if err == nil {
		_, err = io.Copy(io.Discard, body) // the last piece says that there is no more
	}
	if body.err != nil {
		return ending{}, damaged(body.err)
	}
	return e, err
}

func parts(t *tar.Reader, v visitor) (ending, error) {
	var m Manifest
	if err := nextJSON(t, manifestPart, &m); err != nil {
		return ending{}, err
	}
	if err := v.manifest(m); err != nil {
		return ending{}, err
	}
	if err := nextFile(t, databasePart, m.Database, v.database); err != nil {
		return ending{}, err
	}
	if err := nextFile(t, anchorsPart, "", v.anchors); err != nil {
		return ending{}, err
	}
	sum := newTally()
	for {
		h, err := t.Next()
		if err != nil {
			return ending{}, damaged(err)
		}
		key, isFile := strings.CutPrefix(h.Name, filesPart)
		if !isFile {
			return last(t, h, sum)
		}
		hashed := sha256.New()
		if err := v.file(key, h.Size, io.TeeReader(t, hashed)); err != nil {
			return ending{}, err
		}
		sum.add(key, h.Size, hashed.Sum(nil))
	}
}

// last compares the end with what was read.
func last(t *tar.Reader, h *tar.Header, sum *tally) (e ending, err error) {
	if h.Name != endPart {
		return e, damaged(fmt.Errorf("%s stands where the end should be", h.Name))
	}
	if err := json.NewDecoder(t).Decode(&e); err != nil {
		return e, damaged(err)
	}
	sum.Gone = e.Gone
	if got := sum.end(); got != e {
		return e, damaged(fmt.Errorf("%d files of %d bytes, and %d of %d were written", got.Files, got.Bytes, e.Files, e.Bytes))
	}
	return e, nil
}

func nextJSON(t *tar.Reader, name string, v any) error {
	h, err := t.Next()
	if err != nil || h.Name != name {
		return damaged(fmt.Errorf("no %s: %w", name, err))
	}
	if err := json.NewDecoder(t).Decode(v); err != nil {
		return damaged(err)
	}
	return nil
}

// nextFile gives a part to who takes it, reads what they left, and compares its hash.
func nextFile(t *tar.Reader, name, sum string, take func(io.Reader) error) error {
	h, err := t.Next()
	if err != nil || h.Name != name {
		return damaged(fmt.Errorf("no %s: %w", name, err))
	}
	hashed := sha256.New()
	r := io.TeeReader(t, hashed)
	if err := take(r); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return damaged(err)
	}
	if sum != "" && hex.EncodeToString(hashed.Sum(nil)) != sum {
		return damaged(fmt.Errorf("%s is not what was written", name))
	}
	return nil
}

// hashOf reads a file.
func hashOf(path string) (string, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // it was only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
