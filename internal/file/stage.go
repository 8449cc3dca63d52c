package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/picture"
	"intelliwiz/internal/recording"
)

// Scanner says what is known to be harmful: its name, "" for nothing. A fault of it is one of the upload.
type Scanner interface {
	Scan(ctx context.Context, content io.Reader) (found string, err error)
}

// ready is an upload that was looked at, and is as it will be kept.
type ready struct {
	name, media   string
	ending        string
	size          int64
	hash          string
	width, height *int64
	small         []byte // of a picture
	body          *os.File
}

// scratch makes a file that nobody else sees and that is gone when it is closed, whatever happens.
func (s *Service) scratch() (*os.File, error) {
	f, err := os.CreateTemp(s.c.Scratch, "upload-*") // mode 0600
	if err != nil {
		return nil, noRoom(err)
	}
	if err := os.Remove(f.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) { // another process that starts may have been faster
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// receive takes the content into a file as it comes, up to the limit.
func (s *Service) receive(r io.Reader) (_ *os.File, size int64, err error) {
	f, err := s.scratch()
	if err != nil {
		return nil, 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	size, err = io.Copy(f, io.LimitReader(r, s.c.Max+1))
	switch {
	case err != nil:
		return nil, 0, noRoom(err)
	case size > s.c.Max:
		return nil, 0, refused("too_large", fmt.Sprintf("This file is larger than %s, which is the most that is taken.", inWords(s.c.Max)))
	case size == 0:
		return nil, 0, refused("empty", "This file is empty.")
	}
	return f, size, nil
}

// inspect finds out what a received file is, has it scanned, and makes of it what will be kept. body may be another file than in, which
// stays the caller's.
func (s *Service) inspect(ctx context.Context, all []kind, sent string, in *os.File, size int64) (out ready, err error) {
	stem, ending := cleanName(sent)
	c := content{in, size}
	k, err := kindOf(all, ending, c)
	if err != nil {
		return ready{}, err
	}
	if s.c.Scanner != nil {
		found, err := s.c.Scanner.Scan(ctx, c.reader())
		if err != nil {
			return ready{}, err
		}
		if found != "" {
			s.c.Log.WarnContext(ctx, "a harmful upload was refused", "found", found)
			return ready{}, refused("harmful", "A virus scanner knows this file as harmful, so it is not taken.")
		}
	}
	if ending == "" {
		ending = k.endings[0]
	}
	out = ready{name: stem + ending, media: k.media, ending: ending, size: size, body: in}
	switch {
	case k.picture != "":
		err = s.paint(ctx, k.picture, stem, &out)
	case k.record != "":
		if out.media, err = recording.Clean(k.record, in, size); errors.Is(err, recording.ErrBroken) {
			err = refused("broken", "This recording cannot be read. It may be damaged, or not whole.").Because(err)
		}
	default:
		err = k.check(c)
	}
	if err != nil {
		return ready{}, err
	}
	return out, out.sum()
}

// paint replaces a picture by one that is written anew.
func (s *Service) paint(ctx context.Context, f picture.Format, stem string, out *ready) error {
	painted, err := s.scratch()
	if err != nil {
		return err
	}
	info, err := s.pictures.Clean(ctx, f, io.NewSectionReader(out.body, 0, out.size), painted)
	if err == nil {
		out.size, err = painted.Seek(0, io.SeekEnd)
	}
	if err != nil {
		return errors.Join(unpaintable(err), painted.Close())
	}
	w, h := int64(info.Width), int64(info.Height)
	out.body, out.width, out.height, out.small = painted, &w, &h, info.Small
	out.media = "image/" + string(info.Format)
	if out.ending = ".png"; info.Format == picture.JPEG {
		out.ending = ".jpg"
	}
	out.name = stem + out.ending
	return nil
}

func unpaintable(err error) error {
	switch {
	case errors.Is(err, picture.ErrPixels):
		return refused("pixels", "This picture has more than 40 million pixels. Make it smaller and try again.").Because(err)
	case errors.Is(err, picture.ErrBroken):
		return refused("broken", "This picture cannot be read. It may be damaged, or not whole.").Because(err)
	case errors.Is(err, context.DeadlineExceeded):
		f := fault.Of(fault.Unavailable, "Reading this picture takes too long at the moment. Try again in a while.").Because(err)
		f.RetryAfter = 30 * time.Second
		return f
	}
	return noRoom(err)
}

// sum computes the hash of what will be kept.
func (r *ready) sum() error {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(r.body, 0, r.size)); err != nil {
		return noRoom(err)
	}
	r.hash = hex.EncodeToString(h.Sum(nil))
	return nil
}

// noRoom names a full disk; other errors pass.
func noRoom(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.Of(fault.Full, "There is no room for files left. An administrator has been told.").Because(err)
	}
	return err
}

// inWords writes a number of bytes: "20 MB".
func inWords(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.3g GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.3g MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.3g kB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}

// openScratch makes the folder for uploads on their way, and clears what a crash left.
func openScratch(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder for uploads: %w", err)
	}
	old, err := filepath.Glob(filepath.Join(dir, "upload-*"))
	if err != nil {
		return err
	}
	for _, path := range old { // only one that was made and not yet removed: a moment at most
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("clear the folder for uploads: %w", err)
		}
	}
	return nil
}
