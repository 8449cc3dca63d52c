package rest

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"intelliwiz/internal/id"
)

// appender writes itself as JSON exactly as encoding/json would, without reflection: for records that lists are made of, where it is most
// of what an answer costs. A test holds every one against encoding/json.
type appender interface {
	appendJSON(b []byte) []byte
}

// encoded is an answer that is encoded here and not by huma.
type encoded interface {
	// append gives the body as JSON.
	append(b []byte) ([]byte, error)
	// at gives the address of what was made, "" = nothing was.
	at() string
}

func (o *one[T]) at() string  { return "" }
func (m *many[T]) at() string { return "" }
func (m *made[T]) at() string { return m.Location }

func (o *one[T]) append(b []byte) ([]byte, error)  { return appended(b, &o.Body) }
func (m *made[T]) append(b []byte) ([]byte, error) { return appended(b, &m.Body) }

func (m *many[T]) append(b []byte) ([]byte, error) { return m.Body.append(b) }

func (l *list[T]) append(b []byte) (_ []byte, err error) {
	b = append(b, `{"items":[`...)
	for i := range l.Items {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appended(b, &l.Items[i]); err != nil {
			return nil, err
		}
	}
	b = append(b, ']')
	if l.Next != "" {
		b = appendText(append(b, `,"next":`...), l.Next)
	}
	return append(b, '}'), nil
}

func appended[T any](b []byte, v *T) ([]byte, error) {
	if a, ok := any(v).(appender); ok {
		return a.appendJSON(b), nil
	}
	raw, err := json.Marshal(v)
	return append(b, raw...), err
}

// appendText writes a string; what has to be escaped is left to encoding/json.
func appendText(b []byte, s string) []byte {
	high := false
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return escaped(b, s)
		case c >= utf8.RuneSelf:
			high = true
		}
	}
	if high && (!utf8.ValidString(s) || strings.ContainsAny(s, "\u2028\u2029")) {
		return escaped(b, s)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func escaped(b []byte, s string) []byte {
	raw, _ := json.Marshal(s) // a text is always JSON
	return append(b, raw...)
}

// fields writes the properties of an object; each key comes with what stands before its value: `,"name":`.
type fields struct{ b []byte }

func (f *fields) text(key, v string)         { f.b = appendText(append(f.b, key...), v) }
func (f *fields) number(key string, v int64) { f.b = strconv.AppendInt(append(f.b, key...), v, 10) }

func (f *fields) id(key string, v id.UUID) {
	f.b = append(append(f.b, key...), '"')
	f.b = append(v.Append(f.b), '"')
}

func (f *fields) time(key string, v time.Time) {
	f.b = append(append(f.b, key...), '"')
	f.b = append(v.AppendFormat(f.b, time.RFC3339Nano), '"')
}

// moment is time for one that may be missing.
func (f *fields) moment(key string, v *time.Time) {
	if v == nil {
		f.b = append(append(f.b, key...), "null"...)
		return
	}
	f.time(key, *v)
}

// ref writes an id that may be missing.
func ref[T interface{ Append(b []byte) []byte }](f *fields, key string, v *T) {
	if v == nil {
		f.b = append(append(f.b, key...), "null"...)
		return
	}
	f.b = append(append(f.b, key...), '"')
	f.b = append((*v).Append(f.b), '"')
}
