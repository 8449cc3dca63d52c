package whole

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// stream gives the rows of a SQLite table as PostgreSQL's COPY takes them.
type stream struct {
	rows    *sql.Rows
	columns []column
	row     []any
	err     error
}

// Next reads a row.
func (s *stream) Next() bool {
	if !s.rows.Next() {
		return false
	}
	s.row = make([]any, len(s.columns))
	into := make([]any, len(s.columns))
	for i := range into {
		into[i] = &s.row[i]
	}
	if s.err = s.rows.Scan(into...); s.err != nil {
		return false
	}
	for i, c := range s.columns {
		if s.row[i], s.err = converted(s.row[i], c.kind); s.err != nil {
			s.err = fmt.Errorf("%s: %w", c.name, s.err)
			return false
		}
	}
	return true
}

// Values gives it.
func (s *stream) Values() ([]any, error) { return s.row, nil }

// Err says what ended the stream.
func (s *stream) Err() error {
	if s.err != nil {
		return s.err
	}
	return s.rows.Err()
}

// converted makes a value of SQLite one of a PostgreSQL type: instants are microseconds there, truth is a number, and what has a form is text.
func converted(v any, kind string) (any, error) {
	number, isNumber := v.(int64)
	switch kind {
	case "timestamp with time zone":
		if isNumber {
			return time.UnixMicro(number).UTC(), nil
		}
	case "boolean":
		if isNumber {
			return number != 0, nil
		}
	case "double precision":
		if isNumber {
			return float64(number), nil
		}
	case "bytea":
		if text, ok := v.(string); ok {
			return []byte(text), nil
		}
	}
	switch x := v.(type) {
	case []byte:
		if kind != "bytea" {
			return string(x), nil
		}
	case time.Time:
		if kind == "date" {
			return x.Format(time.DateOnly), nil
		}
		return nil, fmt.Errorf("a time where %s should be", kind)
	}
	return v, nil
}

// jobs moves the work that is not done, and says how many.
func (m *move) jobs(ctx context.Context) (n int64, err error) {
	rows, err := m.from.QueryContext(ctx, `select kind, json(args), queue, priority, max_attempts, case state when 'running' then 'available' else state end,
		strftime('%Y-%m-%dT%H:%M:%fZ', scheduled_at), unique_key, case state when 'running' then attempt - 1 else attempt end, strftime('%Y-%m-%dT%H:%M:%fZ', created_at), json(metadata)
		from river_job where state in ('available', 'pending', 'retryable', 'running', 'scheduled') order by id`)
	if err != nil {
		return 0, err
	}
	defer rows.Close() //nolint:errcheck // Err says what went wrong
	var batch pgx.Batch
	for ; rows.Next(); n++ {
		var kind, args, queue, state, at, made, metadata string
		var priority, most, attempt int64
		var key []byte
		if err := rows.Scan(&kind, &args, &queue, &priority, &most, &state, &at, &key, &attempt, &made, &metadata); err != nil {
			return 0, err
		}
		batch.Queue(insertJob, kind, args, queue, priority, most, state, at, key, attempt, made, metadata)
		if batch.Len() == 500 {
			if err := m.to.SendBatch(ctx, &batch).Close(); err != nil {
				return 0, err
			}
			batch = pgx.Batch{}
		}
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	return n, m.to.SendBatch(ctx, &batch).Close()
}

// insertJob has the states in which a unique key holds as db.Enqueue has them.
const insertJob = `insert into river_job (kind, args, queue, priority, max_attempts, state, scheduled_at, unique_key, unique_states, attempt, created_at, metadata)
	values ($1, $2::text::jsonb, $3, $4, $5, $6::text::river_job_state, $7::text::timestamptz, $8::bytea, case when $8::bytea is not null then B'11110101' end, $9, $10::text::timestamptz, $11::text::jsonb)`

// sequences go on after the highest number that was moved.
func (m *move) sequences(ctx context.Context) error {
	rows, err := m.to.Query(ctx, `select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
		where a.attidentity <> '' and c.relnamespace = 'public'::regnamespace and not c.relispartition and c.relname not like 'river%' and c.relname not like 'goose%'`)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Table, Column string }])
	for _, x := range all {
		if err == nil {
			_, err = m.to.Exec(ctx, fmt.Sprintf("select setval(pg_get_serial_sequence($1, $2), coalesce((select max(%s) from %s), 0) + 1, false)", quoted(x.Column), quoted(x.Table)), quoted(x.Table), x.Column)
		}
	}
	return err
}
