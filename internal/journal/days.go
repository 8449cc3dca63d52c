package journal

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
)

// maxCounted bounds what counting by day reads.
const maxCounted = 5000

// Day is how much happened on a day.
type Day struct {
	Start time.Time // midnight of the day, in its zone
	Rows  int
}

// Days counts the rows of each of the last days, oldest first, today last, as days go in a zone. It counts the newest 5,000 rows that the
// actor sees; where they do not reach back far enough, it gives the days that they cover whole, and today in any case. Needs audit.read.
func (j *Journal) Days(ctx context.Context, who actor.Actor, days int, zone *time.Location) ([]Day, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	sites, all := who.Sites(CanRead)
	var times []time.Time
	err := j.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		times, err = db.All(ctx, tx, scanTime, newestTimes, all, sites, int64(maxCounted))
		return err
	})
	if err != nil {
		return nil, err
	}
	return countDays(times, j.now().In(zone), days, len(times) == maxCounted), nil
}

// countDays puts times, newest first, into the days that end with now. cut says that older ones were left out.
func countDays(times []time.Time, now time.Time, days int, cut bool) []Day {
	out := make([]Day, max(days, 1))
	for i := range out {
		y, m, d := now.Date()
		out[i].Start = time.Date(y, m, d-len(out)+1+i, 0, 0, 0, 0, now.Location())
	}
	for _, t := range times {
		for i := len(out) - 1; i >= 0; i-- {
			if !t.Before(out[i].Start) {
				out[i].Rows++
				break
			}
		}
	}
	for cut && len(out) > 1 && out[0].Start.Before(times[len(times)-1]) {
		out = out[1:]
	}
	return out
}

func scanTime(r db.Row) (t time.Time, err error) { err = r.Scan(&t); return t, err }

const newestTimes db.SQL = `-- journal.newestTimes
select j.at from journal j where j.tenant_id = $1 and ($2 or j.site_id in_list($3)) order by j.id desc limit $4`
