// Package backup makes backups of an installation, encrypted to public keys so that who makes them need not be able to read them, and proves them
// by restoring them into a scratch store. A backup is the database of one moment and every file that it may name, in one archive; what is in one
// never replaces anything before all of it was read and found right. It refuses archives that are damaged, newer than the program, or of
// another engine. Whether the journal in them is whole it asks whoever knows journals.
package backup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"filippo.io/age"

	"intelliwiz/internal/blob"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db/whole"
	"intelliwiz/internal/fault"
)

// Config is what a service is built from.
type Config struct {
	Database whole.Database
	Blobs    blob.Store // the files of records
	Files    string     // the folder behind Blobs; "" = they are in a bucket
	Place    blob.Store // where backups are kept
	Scratch  string     // folder for what is being made: a backup needs room for the database and for itself
	Anchors  string     // file of the journal's anchors

	Recipients []string // age public keys; none = that of Own
	Identities string   // age identities, by which backups are read; "" = that of Own, if there are no recipients
	// Own gives the identity of the installation itself, made by make when there is none yet.
	Own func(make func() (string, error)) (string, error)
	// Keys are the marks of the keys that what is in the database needs, by name; never the keys.
	Keys map[string][]string
	Sign func() []byte // the key that signs what is written about a backup beside it
	Know func() [][]byte

	// Check looks at a restored database: whether it takes this version's schema and the journal is whole. It says so in words.
	Check   func(ctx context.Context, url, anchors string) (string, error)
	Product string // version of the program
	Schema  int64  // the newest that it knows
	Keep    Keep
	Now     clock.Now
	Log     *slog.Logger
}

// Keep says how many backups stay: the last of each of so many days, weeks and months that have one.
type Keep struct{ Days, Weeks, Months int }

// Service makes, lists, verifies and restores. Make one with New.
type Service struct {
	c        Config
	standing standing
}

// New makes a service; nothing is read yet.
func New(c Config) *Service { return &Service{c: c} }

// Generate makes an identity and its public key.
func Generate() (identity, recipient string, err error) {
	i, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", fmt.Errorf("make a key for backups: %w", err)
	}
	return i.String(), i.Recipient().String(), nil
}

// Recipient checks a public key.
func Recipient(text string) error {
	if _, err := age.ParseRecipients(strings.NewReader(text)); err != nil {
		return errors.New("is not a public key of age, which begins with age1")
	}
	return nil
}

// own gives the identity of the installation, made by make when there is none.
func (s *Service) own(make func() (string, error)) (*age.X25519Identity, error) {
	text, err := s.c.Own(make)
	if err != nil {
		return nil, err
	}
	i, err := age.ParseX25519Identity(text)
	if err != nil {
		return nil, errors.New("the backup key of this installation is damaged") // without the cause, which could quote it
	}
	return i, nil
}

// recipients are who can read the next backup.
func (s *Service) recipients() (texts []string, all []age.Recipient, err error) {
	if len(s.c.Recipients) == 0 {
		i, err := s.own(func() (string, error) { identity, _, err := Generate(); return identity, err })
		if err != nil {
			return nil, nil, err
		}
		return []string{i.Recipient().String()}, []age.Recipient{i.Recipient()}, nil
	}
	all, err = age.ParseRecipients(strings.NewReader(strings.Join(s.c.Recipients, "\n")))
	if err != nil {
		return nil, nil, fault.Of(fault.Invalid, "A public key that backups are to be encrypted to is none.").Because(err)
	}
	return s.c.Recipients, all, nil
}

// errNone says that the installation has no key of its own.
var errNone = errors.New("there is no key")

// identities are what a backup is read by: those given, or those configured and that of the installation, if the backup is encrypted to it. None is
// no error.
func (s *Service) identities(i Info, given string) (all []age.Identity, err error) {
	text := given
	if text == "" {
		text = s.c.Identities
	}
	if text != "" {
		if all, err = age.ParseIdentities(strings.NewReader(text)); err != nil {
			return nil, fault.Of(fault.Invalid, "The file of the key is none of an age identity.") // without the cause, which could quote it
		}
	}
	if given != "" {
		return all, nil
	}
	own, err := s.own(func() (string, error) { return "", errNone })
	if errors.Is(err, errNone) {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	if slices.Contains(i.Recipients, own.Recipient().String()) {
		all = append(all, own)
	}
	return all, nil
}

// scratch makes a folder for this piece of work, of which there is one at a time on a machine.
func (s *Service) scratch() (dir string, done func() error, err error) {
	if err := os.MkdirAll(s.c.Scratch, 0o700); err != nil {
		return "", nil, fmt.Errorf("make the scratch folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(s.c.Scratch, "lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // our own folder
	if err != nil {
		return "", nil, fmt.Errorf("lock the scratch folder: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return "", nil, errors.Join(fault.Of(fault.Conflict, "Another backup or restore is at work. Try again when it is done.").Because(whole.ErrBusy), lock.Close())
	}
	if err := s.sweep(); err != nil {
		return "", nil, errors.Join(err, lock.Close())
	}
	if dir, err = os.MkdirTemp(s.c.Scratch, "work-"); err != nil {
		return "", nil, errors.Join(err, lock.Close())
	}
	return dir, func() error { return errors.Join(os.RemoveAll(dir), lock.Close()) }, nil
}

// sweep removes what a crash left: who holds the lock is alone.
func (s *Service) sweep() error {
	left, err := filepath.Glob(filepath.Join(s.c.Scratch, "work-*"))
	for _, dir := range left {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

// stamp is a moment in a name.
func stamp(at time.Time) string { return at.UTC().Format("20060102-150405") }
