// Package scalar writes and reads the single values of the GraphQL schema: ids, numbers and times. What it cannot read is Invalid, not an
// error of ours. The generated code calls it; nothing else does.
package scalar

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

func unread(code, message string) error {
	f := fault.Of(fault.Invalid, "Check what is marked below.")
	f.Fields = []fault.Field{{Code: code, Message: message}} // the path is where the value stands in the query
	return f
}

func text(x fmt.Stringer) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, `"`+x.String()+`"`) }) // into memory
}

func parse[T any, P interface {
	*T
	SetBytes([16]byte)
}](v any) (T, error) {
	s, ok := v.(string)
	x, err := id.Parse[T, P](s)
	if !ok || err != nil {
		return x, unread("format", "This must be an id, like 0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f70.")
	}
	return x, nil
}

// MarshalInt writes a whole number.
func MarshalInt(n int64) graphql.Marshaler { return graphql.MarshalInt64(n) }

// UnmarshalInt reads a whole number of 64 bits.
func UnmarshalInt(v any) (int64, error) {
	switch x := v.(type) {
	case int64:
		return x, nil
	case int:
		return int64(x), nil
	case json.Number:
		if n, err := x.Int64(); err == nil {
			return n, nil
		}
	}
	return 0, unread("range", "This number is outside of what can be kept.")
}

// MarshalFloat writes a number.
func MarshalFloat(f float64) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.FormatFloat(f, 'g', -1, 64)) }) // into memory
}

// UnmarshalFloat reads a number.
func UnmarshalFloat(v any) (float64, error) {
	var f float64
	err := error(nil)
	switch x := v.(type) {
	case float64:
		f = x
	case int64:
		f = float64(x)
	case int: // the schema's own default
		f = float64(x)
	case json.Number:
		f, err = x.Float64()
	default:
		f = math.Inf(1)
	}
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return 0, unread("range", "This number is outside of what can be kept.")
	}
	return f, nil
}

// MarshalTime writes a moment.
func MarshalTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, `"`+t.UTC().Format(time.RFC3339Nano)+`"`) }) // into memory
}

// UnmarshalTime reads a moment.
func UnmarshalTime(v any) (time.Time, error) {
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, unread("format", "This must be a time with its zone, like 2026-11-23T08:00:00Z.")
	}
	return t.UTC(), nil
}

// MarshalDate writes a day; one that nobody knows is null.
func MarshalDate(d clock.Date) graphql.Marshaler {
	if d == "" {
		return graphql.Null
	}
	return graphql.MarshalString(string(d))
}

// UnmarshalDate reads a day; null is one that nobody knows.
func UnmarshalDate(v any) (clock.Date, error) {
	s, isText := v.(string)
	if d := clock.Date(s); v == nil || isText && d.Valid() {
		return d, nil
	}
	return "", unread("format", "This must be a date, like 2026-11-25.")
}

// MarshalDecimal writes a decimal as a text, for it is exact.
func MarshalDecimal(n checklist.Number) graphql.Marshaler { return text(n) }

// UnmarshalDecimal reads a decimal.
func UnmarshalDecimal(v any) (checklist.Number, error) {
	s, _ := v.(string)
	n, err := checklist.ParseNumber(s)
	if err != nil {
		return 0, unread("number", "This must be a decimal of at most four places as a text, like 12.5.")
	}
	return n, nil
}
