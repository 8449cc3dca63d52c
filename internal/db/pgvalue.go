package db

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"intelliwiz/internal/clock"
)

// pgArgs gives plain values the types that pgx knows.
func pgArgs(args []any) []any {
	for i, a := range args {
		switch x := a.(type) {
		case uuid:
			args[i] = pgtype.UUID{Bytes: x, Valid: true}
		case clock.Date:
			args[i] = string(x)
		case []uuid:
			ids := make([]pgtype.UUID, len(x))
			for i, u := range x {
				ids[i] = pgtype.UUID{Bytes: u, Valid: true}
			}
			args[i] = ids
		}
	}
	return args
}

// pgRow hands pgx the destinations that it knows; the wrappers of the others are kept from row to row.
type pgRow struct {
	rows  pgx.Rows
	dest  []any
	ids   []pgID
	times []pgTime
	dates []pgDate
}

type pgID struct{ settable }

func (d *pgID) ScanUUID(v pgtype.UUID) error { d.SetBytes(v.Bytes); return nil }

type pgTime struct{ *time.Time }

func (d *pgTime) ScanTimestamptz(v pgtype.Timestamptz) error {
	if !v.Valid || v.InfinityModifier != pgtype.Finite {
		return fmt.Errorf("no instant in time: %v", v)
	}
	*d.Time = v.Time.UTC()
	return nil
}

type pgDate struct{ *clock.Date }

func (d *pgDate) ScanDate(v pgtype.Date) error {
	*d.Date = clock.Date(v.Time.Format(time.DateOnly))
	return nil
}

// Scan implements Row.
func (r *pgRow) Scan(dest ...any) error {
	if cap(r.dest) < len(dest) {
		r.dest = make([]any, len(dest))
		r.ids, r.times, r.dates = make([]pgID, len(dest)), make([]pgTime, len(dest)), make([]pgDate, len(dest))
	}
	out := r.dest[:len(dest)]
	raw, kinds := r.rows.RawValues(), r.rows.FieldDescriptions()
	left := len(raw) != len(dest) // pgx says so
	for i, d := range dest {
		absent := i < len(raw) && raw[i] == nil
		if n, ok := d.(nullable); ok {
			if absent {
				n.none()
				out[i] = nil
				continue
			}
			d = n.some()
		}
		if i < len(kinds) && decoded(d, &kinds[i], raw[i]) {
			out[i] = nil
			continue
		}
		out[i] = r.wrap(i, d, absent)
		left = left || out[i] != nil
	}
	if !left {
		return nil
	}
	return r.rows.Scan(out...)
}

func (r *pgRow) wrap(i int, d any, absent bool) any {
	switch x := d.(type) {
	case *time.Time:
		r.times[i].Time = x
		return &r.times[i]
	case *clock.Date:
		if absent {
			*x = ""
			return nil
		}
		r.dates[i].Date = x
		return &r.dates[i]
	case settable:
		if absent {
			x.SetBytes([16]byte{})
			return nil
		}
		r.ids[i].settable = x
		return &r.ids[i]
	}
	return d
}
