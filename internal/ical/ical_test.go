package ical_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/ical"
)

func TestACalendarIsWritten(t *testing.T) {
	at := time.Date(2026, 11, 26, 8, 0, 0, 0, time.FixedZone("IST", 19800))
	long := strings.Repeat("wärter ", 20)
	var b strings.Builder
	err := ical.Write(&b, "Plans, all", []ical.Event{
		{UID: "u1", Summary: "Lamps; doors, \\gates\nX-EVIL:1\r\x00", Text: long, Place: "Harbour", URL: "https://iw.example.com/tasks/1", From: at, Until: at.Add(time.Hour), Stamp: at, Category: "Task"},
		{UID: "u2", Summary: "Off", From: at, Until: at, Stamp: at, Off: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "X-WR-CALNAME:Plans\\, all\r\n", "DTSTART:20261126T023000Z\r\n", "DTEND:20261126T033000Z\r\n",
		"SUMMARY:Lamps\\; doors\\, \\\\gates\\nX-EVIL:1\r\n", "STATUS:CANCELLED\r\n", "END:VCALENDAR\r\n", "CATEGORIES:Task\r\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(got, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n\x00") || strings.ToValidUTF8(line, "?") != line {
			t.Errorf("the line %q", line)
		}
	}
	if !strings.Contains(strings.ReplaceAll(got, "\r\n ", ""), "DESCRIPTION:"+long) {
		t.Error("what is folded is another text")
	}
}

// full is a disk that is full.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestAFaultOfTheWriterIsSaid(t *testing.T) {
	if err := ical.Write(full{}, "x", nil); err == nil {
		t.Error("nobody said that the disk is full")
	}
}
