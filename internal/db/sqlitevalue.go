package db

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
)

// sqliteArgs gives plain values the types that the columns have on SQLite: ids and dates are text, instants microseconds.
func sqliteArgs(args []any) []any {
	for i, a := range args {
		switch x := a.(type) {
		case uuid:
			args[i] = x.String()
		case clock.Date:
			args[i] = string(x)
		case time.Time:
			args[i] = x.UnixMicro()
		case []time.Time:
			micros := make([]int64, len(x))
			for i, t := range x {
				micros[i] = t.UnixMicro()
			}
			args[i] = list(micros)
		case bool:
			args[i] = int64(0)
			if x {
				args[i] = int64(1)
			}
		case []uuid:
			texts := make([]string, len(x))
			for i, u := range x {
				texts[i] = u.String()
			}
			args[i] = list(texts)
		case []string:
			args[i] = list(x)
		case []int64:
			args[i] = list(x)
		case [][]byte:
			texts := make([]string, len(x))
			for i, b := range x {
				texts[i] = hex.EncodeToString(b)
			}
			args[i] = list(texts)
		}
	}
	return args
}

func list[T any](v []T) string {
	if v == nil {
		v = []T{}
	}
	b, _ := json.Marshal(v) // texts and whole numbers always encode
	return string(b)
}

// sqliteRow reads every column through a wrapper that is kept from row to row.
type sqliteRow struct {
	rows *sql.Rows
	dest []sqliteDest
	out  []any
}

// Scan implements Row.
func (r *sqliteRow) Scan(dest ...any) error {
	if cap(r.dest) < len(dest) {
		r.dest, r.out = make([]sqliteDest, len(dest)), make([]any, len(dest))
		for i := range r.dest {
			r.out[i] = &r.dest[i]
		}
	}
	for i, d := range dest {
		r.dest[i].to = d
	}
	return r.rows.Scan(r.out[:len(dest)]...)
}

type sqliteDest struct{ to any }

// Scan implements sql.Scanner.
func (d *sqliteDest) Scan(v any) error {
	to := d.to
	if n, ok := to.(nullable); ok {
		if v == nil {
			n.none()
			return nil
		}
		to = n.some()
	}
	var ok bool
	switch p := to.(type) {
	case *string:
		*p, ok = v.(string)
	case *int64:
		*p, ok = v.(int64)
	case *bool:
		var n int64
		n, ok = v.(int64)
		*p = n != 0
	case *float64:
		*p, ok = number(v)
	case *time.Time:
		var us int64
		us, ok = v.(int64)
		*p = time.UnixMicro(us).UTC()
	case *[]byte:
		*p, ok = octets(v)
	case *clock.Date:
		var s string
		s, ok = v.(string)
		*p, ok = clock.Date(s), ok || v == nil
	case settable:
		return setID(p, v)
	default:
		ok = assignNamed(reflect.ValueOf(to), v)
	}
	if !ok {
		return fmt.Errorf("cannot read %T into %T", v, to)
	}
	return nil
}

func number(v any) (float64, bool) {
	if n, ok := v.(int64); ok {
		return float64(n), true
	}
	f, ok := v.(float64)
	return f, ok
}

func octets(v any) ([]byte, bool) {
	switch x := v.(type) {
	case nil:
		return nil, true
	case string:
		return []byte(x), true
	case []byte:
		return slices.Clone(x), true
	}
	return nil, false
}

func setID(p settable, v any) error {
	var u id.UUID
	switch s := v.(type) {
	case nil:
	case string:
		if err := u.UnmarshalText([]byte(s)); err != nil {
			return err
		}
	default:
		return fmt.Errorf("cannot read %T into %T", v, p)
	}
	p.SetBytes(u.Bytes())
	return nil
}

// assignNamed reads into named strings and numbers: type State string.
func assignNamed(to reflect.Value, v any) bool {
	if to.Kind() != reflect.Pointer {
		return false
	}
	switch e := to.Elem(); e.Kind() {
	case reflect.String:
		s, ok := v.(string)
		e.SetString(s)
		return ok
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, ok := v.(int64)
		if ok && !e.OverflowInt(n) {
			e.SetInt(n)
			return true
		}
	case reflect.Bool:
		n, ok := v.(int64)
		e.SetBool(n != 0)
		return ok
	}
	return false
}
