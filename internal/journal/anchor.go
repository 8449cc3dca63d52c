package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"time"

	"intelliwiz/internal/id"
)

// Anchor is a signed head that has left the database: whoever restores or cuts the journal to an older state is found against it.
type Anchor struct {
	Tenant    id.Tenant `json:"tenant"`
	Seq       int64     `json:"seq"`
	Hash      []byte    `json:"hash"`
	At        time.Time `json:"at"`
	Signature []byte    `json:"signature"` // ed25519 over tenant, seq, hash and time
}

func (a Anchor) message() []byte {
	t := a.Tenant.Bytes()
	b := append([]byte("intelliwiz journal head\x00"), t[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(a.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(a.At.UnixMicro()))
	return append(b, a.Hash...)
}

// Verify says that the holder of the installation's anchor key signed it.
func (a Anchor) Verify(key ed25519.PublicKey) bool {
	return ed25519.Verify(key, a.message(), a.Signature)
}

// anchorAll signs and hands out the heads that moved since the last anchor and whose last anchor is older than age. An anchor that
// cannot be handed out is tried again at the next turn.
func (j *Journal) anchorAll(ctx context.Context, age time.Duration) error {
	if j.anchored == nil {
		return nil
	}
	j.sealing.Lock()
	defer j.sealing.Unlock()
	var faults []error
	for tenant, head := range j.known {
		last := j.anchors[tenant]
		now := j.now()
		if head.Seq == last.Seq && bytes.Equal(head.Hash, last.Hash) || now.Sub(last.At) < age {
			continue
		}
		a := Anchor{Tenant: tenant, Seq: head.Seq, Hash: head.Hash, At: now}
		a.Signature = ed25519.Sign(j.signers()[0], a.message())
		if err := j.anchored(ctx, a); err != nil {
			faults = append(faults, err)
			continue
		}
		j.anchors[tenant] = a
	}
	return errors.Join(faults...)
}
