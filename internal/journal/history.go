package journal

import (
	"context"
	"slices"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// History has the ids of what happened to a record, the newest first, read with the next statement of the transaction: that of a domain
// which asks in the same breath whether the actor sees the record, for this does not. HistoryPage makes the piece of the list. Invalid for
// a cursor of another list.
func (j *Journal) History(tx *db.Tx, into *[]id.Entry, subject Subject, p page.Request) error {
	_, last, err := page.Last[id.Entry](p)
	if err != nil {
		return err
	}
	db.Soon(tx, into, scanEntryID, history, id.Of[id.Any](subject.Bytes()), before(last), p.Size()+1)
	return nil
}

// HistoryPage makes a piece of a list of what History read.
func HistoryPage(rows []id.Entry, p page.Request) page.Of[id.Entry] {
	return page.Cut(rows, p, func(e id.Entry) (string, string) { return "", e.String() })
}

// HistorySince gives the moment before which the rows of a record are set aside by the retention, zero where all of them are there.
func (j *Journal) HistorySince(ctx context.Context, subject Subject) (time.Time, error) {
	return j.db.AsideUntil(ctx, "journal", id.Of[id.Any](subject.Bytes()).Time())
}

// HistoryRows gives rows by the ids that History read; who may see the record has been asked then. A row never changes, but for who is erased.
func (j *Journal) HistoryRows(ctx context.Context, tx *db.Tx, subject Subject, entries []id.Entry) ([]Entry, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	return j.opened(ctx, tx, historyRows, id.Of[id.Any](subject.Bytes()), entries, slices.MinFunc(entries, byTime), slices.MaxFunc(entries, byTime))
}

// before gives the row before which a list goes on: at its start an id that is greater than every row's. Ids are made of the time, and rows lie in
// parts by their id: with a bound, no part of the months to come is looked into.
func before(last id.Entry) id.Entry {
	if last.IsZero() {
		return id.Ahead[id.Entry](24 * time.Hour)
	}
	return last
}

func scanEntryID(r db.Row) (e id.Entry, err error) { err = r.Scan(&e); return e, err }

const historyRows db.SQL = `-- journal.historyRows
select ` + columns + ` from journal j where j.tenant_id = $1 and j.subject_id = $2 and j.id in_list($3) and j.id >= $4 and j.id <= $5`

const history db.SQL = `-- journal.history
select j.id from journal j where j.tenant_id = $1 and j.subject_id = $2 and j.id < $3 order by j.id desc limit $4`
