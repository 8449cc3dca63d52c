// Package journal keeps what happened: one row a change, written in the change's own transaction and signed with a key outside the
// database. A sealer numbers and chains the rows afterwards; the numbers are the audit trail's order, the history pages' source,
// the feed's cursor and what starts background work. It refuses to update or delete: a row is for ever.
package journal

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

// Permissions of the audit trail.
const (
	CanRead   actor.Permission = "audit.read"   // see the audit trail
	CanVerify actor.Permission = "audit.verify" // check that the trail is whole
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanRead, Label: "See the audit trail", Area: "Audit"},
		{Name: CanVerify, Label: "Check that the audit trail is whole", Area: "Audit", Whole: true},
	}
}

// Config is what a journal is built from.
type Config struct {
	DB     *db.DB
	Key    []byte             // signs rows and the chain; 32 bytes, kept outside the database
	Anchor ed25519.PrivateKey // signs the heads that leave the database
	Keys   func() [][]byte    // the versions of Key as they are now, the newest first: that signs, and all of them are believed; nil = Key alone
	Seeds  func() [][]byte    // those of the seed of Anchor; nil = Anchor alone
	Now    clock.Now
	Entry  func() id.Entry // names a new row; its month, by which rows are kept, is that of its name; nil = id.New
	Log    *slog.Logger
	Every  time.Duration // how often the sealer looks, beside being poked; 0 = 200 ms
	// Anchored receives every signed head, at most once a minute and tenant, and once at stop.
	Anchored func(ctx context.Context, a Anchor) error
	// Told hears of every change of a record, so that nobody keeps an old copy: of this process's changes at their commit, of others' when
	// they are sealed. A zero subject is anything of the tenant. It must not wait.
	Told func(tenant id.Tenant, noun string, subject id.Any)
	// Alive is called whenever everything that was sealed up to now has been told; it must not wait. Without it for a while, something
	// may have been missed.
	Alive func()
}

// Journal writes, seals and reads.
type Journal struct {
	db       *db.DB
	entry    func() id.Entry
	keys     func() [][]byte
	signers  func() []ed25519.PrivateKey
	now      clock.Now
	log      *slog.Logger
	every    time.Duration
	anchored func(ctx context.Context, a Anchor) error
	told     func(tenant id.Tenant, noun string, subject id.Any)
	alive    func()
	poked    chan struct{}
	watchers []Watcher
	sealing  sync.Mutex            // over known, anchors, heard and listening
	last     atomic.Int64          // rows that were sealed in the last turn
	fault    atomic.Pointer[error] // why the last turn of Run did not seal; nil = it did
	known    map[id.Tenant]Head    // the sealer's own memory of what it sealed last, and what is anchored
	anchors  map[id.Tenant]Anchor

	heard     map[id.Tenant]int64 // how far each tenant's rows were told
	listening bool                // heard says where the others were at the start

	ring *ring // of people's keys
}

// New makes a journal. Nothing runs before Run.
func New(c Config) *Journal {
	if c.Every <= 0 {
		c.Every = 200 * time.Millisecond
	}
	if c.Entry == nil {
		c.Entry = id.New[id.Entry]
	}
	if c.Keys == nil {
		c.Keys = func() [][]byte { return [][]byte{c.Key} }
	}
	signers := func() []ed25519.PrivateKey { return []ed25519.PrivateKey{c.Anchor} }
	if c.Seeds != nil {
		signers = func() (all []ed25519.PrivateKey) {
			for _, seed := range c.Seeds() {
				all = append(all, ed25519.NewKeyFromSeed(seed))
			}
			return all
		}
	}
	return &Journal{
		db: c.DB, entry: c.Entry, keys: c.Keys, signers: signers, now: c.Now, log: c.Log, every: c.Every, anchored: c.Anchored, told: c.Told, alive: c.Alive, heard: map[id.Tenant]int64{},
		poked: make(chan struct{}, 1), known: map[id.Tenant]Head{}, anchors: map[id.Tenant]Anchor{}, ring: newRing(),
	}
}

// Subject is any id.
type Subject interface{ Bytes() [16]byte }

// Change is what a use case tells the journal.
type Change struct {
	Verb    string  // "site.created": the noun and what happened to it
	Subject Subject // the record's id; its noun is the part of Verb before the dot
	Site    id.Site // where, or zero; who may not see the site does not see the row
	Before  any     // the record before the change, or nil
	After   any     // the record after the change, or nil
}

// Record writes a change into the transaction that made it. Secrets do not belong into Before and After; values of the type
// telemetry.Secret are masked. A value that JSON cannot hold is an error. The names of who did it, and the record of a person, are encrypted with that
// person's key.
func (j *Journal) Record(ctx context.Context, tx *db.Tx, c Change) error {
	before, err := text(c.Before)
	if err != nil {
		return fmt.Errorf("journal %s: %w", c.Verb, err)
	}
	after, err := text(c.After)
	if err != nil {
		return fmt.Errorf("journal %s: %w", c.Verb, err)
	}
	e := Entry{
		ID: j.entry(), At: j.now(), WhoKind: tx.Who().Kind(),
		Verb: c.Verb, Noun: nounOf(c.Verb), Subject: id.Of[id.Any](c.Subject.Bytes()),
		Request: telemetry.RequestID(ctx), Before: before, After: after, trace: telemetry.Carried(ctx),
	}
	if p := tx.Who().Person(); !p.IsZero() {
		e.WhoID = &p
	}
	names := []string{tx.Who().Name()}
	if b := tx.Who().Behind(); b != nil { // who really did it answers for it
		e.As, e.WhoID, names = e.WhoID, &b.Person, []string{b.Name, tx.Who().Name()}
	}
	if err := j.hide(ctx, tx, &e, names...); err != nil {
		return fmt.Errorf("journal %s: %w", c.Verb, err)
	}
	if !c.Site.IsZero() {
		e.Site = &c.Site
	}
	var carried *string
	if e.trace != "" {
		carried = &e.trace
	}
	tx.Later(insert, e.ID, e.At, e.WhoKind, e.WhoID, e.WhoName, e.Verb, e.Noun, e.Subject, e.Site,
		e.Request, e.Before, e.After, e.sign(j.keys()[0], tx.Who().Tenant()), e.As, carried)
	j.tellOwn(tx, told{e.Noun, e.Subject})
	tx.AfterCommit(j.Poke)
	return nil
}

// Poke asks the sealer to look now instead of at its next turn.
func (j *Journal) Poke() {
	select {
	case j.poked <- struct{}{}:
	default:
	}
}

func text(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	raw, err := json.Marshal(v)
	return string(raw), err
}
