package recording_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"intelliwiz/internal/recording"
)

// sample is a recording that is taken.
type sample struct {
	what  string
	as    recording.Container
	body  string
	media string
}

func samples() []sample {
	return []sample{
		{"a video of a phone", recording.MP4, mp4("isom", track("vide"), track("soun")), "video/mp4"},
		{"a sound in an MP4", recording.MP4, mp4("M4A ", track("soun")), "audio/mp4"},
		{"a video whose measures are wide", recording.MP4, large(), "video/mp4"},
		{"a video of another phone", recording.QuickTime, mp4("qt  ", track("soun"), track("vide"), track("meta")), "video/quicktime"},
		{"a video of a browser", recording.WebM, webm("\x01"), "video/webm"},
		{"a sound of a browser", recording.WebM, webm("\x02"), "audio/webm"},
		{"a sound as it was recorded", recording.WebM, live(), "audio/webm"},
		{"a sound in Ogg", recording.Ogg, ogg("OpusHead"), "audio/ogg"},
		{"a sound of layer III", recording.MP3, mp3(), "audio/mpeg"},
		{"a sound of layer III alone", recording.MP3, strings.Repeat(frame(), 3), "audio/mpeg"},
		{"a plain sound", recording.WAV, wav(), "audio/wav"},
	}
}

func clean(as recording.Container, body string) (memory, string, error) {
	m := memory(body)
	media, err := recording.Clean(as, m, int64(len(m)))
	return m, media, err
}

// TestWhatIsWholeIsTaken: and nothing of it moves; what no player needs is empty afterwards, and the same again is found then.
func TestWhatIsWholeIsTaken(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		m, media, err := clean(s.as, s.body)
		if err != nil || media != s.media {
			t.Errorf("%s: %q %v", s.what, media, err)
			continue
		}
		if bytes.Contains(m, []byte(secret)) || bytes.Contains(m, []byte(secret[:8])) {
			t.Errorf("%s tells its place", s.what)
		}
		if played := strings.Count(s.body, "played"); len(m) != len(s.body) || bytes.Count(m, []byte("played")) != played {
			t.Errorf("%s is another now", s.what)
		}
		again, media, err := clean(s.as, string(m))
		if err != nil || media != s.media || string(again) != string(m) {
			t.Errorf("%s, once more: %q %v", s.what, media, err)
		}
	}
}

// TestWhatIsCutOffOrHasMoreIsRefused, a recording ends where it says, and is nothing else as well.
func TestWhatIsCutOffOrHasMoreIsRefused(t *testing.T) {
	t.Parallel()
	zip := "PK\x03\x04 some program PK\x05\x06" + strings.Repeat("\x00", 18)
	for _, s := range samples() {
		for what, body := range map[string]string{
			"empty": "", "its first bytes": s.body[:3], "its first half": s.body[:len(s.body)/2+2], "one byte less": s.body[:len(s.body)-1],
			"a page behind it": s.body + "<html><script>alert(1)</script></html>", "an archive behind it": s.body + zip, "a page before it": "<html>" + s.body,
			"an archive within": strings.Replace(s.body, strings.Repeat("played", 20), strings.Repeat("played", 19)+"PK\x05\x06\x00\x00", 1) + zip,
			"a page":            "<!doctype html><script>alert(1)</script>", "zeros": strings.Repeat("\x00", 4096), "ones": strings.Repeat("\xff", 4096),
		} {
			if strings.HasSuffix(s.what, "wide") && strings.Contains(what, "page behind") || strings.HasSuffix(s.what, "wide") && what == "one byte less" {
				continue // its last box goes on to the end, wherever that is
			}
			if _, media, err := clean(s.as, body); !errors.Is(err, recording.ErrBroken) {
				t.Errorf("%s, %s: %q %v", s.what, what, media, err)
			}
		}
	}
}

