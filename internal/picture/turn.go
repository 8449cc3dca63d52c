package picture

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/draw"
	"io"
)

// lookAtJPEG reads how the camera was held (EXIF orientation, 1 to 8) and how many scans there are: in the data of a scan no such marker
// can stand.
func lookAtJPEG(ctx context.Context, src io.ReadSeeker) (turn, scans int, err error) {
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return 0, 0, err
	}
	in := bufio.NewReaderSize(&until{ctx, src}, 64<<10)
	turn = orientation(in)
	var last byte
	for {
		b, err := in.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return turn, scans, nil
		case err != nil:
			return 0, 0, err
		case last == 0xff && b == 0xda:
			scans++
		}
		last = b
	}
}

// orientation finds the EXIF orientation before the first scan; 1, upright, when there is none that can be read. It reads no further than
// 64 KiB, where cameras put it.
func orientation(in *bufio.Reader) int {
	raw, _ := in.Peek(64 << 10) // what there is
	for at := 2; at+4 <= len(raw) && raw[at] == 0xff; {
		marker, size := raw[at+1], int(binary.BigEndian.Uint16(raw[at+2:]))
		if marker == 0xda || size < 2 {
			break
		}
		end := min(at+2+size, len(raw))
		if body := raw[at+4 : max(end, at+4)]; marker == 0xe1 && len(body) > 14 && string(body[:6]) == "Exif\x00\x00" {
			return ofTIFF(body[6:])
		}
		at += 2 + size
	}
	return 1
}

// ofTIFF finds the tag 0x0112 in the first directory.
func ofTIFF(b []byte) int {
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(b[4:]))
	if at < 8 || at+2 > int64(len(b)) {
		return 1
	}
	for n := int64(order.Uint16(b[at:])); n > 0; n-- {
		entry := at + 2 + (n-1)*12
		if entry+12 > int64(len(b)) || order.Uint16(b[entry:]) != 0x0112 {
			continue
		}
		if v := int(order.Uint16(b[entry+8:])); v >= 1 && v <= 8 {
			return v
		}
	}
	return 1
}

// upright turns and mirrors a picture as its orientation says. A picture in YCbCr stays one: its planes are turned.
func upright(img image.Image, turn int) image.Image {
	if turn == 1 {
		return img
	}
	if y, ok := img.(*image.YCbCr); ok {
		if out := turnedYCbCr(y, turn); out != nil {
			return out
		}
	}
	flat := image.NewNRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(flat, flat.Bounds(), img, img.Bounds().Min, draw.Src)
	w, h := turnedSize(flat.Rect.Dx(), flat.Rect.Dy(), turn)
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	turnPlane(out.Pix, out.Stride, flat.Pix, flat.Stride, flat.Rect.Dx(), flat.Rect.Dy(), 4, turn)
	return out
}

func turnedYCbCr(in *image.YCbCr, turn int) image.Image {
	ratio := in.SubsampleRatio
	if turn >= 5 { // it lies on its side
		swapped, ok := map[image.YCbCrSubsampleRatio]image.YCbCrSubsampleRatio{
			image.YCbCrSubsampleRatio444: image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio420: image.YCbCrSubsampleRatio420,
			image.YCbCrSubsampleRatio422: image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio440: image.YCbCrSubsampleRatio422,
		}[ratio]
		if !ok {
			return nil
		}
		ratio = swapped
	}
	w, h := in.Rect.Dx(), in.Rect.Dy()
	ow, oh := turnedSize(w, h, turn)
	out := image.NewYCbCr(image.Rect(0, 0, ow, oh), ratio)
	turnPlane(out.Y, out.YStride, in.Y[in.YOffset(in.Rect.Min.X, in.Rect.Min.Y):], in.YStride, w, h, 1, turn)
	cw, ch := chroma(w, h, in.SubsampleRatio)
	at := in.COffset(in.Rect.Min.X, in.Rect.Min.Y)
	turnPlane(out.Cb, out.CStride, in.Cb[at:], in.CStride, cw, ch, 1, turn)
	turnPlane(out.Cr, out.CStride, in.Cr[at:], in.CStride, cw, ch, 1, turn)
	return out
}

// chroma is the size of the colour planes of a picture.
func chroma(w, h int, ratio image.YCbCrSubsampleRatio) (int, int) {
	switch ratio {
	case image.YCbCrSubsampleRatio420:
		return (w + 1) / 2, (h + 1) / 2
	case image.YCbCrSubsampleRatio422:
		return (w + 1) / 2, h
	case image.YCbCrSubsampleRatio440:
		return w, (h + 1) / 2
	case image.YCbCrSubsampleRatio411:
		return (w + 3) / 4, h
	case image.YCbCrSubsampleRatio410:
		return (w + 3) / 4, (h + 1) / 2
	}
	return w, h
}

func turnedSize(w, h, turn int) (int, int) {
	if turn >= 5 {
		return h, w
	}
	return w, h
}

// turnPlane copies w times h cells of n bytes to where they stand upright.
func turnPlane(dst []byte, dstStride int, src []byte, srcStride, w, h, n, turn int) {
	for y := range h {
		for x := range w {
			tx, ty := place(x, y, w, h, turn)
			copy(dst[ty*dstStride+tx*n:ty*dstStride+tx*n+n], src[y*srcStride+x*n:y*srcStride+x*n+n])
		}
	}
}

// place says where a pixel stands when the picture is upright (EXIF 2.32, tag 0x0112).
func place(x, y, w, h, turn int) (int, int) {
	switch turn {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
