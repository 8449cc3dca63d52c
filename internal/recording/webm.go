package recording

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
)

// The elements of WebM that are told apart (RFC 8794, RFC 9559).
const (
	ebml        = 0x1A45DFA3
	docType     = 0x4282
	segment     = 0x18538067
	seekHead    = 0x114D9B74
	segmentInfo = 0x1549A966
	trackList   = 0x1654AE6B
	trackEntry  = 0xAE
	trackType   = 0x83
	cluster     = 0x1F43B675
	cues        = 0x1C53BB6B
	tags        = 0x1254C367
	void        = 0xEC
	crc32       = 0xBF
)

// inCluster are the elements of a cluster: its time, its blocks, its places.
func inCluster() []uint32 { return []uint32{0xE7, 0xA3, 0xA0, 0xA7, 0xAB, void, crc32} }

// element is a part of a WebM file.
type element struct {
	id       uint32
	at, body int64
	end      int64
	open     bool // it does not say where it ends
}

// element reads the head of the element at a place; it ends before limit.
func (w *walker) element(at, limit int64) (e element, err error) {
	head, err := w.read(at, 1)
	if err != nil {
		return e, err
	}
	n := bits.LeadingZeros8(head[0]) + 1
	if n > 4 {
		return e, broken("no element", at)
	}
	if head, err = w.read(at, n+1); err != nil {
		return e, err
	}
	for _, b := range head[:n] {
		e.id = e.id<<8 | uint32(b)
	}
	m := bits.LeadingZeros8(head[n]) + 1
	if m > 8 {
		return e, broken("an element without measure", at)
	}
	raw, err := w.read(at+int64(n), m)
	if err != nil {
		return e, err
	}
	var eight [8]byte
	copy(eight[8-m:], raw)
	all := uint64(1)<<(7*m) - 1
	size := binary.BigEndian.Uint64(eight[:]) & all
	e.at, e.body, e.open = at, at+int64(n+m), size == all
	if e.end = limit; !e.open {
		if size > uint64(w.size) {
			return e, broken("an element that ends nowhere", at)
		}
		e.end = e.body + int64(size)
	}
	if e.end > limit || e.body > limit {
		return e, broken("an element that ends nowhere", at)
	}
	return e, nil
}

// elements walks the elements between two places, which they must fill.
func (w *walker) elements(at, end int64, visit func(element) (next int64, err error)) error {
	for at < end {
		e, err := w.element(at, end)
		if err == nil {
			at, err = visit(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// vacate empties an element; it stays where it was, as room that is free.
func (w *walker) vacate(e element) {
	size := e.end - e.at - 9
	if size < 0 {
		return
	}
	head := binary.BigEndian.AppendUint64([]byte{void}, uint64(size)|1<<56)
	w.empty = append(w.empty, span{at: e.at, head: string(head), from: e.at + 9, end: e.end})
}

// webm walks a file that says that it is WebM, and its one segment.
func (w *walker) webm() (string, error) {
	head, err := w.element(0, min(w.size, 4096))
	if err != nil {
		return "", err
	}
	if head.id != ebml || head.open {
		return "", broken("no head", 0)
	}
	named := false
	err = w.elements(head.body, head.end, func(e element) (int64, error) {
		if e.id == docType && !e.open {
			raw, err := w.read(e.body, int(e.end-e.body))
			named = strings.TrimRight(string(raw), "\x00") == "webm"
			return e.end, err
		}
		return e.end, nil
	})
	if err != nil {
		return "", err
	}
	s, err := w.element(head.end, w.size)
	if err != nil {
		return "", err
	}
	if !named || s.id != segment || s.end != w.size {
		return "", broken("no segment to the end", head.end)
	}
	return w.segment(s)
}

// segment walks what is played. A recorder that does not know how long it will be leaves its clusters open: their parts are met one by one.
func (w *walker) segment(s element) (string, error) {
	var tracks []byte
	played, within := false, false
	err := w.elements(s.body, s.end, func(e element) (int64, error) {
		if within && slices.Contains(inCluster(), e.id) && !e.open {
			if e.id == void {
				w.vacate(e)
			}
			return e.end, nil
		}
		within = e.id == cluster && e.open
		played = played || e.id == cluster
		switch {
		case within:
			return e.body, nil
		case e.open:
			return 0, broken("an element that ends nowhere", e.at)
		case e.id == cluster:
			return e.end, w.cluster(e)
		case e.id == trackList:
			return e.end, w.tracks(e, &tracks)
		case e.id == tags, e.id == void:
			w.vacate(e)
		case e.id != seekHead && e.id != segmentInfo && e.id != cues && e.id != crc32:
			return 0, broken("an element that does not belong there", e.at)
		}
		return e.end, nil
	})
	switch {
	case err != nil:
		return "", err
	case !played:
		return "", broken("nothing to play", s.at)
	case slices.Contains(tracks, 1):
		return "video/webm", nil
	case slices.Contains(tracks, 2):
		return "audio/webm", nil
	}
	return "", broken("neither pictures nor sound", s.at)
}

func (w *walker) cluster(c element) error {
	return w.elements(c.body, c.end, func(e element) (int64, error) {
		if e.open || !slices.Contains(inCluster(), e.id) {
			return 0, broken("an element that does not belong there", e.at)
		}
		if e.id == void {
			w.vacate(e)
		}
		return e.end, nil
	})
}

// tracks notes of which type each track is: 1 has pictures, 2 sound.
func (w *walker) tracks(in element, types *[]byte) error {
	return w.elements(in.body, in.end, func(e element) (int64, error) {
		switch {
		case e.open:
			return 0, broken("an element that ends nowhere", e.at)
		case e.id == trackEntry && in.id == trackList:
			return e.end, w.tracks(e, types)
		case e.id == trackType && e.end == e.body+1:
			raw, err := w.read(e.body, 1)
			if err != nil {
				return 0, err
			}
			*types = append(*types, raw[0])
		}
		return e.end, nil
	})
}
