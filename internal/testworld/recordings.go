package testworld

import (
	"encoding/binary"
	"strings"
)

// Sound is a short recording, as WAV.
func Sound() string {
	number := func(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }
	body := "WAVEfmt " + number(16) + "\x01\x00\x01\x00" + number(8000) + number(16000) + "\x02\x00\x10\x00" + "data" + number(1600) + strings.Repeat("\x00\x10\x00\xf0", 400)
	return "RIFF" + number(len(body)) + body
}

// Video is what a short video consists of, as MP4; nothing in it can be played.
func Video() string {
	box := func(kind, body string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))) + kind + body
	}
	handler := box("hdlr", strings.Repeat("\x00", 8)+"vide"+strings.Repeat("\x00", 13))
	return box("ftyp", "isom\x00\x00\x02\x00isommp41") + box("moov", box("mvhd", strings.Repeat("\x00", 100))+box("trak", box("mdia", handler))) + box("mdat", strings.Repeat("frame", 40))
}
