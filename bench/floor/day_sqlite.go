package floor

import (
	"context"
	"database/sql"
	"time"

	"intelliwiz/internal/id"
)

func sqlKey(x id.Any) any        { return x.String() }
func sqlMoment(at time.Time) any { return at.UnixMicro() }

func (s *sqlite) day(ctx context.Context, name string, c claim, w when, out []byte) ([]byte, error) {
	out = append(out, `{"parts":[`...)
	for n, l := range days[name] {
		if n > 0 {
			out = append(out, ',')
		}
		rows, err := s.dayS[l.sql].QueryContext(ctx, l.args(c, w, sqlKey, sqlMoment)...)
		if err != nil {
			return nil, err
		}
		if out, err = sqlLines(rows, out); err != nil {
			return nil, err
		}
	}
	return append(out, `]}`...), nil
}

// sqlLines appends the lines of a look.
func sqlLines(rows *sql.Rows, out []byte) ([]byte, error) {
	defer func() { _ = rows.Close() }()
	out = append(out, '[')
	for n := 0; rows.Next(); n++ {
		var l line
		var key string
		var from, until int64
		err := rows.Scan(&key, &l.name, &l.status, &l.place, &l.whose, &from, &until, &l.number)
		if err != nil {
			return nil, err
		}
		if l.id, err = id.Parse[id.Any](key); err != nil {
			return nil, err
		}
		l.from, l.until = time.UnixMicro(from).UTC(), time.UnixMicro(until).UTC()
		if n > 0 {
			out = append(out, ',')
		}
		out = l.json(out)
	}
	return append(out, ']'), rows.Err()
}

func (s *sqlite) report(ctx context.Context, c claim, in newReport) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	now, tenant, task := time.Now().UnixMicro(), c.tenant.String(), in.Task.String()
	if _, err := tx.StmtContext(ctx, s.reportS).ExecContext(ctx, tenant, task, now, c.person.String()); err != nil {
		return err
	}
	answer := tx.StmtContext(ctx, s.answerS)
	for _, a := range in.Answers {
		if _, err := answer.ExecContext(ctx, tenant, id.New[id.Answer]().String(), task, a.Item.String(), a.Question.String(), a.Value, now); err != nil {
			return err
		}
	}
	if _, err := tx.StmtContext(ctx, s.historyInsertS).ExecContext(ctx, tenant, id.New[id.Any]().String(), task, now, "somebody", "completed"); err != nil {
		return err
	}
	return tx.Commit()
}
