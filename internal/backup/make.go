package backup

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/blob"
	"intelliwiz/internal/fault"
)

// Info is what is written about a backup beside it, signed. It tells nothing of what is in it.
type Info struct {
	Name       string    `json:"name"`
	At         time.Time `json:"at"`
	Product    string    `json:"product"`
	Engine     string    `json:"engine"`
	Schema     int64     `json:"schema"`
	Size       int64     `json:"size"` // bytes, encrypted
	SHA256     string    `json:"sha256"`
	Recipients []string  `json:"recipients"` // public keys
	MAC        string    `json:"mac"`

	Verified *Verified `json:"verified,omitempty"` // the last verification; nil = there was none
}

// Verified is the outcome of a verification that found nothing wrong.
type Verified struct {
	At       time.Time `json:"at"`
	Restored bool      `json:"restored"`        // it was restored into a scratch store; otherwise only the encrypted bytes are what was written
	Tables   int       `json:"tables"`          // whose rows were counted
	Rows     int64     `json:"rows"`            // in all of them
	Files    int64     `json:"files"`           // that were read
	Audit    string    `json:"audit,omitempty"` // what was found about the journal
}

// The names of what is kept of a backup; a name is a blob's key.
const (
	archiveEnd  = ".age"
	infoEnd     = ".json"
	verifiedEnd = ".verified"
)

var named = regexp.MustCompile(`^iw-\d{8}-\d{9}-[0-9a-f]{8}$`)

// Make makes one backup, and then removes those that need not be kept. What fails leaves nothing.
func (s *Service) Make(ctx context.Context) (_ Info, err error) {
	dir, done, err := s.scratch()
	if err != nil {
		return Info{}, err
	}
	defer func() { err = errors.Join(err, done()) }()
	texts, to, err := s.recipients()
	if err != nil {
		return Info{}, err
	}
	at := s.c.Now().UTC().Truncate(time.Millisecond)
	anchors, err := s.anchorsNow(dir) // before the database, which then has all that they are of
	if err != nil {
		return Info{}, err
	}
	database := filepath.Join(dir, "database")
	state, err := s.c.Database.Dump(ctx, database)
	if err != nil {
		return Info{}, err
	}
	m := Manifest{Format: format, Product: s.c.Product, At: at, State: state, Keys: s.c.Keys}
	if m.Database, err = hashOf(database); err != nil {
		return Info{}, err
	}
	i := Info{Name: fmt.Sprintf("iw-%s%03d-%s", stamp(at), at.Nanosecond()/1e6, drawn()), At: at, Product: m.Product, Engine: m.Engine, Schema: m.Schema, Recipients: texts}
	archive := filepath.Join(dir, "archive")
	out, err := os.OpenFile(archive, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) //nolint:gosec // our own folder
	if err != nil {
		return Info{}, err
	}
	defer out.Close() //nolint:errcheck // what was written has been read again
	h := sha256.New()
	if _, err = s.write(ctx, io.MultiWriter(out, h), to, m, database, anchors); err != nil {
		return Info{}, fmt.Errorf("write the backup: %w", err)
	}
	i.SHA256 = hex.EncodeToString(h.Sum(nil))
	if i.Size, err = out.Seek(0, io.SeekCurrent); err != nil {
		return Info{}, err
	}
	if _, err = out.Seek(0, io.SeekStart); err != nil {
		return Info{}, err
	}
	return s.put(ctx, i, out)
}

// anchorsNow copies the anchors; there may be none yet.
func (s *Service) anchorsNow(dir string) (string, error) {
	to := filepath.Join(dir, anchorsPart)
	f, err := os.Open(s.c.Anchors) //nolint:gosec // the data folder
	if errors.Is(err, os.ErrNotExist) {
		return to, os.WriteFile(to, nil, 0o600)
	}
	if err != nil {
		return "", err
	}
	return to, errors.Join(writeAll(to, f), f.Close())
}

