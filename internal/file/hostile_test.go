package file_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"io"
	"strings"
	"testing"
)

const payload = `<script>alert(1)</script><?php system($_GET[0]); ?><svg onload=alert(1)>`

// upload is one that means no good.
type upload struct {
	what, name string
	body       []byte
}

// contents are files of many types, by what they are.
func contents(t testing.TB) map[string][]byte {
	ole := append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, make([]byte, 600)...)
	return map[string][]byte{
		"html": []byte("<!DOCTYPE html><html><body>" + payload), "svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`),
		"svg with a head": []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "xml": []byte(`<?xml version="1.0"?><x>` + payload + `</x>`),
		"php": []byte(`<?php system($_GET[0]); ?>`), "shell": []byte("#!/bin/sh\nrm -rf /\n"), "python": []byte("#!/usr/bin/env python3\nimport os\n"), "exe": append([]byte("MZ\x90\x00"), make([]byte, 600)...),
		"elf": append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 100)...), "java": append([]byte{0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52}, make([]byte, 50)...), "wasm": append([]byte("\x00asm\x01\x00\x00\x00"), make([]byte, 10)...),
		"rar": append([]byte("Rar!\x1a\x07\x01\x00"), make([]byte, 50)...), "7z": append([]byte("7z\xbc\xaf\x27\x1c"), make([]byte, 50)...), "gzip": append([]byte{0x1f, 0x8b, 8, 0}, make([]byte, 50)...),
		"flash": append([]byte("FWS\x0a"), make([]byte, 50)...), "bmp": append([]byte("BM"), make([]byte, 100)...), "tiff": append([]byte("II*\x00\x08\x00\x00\x00"), make([]byte, 100)...),
		"icon": append([]byte{0, 0, 1, 0, 1, 0}, make([]byte, 100)...), "mp4": append([]byte("\x00\x00\x00\x18ftypmp42"), make([]byte, 100)...), "mp3": append([]byte("ID3\x04\x00"), make([]byte, 100)...),
		"rtf": []byte(`{\rtf1\ansi hello}`), "postscript": []byte("%!PS-Adobe-3.0\n"), "word of 97": ole, "zip": zipped(t, map[string]string{"a.html": payload}), "zeros": make([]byte, 1000),
		"png": picturePNG(t), "jpeg": pictureJPEG(t), "gif": pictureGIF(t), "pdf": pdf(""), "workbook": workbook(t, nil), "latin": []byte("caf\xe9 cr\xe8me"), "utf-16": []byte("\xff\xfeh\x00i\x00"),
	}
}

