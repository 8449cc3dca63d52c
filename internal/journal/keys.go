package journal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Keys stay in memory so long, at most so many. A process that hears of changes hears of an erasure before, within a second.
const (
	keyKept  = time.Minute
	keysMost = 20_000
)

// settled is for how long somebody who is given a key, because they were there before there were keys, is still named in the clear: as long as a node of the
// version before, which could not read anything else, may run beside this one.
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
	kept  *otter.Cache[whose, personKey]
	drops atomic.Int64 // counts what was dropped: what was read before is not kept after
}

func newRing() *ring {
	return &ring{kept: otter.Must(&otter.Options[whose, personKey]{
		MaximumSize: keysMost, ExpiryCalculator: otter.ExpiryWriting[whose, personKey](keyKept), Logger: &otter.NoopLogger{},
	})}
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

// keep has a key in memory that was read when drops was so far.
func (r *ring) keep(of whose, k personKey, drops int64) {
	if r.drops.Load() == drops {
		r.kept.Set(of, k)
	}
}

// keysOf gives the keys of people, from memory and, in one statement, of the others.
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
	if err != nil {
		return nil, err
	}
	for _, k := range rows {
		found[k.person] = k.personKey
	}
	for _, p := range missing {
		j.ring.keep(whose{tenant, p}, found[p], drops)
	}
	return found, nil
}

// GiveKeys gives a key to those people of the actor's tenant who have none, since they were made by a version that knew none. It needs who to be the system.
func (j *Journal) GiveKeys(ctx context.Context, who actor.Actor) error {
	if who.Kind() != actor.System {
		return fault.Denied("journal.keys")
	}
	for {
		var people []id.Person
		err := j.db.Write(ctx, who, func(tx *db.Tx) (err error) {
			if people, err = db.All(ctx, tx, scanPerson, keysMissing, int64(batch)); err != nil || len(people) == 0 {
				return err
			}
			keys, since := make([][]byte, len(people)), j.now().Add(settled)
			for i := range people {
				keys[i] = newKey()
			}
			tx.Later(keysInsert, people, keys, &since)
			return nil
		})
		if err != nil || len(people) < batch {
			return err
		}
	}
}

// firstKey gives somebody who is made in this transaction their key. When that is taken back, so are they.
func (j *Journal) firstKey(tx *db.Tx, person id.Person) error {
	raw := newKey()
	tx.Later(keysInsert, []id.Person{person}, [][]byte{raw}, (*time.Time)(nil))
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

func scanPerson(r db.Row) (p id.Person, err error) { err = r.Scan(&p); return p, err }

const keysMissing db.SQL = `-- journal.keysMissing
select p.id from persons p left join journal_keys k on k.tenant_id = p.tenant_id and k.id = p.id where p.tenant_id = $1 and k.id is null order by p.id limit $2`

// keysInsert leaves the key of who has one as it is.
const keysInsert db.SQL = `-- journal.keysInsert
insert into journal_keys (tenant_id, id, key, since)
select p.tenant_id, p.id, v.key, $4 from (lists_of($2 id uuid, $3 key bytea)) v join persons p on p.id = v.id where p.tenant_id = $1
on conflict (tenant_id, id) do nothing`

// keyThrow leaves that there was one: who is erased gets none again.
const keyThrow db.SQL = `-- journal.keyThrow
insert into journal_keys (tenant_id, id, since)
select p.tenant_id, p.id, $3 from persons p where p.tenant_id = $1 and p.id = $2 on conflict (tenant_id, id) do update set key = null`
