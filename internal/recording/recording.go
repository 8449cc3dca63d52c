// Package recording looks at sounds and videos that people upload: it walks what a container consists of, from its first byte to its last, so
// that what is cut off, or has something else behind it, is refused; and it empties what no player needs, where a place, a device or a second
// content could be hidden. What was recorded stays as it is: nothing is decoded.
package recording

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Container is how a recording is packed.
type Container string

// The containers that are read.
const (
	MP4       Container = "mp4"
	QuickTime Container = "quicktime"
	WebM      Container = "webm"
	Ogg       Container = "ogg" // sound only
	MP3       Container = "mp3"
	WAV       Container = "wav"
)

// ErrBroken is what is wrong with a recording: it is cut off, has something behind it, or is none.
var ErrBroken = errors.New("the recording cannot be read")

// broken says what a walker met.
func broken(what string, at int64) error {
	return fmt.Errorf("%w: %s at byte %d", ErrBroken, what, at)
}

// File is a recording that is ours to change.
type File interface {
	io.ReaderAt
	io.WriterAt
}

// Clean walks a recording of so many bytes to its end, empties in its place what no player needs, and gives the media type: "audio/…" unless
// there are pictures in it. ErrBroken for what is not whole, and for what is something else as well.
func Clean(c Container, f File, size int64) (media string, err error) {
	w := &walker{in: f, size: size}
	if err := w.noArchive(); err != nil {
		return "", err
	}
	switch c {
	case MP4, QuickTime:
		media, err = w.mp4(c)
	case WebM:
		media, err = w.webm()
	case Ogg:
		media, err = "audio/ogg", w.ogg()
	case MP3:
		media, err = "audio/mpeg", w.mp3()
	case WAV:
		media, err = "audio/wav", w.wav()
	default:
		err = broken("no container that is known", 0)
	}
	if err != nil {
		return "", err
	}
	for _, s := range w.empty {
		if err := s.apply(f); err != nil {
			return "", err
		}
	}
	return media, nil
}

// walker reads a file at places, through a window that moves along with it.
type walker struct {
	in    io.ReaderAt
	size  int64
	seen  []byte // the window
	from  int64  // where it begins
	steps int
	empty []span
}

const (
	window   = 128 << 10  // bytes; the largest page of Ogg has half of it
	maxSteps = 16_000_000 // parts of one file
)

// read gives n bytes, valid until the next read. ErrBroken beyond the end.
func (w *walker) read(at int64, n int) ([]byte, error) {
	if w.steps++; w.steps > maxSteps {
		return nil, broken("too many parts", at)
	}
	end := at + int64(n)
	if at < 0 || end > w.size {
		return nil, broken("cut off", at)
	}
	if at < w.from || end > w.from+int64(len(w.seen)) {
		if w.seen == nil {
			w.seen = make([]byte, window)
		}
		w.seen, w.from = w.seen[:min(window, w.size-at)], at
		if _, err := io.ReadFull(io.NewSectionReader(w.in, at, w.size-at), w.seen); err != nil {
			return nil, err
		}
	}
	return w.seen[at-w.from : end-w.from], nil
}

// noArchive refuses a file that ends as a zip does, whatever else it is.
func (w *walker) noArchive() error {
	tail := make([]byte, min(w.size, 22+1<<16))
	if _, err := io.ReadFull(io.NewSectionReader(w.in, w.size-int64(len(tail)), int64(len(tail))), tail); err != nil {
		return err
	}
	for i := 0; i+22 <= len(tail); i++ {
		if string(tail[i:i+4]) == "PK\x05\x06" && int(binary.LittleEndian.Uint16(tail[i+20:]))+i+22 == len(tail) {
			return broken("an archive", w.size-int64(len(tail)-i))
		}
	}
	return nil
}

// span is a part of a file that is emptied: head is written at its place, and nothing but zeros from there to the end.
type span struct {
	at   int64
	head string
	from int64
	end  int64
}

func (s span) apply(f io.WriterAt) error {
	if _, err := f.WriteAt([]byte(s.head), s.at); err != nil {
		return err
	}
	zeros := make([]byte, min(max(s.end-s.from, 0), window))
	for at := s.from; at < s.end; at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), s.end-at)], at); err != nil {
			return err
		}
	}
	return nil
}
