package journal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// Keys stay in memory so long, at most so many. A process that hears of changes hears of an erasure before, within a second.
const (
	keyKept  = time.Minute
	keysMost = 20_000
)

// settled is how long after their first change somebody who was there before there were keys is named in the clear: as long as a node of the version
// before, which could not read anything else, may still run beside this one.
const settled = time.Hour

// personKey opens what the trail says of a person. The zero value is of one who has none: the words are written as they are.
type personKey struct {
	block  cipher.AEAD // nil: there is none, or it was thrown away
	thrown bool
	since  time.Time // from when on words are encrypted; zero = from the first on
}

// at gives the key as it is used for a row of that moment.
func (k personKey) at(now time.Time) personKey {
	if !k.thrown && now.Before(k.since) {
		return personKey{}
	}
	return k
}

// whose names a key in memory.
type whose struct {
	tenant id.Tenant
	person id.Person
}

// ring holds the keys that were used lately.
type ring struct {
	kept   *otter.Cache[whose, personKey]
	drops  atomic.Int64 // counts what was dropped: what was read before is not kept after
	unsure sync.Map     // whose keys may be taken back, since their transaction is not committed
}

func newRing() *ring {
	return &ring{kept: otter.Must(&otter.Options[whose, personKey]{MaximumSize: keysMost, ExpiryCalculator: otter.ExpiryWriting[whose, personKey](keyKept)})}
}

// drop forgets the keys that a change of a record may have ended.
func (r *ring) drop(tenant id.Tenant, noun string, subject id.Any) {
	if noun != "person" && noun != "" {
		return
	}
	r.drops.Add(1)
	if subject.IsZero() {
		r.kept.InvalidateAll()
		return
	}
	r.kept.Invalidate(whose{tenant, id.Of[id.Person](subject.Bytes())})
}

// keep has a key in memory that was read when drops was so far. One that may be taken back is not kept: its words could not be opened.
func (r *ring) keep(of whose, k personKey, drops int64) {
	if _, unsure := r.unsure.Load(of); !unsure && r.drops.Load() == drops {
		r.kept.Set(of, k)
	}
}

// keysOf gives the keys of people, from memory and, in one statement, of the others; who is not among them has none.
func (j *Journal) keysOf(ctx context.Context, tx *db.Tx, people []id.Person) (map[id.Person]personKey, error) {
	found, tenant := make(map[id.Person]personKey, len(people)), tx.Who().Tenant()
	var missing []id.Person
	for _, p := range people {
		if k, ok := j.ring.kept.GetIfPresent(whose{tenant, p}); ok {
			found[p] = k
		} else {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 {
		return found, nil
	}
	drops := j.ring.drops.Load()
	rows, err := db.All(ctx, tx, scanKey, keysGet, missing)
	for _, k := range rows {
		found[k.person] = k.personKey
		j.ring.keep(whose{tenant, k.person}, k.personKey, drops)
	}
	return found, err
}

// keysFor is keysOf for those whom a new row names: who has no key gets one. Whoever was there before there were keys gets one that begins
// later, and who is no person of the tenant none.
func (j *Journal) keysFor(ctx context.Context, tx *db.Tx, people []id.Person) (map[id.Person]personKey, error) {
	found, err := j.keysOf(ctx, tx, people)
	if err != nil || len(found) == len(people) {
		return found, err
	}
	drops, since := j.ring.drops.Load(), j.now().Add(settled)
	for _, p := range people {
		if _, ok := found[p]; ok {
			continue
		}
		j.unsure(tx, p)
		tx.Later(keyInsert, p, newKey(), &since)
	}
	if found, err = j.keysOf(ctx, tx, people); err != nil {
		return nil, err
	}
	for _, p := range people {
		if _, ok := found[p]; !ok {
			of := whose{tx.Who().Tenant(), p}
			tx.AfterCommit(func() { j.ring.keep(of, personKey{}, drops) })
		}
	}
	return found, nil
}

// unsure has a person's key kept nowhere until the transaction, which changes it, is committed.
func (j *Journal) unsure(tx *db.Tx, person id.Person) {
	of := whose{tx.Who().Tenant(), person}
	j.ring.unsure.Store(of, true)
	tx.AfterCommit(func() { j.ring.unsure.Delete(of) })
}

// firstKey gives somebody who is made in this transaction their key. When that is taken back, so are they.
func (j *Journal) firstKey(tx *db.Tx, person id.Person) error {
	raw := newKey()
	tx.Later(keyInsert, person, raw, (*time.Time)(nil))
	block, err := blockOf(raw)
	j.ring.keep(whose{tx.Who().Tenant(), person}, personKey{block: block}, j.ring.drops.Load())
	return err
}

func newKey() []byte {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: the runtime stops the process instead
	return raw
}

func blockOf(raw []byte) (cipher.AEAD, error) {
	b, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("a person's key: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(b)
}

// keyRow is a key with whose it is.
type keyRow struct {
	person id.Person
	personKey
}

func scanKey(r db.Row) (k keyRow, err error) {
	var raw *[]byte
	var since *time.Time
	if err = r.Scan(&k.person, db.Null(&raw), db.Null(&since)); err != nil {
		return k, err
	}
	if since != nil {
		k.since = *since
	}
	if k.thrown = raw == nil; !k.thrown {
		k.block, err = blockOf(*raw)
	}
	return k, err
}

const keysGet db.SQL = `-- journal.keysGet
select k.id, k.key, k.since from journal_keys k where k.tenant_id = $1 and k.id in_list($2)`

// keyInsert leaves the key of who has one as it is.
const keyInsert db.SQL = `-- journal.keyInsert
insert into journal_keys (tenant_id, id, key, since)
select p.tenant_id, p.id, $3, $4 from persons p where p.tenant_id = $1 and p.id = $2 on conflict (tenant_id, id) do nothing`

// keyThrow leaves that there was one: who is erased gets none again.
const keyThrow db.SQL = `-- journal.keyThrow
insert into journal_keys (tenant_id, id, since)
select p.tenant_id, p.id, $3 from persons p where p.tenant_id = $1 and p.id = $2 on conflict (tenant_id, id) do update set key = null`
