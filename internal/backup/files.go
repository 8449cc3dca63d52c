package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"intelliwiz/internal/blob"
	"intelliwiz/internal/fault"
)

// besideFiles takes files into a folder beside theirs; into a bucket only those that are not there: under a key the bytes never change.
type besideFiles struct {
	ctx  context.Context //nolint:containedctx // lives as long as one restore
	into blob.Store
	to   string // the folder that is to be replaced; "" = a bucket
	at   string
}

func (s *Service) besideFiles(ctx context.Context) (*besideFiles, error) {
	b := &besideFiles{ctx: ctx, into: s.c.Blobs, to: s.c.Files}
	if b.to == "" {
		return b, nil
	}
	b.at = b.to + ".beside-" + drawn()
	disk, err := blob.NewDisk(b.at)
	if err != nil {
		return nil, err
	}
	b.into = disk
	return b, nil
}

func (b *besideFiles) take(key string, size int64, r io.Reader) error {
	if b.to == "" {
		have, err := b.into.Open(b.ctx, key)
		if err == nil {
			_, err = io.Copy(io.Discard, r)
			return errors.Join(err, have.Close())
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	return b.into.Put(b.ctx, key, r, size)
}

func (b *besideFiles) swap(when string) (aside string, err error) {
	if b.to == "" {
		return "", nil
	}
	return replace(b.at, b.to, when)
}

func (b *besideFiles) drop() error {
	if b.to == "" {
		return nil
	}
	err := os.RemoveAll(b.at)
	if disk, ok := b.into.(*blob.Disk); ok {
		err = errors.Join(err, disk.Close())
	}
	return err
}

// replace renames what is at from to the name to, and what was there aside.
func replace(from, to, when string) (aside string, err error) {
	aside = to + ".before-" + when
	switch err := os.Rename(to, aside); {
	case errors.Is(err, fs.ErrNotExist):
		aside = ""
	case err != nil:
		return "", fmt.Errorf("set %s aside: %w", to, err)
	}
	if err := os.Rename(from, to); err != nil {
		err = fmt.Errorf("put %s in place: %w", to, err)
		if aside != "" {
			err = errors.Join(err, os.Rename(aside, to))
		}
		return "", err
	}
	return aside, nil
}
