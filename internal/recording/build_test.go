package recording_test

import (
	"encoding/binary"
	"io"
	"slices"
	"strings"
)

// memory is a recording in memory.
type memory []byte

func (m memory) ReadAt(p []byte, at int64) (int, error) {
	n := copy(p, m[min(at, int64(len(m))):])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (m memory) WriteAt(p []byte, at int64) (int, error) { return copy(m[at:], p), nil }

// secret is what is told of a place, and stays nowhere.
const secret = "+12.9716+077.5946/"

func box(kind string, parts ...string) string {
	body := strings.Join(parts, "")
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))) + kind + body
}

func handler(kind string) string {
	return box("hdlr", "\x00\x00\x00\x00\x00\x00\x00\x00", kind, strings.Repeat("\x00", 13))
}

func track(kind string) string {
	return box("trak", box("tkhd", strings.Repeat("\x00", 84)), box("mdia", box("mdhd", strings.Repeat("\x00", 24)), handler(kind)), box("udta", secret))
}

func mp4(brand string, tracks ...string) string {
	return box("ftyp", brand, "\x00\x00\x02\x00isommp41") + box("free", secret) + box("mdat", strings.Repeat("played", 50)) +
		box("moov", box("mvhd", strings.Repeat("\x00", 100)), strings.Join(tracks, ""), box("meta", secret), box("udta", box("\xa9xyz", secret)))
}

// large is the same with the box of what is played measured in 64 bits, and the last one that goes on to the end.
func large() string {
	body := strings.Repeat("played", 50)
	return box("ftyp", "isom\x00\x00\x02\x00") + box("moov", track("vide")) + "\x00\x00\x00\x01mdat" + string(binary.BigEndian.AppendUint64(nil, uint64(len(body)+16))) + body +
		"\x00\x00\x00\x00mdat" + body
}

func element(id string, parts ...string) string {
	body := strings.Join(parts, "")
	return id + string(binary.BigEndian.AppendUint32(nil, uint32(len(body))|1<<28)) + body
}

const open = "\x01\xff\xff\xff\xff\xff\xff\xff" // the length of an element that does not say it

const (
	webmHead = "\x1a\x45\xdf\xa3"
	segment  = "\x18\x53\x80\x67"
	cluster  = "\x1f\x43\xb6\x75"
)

func webmTrack(kind string) string {
	return element("\x16\x54\xae\x6b", element("\xae", element("\xd7", "\x01"), element("\x83", kind)))
}

func webmBody(kind string) []string {
	return []string{
		element("\x11\x4d\x9b\x74", "seek"), element("\x15\x49\xa9\x66", "info"), element("\xec", secret), webmTrack(kind), element("\x12\x54\xc3\x67", secret),
		element(cluster, element("\xe7", "\x00"), element("\xa3", "\x81\x00\x00\x80played")), element("\x1c\x53\xbb\x6b", "cues"),
	}
}

func webm(kind string) string {
	return element(webmHead, element("\x42\x82", "webm")) + element(segment, webmBody(kind)...)
}

// live is what a recorder writes that does not know how long it will be.
func live() string {
	block := element("\xe7", "\x00") + element("\xa3", "\x81\x00\x00\x80played") + element("\xa0", element("\xa1", "\x81\x00\x00\x00more"))
	return element(webmHead, element("\x42\x82", "webm")) + segment + open + element("\x15\x49\xa9\x66", "info") + webmTrack("\x02") + cluster + open + block + cluster + open + block
}

func page(flags byte, stream uint32, body string) string {
	p := slices.Concat([]byte("OggS\x00"), []byte{flags}, make([]byte, 8), binary.LittleEndian.AppendUint32(nil, stream), make([]byte, 8), []byte{1, byte(len(body))}, []byte(body))
	var sum uint32
	for _, b := range p {
		sum ^= uint32(b) << 24
		for range 8 {
			if carry := sum >> 31; carry != 0 {
				sum = sum<<1 ^ 0x04c11db7
			} else {
				sum <<= 1
			}
		}
	}
	binary.LittleEndian.PutUint32(p[22:], sum)
	return string(p)
}

func ogg(head string) string {
	return page(2, 7, head+"\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00") + page(0, 7, "OpusTags") + page(4, 7, strings.Repeat("played", 20))
}

func chunk(kind, body string) string {
	out := kind + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body
	return out + strings.Repeat("\x00", len(body)%2)
}

func riff(chunks ...string) string { return chunk("RIFF", "WAVE"+strings.Join(chunks, "")) }

const pcm = "\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00"

func wav() string {
	return riff(chunk("LIST", "INFO"+secret+"!"), chunk("fmt ", pcm), chunk("fact", "abcd"), chunk("data", strings.Repeat("ab", 60)))
}

// frame is one of layer III: 32 kbit/s at 44.1 kHz make 104 bytes.
func frame() string { return "\xff\xfb\x10\xc0" + strings.Repeat("x", 100) }

func mp3() string {
	return "ID3\x03\x00\x00\x00\x00\x00" + string(byte(len(secret))) + secret + strings.Repeat(frame(), 4) + "TAG" + secret + strings.Repeat(" ", 125-len(secret))
}
