package picture

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	scale "golang.org/x/image/draw"
)

// SmallSide is the longer side of the small picture, in pixels.
const SmallSide = 320

// quality of written JPEGs, of 100.
const quality = 88

// write writes a picture and gives the format in which it did. A PNG keeps every pixel as it was, and with them what somebody hid in them:
// one whose bytes read like code is written as a JPEG instead.
func write(ctx context.Context, f Format, img image.Image, dst Scratch) (Format, error) {
	if f == PNG {
		found, err := attempt(ctx, dst, func(w io.Writer) error { return png.Encode(w, plain(img)) })
		if err != nil || !found {
			return PNG, err
		}
	}
	found, err := attempt(ctx, dst, func(w io.Writer) error { return jpeg.Encode(w, onWhite(img), &jpeg.Options{Quality: quality}) })
	if err == nil && found {
		err = fmt.Errorf("%w: its pixels read like code", ErrBroken)
	}
	return JPEG, err
}

// attempt writes from the beginning and says whether what was written has code in it.
func attempt(ctx context.Context, dst Scratch, encode func(io.Writer) error) (found bool, err error) {
	if _, err := dst.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	if err := dst.Truncate(0); err != nil {
		return false, err
	}
	look := &looker{}
	out := bufio.NewWriterSize(io.MultiWriter(look, &until{ctx, dst}), 64<<10)
	if err := encode(out); err != nil {
		return false, err
	}
	return look.found, out.Flush()
}

// plain gives a picture without a palette: its colours would be bytes that somebody chose, one beside the other.
func plain(img image.Image) image.Image {
	if _, ok := img.(*image.Paletted); !ok {
		return img
	}
	out := image.NewNRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	return out
}

// onWhite gives a picture that the JPEG encoder reads fast: transparent parts stand on white paper.
func onWhite(img image.Image) image.Image {
	switch img.(type) {
	case *image.YCbCr, *image.Gray:
		return img
	}
	out := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Over)
	return out
}

// small makes the small picture; one that is small already is only written anew.
func small(img image.Image) ([]byte, error) {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if w > SmallSide || h > SmallSide {
		if w >= h {
			w, h = SmallSide, max(1, h*SmallSide/w)
		} else {
			w, h = max(1, w*SmallSide/h), SmallSide
		}
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	scale.BiLinear.Scale(out, out.Bounds(), img, img.Bounds(), scale.Over, nil)
	var b bytes.Buffer
	err := jpeg.Encode(&b, out, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

// words are what no picture of ours contains: what a program that is told the wrong type might run. Lower case.
var words = [][]byte{
	[]byte("<?php"), []byte("<script"), []byte("<html"), []byte("<svg"), []byte("<!doctype"), []byte("<iframe"), []byte("<body"),
	[]byte("<img"), []byte("javascript:"), []byte("#!/bin/"),
}

// looker looks for words in what is written through it.
type looker struct {
	tail  []byte // of the piece before, for a word that lies across
	found bool
}

// Write looks.
func (l *looker) Write(p []byte) (int, error) {
	text := bytes.ToLower(append(l.tail, p...))
	for _, w := range words {
		l.found = l.found || bytes.Contains(text, w)
	}
	l.tail = text[max(0, len(text)-16):]
	return len(p), nil
}
