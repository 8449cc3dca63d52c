package testworld

import (
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/notice"
)

// Notice writes a notice to a person about a record, as another node would, and moves the clock by a minute, so that nobody still has an
// older count.
func (x *Tenant) Notice(person id.Person, title, noun string, record journal.Subject) notice.Notice {
	x.w.t.Helper()
	n := notice.Notice{ID: id.New[id.Notice](), Verb: noun + ".updated", Subject: noun, SubjectID: Any(record), Title: title, Reason: "a test says so", At: x.w.Clock.Now()}
	x.w.must(x.w.DB.Write(x.w.t.Context(), x.System, func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		_, err := tx.Exec(x.w.t.Context(), putNotice, n.ID, person, n.ID.String(), n.Verb, n.Subject, n.SubjectID, n.Title, n.Reason, n.At)
		return err
	}))
	x.w.Clock.Advance(time.Minute)
	return n
}

const putNotice db.SQL = `-- testworld.putNotice
insert into notices (tenant_id, id, person_id, key, verb, subject, subject_id, title, detail, reason, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10)`
