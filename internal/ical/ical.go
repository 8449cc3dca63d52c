// Package ical writes calendars as RFC 5545 has them, which every calendar program reads. It knows no tasks.
package ical

import (
	"bufio"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Event is one entry of a calendar.
type Event struct {
	UID      string // the same whenever the calendar is written
	Summary  string
	Text     string // more about it, "" for nothing
	Place    string
	URL      string
	From     time.Time
	Until    time.Time
	Stamp    time.Time // when it was last changed, or else when the calendar is written
	Category string
	Off      bool // it was called off
}

// The form of an instant in UTC (RFC 5545, 3.3.5).
const instant = "20060102T150405Z"

// longest is how many bytes a line has at most, without its end (RFC 5545, 3.1).
const longest = 75

// Write writes a calendar with a name. Errors are those of w.
func Write(w io.Writer, name string, events []Event) error {
	out := &lines{w: bufio.NewWriter(w)}
	out.put("BEGIN", "VCALENDAR")
	out.put("VERSION", "2.0")
	out.put("PRODID", "-//IntelliWiz//Planner//EN")
	out.put("CALSCALE", "GREGORIAN")
	out.put("METHOD", "PUBLISH")
	out.put("X-WR-CALNAME", text(name))
	for _, e := range events {
		out.put("BEGIN", "VEVENT")
		out.put("UID", text(e.UID))
		out.put("DTSTAMP", e.Stamp.UTC().Format(instant))
		out.put("DTSTART", e.From.UTC().Format(instant))
		out.put("DTEND", e.Until.UTC().Format(instant))
		out.put("SUMMARY", text(e.Summary))
		out.some("DESCRIPTION", text(e.Text))
		out.some("LOCATION", text(e.Place))
		out.some("CATEGORIES", text(e.Category))
		out.some("URL", e.URL)
		if e.Off {
			out.put("STATUS", "CANCELLED")
		}
		out.put("END", "VEVENT")
	}
	out.put("END", "VCALENDAR")
	return out.w.Flush()
}

// text escapes what stands in a text (RFC 5545, 3.3.11). Control characters, which it cannot hold, are left out.
func text(s string) string {
	s = strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r\n", "\\n", "\n", "\\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// lines writes lines of a calendar. The writer keeps its first fault until Flush.
type lines struct{ w *bufio.Writer }

func (l *lines) some(name, value string) {
	if value != "" {
		l.put(name, value)
	}
}

// put writes a line, folded between characters where it is too long: what follows begins with a blank.
func (l *lines) put(name, value string) {
	line, room := name+":"+value, longest
	for len(line) > room {
		at := room
		for !utf8.RuneStart(line[at]) {
			at--
		}
		_, _ = l.w.WriteString(line[:at] + "\r\n ")
		line, room = line[at:], longest-1
	}
	_, _ = l.w.WriteString(line + "\r\n")
}
