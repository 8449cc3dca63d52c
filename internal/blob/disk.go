package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Disk keeps bytes in a folder, which only this process's account can read.
type Disk struct{ root *os.Root }

// staging is where files are written before they are whole. No key begins so.
const staging = ".staging"

// NewDisk makes the store of a folder, which is made if it is not there.
func NewDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of files: %w", err)
	}
	d := &Disk{root: root}
	if err := root.Mkdir(staging, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make the folder of files: %w", err)
	}
	return d, d.clear()
}

// clear removes what crashes left half written a day ago or longer; younger files may be another process's at work.
func (d *Disk) clear() error {
	left, err := fs.ReadDir(d.root.FS(), staging)
	if err != nil {
		return fmt.Errorf("clear the folder of files: %w", err)
	}
	for _, e := range left {
		info, err := e.Info()
		if err == nil && time.Since(info.ModTime()) > 24*time.Hour { //nolint:forbidigo // a file's time is one of the machine's clock
			err = d.root.Remove(staging + "/" + e.Name())
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("clear the folder of files: %w", err)
		}
	}
	return nil
}

// Put writes beside, flushes, and renames: whoever opens the key has the old bytes or the new ones. After it returns, a power cut
// does not lose them.
func (d *Disk) Put(ctx context.Context, key string, r io.Reader, size int64) (err error) {
	if err := checked(key); err != nil {
		return err
	}
	name := staging + "/" + id.New[id.Any]().String()
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return away(err)
	}
	defer func() {
		if err != nil {
			_ = d.root.Remove(name) // the next start clears what stays
		}
	}()
	_, err = io.Copy(f, &until{ctx, &exactly{r, size}})
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return away(err)
	}
	dir := path.Dir(key)
	if err := d.root.MkdirAll(dir, 0o700); err != nil {
		return away(err)
	}
	if err := d.root.Rename(name, key); err != nil {
		return away(err)
	}
	return away(d.sync(dir))
}

// sync makes the entries of a folder, and of those above it, as durable as their files.
func (d *Disk) sync(dir string) error {
	for {
		f, err := d.root.Open(dir)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil || dir == "." {
			return err
		}
		dir = path.Dir(dir)
	}
}

// Open opens the file of a key.
func (d *Disk) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	if err := checked(key); err != nil {
		return nil, err
	}
	f, err := d.root.Open(key)
	if err != nil {
		return nil, away(err)
	}
	return f, nil
}

// Delete removes the file of a key.
func (d *Disk) Delete(_ context.Context, key string) error {
	if err := checked(key); err != nil {
		return err
	}
	err := d.root.Remove(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return away(err)
}

// isKey says whether a file bears the name of a key.
func isKey(name string) bool { return checked(name) == nil }

// Each walks the folder. What goes away meanwhile is not told of, and what bears no name of a key is nobody's.
func (d *Disk) Each(ctx context.Context, do func(Info) error) error {
	var stopped error
	err := fs.WalkDir(d.root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case e.IsDir() && name == staging:
			return fs.SkipDir
		case !e.Type().IsRegular() || !isKey(name):
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return nil //nolint:nilerr // it went away meanwhile
		}
		stopped = do(Info{Key: name, Size: info.Size(), At: info.ModTime()})
		return stopped
	})
	if stopped != nil {
		return stopped
	}
	return away(err)
}

// Close lets the folder go.
func (d *Disk) Close() error { return d.root.Close() }

// away turns what the system says into a fault.
func away(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, errSize):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return missing().Because(err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fault.Of(fault.Full, "There is no room for files left. An administrator has been told.").Because(err)
	}
	return fmt.Errorf("files: %w", err)
}

// until reads on while a context lasts.
type until struct {
	ctx context.Context //nolint:containedctx // lives as long as one call
	r   io.Reader
}

// Read fails once the context has ended.
func (u *until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}
