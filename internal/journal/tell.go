package journal

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// told is that a record changed. Who keeps copies of records hears it: of a change of this process at its commit, of others' when their
// rows are sealed.
type told struct {
	noun    string
	subject id.Any
}

// tellOwn has those who keep copies hear of a change of this process as soon as it is committed.
func (j *Journal) tellOwn(tx *db.Tx, c told) {
	tenant := tx.Who().Tenant()
	tx.AfterCommit(func() { j.tell(tenant, c.noun, c.subject) })
}

// tell has all who keep copies hear of a change: the journal itself, which keeps keys of people, and those outside.
func (j *Journal) tell(tenant id.Tenant, noun string, subject id.Any) {
	j.ring.drop(tenant, noun, subject)
	if j.told != nil {
		j.told(tenant, noun, subject)
	}
}

// listen compares the heads with those that this process knows, and tells of the rows between them, which other processes sealed. Only Seal
// calls it, before it tells of what it sealed itself.
func (j *Journal) listen(ctx context.Context, heads []tenantHead) error {
	if j.told == nil {
		return nil
	}
	for _, h := range heads {
		if heard := j.heard[h.tenant]; j.listening && heard < h.Seq { // at the start nobody keeps anything yet
			if err := j.tellSince(ctx, h.tenant, heard); err != nil {
				return err
			}
		}
		j.heard[h.tenant] = max(h.Seq, j.heard[h.tenant])
	}
	j.listening = true
	return nil
}

// tellSealed tells of rows that this process sealed, whoever wrote them.
func (j *Journal) tellSealed(tenant id.Tenant, rows []Entry, seq int64) {
	if j.told == nil {
		return
	}
	for _, e := range rows {
		j.tell(tenant, e.Noun, e.Subject)
	}
	if j.heard[tenant] == seq-int64(len(rows)) {
		j.heard[tenant] = seq
	}
}

// tellSince tells of a tenant's sealed rows after one.
func (j *Journal) tellSince(ctx context.Context, tenant id.Tenant, seq int64) error {
	var rows []told
	err := j.db.Seal(ctx, func(tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanTold, toldRows, tenant, seq, batch+1, before(id.Entry{}))
		return err
	})
	if err != nil {
		return err
	}
	if len(rows) > batch {
		j.tell(tenant, "", id.Any{}) // too many to name
		return nil
	}
	for _, c := range rows {
		j.tell(tenant, c.noun, c.subject)
	}
	return nil
}

// tenantHead is how far the journal of a tenant is sealed.
type tenantHead struct {
	tenant id.Tenant
	Head
}

func scanTenantHead(r db.Row) (h tenantHead, err error) {
	err = r.Scan(&h.tenant, &h.Seq, &h.Hash)
	return h, err
}
func scanTold(r db.Row) (c told, err error) { err = r.Scan(&c.noun, &c.subject); return c, err }

const headsAll db.SQL = `-- journal.headsAll
select h.tenant_id, h.seq, h.hash from sys_journal_heads h`

const toldRows db.SQL = `-- journal.toldRows
select j.noun, j.subject_id from journal j where j.tenant_id = $1 and j.seq > $2 and j.id < $4 order by j.seq limit $3`
