// Package blob keeps bytes under keys that the caller chooses: in a folder, or in a bucket of a server that speaks S3. Bytes are whole or
// not there: what fails half way leaves nothing. It also signs short-lived links. It knows no owner and no type, and refuses keys that
// could lead out of its place.
package blob

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"time"

	"intelliwiz/internal/fault"
)

// Store keeps bytes. Faults are NotFound for a key that has none, Full when there is no room, Unavailable when the place is away.
type Store interface {
	// Put keeps the size bytes that r has under a key, over what was there. When there are fewer, or reading fails, nothing is kept.
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	// Open gives the bytes of a key. The caller closes.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Delete forgets a key; one that has no bytes is none of its business.
	Delete(ctx context.Context, key string) error
	// Each tells of every key, in no order; an error of do ends it and is given back.
	Each(ctx context.Context, do func(Info) error) error
}

// Info is what is known of the bytes of a key.
type Info struct {
	Key  string
	Size int64     // bytes
	At   time.Time // when they were put, by the clock of the place
}

// Open makes the store of an address: "" and file:FOLDER are a folder (dir without one), s3://[KEY:SECRET@]BUCKET?endpoint=HOST... a
// bucket: see the documentation of S3 below.
func Open(address, dir string) (Store, error) {
	if folder := Folder(address, dir); folder != "" {
		return NewDisk(folder)
	}
	if strings.HasPrefix(address, "s3:") {
		u, err := url.Parse(address)
		if err != nil {
			return nil, fmt.Errorf("address of files: %w", stripped(err))
		}
		return NewS3(u)
	}
	return nil, fmt.Errorf("address of files: a scheme that is not known")
}

// Folder gives the folder that an address means, dir without one; "" = it is no folder.
func Folder(address, dir string) string {
	scheme, rest, _ := strings.Cut(address, ":")
	switch scheme {
	case "":
		return dir
	case "file":
		return strings.TrimPrefix(rest, "//")
	}
	return ""
}

// stripped takes the address, which has a secret, out of an error about it.
func stripped(err error) error {
	if e, ok := err.(*url.Error); ok { //nolint:errorlint // Parse returns it bare
		return e.Err
	}
	return err
}

var key = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*){0,7}(\.[a-z0-9]{1,8})?$`)

// checked refuses a key that is no plain path: a defect of the caller, for keys are never what a user typed.
func checked(k string) error {
	if len(k) > 200 || !key.MatchString(k) {
		return fmt.Errorf("not a key of a blob: %q", k)
	}
	return nil
}

func missing() *fault.Fault { return fault.Missing("content") }

// exactly reads size bytes of r and fails for more or fewer.
type exactly struct {
	r    io.Reader
	left int64
}

// errSize is a defect of the caller, or an upload that was cut.
var errSize = fmt.Errorf("the content is not as long as it was said to be")

// Read reads on; the end comes after exactly so many bytes or is an error.
func (e *exactly) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.left -= int64(n)
	switch {
	case e.left < 0, err == io.EOF && e.left > 0: //nolint:errorlint // readers return it bare
		return 0, errSize
	}
	return n, err
}
