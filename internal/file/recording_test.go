package file_test

import (
	"strings"
	"testing"

	"intelliwiz/internal/file"
	"intelliwiz/internal/id"
	"intelliwiz/internal/testworld"
)

// TestRecordingsAreTakenWhereTheyAreAskedFor, by what they are and not by what they are called; elsewhere they are as any other type.
func TestRecordingsAreTakenWhereTheyAreAskedFor(t *testing.T) {
	each(t, func(t *testing.T, c *cabinet) {
		sound, video := testworld.Sound(), testworld.Video()
		if _, err := c.add(c.System, "note.wav", []byte(sound)); refusal(err) != "type" {
			t.Errorf("where none is asked for: %v", err)
		}
		c.Own("site", c.Org.FileAccess, file.Recordings)
		f := c.must(c.add(c.System, "note.wav", []byte(sound)))
		if f.Type != "audio/wav" || !f.Sound() || f.Video() || f.Picture() || c.content(c.System, f, false) != sound {
			t.Errorf("%+v", f)
		}
		if f = c.must(c.add(c.System, "IMG 7.MP4", []byte(video))); f.Type != "video/mp4" || !f.Video() || f.Sound() || f.Name != "IMG 7.mp4" {
			t.Errorf("%+v", f)
		}
		if f = c.must(c.add(c.System, "blob", []byte(sound))); f.Name != "blob.wav" {
			t.Errorf("%+v", f)
		}
		zip := "PK\x05\x06" + strings.Repeat("\x00", 18)
		for name, sent := range map[string][2]string{ // name, content
			"mismatch": {"note.mp4", "<!doctype html><script>alert(1)</script>"}, "mismatch ": {"note.mp4", sound}, "mismatch  ": {"note.txt", sound}, "mismatch   ": {"note.png", video},
			"broken": {"note.wav", sound + zip}, "broken ": {"note.wav", sound[:60]}, "broken  ": {"note.mp4", video + "<html>"}, "broken   ": {"note.mp4", video[:40]},
			"broken    ": {"note.webm", "\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"}, "empty": {"note.mp4", ""}, "type": {"note.avi", "RIFF\x00\x01\x00\x00AVI LIST"},
		} {
			if _, err := c.add(c.System, sent[0], []byte(sent[1])); refusal(err) != strings.TrimSpace(name) {
				t.Errorf("%s, %.20q: %v", sent[0], sent[1], err)
			}
		}
		if n := len(c.stored()); n != 3 {
			t.Errorf("%d are stored", n)
		}
	})
}

// TestTheSameFileSentAgainIsOne: a file whose id follows from what is in it is kept once, and another is not taken for it.
func TestTheSameFileSentAgainIsOne(t *testing.T) {
	each(t, func(t *testing.T, c *cabinet) {
		made := id.New[id.File]().Time()
		send := func(content string) id.File {
			under := func(hash string) id.File { return id.Derive[id.File](made, "report", hash) }
			return c.must(c.UploadOnce(t.Context(), c.System, under, "site", testworld.Any(c.Harbour.ID), "a.txt", strings.NewReader(content))).ID
		}
		first := send("one")
		if again, other := send("one"), send("another"); again != first || other == first {
			t.Errorf("first %s, again %s, another %s", first, again, other)
		}
	})
}
