package recording

import (
	"encoding/binary"
	"math"
	"slices"
)

// box is a part of an MP4 or QuickTime file (ISO/IEC 14496-12, 4.2).
type box struct {
	kind     string
	at, body int64
	end      int64
}

// box reads the head of the box at a place; it ends before limit.
func (w *walker) box(at, limit int64, last bool) (box, error) {
	head, err := w.read(at, 8)
	if err != nil {
		return box{}, err
	}
	b := box{kind: string(head[4:8]), at: at, body: at + 8}
	switch size := binary.BigEndian.Uint32(head); {
	case size == 0 && last: // to the end of the file
		b.end = limit
	case size == 1:
		if head, err = w.read(b.body, 8); err != nil {
			return box{}, err
		}
		large := binary.BigEndian.Uint64(head)
		if large > math.MaxInt64-uint64(at) {
			return box{}, broken("a box without measure", at)
		}
		b.body, b.end = at+16, at+int64(large)
	default:
		b.end = at + int64(size)
	}
	if b.end < b.body || b.end > limit {
		return box{}, broken("a box that ends nowhere", at)
	}
	return b, nil
}

// boxes walks the boxes between two places, which they must fill.
func (w *walker) boxes(at, end int64, visit func(box) error) error {
	for at < end {
		b, err := w.box(at, end, end == w.size)
		if err != nil {
			return err
		}
		if err := visit(b); err != nil {
			return err
		}
		at = b.end
	}
	return nil
}

// drop empties a box; it stays where it was, as room that is free, so that every place after it stays true.
func (w *walker) drop(b box) {
	w.empty = append(w.empty, span{at: b.at + 4, head: "free", from: b.body, end: b.end})
}

// mp4 walks a file of boxes. It begins with its type, has one description of tracks and, besides, what they play.
func (w *walker) mp4(c Container) (string, error) {
	var tracks []string
	moov, mdat := 0, 0
	err := w.boxes(0, w.size, func(b box) error {
		if (b.at == 0) != (b.kind == "ftyp") {
			return broken("a type where none belongs, or none", b.at)
		}
		switch b.kind {
		case "moov":
			moov++
			return w.moov(b, &tracks)
		case "mdat":
			mdat++
		case "ftyp", "moof", "mfra", "sidx", "ssix", "styp", "prft":
		default:
			w.drop(b)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if moov != 1 || mdat == 0 {
		return "", broken("no description, or nothing to play", w.size)
	}
	switch {
	case slices.Contains(tracks, "vide") && c == QuickTime:
		return "video/quicktime", nil
	case slices.Contains(tracks, "vide"):
		return "video/mp4", nil
	case slices.Contains(tracks, "soun"):
		return "audio/mp4", nil
	}
	return "", broken("neither pictures nor sound", w.size)
}

// moov walks the description of tracks, and empties what is told of the place and the device.
func (w *walker) moov(in box, tracks *[]string) error {
	return w.boxes(in.body, in.end, func(b box) error {
		switch b.kind {
		case "trak", "mdia":
			if b.kind == map[string]string{"moov": "trak", "trak": "mdia"}[in.kind] {
				return w.moov(b, tracks)
			}
			return broken("a track where none belongs", b.at)
		case "hdlr":
			raw, err := w.read(b.body, 12)
			if err != nil || b.end-b.body < 12 {
				return broken("a track of no kind", b.at)
			}
			*tracks = append(*tracks, string(raw[8:12]))
		case "udta", "meta", "uuid", "free", "skip", "wide":
			w.drop(b)
		}
		return nil
	})
}
