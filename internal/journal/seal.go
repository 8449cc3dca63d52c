package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// batch is how many rows of one tenant are sealed in one transaction.
const batch = 1000

// Head is how far a tenant's journal is chained.
type Head struct {
	Seq  int64
	Hash []byte
}

// Event tells background work of a sealed row.
type Event struct {
	Tenant  id.Tenant `json:"tenant"`
	Entry   id.Entry  `json:"entry"`
	Seq     int64     `json:"seq"`
	Verb    string    `json:"verb"`
	Subject id.Any    `json:"subject"`
	Request string    `json:"request"`
}

// Watcher starts background work for the rows with certain verbs, in the transaction that seals them: once a row, whatever crashes.
type Watcher struct {
	Verbs  []string
	Row    func(Event) (db.JobRow, error)
	Within time.Duration // what happened longer ago, such as a history that is written later, starts nothing; 0 = everything does
	// Wanted gives those of Verbs that a tenant wants now. It is asked once for the rows that are sealed together, after they were
	// committed, and only when one has such a verb; nil = all of Verbs, always.
	Wanted func(ctx context.Context, tenant id.Tenant) ([]string, error)
	// Idle says that nothing would come of a row, so that no work is made for it; nil = something may come of all.
	Idle func(e Entry) bool
}

// Watch adds a watcher. Call it before Run.
func (j *Journal) Watch(w Watcher) { j.watchers = append(j.watchers, w) }

// Run seals until ctx ends: at every poke, and at least at every interval. Several nodes may run it: the head's row lock lets one work
// at a time. A fault is logged and tried again at the next turn; the rows wait in the database. At the end it seals and anchors once more.
func (j *Journal) Run(ctx context.Context) error {
	tick := time.NewTicker(j.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			err := j.Seal(last)
			if err != nil {
				err = fmt.Errorf("seal the journal at stop: %w", err)
			}
			return errors.Join(err, j.anchorAll(last, 0))
		case <-tick.C:
		case <-j.poked:
		}
		j.turn(ctx)
		if err := j.anchorAll(ctx, time.Minute); err != nil && ctx.Err() == nil {
			j.log.ErrorContext(ctx, "journal not anchored", "err", err)
		}
	}
}

// turn seals once and remembers whether that went well.
func (j *Journal) turn(ctx context.Context) {
	err := j.Seal(ctx)
	switch {
	case err == nil:
		j.fault.Store(nil)
	case ctx.Err() == nil:
		if j.fault.Swap(&err) == nil { // said when it begins; health tells while it lasts
			j.log.ErrorContext(ctx, "journal not sealed", "err", err)
		}
	}
}

// Healthy is nil while Run seals, otherwise why it does not.
func (j *Journal) Healthy() error {
	if err := j.fault.Load(); err != nil {
		return *err
	}
	return nil
}

// Seal numbers and chains everything that is committed and not sealed yet. What cannot be sealed of one tenant does not hold up others.
func (j *Journal) Seal(ctx context.Context) error {
	j.sealing.Lock()
	defer j.sealing.Unlock()
	for {
		var waiting []id.Tenant
		var heads []tenantHead
		err := j.db.Seal(ctx, func(tx *db.Tx) (err error) {
			db.Soon(tx, &heads, scanTenantHead, headsAll, 0)
			waiting, err = db.All(ctx, tx, scanTenant, sealTenants, before(id.Entry{}))
			return err
		})
		if err != nil {
			return err
		}
		if len(waiting) == 0 {
			return j.listen(ctx, heads)
		}
		var faults []error
		for _, tenant := range waiting {
			if err := j.sealTenant(ctx, tenant); err != nil {
				faults = append(faults, fmt.Errorf("tenant %s: %w", tenant, err))
			}
		}
		if len(faults) > 0 {
			return errors.Join(faults...)
		}
	}
}

func (j *Journal) sealTenant(ctx context.Context, tenant id.Tenant) error {
	var head Head
	var rows []Entry
	err := j.db.Seal(ctx, func(tx *db.Tx) error {
		now := j.now()
		tx.Later(headEnsure, tenant, []byte{}, now)
		var err error
		if head, err = db.One(ctx, tx, scanHead, headLock, tenant, now); err != nil {
			return err
		}
		if err := j.compare(ctx, tx, tenant, head); err != nil {
			return err
		}
		if rows, err = db.All(ctx, tx, scanEntry, sealRows, tenant, batch, before(id.Entry{})); err != nil {
			return err
		}
		wanted, err := j.wanted(ctx, tenant, rows)
		if err != nil {
			return err
		}
		for _, e := range rows {
			head.Seq++
			head.Hash = link(j.key, head.Hash, head.Seq, e.mac)
			tx.Later(sealRow, tenant, e.ID, head.Seq, head.Hash)
			if err := j.notify(tx, tenant, head.Seq, e, wanted); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, headSet, tenant, head.Seq, head.Hash, now)
		return err
	})
	if err == nil {
		j.known[tenant] = head
		j.tellSealed(tenant, rows, head.Seq)
	}
	return err
}

