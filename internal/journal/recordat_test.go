package journal

import (
	"context"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// RecordAt is Record at a moment long ago, by which partitions go.
func (j *Journal) RecordAt(ctx context.Context, tx *db.Tx, c Change, at time.Time) error {
	return j.record(ctx, tx, c, id.NewAt[id.Entry](at))
}