// put keeps an archive, and after it what is written about it: an archive of which nothing is written is none.
func (s *Service) put(ctx context.Context, i Info, archive io.Reader) (Info, error) {
	if err := s.c.Place.Put(ctx, i.Name+archiveEnd, archive, i.Size); err != nil {
		return Info{}, fmt.Errorf("keep the backup: %w", err)
	}
	i.MAC = i.sign(s.c.Sign())
	if err := s.putJSON(ctx, i.Name+infoEnd, i); err != nil {
		return Info{}, err
	}
	return i, s.thin(ctx)
}

func (s *Service) putJSON(ctx context.Context, key string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := s.c.Place.Put(ctx, key, strings.NewReader(string(raw)), int64(len(raw))); err != nil {
		return fmt.Errorf("keep what is known of the backup: %w", err)
	}
	return nil
}

func drawn() string {
	raw := make([]byte, 4)
	_, _ = rand.Read(raw) // never fails: the runtime stops the process instead
	return hex.EncodeToString(raw)
}

// sign gives the signature of everything that is written when a backup is made.
func (i Info) sign(key []byte) string {
	i.MAC, i.Verified = "", nil
	raw, _ := json.Marshal(i) // texts and numbers
	own := hmac.New(sha256.New, key)
	own.Write([]byte("backup"))
	h := hmac.New(sha256.New, own.Sum(nil)) // a key of its own: the other signs other things
	h.Write(raw)
	return hex.EncodeToString(h.Sum(nil))
}

// signed refuses what this installation, or the one whose keys it has, did not write.
func (s *Service) signed(i Info) error {
	if slices.ContainsFunc(s.c.Know(), func(key []byte) bool { return hmac.Equal([]byte(i.sign(key)), []byte(i.MAC)) }) {
		return nil
	}
	return damaged(errors.New("what is written about it was not signed by this installation"))
}

// List gives the backups that are kept, the newest first.
func (s *Service) List(ctx context.Context) ([]Info, error) {
	var names []string
	verified := map[string]bool{}
	err := s.c.Place.Each(ctx, func(b blob.Info) error {
		if name, ok := strings.CutSuffix(b.Key, infoEnd); ok && named.MatchString(name) {
			names = append(names, name)
		} else if name, ok := strings.CutSuffix(b.Key, verifiedEnd); ok {
			verified[name] = true
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	slices.Sort(names)
	slices.Reverse(names)
	out := make([]Info, 0, len(names))
	for _, name := range names {
		i, err := s.info(ctx, name, verified[name])
		if fault.KindOf(err) == fault.NotFound {
			continue // it went away meanwhile
		}
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, nil
}

// info reads what is written about a backup.
func (s *Service) info(ctx context.Context, name string, verified bool) (i Info, err error) {
	if err := s.getJSON(ctx, name+infoEnd, &i); err != nil {
		return i, err
	}
	if i.Name != name {
		return i, damaged(fmt.Errorf("%s is about %q", name+infoEnd, i.Name))
	}
	i.Verified = nil
	if verified {
		err = s.getJSON(ctx, name+verifiedEnd, &i.Verified)
	}
	return i, err
}

const mostInfo = 1 << 20 // bytes: what is written about a backup is small

func (s *Service) getJSON(ctx context.Context, key string, v any) error {
	f, err := s.c.Place.Open(ctx, key)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	if err := json.NewDecoder(io.LimitReader(f, mostInfo)).Decode(v); err != nil {
		return damaged(err)
	}
	return nil
}

// Find gives a backup by its name; "" is the newest.
func (s *Service) Find(ctx context.Context, name string) (Info, error) {
	all, err := s.List(ctx)
	if err != nil {
		return Info{}, err
	}
	for _, i := range all {
		if name == "" || i.Name == name {
			return i, nil
		}
	}
	return Info{}, fault.Missing("backup")
}
