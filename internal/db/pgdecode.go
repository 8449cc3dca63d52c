package db

import (
	"encoding/binary"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// epoch is where PostgreSQL's instants begin.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro() //nolint:gochecknoglobals // a constant

// decoded reads a value of the types that most columns have from its form on the wire
// (https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES); false for any other, which is pgx's: its search for
// a way to read each value is a good part of what a list of many columns costs.
func decoded(d any, f *pgconn.FieldDescription, raw []byte) bool {
	if raw == nil {
		return false
	}
	switch f.DataTypeOID {
	case pgtype.TextOID: // the same in both forms
		return decodedText(d, raw)
	case pgtype.UUIDOID:
		if x, ok := d.(settable); ok && f.Format == pgtype.BinaryFormatCode && len(raw) == 16 {
			x.SetBytes([16]byte(raw))
			return true
		}
	case pgtype.Int8OID:
		if x, ok := d.(*int64); ok && f.Format == pgtype.BinaryFormatCode && len(raw) == 8 {
			*x = int64(binary.BigEndian.Uint64(raw))
			return true
		}
	case pgtype.TimestamptzOID:
		if x, ok := d.(*time.Time); ok && f.Format == pgtype.BinaryFormatCode && len(raw) == 8 {
			return decodedTime(x, int64(binary.BigEndian.Uint64(raw)))
		}
	case pgtype.BoolOID:
		if x, ok := d.(*bool); ok && f.Format == pgtype.BinaryFormatCode && len(raw) == 1 {
			*x = raw[0] == 1
			return true
		}
	}
	return false
}

func decodedText(d any, raw []byte) bool {
	if x, ok := d.(*string); ok {
		*x = string(raw)
		return true
	}
	if v := reflect.ValueOf(d); v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.String {
		v.Elem().SetString(string(raw))
		return true
	}
	return false
}

// decodedTime leaves the two infinities to pgx, which refuses them.
func decodedTime(t *time.Time, us int64) bool {
	if us == 1<<63-1 || us == -1<<63 {
		return false
	}
	*t = time.UnixMicro(epoch + us).UTC()
	return true
}
