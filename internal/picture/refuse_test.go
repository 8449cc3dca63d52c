package picture_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"intelliwiz/internal/picture"
)

// chunk is a part of a PNG.
func chunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(append([]byte(kind), data...)))
}

func pngHead(w, h uint32, depth, kind byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, depth, kind, 0, 0, 0))...)
}

func TestFloodsAreSeenInTheHead(t *testing.T) {
	sof := func(w, h uint16) []byte {
		return []byte{0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0}
	}
	var scans []byte
	scans = append(scans, asJPEG(t, image.NewGray(image.Rect(0, 0, 4000, 4000)))...)
	scans = append(scans, bytes.Repeat([]byte{0xff, 0xda}, 100)...)
	for what, c := range map[string]struct {
		f   picture.Format
		raw []byte
	}{
		"png":            {picture.PNG, append(pngHead(60000, 60000, 8, 2), chunk("IDAT", nil)...)},
		"png, one over":  {picture.PNG, append(pngHead(40_000_001, 1, 8, 2), chunk("IDAT", nil)...)},
		"png, 16 bits":   {picture.PNG, append(pngHead(6000, 6000, 16, 6), chunk("IDAT", nil)...)},
		"jpeg":           {picture.JPEG, sof(65535, 65535)},
		"jpeg, scans":    {picture.JPEG, scans},
		"gif":            {picture.GIF, []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00")},
		"webp, lossless": {picture.WebP, []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\xff\xff\xff\x0f\x00\x00\x00\x00\x00\x00\x00\x00\x00")},
	} {
		start := time.Now()
		if _, _, err := clean(t, c.f, c.raw); !errors.Is(err, picture.ErrPixels) {
			t.Errorf("%s: %v", what, err)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s took %s", what, took)
		}
	}
}

func TestWhatDoesNotDecodeIsBroken(t *testing.T) {
	j, p := asJPEG(t, sketch()), asPNG(t, sketch())
	for what, c := range map[string]struct {
		f   picture.Format
		raw []byte
	}{
		"nothing": {picture.PNG, nil}, "text": {picture.JPEG, []byte("hello")}, "half a jpeg": {picture.JPEG, j[:len(j)/2]}, "half a png": {picture.PNG, p[:len(p)/2]},
		"png as jpeg": {picture.JPEG, p}, "another format": {"tiff", p}, "zero": {picture.GIF, []byte("GIF89a\x00\x00\x00\x00\x00\x00\x00")}, "webp": {picture.WebP, []byte("RIFF\x04\x00\x00\x00WEBP")},
	} {
		if _, _, err := clean(t, c.f, c.raw); !errors.Is(err, picture.ErrBroken) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestTimeAndTurnsAreBounded(t *testing.T) {
	c := picture.New(1)
	raw := asPNG(t, sketch())
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	dst, err := os.Create(filepath.Join(t.TempDir(), "dst"))
	if err != nil {
		t.Fatal(err)
	}
	defer dst.Close()
	if _, err := c.Clean(stopped, picture.PNG, bytes.NewReader(raw), dst); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	// One that never ends holds the only turn.
	slow := &stuck{Reader: bytes.NewReader(raw), in: make(chan bool, 1), out: make(chan bool)}
	done := make(chan error, 1)
	go func() {
		_, err := c.Clean(context.WithoutCancel(t.Context()), picture.PNG, slow, dst)
		done <- err
	}()
	<-slow.in
	late, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Clean(late, picture.PNG, bytes.NewReader(raw), dst); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while another is at work: %v", err)
	}
	close(slow.out)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// stuck reads nothing until it is told to.
type stuck struct {
	*bytes.Reader
	in, out chan bool
}

func (s *stuck) Read(p []byte) (int, error) {
	select {
	case s.in <- true:
	default:
	}
	<-s.out
	return s.Reader.Read(p)
}

func FuzzClean(f *testing.F) {
	var b bytes.Buffer
	_ = png.Encode(&b, sketch())
	f.Add("png", b.Bytes())
	b.Reset()
	_ = jpeg.Encode(&b, sketch(), nil)
	f.Add("jpeg", withExif(b.Bytes(), binary.LittleEndian, 5))
	f.Add("webp", webpLossless)
	f.Fuzz(func(t *testing.T, format string, raw []byte) {
		dst, err := os.Create(filepath.Join(t.TempDir(), "dst"))
		if err != nil {
			t.Fatal(err)
		}
		defer dst.Close()
		_, err = picture.New(1).Clean(t.Context(), picture.Format(format), bytes.NewReader(raw), dst)
		if err != nil && !errors.Is(err, picture.ErrBroken) && !errors.Is(err, picture.ErrPixels) && !errors.Is(err, io.EOF) {
			t.Error(fmt.Errorf("%s: %w", format, err))
		}
	})
}
