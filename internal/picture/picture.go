// Package picture makes harmless pictures of what people upload: it reads the size before it decodes, decodes, turns what a camera held
// sideways, and writes the pixels anew, so that nothing else of the file survives: no position, no comment, no second content. Memory, time
// and the number of pictures at once are bounded. It refuses what does not decode.
package picture

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// Format is how a picture is written.
type Format string

// The formats that are read. JPEG and PNG are written; a GIF becomes the PNG of its first frame, a WebP a JPEG or, with transparent
// parts, a PNG.
const (
	JPEG Format = "jpeg"
	PNG  Format = "png"
	GIF  Format = "gif"
	WebP Format = "webp"
)

// MaxPixels is how many pixels a picture may have.
const MaxPixels = 40_000_000

// maxBytes is what the pixels of one picture may take when decoded.
const maxBytes = 4 * MaxPixels

// maxWork is how many pixels all scans of a JPEG may paint together: a small file can ask for the same ones a thousand times.
const maxWork = 10 * MaxPixels

// What is wrong with a picture.
var (
	ErrBroken = errors.New("the picture cannot be read")
	ErrPixels = errors.New("the picture has too many pixels")
)

// Info says what was written.
type Info struct {
	Format        Format // JPEG or PNG
	Width, Height int    // pixels, as it is looked at
	Small         []byte // a JPEG of at most SmallSide pixels a side
}

// Cleaner cleans pictures, a few at once. Make one with New.
type Cleaner struct{ turns chan struct{} }

// New makes a Cleaner that works on so many pictures at once, each up to about 400 MB.
func New(parallel int) *Cleaner { return &Cleaner{turns: make(chan struct{}, max(parallel, 1))} }

// Scratch is a place for what is written: a file.
type Scratch interface {
	io.Writer
	io.Seeker
	Truncate(size int64) error
}

// Clean reads a picture of a format and writes it anew. ErrBroken and ErrPixels say what is wrong with it; the context's error when it
// takes longer than that allows.
func (c *Cleaner) Clean(ctx context.Context, f Format, src io.ReadSeeker, dst Scratch) (info Info, err error) {
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
	case <-ctx.Done():
		return Info{}, ctx.Err()
	}
	defer func() {
		if p := recover(); p != nil { // of a decoder
			err = fmt.Errorf("%w: panic: %v", ErrBroken, p)
		}
		if ctx.Err() != nil {
			err = ctx.Err()
		}
	}()
	img, err := decode(ctx, f, src)
	if err != nil {
		return Info{}, err
	}
	info = Info{Format: written(f, img), Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}
	if info.Small, err = small(img); err != nil {
		return Info{}, err
	}
	info.Format, err = write(ctx, info.Format, img, dst)
	return info, err
}

// written is the format in which a picture is written.
func written(f Format, img image.Image) Format {
	switch {
	case f == JPEG, f == WebP && opaque(img):
		return JPEG
	}
	return PNG
}

func opaque(img image.Image) bool {
	o, ok := img.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

// decode reads the head, and then the pixels if there are not too many, upright.
func decode(ctx context.Context, f Format, src io.ReadSeeker) (image.Image, error) {
	head, err := read(ctx, src, configs[f])
	if err != nil {
		return nil, broken(err)
	}
	if head.Width < 1 || head.Height < 1 {
		return nil, ErrBroken
	}
	if pixels := int64(head.Width) * int64(head.Height); pixels > MaxPixels || pixels*depth(head.ColorModel) > maxBytes {
		return nil, ErrPixels
	}
	turn := 1
	if f == JPEG {
		var scans int
		if turn, scans, err = lookAtJPEG(ctx, src); err != nil {
			return nil, err
		}
		if int64(scans)*int64(head.Width)*int64(head.Height) > maxWork {
			return nil, ErrPixels
		}
	}
	img, err := read(ctx, src, decoders[f])
	if err != nil {
		return nil, broken(err)
	}
	return upright(img, turn), nil
}

// configs and decoders are the readers of each format; nothing is looked up by what a file claims to be.
var (
	configs  = map[Format]func(io.Reader) (image.Config, error){JPEG: jpeg.DecodeConfig, PNG: png.DecodeConfig, GIF: gif.DecodeConfig, WebP: webp.DecodeConfig}
	decoders = map[Format]func(io.Reader) (image.Image, error){JPEG: jpeg.Decode, PNG: png.Decode, GIF: gif.Decode, WebP: webp.Decode}
)

// read reads from the beginning, as long as the context lasts.
func read[T any](ctx context.Context, src io.ReadSeeker, how func(io.Reader) (T, error)) (out T, err error) {
	if how == nil {
		return out, ErrBroken
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return out, err
	}
	return how(bufio.NewReaderSize(&until{ctx, src}, 64<<10))
}

// depth is how many bytes a decoded pixel takes.
func depth(m color.Model) int64 {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.Gray16Model:
		return 2
	}
	return 4
}

// broken says that a picture does not decode; what the context or the disk says stays what it is.
func broken(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrBroken, err)
}

// until reads or writes on while a context lasts.
type until struct {
	ctx context.Context //nolint:containedctx // lives as long as one call
	rw  any
}

// Read fails once the context has ended.
func (u *until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	r, _ := u.rw.(io.Reader)
	return r.Read(p)
}

// Write fails once the context has ended.
func (u *until) Write(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	w, _ := u.rw.(io.Writer)
	return w.Write(p)
}