// compare holds the head against what this process sealed last: a head that went back, or a chain that no longer holds that link, was
// changed by somebody else than a sealer.
func (j *Journal) compare(ctx context.Context, tx *db.Tx, tenant id.Tenant, head Head) error {
	known, ok := j.known[tenant]
	if !ok || known.Seq == 0 || known.Seq == head.Seq && bytes.Equal(known.Hash, head.Hash) {
		return nil
	}
	found, err := db.All(ctx, tx, scanHash, sealedHash, tenant, known.Seq)
	if err != nil {
		return err
	}
	if head.Seq <= known.Seq || len(found) != 1 || !bytes.Equal(found[0], known.Hash) {
		j.log.ErrorContext(ctx, "journal was changed behind the sealer", "tenant", tenant, "sealed", known.Seq, "found", head.Seq)
		delete(j.known, tenant) // said once; audit verify shows where
	}
	return nil
}

// wanted gives the verbs of which each watcher is to be told about some rows of a tenant.
func (j *Journal) wanted(ctx context.Context, tenant id.Tenant, rows []Entry) ([][]string, error) {
	out := make([][]string, len(j.watchers))
	for i, w := range j.watchers {
		out[i] = w.Verbs
		if w.Wanted == nil {
			continue
		}
		out[i] = nil
		if slices.ContainsFunc(rows, func(e Entry) bool { return slices.Contains(w.Verbs, e.Verb) }) {
			some, err := w.Wanted(ctx, tenant)
			if err != nil {
				return nil, fmt.Errorf("what is wanted of %s: %w", tenant, err)
			}
			out[i] = some
		}
	}
	return out, nil
}

// notify enqueues the work that subscribes to the row.
func (j *Journal) notify(tx *db.Tx, tenant id.Tenant, seq int64, e Entry, wanted [][]string) error {
	for i, w := range j.watchers {
		if !slices.Contains(wanted[i], e.Verb) || w.Within > 0 && j.now().Sub(e.At) > w.Within || w.Idle != nil && w.Idle(e) {
			continue
		}
		row, err := w.Row(Event{Tenant: tenant, Entry: e.ID, Seq: seq, Verb: e.Verb, Subject: e.Subject, Request: e.Request})
		if err != nil {
			return fmt.Errorf("work for %s: %w", e.Verb, err)
		}
		tx.Enqueue(row)
	}
	return nil
}

func scanTenant(r db.Row) (t id.Tenant, err error) { err = r.Scan(&t); return t, err }
func scanHead(r db.Row) (h Head, err error)        { err = r.Scan(&h.Seq, &h.Hash); return h, err }
func scanHash(r db.Row) (h []byte, err error)      { err = r.Scan(&h); return h, err }

const sealTenants db.SQL = `-- journal.sealTenants
select distinct j.tenant_id from journal j where j.seq is null and j.id < $1 limit 1000`

const headEnsure db.SQL = `-- journal.headEnsure
insert into sys_journal_heads (tenant_id, seq, hash, sealed_at) values ($1, 0, $2, $3) on conflict (tenant_id) do nothing`

const headLock db.SQL = `-- journal.headLock
update sys_journal_heads set sealed_at = $2 where tenant_id = $1 returning seq, hash`

const headSet db.SQL = `-- journal.headSet
update sys_journal_heads set seq = $2, hash = $3, sealed_at = $4 where tenant_id = $1`

const headGet db.SQL = `-- journal.headGet
select h.seq, h.hash from sys_journal_heads h where h.tenant_id = $1`

const sealRows db.SQL = `-- journal.sealRows
select ` + columns + ` from journal j where j.tenant_id = $1 and j.seq is null and j.id < $3 order by j.id limit $2`

const sealRow db.SQL = `-- journal.sealRow
update journal set seq = $3, hash = $4 where tenant_id = $1 and id = $2`

const sealedHash db.SQL = `-- journal.sealedHash
select j.hash from journal j where j.tenant_id = $1 and j.seq = $2`
