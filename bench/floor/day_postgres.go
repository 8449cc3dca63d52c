package floor

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/id"
)

func pgKey(x id.Any) any        { return x.Bytes() }
func pgMoment(at time.Time) any { return at }

func (s *postgres) day(ctx context.Context, name string, c claim, w when, out []byte) ([]byte, error) {
	b := &pgx.Batch{}
	for _, l := range days[name] {
		b.Queue(l.sql, l.args(c, w, pgKey, pgMoment)...)
	}
	r := s.pool.SendBatch(ctx, b)
	defer func() { _ = r.Close() }()
	out = append(out, `{"parts":[`...)
	for n := range days[name] {
		if n > 0 {
			out = append(out, ',')
		}
		rows, err := r.Query()
		if err != nil {
			return nil, err
		}
		if out, err = pgLines(rows, out); err != nil {
			return nil, err
		}
	}
	return append(out, `]}`...), nil
}

// pgLines appends the lines of a look.
func pgLines(rows pgx.Rows, out []byte) ([]byte, error) {
	defer rows.Close()
	out = append(out, '[')
	var l line
	var key [16]byte
	for n := 0; rows.Next(); n++ {
		if err := rows.Scan(&key, &l.name, &l.status, &l.place, &l.whose, &l.from, &l.until, &l.number); err != nil {
			return nil, err
		}
		l.id = id.Of[id.Any](key)
		if n > 0 {
			out = append(out, ',')
		}
		out = l.json(out)
	}
	return append(out, ']'), rows.Err()
}

func (s *postgres) report(ctx context.Context, c claim, in newReport) error {
	now := time.Now().UTC()
	b := &pgx.Batch{}
	b.Queue("begin")
	b.Queue(reportSQL, c.tenant.Bytes(), in.Task.Bytes(), now, c.person.Bytes())
	for _, a := range in.Answers {
		b.Queue(answerSQL, c.tenant.Bytes(), id.New[id.Answer]().Bytes(), in.Task.Bytes(), a.Item.Bytes(), a.Question.Bytes(), a.Value, now)
	}
	b.Queue(historyInsertSQL, c.tenant.Bytes(), id.New[id.Any]().Bytes(), in.Task.Bytes(), now, "somebody", "completed")
	b.Queue("commit")
	return s.pool.SendBatch(ctx, b).Close()
}
