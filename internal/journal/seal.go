package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// batch is how many rows are sealed in one transaction, at most; more than crowd in one turn are many.
const (
	batch = 1000
	crowd = 10
)

// Head is how far a tenant's journal is chained.
type Head struct {
	Seq  int64
	Hash []byte
}

// Run seals until ctx ends: at every poke, and at least at every interval; after a poke it lets some more rows come together. Several
// nodes may run it: they take turns. A fault is logged and tried again at the next turn; the rows wait in the database. At the end it seals
// and anchors once more.
func (j *Journal) Run(ctx context.Context) error {
	defer j.ring.kept.StopAllGoroutines() // what is kept goes with the journal
	tick := time.NewTicker(j.every)
	defer tick.Stop()
	var rest <-chan time.Time
	for {
		poked := j.poked
		if rest != nil {
			poked = nil
		}
		select {
		case <-rest:
			rest = nil
			continue
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			err := j.Seal(last)
			if err != nil {
				err = fmt.Errorf("seal the journal at stop: %w", err)
			}
			return errors.Join(err, j.anchorAll(last, 0))
		case <-tick.C:
		case <-poked:
			rest = time.After(j.every / restFor(j.last.Load()))
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

// Seal numbers and chains everything that is committed and not sealed yet, all tenants together; what is committed meanwhile is left to the next, so
// that the rows of a busy moment share what a turn costs. What cannot be sealed of one tenant does not hold up others: then each is sealed alone.
func (j *Journal) Seal(ctx context.Context) error {
	j.sealing.Lock()
	defer j.sealing.Unlock()
	for j.last.Store(0); ; {
		n, err := j.sealSome(ctx, sealRows, before(id.Entry{}))
		if err != nil && ctx.Err() == nil {
			n, err = j.sealEach(ctx)
		}
		if j.last.Add(int64(n)); err != nil || n < batch {
			return err
		}
	}
}

// restFor gives which part of the interval lies between a poke and the next turn: when much comes, the rows that come together share what a turn
// costs.
func restFor(rows int64) time.Duration {
	if rows > crowd {
		return 2
	}
	return 8
}

// sealEach seals the waiting tenants one by one, and gives how many rows were sealed.
func (j *Journal) sealEach(ctx context.Context) (n int, err error) {
	var waiting []id.Tenant
	err = j.db.Seal(ctx, func(tx *db.Tx) (err error) {
		waiting, err = db.All(ctx, tx, scanTenant, sealTenants, before(id.Entry{}))
		return err
	})
	faults := []error{err}
	for _, tenant := range waiting {
		some, err := j.sealSome(ctx, sealRowsOf, before(id.Entry{}), tenant)
		if err != nil {
			err = fmt.Errorf("tenant %s: %w", tenant, err)
		}
		n, faults = n+some, append(faults, err)
	}
	return n, errors.Join(faults...)
}

// sealSome seals the rows that a statement finds, and gives how many these were. It hears what others sealed, up to there.
func (j *Journal) sealSome(ctx context.Context, which db.SQL, args ...any) (int, error) {
	var b sealed
	err := j.db.Seal(ctx, func(tx *db.Tx) error {
		b = sealed{}
		db.Soon(tx, &b.heads, scanTenantHead, headsAll)
		if some, err := db.All(ctx, tx, scanTenant, sealAny, before(id.Entry{})); err != nil || len(some) == 0 {
			return err
		}
		b.heads = nil
		tx.Later(turnTake, j.now())
		db.Soon(tx, &b.heads, scanTenantHead, headsAll)
		rows, err := db.All(ctx, tx, scanWaiting, which, args...)
		if err != nil {
			return err
		}
		return j.chain(ctx, tx, &b, rows)
	})
	if err != nil {
		return 0, err
	}
	err = j.listen(ctx, b.heads)
	for tenant, head := range b.after {
		j.known[tenant] = head
		j.tellSealed(tenant, b.rows[tenant], head.Seq)
	}
	if err == nil && j.alive != nil {
		j.alive()
	}
	return len(b.ids), err
}

// waiting is a row that is not sealed yet.
type waiting struct {
	tenant id.Tenant
	Entry
}

// sealed is what one transaction seals.
type sealed struct {
	heads  []tenantHead          // how far all tenants were, before
	after  map[id.Tenant]Head    // how far those are that have rows
	rows   map[id.Tenant][]Entry // in the order of their numbers
	of     []id.Tenant           // of each row, beside its id, number and hash
	ids    []id.Entry
	seqs   []int64
	hashes [][]byte
}

// chain numbers and chains rows, which stand in the order of their tenants, and starts the work that follows from them.
func (j *Journal) chain(ctx context.Context, tx *db.Tx, b *sealed, rows []waiting) error {
	b.after, b.rows = map[id.Tenant]Head{}, map[id.Tenant][]Entry{}
	for _, w := range rows {
		b.rows[w.tenant] = append(b.rows[w.tenant], w.Entry)
	}
	for _, h := range b.heads {
		if b.rows[h.tenant] == nil {
			continue
		}
		if err := j.compare(ctx, tx, h.tenant, h.Head); err != nil {
			return err
		}
		b.after[h.tenant] = h.Head
	}
	key := j.keys()[0]
	for tenant, entries := range b.rows {
		wanted, err := j.wanted(ctx, tenant, entries, b.after[tenant].Seq)
		if err != nil {
			return err
		}
		head := b.after[tenant]
		for _, e := range entries {
			head.Seq++
			head.Hash = link(key, head.Hash, head.Seq, e.mac)
			b.of, b.ids = append(b.of, tenant), append(b.ids, e.ID)
			b.seqs, b.hashes = append(b.seqs, head.Seq), append(b.hashes, head.Hash)
			if err := j.notify(tx, tenant, head.Seq, e, wanted); err != nil {
				return err
			}
		}
		b.after[tenant] = head
		tx.Later(headSet, tenant, head.Seq, head.Hash, j.now())
	}
	if len(rows) == 0 {
		return nil
	}
	n, err := tx.Exec(ctx, sealAll, b.of, b.ids, b.seqs, b.hashes, slices.MinFunc(b.ids, byTime), slices.MaxFunc(b.ids, byTime))
	if err == nil && n != int64(len(rows)) {
		err = fault.Of(fault.Conflict, "Somebody else seals the journal without taking turns.")
	}
	return err
}

// byTime compares ids, which begin with the time; the parts of the table are bounded by them.
func byTime(a, b id.Entry) int {
	x, y := a.Bytes(), b.Bytes()
	return bytes.Compare(x[:], y[:])
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

func scanWaiting(r db.Row) (w waiting, err error) {
	err = w.read(r, &w.tenant)
	return w, err
}
func scanTenant(r db.Row) (t id.Tenant, err error) { err = r.Scan(&t); return t, err }
func scanHead(r db.Row) (h Head, err error)        { err = r.Scan(&h.Seq, &h.Hash); return h, err }
func scanHash(r db.Row) (h []byte, err error)      { err = r.Scan(&h); return h, err }

const sealAny db.SQL = `-- journal.sealAny
select j.tenant_id from journal j where j.seq is null and j.id < $1 limit 1`

// turnTake has the sealers of all nodes wait for each other until the end of the transaction.
const turnTake db.SQL = `-- journal.turnTake
insert into sys_facts (name, value) values ('journal.turn', $1) on conflict (name) do update set value = excluded.value`

const sealTenants db.SQL = `-- journal.sealTenants
select distinct j.tenant_id from journal j where j.seq is null and j.id < $1 limit 1000`

const headSet db.SQL = `-- journal.headSet
insert into sys_journal_heads (tenant_id, seq, hash, sealed_at) values ($1, $2, $3, $4)
on conflict (tenant_id) do update set seq = excluded.seq, hash = excluded.hash, sealed_at = excluded.sealed_at`

const headGet db.SQL = `-- journal.headGet
select h.seq, h.hash from sys_journal_heads h where h.tenant_id = $1`

const sealRows db.SQL = `-- journal.sealRows
select ` + columns + `, j.tenant_id from journal j where j.seq is null and j.id < $1 order by j.tenant_id, j.id limit 1000`

const sealRowsOf db.SQL = `-- journal.sealRowsOf
select ` + columns + `, j.tenant_id from journal j where j.seq is null and j.id < $1 and j.tenant_id = $2 order by j.id limit 1000`

const sealAll db.SQL = `-- journal.sealAll
update journal set seq = v.seq, hash = v.hash from (lists_of($1 tenant uuid, $2 id uuid, $3 seq bigint, $4 hash bytea)) v
where journal.tenant_id = v.tenant and journal.id = v.id and journal.id >= $5 and journal.id <= $6 and journal.seq is null`

const sealedHash db.SQL = `-- journal.sealedHash
select j.hash from journal j where j.tenant_id = $1 and j.seq = $2`
