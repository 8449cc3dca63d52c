package journal

import (
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// History has what happened to a record, the newest first, read with the next statement of the transaction: that of a domain which asks in
// the same breath whether the actor sees the record, for this does not. HistoryPage makes the piece of the list. Invalid for a cursor of
// another list.
func (j *Journal) History(tx *db.Tx, into *[]Entry, subject Subject, p page.Request) error {
	_, last, err := page.Last[id.Entry](p)
	if err != nil {
		return err
	}
	db.Soon(tx, into, scanEntry, history, id.Of[id.Any](subject.Bytes()), last, p.Size()+1)
	return nil
}

// HistoryPage makes a piece of a list of what History read.
func HistoryPage(rows []Entry, p page.Request) page.Of[Entry] {
	return page.Cut(rows, p, func(e Entry) (string, string) { return "", e.ID.String() })
}

const history db.SQL = `-- journal.history
select ` + columns + ` from journal j where j.tenant_id = $1 and j.subject_id = $2 and (j.id < $3 or $3 is null) order by j.id desc limit $4`