func pictureJPEG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pictureGIF(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, image.NewPaletted(image.Rect(0, 0, 64, 64), palette.Plan9), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, first := range []string{"[Content_Types].xml", "_rels/.rels", ""} {
		for name, text := range parts {
			if name == first || first == "" && name != "[Content_Types].xml" && name != "_rels/.rels" {
				w, err := z.Create(name)
				if err == nil {
					_, err = io.WriteString(w, text)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// workbook is one that is taken, with more parts.
func workbook(t testing.TB, more map[string]string) []byte {
	parts := map[string]string{"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationships/>", "xl/workbook.xml": "<workbook/>"}
	for name, text := range more {
		parts[name] = text
	}
	return zipped(t, parts)
}

// mistaken gives every content under every ending that is not its own.
func mistaken(t testing.TB) (out []upload) {
	own := map[string]string{"png": ".png", "jpeg": ".jpg", "gif": ".gif", "pdf": ".pdf", "workbook": ".xlsx"}
	for what, body := range contents(t) {
		for _, ending := range []string{".png", ".jpg", ".gif", ".webp", ".pdf", ".txt", ".csv", ".xlsx", ".docx", ".svg", ".html", ".php", ".exe"} {
			if own[what] != ending {
				out = append(out, upload{what + " as " + ending, "file" + ending, body})
			}
		}
	}
	return out
}

func pngChunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

func pngOf(w, h uint32, data []byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	out := append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", append(head, 8, 0, 0, 0, 0))...)
	return append(append(out, pngChunk("IDAT", data)...), pngChunk("IEND", nil)...)
}

func deflated(n int) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	zeros := make([]byte, 1<<20)
	for ; n > 0; n -= len(zeros) {
		_, _ = z.Write(zeros[:min(n, len(zeros))])
	}
	_ = z.Close()
	return b.Bytes()
}

// twoFaced are files that are two things at once: a picture or document for whoever looks at it, and a page or program for others.
func twoFaced(t testing.TB) []upload {
	j, p, g := pictureJPEG(t), picturePNG(t), pictureGIF(t)
	join := func(parts ...any) (out []byte) {
		for _, x := range parts {
			switch x := x.(type) {
			case string:
				out = append(out, x...)
			case []byte:
				out = append(out, x...)
			}
		}
		return out
	}
	remark := append([]byte{0xff, 0xfe, 0, byte(len(payload) + 2)}, payload...)
	remarkGIF := append([]byte{0x21, 0xfe, byte(len(payload))}, append([]byte(payload), 0)...)
	z := zipped(t, map[string]string{"a.html": payload})
	return []upload{
		{"gif, html behind", "a.gif", join(g, payload)}, {"gif, html in a remark", "a.gif", join(g[:len(g)-1], remarkGIF, ";")}, {"gif that is script", "a.gif", []byte("GIF89a/*" + payload + "*/=alert(1)//")},
		{"gif head and html", "a.gif", []byte("GIF89a" + payload)}, {"jpeg, php behind", "a.jpg", join(j, payload)}, {"jpeg, php in a remark", "a.jpg", join(j[:2], remark, j[2:])},
		{"jpeg, php in its name", "a.php.jpg", join(j[:2], remark, j[2:])}, {"jpeg, archive behind", "a.jpg", join(j, z)}, {"jpeg head and html", "a.jpg", []byte("\xff\xd8\xff\xe0" + payload)},
		{"png, html behind", "a.png", join(p, payload)}, {"png, text chunk", "a.png", join(p[:33], pngChunk("tEXt", []byte("Comment\x00"+payload)), p[33:])}, {"png, unknown chunk", "a.png", join(p[:33], pngChunk("phPx", []byte(payload)), p[33:])},
		{"png, archive behind", "a.png", join(p, z)}, {"png, profile", "a.png", join(p[:33], pngChunk("iCCP", []byte(payload)), p[33:])},
		{"pdf, html before", "a.pdf", join(payload, pdf(""))}, {"pdf, html behind", "a.pdf", join(pdf(""), payload)}, {"pdf, archive behind", "a.pdf", join(pdf(""), z)},
		{"archive, picture before", "a.xlsx", join(g, workbook(t, nil))}, {"archive, php before", "a.xlsx", join(payload, workbook(t, nil))}, {"archive, php behind", "a.xlsx", join(workbook(t, nil), payload)},
		{"text that turns html", "a.txt", []byte("hello\n" + payload)}, {"table of formulas", "a.csv", []byte("=cmd|'/c calc'!A0,@SUM(1),+1,-1\n")},
	}
}

// bombs are small and ask for much.
func bombs(t testing.TB) (out []upload) {
	add := func(what, name string, body []byte) { out = append(out, upload{what, name, body}) }
	for _, d := range [][2]uint32{{65535, 65535}, {40_000_001, 1}, {1, 1 << 31}, {0, 0}, {0, 10}, {20_000, 20_000}, {1 << 30, 1 << 30}} {
		add(fmt.Sprintf("png of %d by %d", d[0], d[1]), "a.png", pngOf(d[0], d[1], nil))
	}
	for _, d := range [][2]uint16{{65535, 65535}, {40000, 1001}, {0, 0}} {
		add(fmt.Sprintf("gif of %d by %d", d[0], d[1]), "a.gif", []byte{'G', 'I', 'F', '8', '9', 'a', byte(d[0]), byte(d[0] >> 8), byte(d[1]), byte(d[1] >> 8), 0, 0, 0})
		add(fmt.Sprintf("jpeg of %d by %d", d[0], d[1]), "a.jpg", []byte{0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xc0, 0, 17, 8, byte(d[1] >> 8), byte(d[1]), byte(d[0] >> 8), byte(d[0]),
			3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0})
	}
	add("webp of 16384 by 16384", "a.webp", []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\xff\xff\xff\x0f\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	add("png that unpacks to 200 MB", "a.png", pngOf(10, 10, deflated(200<<20)))
	add("png with a remark that unpacks", "a.png", append(picturePNG(t)[:33:33], append(pngChunk("zTXt", append([]byte("a\x00\x00"), deflated(100<<20)...)), picturePNG(t)[33:]...)...))
	add("jpeg of a thousand scans", "a.jpg", append(bigJPEG(t), bytes.Repeat([]byte{0xff, 0xda}, 1000)...))
	add("workbook that unpacks to 300 MB", "a.xlsx", workbook(t, map[string]string{"xl/a.xml": strings.Repeat("\x00", 300<<20)}))
	many := map[string]string{}
	for i := range 6000 {
		many[fmt.Sprintf("xl/%d.xml", i)] = ""
	}
	add("workbook of 6000 parts", "a.xlsx", workbook(t, many))
	add("workbook whose parts share bytes", "a.xlsx", shared(t))
	for name, text := range map[string]string{"../../etc/passwd": "x", "/etc/passwd": "x", `xl\..\x`: "x", "xl/vbaProject.bin": "x", "xl/setup.exe": "x"} {
		add("workbook with "+name, "a.xlsx", workbook(t, map[string]string{name: text}))
	}
	add("document without a text", "a.docx", zipped(t, map[string]string{"[Content_Types].xml": "<Types/>"}))
	return out
}

func bigJPEG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 2000, 2000)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// shared is an archive whose list of parts names one part many times.
func shared(t testing.TB) []byte {
	raw := workbook(t, map[string]string{"xl/big.xml": strings.Repeat("\x00", 1<<20)})
	end := raw[len(raw)-22:]
	at := binary.LittleEndian.Uint32(end[16:])
	list, n := raw[at:len(raw)-22], uint16(0)
	var one []byte
	for rest := list; len(rest) > 46; n++ {
		size := 46 + int(binary.LittleEndian.Uint16(rest[28:])) + int(binary.LittleEndian.Uint16(rest[30:])) + int(binary.LittleEndian.Uint16(rest[32:]))
		if strings.Contains(string(rest[46:size]), "big") {
			one = rest[:size]
		}
		rest = rest[size:]
	}
	out := append([]byte{}, raw[:len(raw)-22]...)
	for i := range 100 {
		copied := bytes.Replace(append([]byte{}, one...), []byte("big"), fmt.Appendf(nil, "b%02d", i), 1)
		out = append(out, copied...)
		n++
	}
	last := append([]byte{}, end...)
	binary.LittleEndian.PutUint16(last[8:], n)
	binary.LittleEndian.PutUint16(last[10:], n)
	binary.LittleEndian.PutUint32(last[12:], uint32(len(out))-at)
	return append(out, last...)
}
