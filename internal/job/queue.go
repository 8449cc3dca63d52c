package job

import (
	"context"

	"intelliwiz/internal/db"
)

// Queued counts the jobs of all tenants that are not done, by state: "available" is work that waits for its turn, "scheduled" what is not to begin
// yet, "retryable" what failed and comes again. For the operator; who asks needs no permission of a tenant.
func (r *Runner) Queued(ctx context.Context) (map[string]int64, error) {
	type count struct {
		state string
		n     int64
	}
	var rows []count
	err := r.c.DB.System(ctx, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, func(x db.Row) (c count, err error) { err = x.Scan(&c.state, &c.n); return c, err }, queued)
		return err
	})
	out := make(map[string]int64, len(rows))
	for _, c := range rows {
		out[c.state] = c.n
	}
	return out, err
}

const queued db.SQL = `-- job.queued
select j.state, count(*) from river_job j
where j.state in ('available', 'cancelled', 'discarded', 'pending', 'retryable', 'running', 'scheduled') group by j.state`
