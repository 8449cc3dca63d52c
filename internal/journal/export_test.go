package journal

import (
	"context"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// Unsigned compares entries without their signatures.
var Unsigned = cmpopts.IgnoreUnexported(Entry{})

// RecordAt is Record at a moment long ago, by which partitions go.
func (j *Journal) RecordAt(ctx context.Context, tx *db.Tx, c Change, at time.Time) error {
	return j.record(ctx, tx, c, id.NewAt[id.Entry](at))
}
