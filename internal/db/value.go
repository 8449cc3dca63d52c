package db

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
)

// uuid is an id on its way to an engine.
type uuid [16]byte

func (u uuid) String() string {
	h := hex.EncodeToString(u[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// ider is every type of package id, settable a pointer to one.
type ider interface{ Bytes() [16]byte }
type settable interface{ SetBytes([16]byte) }

// Null reads a column that may be NULL into a pointer: NULL gives nil, else a new T.
func Null[T any](p **T) any { return null[T]{p} }

// Moment gives a bound of time as a statement takes it: NULL for the zero time, which is none.
func Moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type nullable interface {
	none()
	some() any
}

type null[T any] struct{ p **T }

func (n null[T]) none() { *n.p = nil }

func (n null[T]) some() any {
	v := new(T)
	*n.p = v
	return v
}

// plain reduces an argument to one of nil, string, int64, float64, bool, []byte, time.Time, clock.Date, uuid, []string, []int64,
// [][]byte, []time.Time, []uuid. A zero id and an empty date become nil: they stand for none.
func plain(v any) (any, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case string:
		return x, storable(x)
	case int64, float64, bool, []int64, [][]byte:
		return x, nil
	case []byte:
		if x == nil {
			return nil, nil
		}
		return x, nil
	case int:
		return int64(x), nil
	case time.Time:
		return x.UTC().Truncate(time.Microsecond), nil
	case []time.Time:
		moments := make([]time.Time, len(x))
		for i, t := range x {
			moments[i] = t.UTC().Truncate(time.Microsecond)
		}
		return moments, nil
	case clock.Date:
		if x == "" {
			return nil, nil
		}
		return x, nil
	case []string:
		for _, s := range x {
			if err := storable(s); err != nil {
				return nil, err
			}
		}
		return x, nil
	}
	return plainKind(reflect.ValueOf(v))
}

func plainKind(v reflect.Value) (any, error) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil, nil
		}
		return plain(v.Elem().Interface())
	}
	if x, ok := v.Interface().(ider); ok {
		if u := uuid(x.Bytes()); u != (uuid{}) {
			return u, nil
		}
		return nil, nil
	}
	switch v.Kind() {
	case reflect.String:
		return v.String(), storable(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Float64:
		return v.Float(), nil
	case reflect.Slice:
		return plainList(v)
	}
	return nil, fmt.Errorf("a %s cannot be bound", v.Type())
}

// plainList takes slices of ids, of named strings and of named numbers.
func plainList(v reflect.Value) (any, error) {
	switch {
	case v.Type().Elem().Kind() == reflect.Uint8:
		return v.Bytes(), nil
	case v.Type().Elem().Implements(reflect.TypeFor[ider]()):
		ids := make([]uuid, v.Len())
		for i := range ids {
			ids[i] = v.Index(i).Interface().(ider).Bytes()
		}
		return ids, nil
	case v.Type().Elem().Kind() == reflect.String:
		texts := make([]string, v.Len())
		for i := range texts {
			texts[i] = v.Index(i).String()
		}
		return plain(texts)
	}
	return nil, fmt.Errorf("a %s cannot be bound", v.Type())
}

// storable refuses what PostgreSQL cannot keep in a text, on both engines.
func storable(s string) error {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return nil
	}
	f := fault.Of(fault.Invalid, "Check what is marked below.")
	f.Fields = []fault.Field{{Code: "characters", Message: "This contains characters that cannot be stored."}}
	return f
}