// TestLengthsThatLieAreRefused: of boxes, elements, pages, chunks and frames.
func TestLengthsThatLieAreRefused(t *testing.T) {
	t.Parallel()
	head, body := box("ftyp", "isom\x00\x00\x02\x00"), box("moov", track("vide"))
	ebml := element(webmHead, element("\x42\x82", "webm"))
	nested := ""
	for range 400 {
		nested = box("trak", nested)
	}
	for what, x := range map[string]sample{
		"a box beyond the file":      {as: recording.MP4, body: head + body + "\x00\x00\xff\xffmdatabc"},
		"a box shorter than a head":  {as: recording.MP4, body: head + body + "\x00\x00\x00\x07mdatabc"},
		"a wide box of all there is": {as: recording.MP4, body: head + body + "\x00\x00\x00\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff"},
		"a wide box before itself":   {as: recording.MP4, body: head + body + "\x00\x00\x00\x01mdat\x80\x00\x00\x00\x00\x00\x00\x00"},
		"a wide box of nothing":      {as: recording.MP4, body: head + body + "\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x00"},
		"a track beyond the tracks":  {as: recording.MP4, body: head + box("mdat", "played") + box("moov", "\x00\x00\xff\xfftrak")},
		"tracks in tracks":           {as: recording.MP4, body: head + box("mdat", "played") + box("moov", nested)},
		"no type":                    {as: recording.MP4, body: body + box("mdat", "played")},
		"two types":                  {as: recording.MP4, body: head + head + body + box("mdat", "played")},
		"nothing to play":            {as: recording.MP4, body: head + body},
		"two descriptions":           {as: recording.MP4, body: head + body + body + box("mdat", "played")},
		"neither picture nor sound":  {as: recording.MP4, body: head + box("moov", track("text")) + box("mdat", "played")},

		"an element beyond the file":   {as: recording.WebM, body: ebml + segment + "\x01\x00\x00\x00\x00\x00\xff\xff" + webmTrack("\x01")},
		"an element of 2^56":           {as: recording.WebM, body: ebml + segment + "\x01\xff\xff\xff\xff\xff\xff\xfe" + webmTrack("\x01")},
		"tracks without end":           {as: recording.WebM, body: ebml + element(segment, element(cluster, element("\xe7", "\x00")), "\x16\x54\xae\x6b"+open)},
		"another document":             {as: recording.WebM, body: element(webmHead, element("\x42\x82", "matroska")) + element(segment, webmBody("\x01")...)},
		"files that are attached":      {as: recording.WebM, body: ebml + element(segment, append(webmBody("\x01"), element("\x19\x41\xa4\x69", "MZ"))...)},
		"a cluster of something else":  {as: recording.WebM, body: ebml + element(segment, webmTrack("\x01"), element(cluster, element("\x4d\xbb", "MZ")))},
		"a segment without sound":      {as: recording.WebM, body: ebml + element(segment, webmTrack("\x11"), element(cluster, element("\xe7", "\x00")))},
		"a segment of nothing to play": {as: recording.WebM, body: ebml + element(segment, webmTrack("\x01"))},

		"a page that does not add up": {as: recording.Ogg, body: strings.Replace(ogg("OpusHead"), "played", "hidden", 1)},
		"a stream that never began":   {as: recording.Ogg, body: ogg("OpusHead") + page(0, 8, "more")},
		"pictures in Ogg":             {as: recording.Ogg, body: ogg("\x80theora")},

		"a wave of another length":     {as: recording.WAV, body: "RIFF\xff\xff\xff\xffWAVE" + chunk("fmt ", pcm) + chunk("data", "abab")},
		"a chunk beyond the file":      {as: recording.WAV, body: riff(chunk("fmt ", pcm), "data\xff\xff\xff\xffab")},
		"a wave of nothing":            {as: recording.WAV, body: riff(chunk("fmt ", pcm), chunk("data", ""))},
		"a wave that is not described": {as: recording.WAV, body: riff(chunk("data", "abab"))},
		"a wave of another kind":       {as: recording.WAV, body: riff(chunk("fmt ", "\x55"+pcm[1:]), chunk("data", "abab"))},

		"a tag beyond the file":    {as: recording.MP3, body: "ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + frame() + frame()},
		"a tag of no measure":      {as: recording.MP3, body: "ID3\x03\x00\x00\x00\x00\x00\xff" + frame() + frame()},
		"one frame":                {as: recording.MP3, body: frame()},
		"frames of several rates":  {as: recording.MP3, body: frame() + frame() + "\xff\xfb\x14\xc0" + strings.Repeat("x", 92) + frame()},
		"a frame that is cut off":  {as: recording.MP3, body: frame() + frame() + frame()[:50]},
		"frames without a measure": {as: recording.MP3, body: strings.Repeat("\xff\xfb\x00\xc0"+strings.Repeat("x", 100), 3)},
		"no container":             {as: "tar", body: strings.Repeat("x", 512)},
	} {
		if _, media, err := clean(x.as, x.body); !errors.Is(err, recording.ErrBroken) {
			t.Errorf("%s: %q %v", what, media, err)
		}
	}
}

// FuzzClean: nothing that is sent ends it otherwise than with an answer, and what is taken is taken again, as it is then.
func FuzzClean(f *testing.F) {
	for _, s := range samples() {
		f.Add(string(s.as), s.body)
	}
	f.Fuzz(func(t *testing.T, as, body string) {
		m, media, err := clean(recording.Container(as), body)
		if err != nil {
			if !errors.Is(err, recording.ErrBroken) || string(m) != body {
				t.Fatalf("%v", err)
			}
			return
		}
		again, second, err := clean(recording.Container(as), string(m))
		if err != nil || second != media || string(again) != string(m) {
			t.Fatalf("taken as %q, then %q: %v", media, second, err)
		}
	})
}
