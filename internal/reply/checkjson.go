package reply

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"intelliwiz/internal/fault"
)

// MaxDepth is how deep a JSON body may nest.
const MaxDepth = 32

// maxFaults is how many violations one answer names; a body with more is damaged as a whole.
const maxFaults = 100

// CheckJSON looks at a raw JSON body before anything decodes it, and returns Malformed with the path of every violation: bytes
// that are not UTF-8, NUL, half of a surrogate pair, broken syntax, nesting deeper than maxDepth, a key that stands twice in one
// object. encoding/json lets all but the syntax pass in silence, and two decoders may understand such a body differently.
func CheckJSON(raw []byte, maxDepth int) error {
	if at := invalidUTF8(raw); at >= 0 {
		return malformed(fault.Field{Code: "encoding", Message: fmt.Sprintf("Byte %d is not part of a UTF-8 text.", at)})
	}
	if at := bytes.IndexByte(raw, 0); at >= 0 {
		return malformed(fault.Field{Code: "nul", Message: fmt.Sprintf("Byte %d is NUL.", at)})
	}
	if len(bytes.TrimLeft(raw, " \t\r\n")) == 0 {
		return malformed(fault.Field{Code: "syntax", Message: "The body is empty."})
	}
	if !json.Valid(raw) {
		return malformed(fault.Field{Code: "syntax", Message: syntaxMessage(raw)})
	}
	s := scan{raw: raw, max: maxDepth}
	s.value(0)
	if len(s.faults) > 0 {
		return malformed(s.faults...)
	}
	return nil
}

func malformed(fields ...fault.Field) error {
	f := fault.Of(fault.Malformed, "This is not a JSON text that can be read.")
	f.Fields = fields
	return f
}

func invalidUTF8(raw []byte) int {
	for at := 0; at < len(raw); {
		if raw[at] < utf8.RuneSelf {
			at++
			continue
		}
		r, n := utf8.DecodeRune(raw[at:])
		if r == utf8.RuneError && n == 1 {
			return at
		}
		at += n
	}
	return -1
}

func syntaxMessage(raw []byte) string {
	var v json.RawMessage
	err := json.Unmarshal(raw, &v)
	if s, ok := err.(*json.SyntaxError); ok { //nolint:errorlint // Unmarshal returns it bare
		return fmt.Sprintf("At byte %d: %s.", s.Offset, s)
	}
	return fmt.Sprint(err)
}

// scan walks a text that is known to be valid JSON.
type scan struct {
	raw    []byte
	at     int
	max    int
	path   []string // keys, and indexes as [0]
	faults []fault.Field
	full   bool // enough is known: too deep, or too many faults
}

func (s *scan) fault(code, message string) {
	s.faults = append(s.faults, fault.Field{Path: joinPath(s.path), Code: code, Message: message})
	s.full = s.full || len(s.faults) >= maxFaults
}

// joinPath writes a path as fault.Field has it: members[2].name
func joinPath(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		if b.Len() > 0 && !strings.HasPrefix(p, "[") {
			b.WriteByte('.')
		}
		b.WriteString(p)
	}
	return b.String()
}

func (s *scan) space() {
	for s.at < len(s.raw) && bytes.IndexByte([]byte(" \t\r\n"), s.raw[s.at]) >= 0 {
		s.at++
	}
}

func (s *scan) value(depth int) {
	s.space()
	switch s.raw[s.at] {
	case '{', '[':
		if depth >= s.max {
			s.fault("depth", fmt.Sprintf("This nests deeper than %d levels.", s.max))
			s.full = true
			return
		}
		if s.raw[s.at] == '{' {
			s.object(depth + 1)
		} else {
			s.array(depth + 1)
		}
	case '"':
		s.text()
	default:
		for s.at < len(s.raw) && bytes.IndexByte([]byte(",]} \t\r\n"), s.raw[s.at]) < 0 {
			s.at++
		}
	}
	s.space()
}

func (s *scan) object(depth int) {
	var keys keySet
	s.at++
	s.space()
	for s.raw[s.at] != '}' {
		key := s.text()
		s.path = append(s.path, key)
		if !keys.add(key) {
			s.fault("duplicate", "This key stands here twice.")
		}
		s.space()
		s.at++ // the colon
		s.value(depth)
		s.path = s.path[:len(s.path)-1]
		if s.full {
			return
		}
		if s.raw[s.at] == ',' {
			s.at++
			s.space()
		}
	}
	s.at++
}

func (s *scan) array(depth int) {
	s.at++
	s.space()
	for i := 0; s.raw[s.at] != ']'; i++ {
		s.path = append(s.path, "["+strconv.Itoa(i)+"]")
		s.value(depth)
		s.path = s.path[:len(s.path)-1]
		if s.full {
			return
		}
		if s.raw[s.at] == ',' {
			s.at++
		}
	}
	s.at++
}

// text reads a string, decoded, and looks at its escapes.
func (s *scan) text() string {
	start := s.at
	escaped := false
	for s.at++; s.raw[s.at] != '"'; s.at++ {
		if s.raw[s.at] == '\\' {
			escaped = true
			s.escape()
		}
	}
	s.at++
	if !escaped {
		return string(s.raw[start+1 : s.at-1])
	}
	var text string
	_ = json.Unmarshal(s.raw[start:s.at], &text) // valid: the whole text is
	return text
}

// escape steps onto the last sign of an escape, and of a pair of them that make one character.
func (s *scan) escape() {
	s.at++
	if s.raw[s.at] != 'u' {
		return
	}
	switch first := s.unit(s.at + 1); {
	case first == 0:
		s.fault("nul", "This contains the character NUL.")
	case utf16.IsSurrogate(first):
		second := rune(0)
		if s.raw[s.at+5] == '\\' && s.raw[s.at+6] == 'u' {
			second = s.unit(s.at + 7)
		}
		if utf16.DecodeRune(first, second) == utf8.RuneError {
			s.fault("encoding", "This contains half of a surrogate pair.")
			break
		}
		s.at += 6
	}
	s.at += 4
}

func (s *scan) unit(at int) rune {
	n, _ := strconv.ParseUint(string(s.raw[at:at+4]), 16, 16) // valid: the whole text is
	return rune(n)
}

// keySet remembers the keys of an object: a few in a list, many in a map.
type keySet struct {
	few  []string
	many map[string]struct{}
}

func (k *keySet) add(key string) (fresh bool) {
	if k.many == nil && len(k.few) < 32 {
		if slices.Contains(k.few, key) {
			return false
		}
		k.few = append(k.few, key)
		return true
	}
	if k.many == nil {
		k.many = make(map[string]struct{}, 2*len(k.few))
		for _, f := range k.few {
			k.many[f] = struct{}{}
		}
	}
	_, known := k.many[key]
	k.many[key] = struct{}{}
	return !known
}
