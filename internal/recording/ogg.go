package recording

import (
	"encoding/binary"
	"slices"
	"strings"
)

// ogg walks the pages of a sound (RFC 3533): every one is whole, belongs to a stream that has begun, and adds up.
func (w *walker) ogg() error {
	var streams []uint32
	sums := oggSums()
	for at := int64(0); at < w.size; {
		head, err := w.read(at, 27)
		if err != nil {
			return err
		}
		if string(head[:5]) != "OggS\x00" {
			return broken("no page", at)
		}
		n := 27 + int(head[26])
		if head, err = w.read(at, n); err != nil {
			return err
		}
		size := n
		for _, part := range head[27:] {
			size += int(part)
		}
		page, err := w.read(at, size)
		if err != nil {
			return err
		}
		stream, sum := binary.LittleEndian.Uint32(page[14:]), binary.LittleEndian.Uint32(page[22:])
		if begins := page[5]&2 != 0; begins {
			if !sounds(string(page[n:])) {
				return broken("a stream that is no sound", at)
			}
			streams = append(streams, stream)
		}
		if !slices.Contains(streams, stream) || sums.of(page) != sum {
			return broken("a page that does not add up", at)
		}
		at += int64(size)
	}
	if len(streams) == 0 {
		return broken("nothing to play", 0)
	}
	return nil
}

// sounds says that a stream begins as one of sound does.
func sounds(first string) bool {
	return slices.ContainsFunc([]string{"OpusHead", "\x01vorbis", "\x7fFLAC", "Speex   "}, func(head string) bool { return strings.HasPrefix(first, head) })
}

// oggTable adds up a page as Ogg does: a CRC of 32 bits with the polynomial 04C11DB7, not reflected, over the page with no sum in it.
type oggTable [256]uint32

func oggSums() *oggTable {
	var t oggTable
	for i := range t {
		r := uint32(i) << 24
		for range 8 {
			if r&(1<<31) != 0 {
				r = r<<1 ^ 0x04c11db7
			} else {
				r <<= 1
			}
		}
		t[i] = r
	}
	return &t
}

func (t *oggTable) of(page []byte) (sum uint32) {
	for i, b := range page {
		if i >= 22 && i < 26 {
			b = 0
		}
		sum = sum<<8 ^ t[byte(sum>>24)^b]
	}
	return sum
}
