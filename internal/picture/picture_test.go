package picture_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"intelliwiz/internal/picture"
)

// Two pictures of 8 by 6 pixels: red, and all glass.
var (
	webpLossy    = decoded("UklGRjoAAABXRUJQVlA4IC4AAADQAQCdASoIAAYAAoBCJaACdLoB+AADsAD+73bX/hVuGIZqv/vYL7sF92C/1sAA")
	webpLossless = decoded("UklGRiAAAABXRUJQVlA4TBMAAAAvB0ABEAcQEREACML/tomI/ocAAA==")
)

func decoded(text string) []byte {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return raw
}

// clean gives what a picture becomes.
func clean(t *testing.T, f picture.Format, raw []byte) ([]byte, picture.Info, error) {
	t.Helper()
	dst, err := os.Create(filepath.Join(t.TempDir(), "dst"))
	if err != nil {
		t.Fatal(err)
	}
	defer dst.Close()
	info, err := picture.New(1).Clean(t.Context(), f, bytes.NewReader(raw), dst)
	if err != nil {
		return nil, info, err
	}
	out, err := os.ReadFile(dst.Name())
	if err != nil {
		t.Fatal(err)
	}
	return out, info, nil
}

// sketch is 60 by 40, its corners red, green, blue and white, clockwise from the upper left.
func sketch() *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 60, 40))
	for y := range 40 {
		for x := range 60 {
			c := color.NRGBA{255, 0, 0, 255}
			switch {
			case x >= 30 && y < 20:
				c = color.NRGBA{0, 255, 0, 255}
			case x >= 30:
				c = color.NRGBA{0, 0, 255, 255}
			case y >= 20:
				c = color.NRGBA{255, 255, 255, 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func asJPEG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withExif puts a segment with an orientation, and a position to be lost, behind the first marker.
func withExif(raw []byte, order binary.ByteOrder, turn uint16) []byte {
	tiff := []byte("II*\x00")
	if order == binary.ByteOrder(binary.BigEndian) {
		tiff = []byte("MM\x00*")
	}
	put := func(v any) { tiff, _ = binary.Append(tiff, order, v) }
	put(uint32(8))
	put(uint16(2))
	put([]uint16{0x0110, 2})
	put([]uint32{4, 0x53504721})
	put([]uint16{0x0112, 3})
	put(uint32(1))
	put([]uint16{turn, 0})
	body := append([]byte("Exif\x00\x00"), append(tiff, "GPS 18.5204 N 73.8567 E"...)...)
	head := []byte{0xff, 0xe1, byte((len(body) + 2) >> 8), byte(len(body) + 2)}
	return append(append(append(append([]byte{}, raw[:2]...), head...), body...), raw[2:]...)
}

func corner(m image.Image, right, low bool) string {
	b := m.Bounds()
	x, y := b.Min.X+5, b.Min.Y+5
	if right {
		x = b.Max.X - 6
	}
	if low {
		y = b.Max.Y - 6
	}
	r, g, bl, _ := m.At(x, y).RGBA()
	names := map[[3]bool]string{{true, false, false}: "r", {false, true, false}: "g", {false, false, true}: "b", {true, true, true}: "w"}
	return names[[3]bool{r > 0x8000, g > 0x8000, bl > 0x8000}]
}

func corners(m image.Image) string {
	return corner(m, false, false) + corner(m, true, false) + corner(m, true, true) + corner(m, false, true)
}

// TestPicturesStandUprightAndLoseWhereTheyWereTaken: for every way to hold a camera, in every subsampling.
func TestPicturesStandUprightAndLoseWhereTheyWereTaken(t *testing.T) {
	raw := asJPEG(t, sketch())
	want := map[int]string{0: "rgbw", 1: "rgbw", 2: "grwb", 3: "bwrg", 4: "wbgr", 5: "rwbg", 6: "wrgb", 7: "bgrw", 8: "gbwr", 9: "rgbw"}
	for turn, corn := range want {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			out, info, err := clean(t, picture.JPEG, withExif(raw, order, uint16(turn)))
			if err != nil {
				t.Fatal(err)
			}
			m, err := jpeg.Decode(bytes.NewReader(out))
			if err != nil {
				t.Fatal(err)
			}
			wide := turn < 5 || turn == 9
			if got := corners(m); got != corn || (m.Bounds().Dx() == 60) != wide || info.Width != m.Bounds().Dx() || info.Height != m.Bounds().Dy() || info.Format != picture.JPEG {
				t.Errorf("orientation %d: %s, want %s; %v %+v", turn, got, corn, m.Bounds(), info)
			}
			if bytes.Contains(out, []byte("GPS")) || bytes.Contains(out, []byte("Exif")) {
				t.Errorf("orientation %d: EXIF survives", turn)
			}
			if s, err := jpeg.Decode(bytes.NewReader(info.Small)); err != nil || corners(s) != corn {
				t.Errorf("orientation %d: the small one is %v %v", turn, s, err)
			}
		}
	}
}

func TestGrayAndOtherSamplingsAreTurnedToo(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 60, 40))
	for x := range 60 {
		gray.SetGray(x, 0, color.Gray{uint8(x * 4)})
	}
	out, info, err := clean(t, picture.JPEG, withExif(asJPEG(t, gray), binary.BigEndian, 6))
	if err != nil || info.Width != 40 || info.Height != 60 || len(out) == 0 {
		t.Errorf("%+v %v", info, err)
	}
}

func TestEveryFormatIsWrittenAsOneOfTwo(t *testing.T) {
	pal := image.NewPaletted(image.Rect(0, 0, 60, 40), palette.Plan9)
	pal.Palette[0] = color.NRGBA{}
	glass := sketch()
	glass.SetNRGBA(0, 0, color.NRGBA{})
	var moving bytes.Buffer
	if err := gif.EncodeAll(&moving, &gif.GIF{Image: []*image.Paletted{pal, pal}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		f    picture.Format
		raw  []byte
		want picture.Format
	}{
		"jpeg": {picture.JPEG, asJPEG(t, sketch()), picture.JPEG}, "png": {picture.PNG, asPNG(t, sketch()), picture.PNG}, "png, glass": {picture.PNG, asPNG(t, glass), picture.PNG},
		"png, palette": {picture.PNG, asPNG(t, pal), picture.PNG}, "gif": {picture.GIF, moving.Bytes(), picture.PNG},
		"webp, lossy": {picture.WebP, webpLossy, picture.JPEG}, "webp, lossless": {picture.WebP, webpLossless, picture.PNG},
	} {
		out, info, err := clean(t, c.f, c.raw)
		if err != nil || info.Format != c.want {
			t.Errorf("%s: %+v %v", what, info, err)
			continue
		}
		m, name, err := image.Decode(bytes.NewReader(out))
		if err != nil || name != string(c.want) || m.Bounds().Dx() != info.Width || m.Bounds().Dy() != info.Height {
			t.Errorf("%s: written as %s, %v", what, name, err)
		}
		if bytes.Contains(out, []byte("PLTE")) {
			t.Errorf("%s: a palette is bytes that somebody chose", what)
		}
	}
}

func TestTheSmallPictureIsSmall(t *testing.T) {
	for _, c := range []struct{ w, h, sw, sh int }{{1000, 500, 320, 160}, {500, 1000, 160, 320}, {320, 320, 320, 320}, {10, 5, 10, 5}, {3000, 1, 320, 1}} {
		_, info, err := clean(t, picture.PNG, asPNG(t, image.NewGray(image.Rect(0, 0, c.w, c.h))))
		if err != nil {
			t.Fatal(err)
		}
		head, err := jpeg.DecodeConfig(bytes.NewReader(info.Small))
		if err != nil || head.Width != c.sw || head.Height != c.sh {
			t.Errorf("%d by %d: %+v %v", c.w, c.h, head, err)
		}
	}
}

// TestNothingBesideThePixelsSurvives: comments, what stands behind the end, and pixels that spell a program.
func TestNothingBesideThePixelsSurvives(t *testing.T) {
	const payload = `<script>alert(1)</script><?php system($_GET[0]);?>`
	comment := append([]byte{0xff, 0xfe, 0, byte(len(payload) + 2)}, payload...)
	j := asJPEG(t, sketch())
	spelled := image.NewNRGBA(image.Rect(0, 0, 200, 200))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range spelled.Pix {
		spelled.Pix[i] = byte(r.Uint32()) // noise is kept as it is
	}
	for i := 0; i+len(payload) < len(spelled.Pix); i += 400 {
		copy(spelled.Pix[i:], payload)
	}
	pal := image.NewPaletted(image.Rect(0, 0, 20, 20), color.Palette{})
	for i := 0; i+3 <= len(payload); i += 3 {
		pal.Palette = append(pal.Palette, color.NRGBA{payload[i], payload[i+1], payload[i+2], 255})
	}
	for what, c := range map[string]struct {
		f   picture.Format
		raw []byte
	}{
		"comment":     {picture.JPEG, append(append(append([]byte{}, j[:2]...), comment...), j[2:]...)},
		"behind":      {picture.JPEG, append(append([]byte{}, j...), payload...)},
		"png, behind": {picture.PNG, append(asPNG(t, sketch()), payload...)},
		"pixels":      {picture.PNG, asPNG(t, spelled)},
		"palette":     {picture.PNG, asPNG(t, pal)},
	} {
		out, _, err := clean(t, c.f, c.raw)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		for _, word := range []string{"<script", "<?php", "system("} {
			if strings.Contains(strings.ToLower(string(out)), word) {
				t.Errorf("%s: %s survives", what, word)
			}
		}
	}
}
